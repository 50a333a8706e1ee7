"""A contact's profile is what the portal knows beside ``data.contact``: where to write to, its password, its wishes.

E-mail and mobile are encrypted under the key, each in the context of its contact, and found by a keyed digest: a stolen
database gives neither away. The password of the portal is another secret than the digits that are keyed on a telephone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field

from data import values
from data.company import COMPANY
from data.contact import CONTACT
from data.personal import About, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from data.users import DIFFERENT, PASSWORD_LENGTH
from data.vault import Cost, WebSecret
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.vault import Vault

LANGUAGES: Final = ("pt-BR", "es")
"""What the portal speaks; a contact without a choice is spoken to as the browser asks."""

SEVERITIES: Final = (1, 2, 3, 4)

INVITED_FOR: Final = timedelta(days=7)
"""How long a contact who was let in may choose a first password."""

_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_LONGEST_EMAIL: Final = 254
_MOBILE = re.compile(r"\+[1-9][0-9]{7,14}")
_NOT_OF_A_NUMBER = re.compile(r"[\s().-]")
_NATIONAL = re.compile(r"[1-9][1-9]9[0-9]{8}")
_LIST = re.compile(r"[\s,;/]+")


class ContactProfileTable(Stored, table=True):
    """One row a contact of whom more is known than a telephone needs."""

    __tablename__ = "contact_profile"

    contact_id: int = Field(primary_key=True, foreign_key="contact.id")
    company_id: int = Field(foreign_key="company.id", index=True)
    email: str | None = None
    email_digest: str | None = Field(default=None, max_length=64, unique=True)
    mobile: str | None = None
    mobile_digest: str | None = Field(default=None, max_length=64, unique=True)
    portal_password_hash: str | None = None
    invited_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """Since when the contact may choose a first password: released by the administrator, or by Assessoria."""
    activated_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """When the first password was chosen."""
    language: str | None = Field(default=None, max_length=5)
    survey_wish: bool
    survey_severities: str = Field(max_length=10)
    """The severities for which surveys are wanted, like ``1 2``."""
    phone_password_set_at: datetime | None = Field(default=None, sa_column=Column(Utc))
    """When the password of the telephone was last chosen by its contact; None: it was given, some day before."""


PROFILE = table_of(ContactProfileTable)

PERSONAL = Personal(
    PROFILE,
    columns("contact_id", "company_id", exported=None)
    | columns(
        "email", "email_digest", "mobile", "mobile_digest", "portal_password_hash", about=About.CUSTOMER, exported=None
    )
    | columns(
        "invited_at", "activated_at", "language", "survey_wish", "survey_severities", "phone_password_set_at",
        about=About.CUSTOMER,
    ),
    by_company="company_id",
)  # fmt: skip
"""``data.export`` shows e-mail and mobile as they are: it has the key that their column needs."""

_DEFAULTS: Final[dict[str, Any]] = {"survey_wish": False, "survey_severities": ""}

CONTACT_COLUMNS = (
    CONTACT.c.id.label("contact_id"),
    COMPANY.c.id.label("company_id"),
    COMPANY.c.name.label("company_name"),
    CONTACT.c.name.label("contact_name"),
    CONTACT.c.blocked,
    CONTACT.c.administrator,
    CONTACT.c.support,
    CONTACT.c.consultancy,
    PROFILE.c.email,
    PROFILE.c.mobile,
    PROFILE.c.portal_password_hash,
    PROFILE.c.invited_at,
    PROFILE.c.activated_at,
    PROFILE.c.language,
    PROFILE.c.survey_wish,
    PROFILE.c.survey_severities,
    PROFILE.c.phone_password_set_at,
)
"""What ``contact_of`` reads; sessions join the same."""

_FROM = CONTACT.join(COMPANY, CONTACT.c.company_id == COMPANY.c.id).join(
    PROFILE, PROFILE.c.contact_id == CONTACT.c.id, isouter=True
)
_BY_ID = select(*CONTACT_COLUMNS).select_from(_FROM).where(CONTACT.c.id == bindparam("of"))
_BY_EMAIL = select(*CONTACT_COLUMNS).select_from(_FROM).where(PROFILE.c.email_digest == bindparam("digest"))
_OF_COMPANY = (
    select(*CONTACT_COLUMNS)
    .select_from(_FROM)
    .where(CONTACT.c.company_id == bindparam("of"))
    .order_by(CONTACT.c.administrator.desc(), CONTACT.c.name, CONTACT.c.id)
)
_KEEPS = (
    select(PROFILE.c.contact_id)
    .where(PROFILE.c.contact_id == bindparam("of"), PROFILE.c.portal_password_hash == bindparam("hash"))
    .with_for_update()
)
_SET_AT: Final = Statement(select(PROFILE.c.phone_password_set_at).where(PROFILE.c.contact_id == bindparam("of")))
_WISH = select(PROFILE.c.survey_wish, PROFILE.c.survey_severities).where(PROFILE.c.contact_id == bindparam("of"))
_HAS: Final = Statement(select(PROFILE.c.contact_id).where(PROFILE.c.contact_id == bindparam("of")))
_TAKEN = select(PROFILE.c.contact_id).where(
    PROFILE.c.email_digest == bindparam("digest"), PROFILE.c.contact_id != bindparam("of")
)
_TAKEN_MOBILE = select(PROFILE.c.contact_id).where(
    PROFILE.c.mobile_digest == bindparam("digest"), PROFILE.c.contact_id != bindparam("of")
)


@value_class
class PortalContact:
    """A contact as the portal knows one; e-mail and mobile are encrypted (see ``email_of``, ``mobile_of``).

    ``survey_severities`` are those for which surveys are wanted, none where none is. ``activated_at``, ``invited_at``
    and ``phone_password_set_at`` are aware moments.
    """

    contact_id: int
    company_id: int
    company_name: str
    contact_name: str
    blocked: bool
    administrator: bool
    support: bool
    consultancy: bool
    sealed_email: str | None = field(repr=False)
    sealed_mobile: str | None = field(repr=False)
    password_hash: str | None = field(repr=False)
    invited_at: datetime | None
    activated_at: datetime | None
    language: str | None
    survey_severities: frozenset[int]
    phone_password_set_at: datetime | None

    def with_password(self, password_hash: str) -> PortalContact:
        """Return the same contact with another password."""
        return replace(self, password_hash=password_hash)

    def may_choose_password(self, now: datetime) -> bool:
        """Return whether a code for a password may be sent at ``now`` (aware): to who has one already, or was let in by
        the administrator or Assessoria within INVITED_FOR.
        """
        invited = self.invited_at is not None and self.invited_at > now - INVITED_FOR
        return not self.blocked and (self.activated_at is not None or invited)

    def email_of(self, vault: Vault) -> str | None:
        """Return the e-mail address, by the key."""
        return vault.decrypt(self.sealed_email, _context(self.contact_id, "email")) if self.sealed_email else None

    def mobile_of(self, vault: Vault) -> str | None:
        """Return the mobile number (E.164), by the key."""
        return vault.decrypt(self.sealed_mobile, _context(self.contact_id, "mobile")) if self.sealed_mobile else None


def contact_of(row: Any) -> PortalContact:
    """Return a row of CONTACT_COLUMNS as a contact; other columns may stand before them."""
    wish = frozenset(map(int, row.survey_severities.split())) if row.survey_wish else frozenset()
    return PortalContact(
        row.contact_id,
        row.company_id,
        row.company_name,
        row.contact_name,
        row.blocked,
        row.administrator,
        row.support,
        row.consultancy,
        row.email,
        row.mobile,
        row.portal_password_hash,
        row.invited_at,
        row.activated_at,
        row.language,
        wish,
        row.phone_password_set_at,
    )


def find_contact(connection: Connection, contact_id: int) -> PortalContact | None:
    """Return the contact of that id, with or without a profile; None where there is none."""
    row = connection.execute(_BY_ID, {"of": contact_id}).first()
    return contact_of(row) if row else None


def contact_by_email(connection: Connection, vault: Vault, address: str) -> PortalContact | None:
    """Return the contact with this e-mail address, in capitals or not; None where there is none."""
    row = connection.execute(_BY_EMAIL, {"digest": address_digest(vault, address)}).first()
    return contact_of(row) if row else None


def contacts_of(connection: Connection, company_id: int) -> list[PortalContact]:
    """Return the contacts of a company, the administrator first, then by name."""
    return [contact_of(row) for row in connection.execute(_OF_COMPANY, {"of": company_id})]


def address_digest(vault: Vault, address: str) -> str:
    """Return the digest under which an e-mail address or a mobile number is found, whether a contact has it or not."""
    return vault.web_digest(WebSecret.ADDRESS, unicodedata.normalize("NFKC", address).strip().lower())


def save_profile(connection: Connection, vault: Vault, contact_id: int, company_id: int, **fields: Any) -> None:
    """Write ``fields`` of the contact's profile, which is made where there is none; what is left out stays.

    ``email`` and ``mobile`` are given as READERS return them (None: there is none), ``surveys`` as severities; others
    as their columns. Raises ValueError where another contact, of whatever company, has the address or the number.
    """
    row = {name: value for name, value in fields.items() if name not in {"email", "mobile", "surveys"}}
    for name in ("email", "mobile"):
        if name in fields:
            row[name] = vault.encrypt(fields[name], _context(contact_id, name)) if fields[name] else None
            row[f"{name}_digest"] = address_digest(vault, fields[name]) if fields[name] else None
    if "surveys" in fields:
        severities = sorted(fields["surveys"])
        row |= {"survey_wish": bool(severities), "survey_severities": " ".join(map(str, severities))}
    if not {"email", "mobile"} & fields.keys():
        _write_profile(connection, contact_id, company_id, row)
        return
    _require_own(connection, contact_id, row)
    try:
        with connection.begin_nested():
            _write_profile(connection, contact_id, company_id, row)
    except IntegrityError:
        # Of two companies that write one address at the same moment, the second is told as one that comes later.
        _require_own(connection, contact_id, row)
        raise


def _require_own(connection: Connection, contact_id: int, row: Mapping[str, Any]) -> None:
    """Raises ValueError where another contact has the address or the number of ``row``."""
    for name, taken in (("email", _TAKEN), ("mobile", _TAKEN_MOBILE)):
        digest = row.get(f"{name}_digest")
        if digest and connection.execute(taken, {"digest": digest, "of": contact_id}).first():
            raise ValueError(
                message("contact-email-taken", "another contact has this e-mail address; each one has an own one")
                if name == "email"
                else message("contact-mobile-taken", "another contact has this mobile number; each one has an own one")
            )


def _write_profile(connection: Connection, contact_id: int, company_id: int, row: dict[str, Any]) -> None:
    if _HAS.first(connection, {"of": contact_id}):
        if row:
            connection.execute(update(PROFILE).where(PROFILE.c.contact_id == bindparam("of")), {"of": contact_id} | row)
        return
    own = {"contact_id": contact_id, "company_id": company_id}
    connection.execute(insert(PROFILE), own | _DEFAULTS | row)


def note_phone_password(connection: Connection, contact_id: int, company_id: int, now: datetime) -> None:
    """Write that the contact chose the password of the telephone at ``now`` (aware)."""
    chosen = {"phone_password_set_at": now}
    if _HAS.first(connection, {"of": contact_id}):
        statement = update(PROFILE).where(PROFILE.c.contact_id == bindparam("of"))
        connection.execute(statement, {"of": contact_id} | chosen)
        return
    own = {"contact_id": contact_id, "company_id": company_id}
    connection.execute(insert(PROFILE), own | _DEFAULTS | chosen)


def phone_password_set_at(connection: Connection, contact_id: int) -> datetime | None:
    """Return when the contact chose the password of the telephone; None where it was given, some day before."""
    row = _SET_AT.first(connection, {"of": contact_id})
    return row[0] if row else None


def keeps_portal_password(connection: Connection, contact_id: int, password_hash: str) -> bool:
    """Return whether the contact still has the password of that hash, as is so until the transaction ends: who changes
    it changes the row before the sessions are ended, and so waits for this transaction, or is waited for.
    """
    return connection.execute(_KEEPS, {"of": contact_id, "hash": password_hash}).first() is not None


def wants_survey(connection: Connection, contact_id: int, severity: int) -> bool:
    """Return whether the contact wants surveys for tickets of ``severity`` (1 to 4)."""
    found = find_contact(connection, contact_id)
    return found is not None and not found.blocked and severity in found.survey_severities


def refuses_survey(connection: Connection, contact_id: int, severity: int | None) -> bool:
    """Return whether the contact has said that no survey is wanted for tickets of ``severity`` (1 to 4; None: any).

    A contact of whom the portal knows nothing has said nothing.
    """
    row = connection.execute(_WISH, {"of": contact_id}).first()
    if row is None:
        return False
    wanted = frozenset(map(int, row.survey_severities.split())) if row.survey_wish else frozenset()
    return severity not in wanted if severity is not None else not wanted


def portal_password_hash(vault: Vault, account: str, password: str, cost: Cost | None = None) -> str:
    """Return what is stored of a password; ``account`` is ``contact 17``, or anything for an address of nobody."""
    return vault.hash_password(f"portal {account}", password, cost)


def portal_password(text: str, *names: str) -> str:
    """Return a password as it is hashed (Unicode NFKC: NIST SP 800-63B 3.1.1.2). Raises ValueError, which does not
    repeat it, for one that is short, of few different signs, or holds one of ``names``.
    """
    written = unicodedata.normalize("NFKC", text)
    least, most = PASSWORD_LENGTH
    held = any(len(name) > 3 and name.lower() in written.lower() for name in names)
    if not least <= len(written) <= most or len(set(written)) < DIFFERENT or held:
        raise ValueError(
            message(
                "portal-password-weak",
                "write a password of {least} to {most} characters, at least {different} different ones, without your"
                " name or address",
                least=least,
                most=most,
                different=DIFFERENT,
            )
        )
    return written


def email(text: str) -> str:
    """An e-mail address in small letters. Raises ValueError, which never repeats it."""
    written = unicodedata.normalize("NFKC", text).strip().lower()
    if len(written) > _LONGEST_EMAIL or ".." in written or not _EMAIL.fullmatch(written):
        raise ValueError(message("contact-email-malformed", "write an e-mail address like ana@example.com"))
    return written


def mobile(text: str) -> str:
    """A mobile number as E.164; one of Brazil may be written without +55. Raises ValueError, which never repeats it."""
    written = _NOT_OF_A_NUMBER.sub("", text)
    if _NATIONAL.fullmatch(written):
        written = f"+55{written}"
    if not _MOBILE.fullmatch(written):
        raise ValueError(
            message(
                "contact-mobile-malformed",
                "write a mobile number with its area code, like 11 91234-5678, or with + and its country, like"
                " +52 55 1234 5678",
            )
        )
    return written


def surveys(text: str) -> frozenset[int]:
    """Severities for which surveys are wanted: ``1 2``, or ``no`` for none. Raises ValueError for anything else."""
    written = [each for each in _LIST.split(text.strip().lower()) if each]
    if written in (["no"], ["nao"], ["não"], ["-"]):
        return frozenset()
    if not written or not all(each in {"1", "2", "3", "4"} for each in written):
        raise ValueError(message("contact-surveys-malformed", "write severities from 1 to 4, like 1 2, or no for none"))
    return frozenset(map(int, written))


READERS: values.Readers = {"email": email, "mobile": mobile, "surveys": surveys}


def _context(contact_id: int, name: str) -> str:
    return f"contact {contact_id} {name}"
