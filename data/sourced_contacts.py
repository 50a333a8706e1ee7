"""A sourced contact is one that a source's last file names, kept with the telephone password that this file gave.

By that an import sees whether the file says another password than it said before. Where it says the same one, what the
contact chose since, by telephone or at the portal, stays. And a contact whom one source lacks is served as long as
another one names it (``data.whole_source``).
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import field
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlmodel import Field

from data.contact import CONTACT, folded
from data.contact_profile import PROFILE
from data.personal import About, Personal, columns
from data.tables import Stored, insert_unless_there, table_of
from data.vault import Cost, Vault
from value_class import value_class

UNNAMED: Final = ""
"""The source of every file that is imported without one: what such a file lacks is not gone."""


class SourcedContactTable(Stored, table=True):
    """One row a contact and a source that names it."""

    __tablename__ = "sourced_contact"

    contact_id: int = Field(foreign_key="contact.id", primary_key=True)
    source: str = Field(primary_key=True, max_length=60)
    company_id: int = Field(foreign_key="company.id", index=True)
    password_hash: str
    """Of the password that the source gave last, whether it was taken or not."""


SOURCED_CONTACT = table_of(SourcedContactTable)

PERSONAL = Personal(
    SOURCED_CONTACT,
    columns("contact_id", "company_id", "password_hash", about=About.CUSTOMER, exported=None)
    | columns("source", about=About.CUSTOMER),
    by_company="company_id",
    of_company="sources",
)

_STORED: Final = (
    select(
        CONTACT.c.id,
        CONTACT.c.name,
        CONTACT.c.password_hash,
        PROFILE.c.phone_password_set_at,
        SOURCED_CONTACT.c.password_hash.label("given"),
    )
    .select_from(CONTACT)
    .outerjoin(PROFILE, PROFILE.c.contact_id == CONTACT.c.id)
    .outerjoin(
        SOURCED_CONTACT,
        and_(SOURCED_CONTACT.c.contact_id == CONTACT.c.id, SOURCED_CONTACT.c.source == bindparam("source")),
    )
    .where(CONTACT.c.company_id == bindparam("of"))
)
_INSERT: Final = insert_unless_there(SOURCED_CONTACT)
_UPDATE: Final = (
    update(SOURCED_CONTACT)
    .where(SOURCED_CONTACT.c.contact_id == bindparam("contact"), SOURCED_CONTACT.c.source == bindparam("of"))
    .values(password_hash=bindparam("given"))
)

_NAMED: Final = select(SOURCED_CONTACT.c.contact_id).where(SOURCED_CONTACT.c.source == bindparam("of"))
_BY_OTHERS: Final = select(SOURCED_CONTACT.c.contact_id).where(
    SOURCED_CONTACT.c.source.not_in([bindparam("of"), UNNAMED])
)
_DROP: Final = delete(SOURCED_CONTACT).where(
    SOURCED_CONTACT.c.source == bindparam("of"), SOURCED_CONTACT.c.contact_id == bindparam("contact")
)
_FORGET: Final = delete(SOURCED_CONTACT).where(SOURCED_CONTACT.c.source == bindparam("of"))


@value_class
class StoredPassword:
    """The telephone password of a contact before an import: its hash, whether the contact ``chose`` it, and the hash of
    the one that the source gave last (None: it never named the contact).
    """

    contact_id: int
    password_hash: str = field(repr=False)
    chose: bool
    given: str | None = field(repr=False)

    def is_kept(self, vault: Vault, salt: str, password: str) -> bool:
        """Return whether ``password``, which the file says now, leaves the stored one as it is: the contact chose that,
        and the file says nothing new. ``salt`` is the company's keypad digest.
        """
        if not self.chose or self.given is None:
            return self.chose
        # At the cost of that day: a cost that was raised since is no new password.
        return self.given == vault.hash_password(salt, password, Cost.of(self.given))


def stored_password(connection: Connection, company_id: int, name: str, source: str) -> StoredPassword | None:
    """Return what is stored of the contact of that name (case ignored) before ``source`` is imported; None for a new
    one.
    """
    for row in connection.execute(_STORED, {"of": company_id, "source": source}):
        if folded(row.name) == folded(name):
            return StoredPassword(row.id, row.password_hash, row.phone_password_set_at is not None, row.given)
    return None


def note_sourced(
    connection: Connection, company_id: int, contact_id: int, source: str, password_hash: str, before: str | None
) -> None:
    """Write that ``source`` names the contact and gives the password of that hash; ``before`` is what it gave last."""
    if before == password_hash:
        return
    if before is not None:
        connection.execute(_UPDATE, {"contact": contact_id, "of": source, "given": password_hash})
        return
    row = {"contact_id": contact_id, "source": source, "company_id": company_id, "password_hash": password_hash}
    connection.execute(_INSERT[connection.dialect.name], row)


def named_by_others(connection: Connection, source: str) -> set[int]:
    """Return the ids of the contacts whom the last file of a source other than ``source`` names."""
    return set(connection.execute(_BY_OTHERS, {"of": source}).scalars())


def drop_sourced(connection: Connection, source: str, kept: Set[int | str]) -> None:
    """Write that ``source`` names no contact any more but those of the ids ``kept``."""
    gone = [each for each in connection.execute(_NAMED, {"of": source}).scalars() if each not in kept]
    if gone:
        connection.execute(_DROP, [{"of": source, "contact": each} for each in gone])


def forget_sourced(connection: Connection, source: str) -> None:
    """Write that ``source`` names no contact any more: it is imported no more."""
    connection.execute(_FORGET, {"of": source})
