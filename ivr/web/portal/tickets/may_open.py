"""A contact may open a ticket where a caller would reach support: contract and profile are judged (seed 003 p. 11).

The pendency is judged before, for all pages of tickets alike.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, select

from data.company import COMPANY
from data.ticket_counts import count_opened
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


CHANNEL: Final = "portal"

MOST_A_DAY: Final = 100
"""Tickets that a company opens at the portal within 24 hours: a program at it must not bury those of others."""

_DAY: Final = timedelta(days=1)
_CONTRACT = select(COMPANY.c.contract_until).where(COMPANY.c.id == bindparam("of"))


def may_open(connection: Connection, contact: PortalContact, line: Line | None, now: datetime) -> str | None:
    """Return why the contact may open no ticket at ``now`` (aware), and the way; None where they may. The contract is
    judged by the line's local day.
    """
    if line is None or line.routing.tickets is None or not open_desks(line, line.routing.tickets):
        return _("Tickets are opened by telephone for now.")
    until = connection.execute(_CONTRACT, {"of": contact.company_id}).scalar_one_or_none()
    if until is not None and until < now.astimezone(line.header.zone).date():
        return _("Your company's contract has ended. Call us and key 7, Assessoria, to renew it.")
    if not contact.support:
        return _("Your profile has no support. Your company's administrator can give it to you under Contacts.")
    if count_opened(connection, contact.company_id, CHANNEL, now - _DAY) >= MOST_A_DAY:
        return _("Your company has opened very many tickets at the portal today. Call us for another one.")
    return None
