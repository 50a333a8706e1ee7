"""An administrator changes the contacts of a company by these acts, each in a transaction that holds the company's row.

Of one company one contact is the administrator, always: the handover takes the part from one and gives it to the other,
and an administrator can neither be blocked nor lose the part otherwise. Of two handovers at once, and of two additions
that would be a sixth contact together, one comes too late and is told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select, update

from data.company import COMPANY
from data.contact import CONTACT, folded, save_contact
from data.contact_profile import PortalContact, contacts_of, find_contact, save_profile
from data.one_time_secrets import drop_secrets_of, end_secrets_of
from data.portal_sessions import end_portal_sessions_of
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from datetime import datetime

    from data.vault import Vault

_LOCK = select(COMPANY.c.keyed).where(COMPANY.c.id == bindparam("of")).with_for_update()
_KEYED = select(COMPANY.c.keyed).where(COMPANY.c.id == bindparam("of"))
_OF_CONTACT = CONTACT.c.id == bindparam("of")


class ContactActError(ValueError):
    """The act that was asked for is not possible; the text says why and what to do, and names no address."""


@value_class
class WantedContact:
    """A contact as an administrator writes one: values as the readers of ``data.contact`` and ``data.contact_profile``
    return them.
    """

    name: str
    email: str
    mobile: str | None
    support: bool
    consultancy: bool
    surveys: frozenset[int]


def company_salt(connection: Connection, company_id: int) -> str:
    """Return the keypad digest of the company's document, with which telephone passwords of its contacts are hashed."""
    found: str = connection.execute(_KEYED, {"of": company_id}).scalar_one()
    return found


def add_contact(
    connection: Connection, vault: Vault, company_id: int, wanted: WantedContact, password_hash: str, now: datetime
) -> PortalContact:
    """Add a contact, who is let in to choose a password of the portal. ``password_hash`` is that of a password that no
    keypad can key: the contact chooses one for the telephone on the portal.

    Raises ValueError for a sixth contact, a name that is there, and an address or number of another contact.
    """
    hold_company(connection, company_id)
    if _same_name(connection, company_id, wanted.name, None):
        raise ContactActError(
            message("contact-name-taken", "a contact of this company has this name; write the whole name of each")
        )
    new = save_contact(
        connection,
        company_id,
        {
            "name": wanted.name,
            "password_hash": password_hash,
            "support": wanted.support,
            "consultancy": wanted.consultancy,
        },
    )
    save_profile(
        connection,
        vault,
        new,
        company_id,
        email=wanted.email,
        mobile=wanted.mobile,
        surveys=wanted.surveys,
        invited_at=now,
    )
    return _found(connection, company_id, new)


def change_contact(
    connection: Connection,
    vault: Vault,
    company_id: int,
    contact_id: int,
    wanted: WantedContact,
    now: datetime,
    *,
    proven: bool,
) -> tuple[PortalContact, bool]:
    """Change a contact, and return it, and whether it was let in anew: one who gets another e-mail address proves
    with a code that it is theirs, and until then has no password; the administrator's own stays.

    Codes are sent to e-mail and mobile. So another one is taken only from who has ``proven`` by password to be the
    administrator: a session alone, at a desk that was left, must not become a password. Codes sent before end.

    Raises ValueError as ``add_contact`` does, and where that proof is missing.
    """
    hold_company(connection, company_id)
    before = _found(connection, company_id, contact_id)
    if _same_name(connection, company_id, wanted.name, contact_id):
        raise ContactActError(
            message("contact-name-taken", "a contact of this company has this name; write the whole name of each")
        )
    fields: dict[str, Any] = {"email": wanted.email, "mobile": wanted.mobile, "surveys": wanted.surveys}
    moved = before.email_of(vault) != wanted.email
    reached_anew = moved or before.mobile_of(vault) != wanted.mobile
    if reached_anew and not proven:
        raise ContactActError(
            message(
                "contact-address-needs-password",
                "another e-mail address or mobile number is taken only with the administrator's password",
            )
        )
    let_in_anew = moved and not before.administrator
    if let_in_anew:
        fields |= {"portal_password_hash": None, "activated_at": None, "invited_at": now}
        end_portal_sessions_of(connection, contact_id)
    if reached_anew:
        end_secrets_of(connection, contact_id, now)
    changed = {"name": wanted.name, "support": wanted.support, "consultancy": wanted.consultancy}
    connection.execute(update(CONTACT).where(_OF_CONTACT).values(**changed), {"of": contact_id})
    save_profile(connection, vault, contact_id, company_id, **fields)
    return _found(connection, company_id, contact_id), let_in_anew


def end_at_address(connection: Connection, vault: Vault, contact: PortalContact, *, moved: bool) -> None:
    """End what was proven at an address that an import has changed: the codes that were sent; and, where it is the
    e-mail that ``moved``, the sessions and the password, but of the administrator, whose password stays.
    """
    drop_secrets_of(connection, contact.contact_id)
    if moved and not contact.administrator:
        end_portal_sessions_of(connection, contact.contact_id)
        ended: dict[str, Any] = {"portal_password_hash": None, "activated_at": None}
        save_profile(connection, vault, contact.contact_id, contact.company_id, **ended)


def block_contact(connection: Connection, company_id: int, contact_id: int, now: datetime) -> PortalContact:
    """Block a contact: no call of theirs is served, their sessions end, no code is good any more. Raises
    ContactActError for the administrator.
    """
    hold_company(connection, company_id)
    found = _found(connection, company_id, contact_id)
    if found.administrator:
        raise ContactActError(
            message(
                "contact-administrator-stays",
                "the administrator cannot be blocked; hand the part over to another contact first",
            )
        )
    connection.execute(update(CONTACT).where(_OF_CONTACT).values(blocked=True, missing_in=None), {"of": contact_id})
    end_portal_sessions_of(connection, contact_id)
    end_secrets_of(connection, contact_id, now)
    return found


def release_contact(
    connection: Connection, vault: Vault, company_id: int, contact_id: int, now: datetime
) -> PortalContact:
    """Release a contact who is blocked or was never let in: calls are served, and a password of the portal may be
    chosen from now on.
    """
    hold_company(connection, company_id)
    _found(connection, company_id, contact_id)
    connection.execute(update(CONTACT).where(_OF_CONTACT).values(blocked=False, missing_in=None), {"of": contact_id})
    save_profile(connection, vault, contact_id, company_id, invited_at=now)
    return _found(connection, company_id, contact_id)


def hand_over(
    connection: Connection, company_id: int, to_id: int, *, by: int | None
) -> tuple[PortalContact | None, PortalContact]:
    """Make the contact ``to_id`` the administrator, and return the one before (None: there was none) and the new one.

    ``by`` is the contact who hands over (None: staff of ours do). Raises ContactActError where that one is not the
    administrator any more, and for a contact who is blocked, already the administrator, or has no e-mail address.
    """
    hold_company(connection, company_id)
    everybody = contacts_of(connection, company_id)
    before = next((each for each in everybody if each.administrator), None)
    if by is not None and (before is None or before.contact_id != by):
        raise ContactActError(
            message(
                "contact-not-administrator", "only the administrator hands the part over, and that is another by now"
            )
        )
    to = next((each for each in everybody if each.contact_id == to_id), None)
    if to is None or to.blocked or to.administrator or to.sealed_email is None:
        raise ContactActError(
            message(
                "contact-cannot-administrate",
                "the part is handed to another contact of the company, who is not blocked and has an e-mail address",
            )
        )
    if before:
        connection.execute(update(CONTACT).where(_OF_CONTACT).values(administrator=False), {"of": before.contact_id})
    connection.execute(update(CONTACT).where(_OF_CONTACT).values(administrator=True), {"of": to_id})
    return before, to


def hold_company(connection: Connection, company_id: int) -> None:
    """Hold the company's row to the end of the transaction. Raises ContactActError where there is no such company."""
    if connection.execute(_LOCK, {"of": company_id}).first() is None:
        raise ContactActError(message("contact-gone", "this contact is not there any more; load the page again"))


def _found(connection: Connection, company_id: int, contact_id: int) -> PortalContact:
    """The contact of that id. Raises ContactActError where it is none of this company's."""
    found = find_contact(connection, contact_id)
    if found is None or found.company_id != company_id:
        raise ContactActError(message("contact-gone", "this contact is not there any more; load the page again"))
    return found


def _same_name(connection: Connection, company_id: int, name: str, but: int | None) -> bool:
    return any(
        folded(each.contact_name) == folded(name) and each.contact_id != but
        for each in contacts_of(connection, company_id)
    )
