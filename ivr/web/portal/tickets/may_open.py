"""A contact may open a ticket where a caller would reach support: contract and profile are judged (seed 003 p. 11).

The pendency is judged before, for all pages of tickets alike.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from data.company import COMPANY
from ivr.web.portal.tickets.desks import open_desks
from ivr.web.shell.languages import gettext as _

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from ivr.flow.line import Line


class MayNotOpenError(ValueError):
    """The contact may open no ticket, and so write nothing about a closed one, which would open another; the text says
    why, and the way, in the customer's words.
    """


_CONTRACT = select(COMPANY.c.contract_until).where(COMPANY.c.id == bindparam("of"))


def may_open(connection: Connection, contact: PortalContact, line: Line | None, today: date) -> str | None:
    """Return why the contact may open no ticket on ``today`` (the line's local day), and the way; None where they
    may.
    """
    if line is None or line.routing.tickets is None or not open_desks(line, line.routing.tickets):
        return _("Tickets are opened by telephone for now.")
    until = connection.execute(_CONTRACT, {"of": contact.company_id}).scalar_one_or_none()
    if until is not None and until < today:
        return _("Your company's contract has ended. Call us and key 7, Assessoria, to renew it.")
    if not contact.support:
        return _("Your profile has no support. Your company's administrator can give it to you under Contacts.")
    return None
