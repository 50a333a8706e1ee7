"""Assessoria lets the administrator of a company into the portal, after a telephone call, and says who that is.

No secret passes through staff: the contact is told at the registered address that the way is open, and asks at the
portal for a code, which comes to that same address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.contact_acts import ContactActError, hand_over
from data.contact_profile import find_contact, save_profile
from data.mails import WantedMail, want_mail
from wording import message

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from data.contact_profile import PortalContact
    from data.vault import Vault

INVITATION = "portal-invitation"
"""The letter of ``ivr.worker.letters`` that tells of it."""


def let_administrator_in(
    connection: Connection, vault: Vault, contact_id: int, row_id: str, now: datetime
) -> PortalContact:
    """Let a contact choose a password of the portal from now on, and have an invitation sent as the row ``row_id`` of
    the outbox. Raises ContactActError for a contact who is not the administrator of the company, is blocked, or has no
    e-mail address: other contacts are let in by their administrator.
    """
    contact = find_contact(connection, contact_id)
    if contact is None or not contact.administrator:
        raise ContactActError(
            message(
                "portal-not-administrator",
                "this contact is not the company's administrator, who lets the others in; make the contact it first",
            )
        )
    if contact.blocked or contact.sealed_email is None:
        raise ContactActError(
            message(
                "portal-no-address",
                "this contact is blocked or has no e-mail address; import one (column email), or release the contact",
            )
        )
    save_profile(connection, vault, contact_id, contact.company_id, invited_at=now)
    want_mail(connection, row_id, WantedMail(INVITATION, contact_id, contact.language or "pt-BR"), now)
    return contact


def make_administrator(connection: Connection, company_id: int, contact_id: int) -> str:
    """Make a contact the administrator in the place of the one before, who has left, and return both names for the
    audit. Raises ContactActError as ``hand_over`` does.
    """
    before, after = hand_over(connection, company_id, contact_id, by=None)
    return f"{before.contact_name if before else '-'} → {after.contact_name}"


def masked(address: str | None) -> str:
    """Return what staff may read of an address to compare it on the telephone: ``a…@example.com``, empty for none."""
    if not address:
        return ""
    name, at, host = address.partition("@")
    return f"{name[:1]}…{at}{host}"
