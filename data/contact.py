"""A contact: a person who may call for a company, with a phone password and permissions of their own."""

from __future__ import annotations

import re
import unicodedata
from typing import TypedDict

from sqlalchemy import Connection, Index, bindparam, insert, select, text, update
from sqlmodel import Field

from data import values
from data.personal import About, Personal, columns
from data.statement import Statement
from data.tables import Stored, table_of
from wording import message

MAX_CONTACTS = 5
"""The most contacts that one company may have."""

_PASSWORD = re.compile(r"[0-9]{4,8}")


class ContactTable(Stored, table=True):
    """One row a contact."""

    __tablename__ = "contact"
    __table_args__ = (
        # Of one company one contact is the administrator, whatever writes: a handover takes it from one first.
        Index(
            "uq_contact_administrator",
            "company_id",
            unique=True,
            sqlite_where=text("administrator"),
            postgresql_where=text("administrator"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    company_id: int = Field(foreign_key="company.id", index=True)
    name: str
    password_hash: str
    blocked: bool
    administrator: bool
    """Activates the company's account, and adds, releases and blocks the other contacts."""
    support: bool
    """May call Suporte Técnico."""
    consultancy: bool
    """May order billed phone consultancy."""
    missing_in: str | None = Field(default=None, max_length=60, nullable=True)
    """The source that blocked it, as it has it no more (``data.whole_source``); None where people did."""


class ContactFields(TypedDict, total=False):
    """These fields are written of a contact; what is left out stays as it is, or is as DEFAULTS for a new one."""

    name: str
    password_hash: str
    blocked: bool
    administrator: bool
    support: bool
    consultancy: bool
    missing_in: str | None


DEFAULTS: ContactFields = {"blocked": False, "administrator": False, "support": True, "consultancy": False}

CONTACT = table_of(ContactTable)

PERSONAL = Personal(
    CONTACT,
    columns("id", "company_id", exported=None)
    | columns("password_hash", about=About.CUSTOMER, exported=None)
    | columns("name", "blocked", "administrator", "support", "consultancy", "missing_in", about=About.CUSTOMER),
    by_company="company_id",
)

_NO_ADMINISTRATOR = (
    update(CONTACT)
    .where(CONTACT.c.company_id == bindparam("of"), CONTACT.c.administrator.is_(True))
    .values(administrator=False)
)
_NAME = Statement(select(CONTACT.c.name).where(CONTACT.c.id == bindparam("contact_id")))
_ADMINISTRATOR = Statement(
    select(CONTACT.c.name)
    .where(CONTACT.c.company_id == bindparam("company_id"), CONTACT.c.administrator.is_(True))
    .order_by(CONTACT.c.id)
    .limit(1)
)
_OF_COMPANY = select(CONTACT.c.id, CONTACT.c.name, CONTACT.c.password_hash).where(
    CONTACT.c.company_id == bindparam("company_id")
)


def administrator_of(connection: Connection, company_id: int) -> str | None:
    """Return the name of the company's administrator; None where it has none."""
    row = _ADMINISTRATOR.first(connection, {"company_id": company_id})
    return str(row[0]) if row else None


def name_of_contact(connection: Connection, contact_id: int) -> str | None:
    """Return the name of the contact of that id; None where there is none any more."""
    row = _NAME.first(connection, {"contact_id": contact_id})
    return str(row[0]) if row else None


def save_contact(connection: Connection, company_id: int, fields: ContactFields, *, by_password: bool = False) -> int:
    """Add a contact to the company, or change the one of the same name (case ignored), and return its id.

    With ``by_password`` a contact of the same password, where none has the name, is that contact too. The
    company's row must be locked (``save_company`` does). One who is to be the administrator takes the place of the one
    before. Where ``blocked`` is said, that holds whatever a source lacks. Raises ValueError where the company would
    have more than MAX_CONTACTS contacts or two with one password: the password alone tells who calls.
    """
    others = connection.execute(_OF_COMPANY, {"company_id": company_id}).all()
    name, password_hash = fields.get("name"), fields["password_hash"]
    same_name = [row for row in others if name and folded(row.name) == folded(name)]
    same_password = [row for row in others if row.password_hash == password_hash]
    match (same_name or same_password) if by_password else same_name:
        case [row, *_]:
            known_id = row.id
        case _:
            known_id = None
    if any(row.id != known_id for row in same_password):
        raise ValueError(
            message(
                "contacts-with-one-password",
                "another contact of this company has this password; give each one of its own",
            )
        )
    if known_id is None and len(others) >= MAX_CONTACTS:
        raise ValueError(
            message(
                "contacts-too-many",
                "this company has {most} contacts already, the most there may be; leave one out",
                most=MAX_CONTACTS,
            )
        )
    if "blocked" in fields:
        fields = {**fields, "missing_in": None}
    if fields.get("administrator"):
        connection.execute(_NO_ADMINISTRATOR, {"of": company_id})
    if known_id is not None:
        connection.execute(update(CONTACT).where(CONTACT.c.id == known_id).values(**fields))
        return int(known_id)
    named: ContactFields = {"name": f"Contato {len(others) + 1}"}
    new = {**DEFAULTS, **named, **fields, "company_id": company_id}
    return int(connection.execute(insert(CONTACT).returning(CONTACT.c.id), new).scalar_one())


def folded(name: str) -> str:
    """``name`` in the one spelling by which contacts are told apart: without capitals, accents composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def password(text: str) -> str:
    """A phone password: four to eight digits. Raises ValueError, which never repeats it."""
    if not _PASSWORD.fullmatch(text.strip()):
        raise ValueError(
            message(
                "contact-password-malformed",
                "write a password of 4 to 8 digits; a spreadsheet drops leading zeros, format it as text",
            )
        )
    return text.strip()


READERS: values.Readers = {
    "name": values.words,
    "password": password,
    "blocked": values.flag,
    "administrator": values.flag,
    "support": values.flag,
    "consultancy": values.flag,
}
