"""A sourced contact is one that a source's last file names, kept with what this file said of the contact.

By that an import sees whether the file says something else than it said before. Where it says the same, what people
changed since stays: the telephone password that the contact chose, an address that the administrator corrected, the
part of the administrator that was handed over. And a contact whom one source lacks is served as long as another one
names it (``data.whole_source``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from dataclasses import field
from typing import Final

from sqlalchemy import Connection, and_, bindparam, delete, select, update
from sqlmodel import Field

from data.contact import CONTACT, folded
from data.contact_profile import PROFILE
from data.personal import About, Personal, columns
from data.tables import Stored, insert_unless_there, table_of
from data.vault import Cost, Vault, WebSecret
from value_class import value_class

PERMISSIONS: Final = ("administrator", "support", "consultancy")

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
    told: str | None = None
    """JSON: digests of what else the source said last, by column; None where releases before did not keep it."""


SOURCED_CONTACT = table_of(SourcedContactTable)

PERSONAL = Personal(
    SOURCED_CONTACT,
    columns("contact_id", "company_id", "password_hash", "told", about=About.CUSTOMER, exported=None)
    | columns("source", about=About.CUSTOMER),
    by_company="company_id",
    of_company="sources",
)

_STORED: Final = (
    select(
        CONTACT,
        PROFILE.c.email_digest,
        PROFILE.c.mobile_digest,
        PROFILE.c.survey_wish,
        PROFILE.c.survey_severities,
        PROFILE.c.phone_password_set_at,
        SOURCED_CONTACT.c.password_hash.label("given"),
        SOURCED_CONTACT.c.told,
    )
    .select_from(CONTACT)
    .outerjoin(PROFILE, PROFILE.c.contact_id == CONTACT.c.id)
    .outerjoin(
        SOURCED_CONTACT,
        and_(SOURCED_CONTACT.c.contact_id == CONTACT.c.id, SOURCED_CONTACT.c.source == bindparam("source")),
    )
    .where(CONTACT.c.company_id == bindparam("of"))
    .order_by(CONTACT.c.id)
)
_INSERT: Final = insert_unless_there(SOURCED_CONTACT)
_UPDATE: Final = (
    update(SOURCED_CONTACT)
    .where(SOURCED_CONTACT.c.contact_id == bindparam("contact"), SOURCED_CONTACT.c.source == bindparam("of"))
    .values(password_hash=bindparam("given"), told=bindparam("digests"))
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
class StoredContact:
    """A contact before an import: its telephone password's hash, whether the contact ``chose`` that one, and the hash
    of the one that the source ``gave`` last (None: it never named the contact). ``told`` are digests of what the source
    said last, and ``values`` what is stored now, by column: of e-mail and mobile the digest, of surveys the severities.
    """

    contact_id: int
    password_hash: str = field(repr=False)
    chose: bool
    gave: str | None = field(repr=False)
    told: Mapping[str, str] = field(repr=False)
    values: Mapping[str, object] = field(repr=False)
    missing_in: str | None

    def keeps_password(self, vault: Vault, salt: str, password: str) -> bool:
        """Return whether ``password``, which the file says now, leaves the stored one as it is: the contact chose that,
        and the file says nothing new. ``salt`` is the company's keypad digest.
        """
        if not self.chose or self.gave is None:
            return self.chose
        # At the cost of that day: a cost that was raised since is no new password.
        return self.gave == vault.hash_password(salt, password, Cost.of(self.gave))


def stored_contacts(connection: Connection, company_id: int, source: str) -> dict[str, StoredContact]:
    """Return the contacts of a company before ``source`` is imported, by their names as ``folded`` makes them one."""
    found: dict[str, StoredContact] = {}
    for row in connection.execute(_STORED, {"of": company_id, "source": source}):
        values: dict[str, object] = {each: getattr(row, each) for each in ("blocked", *PERMISSIONS)}
        values |= {"email": row.email_digest, "mobile": row.mobile_digest}
        values["surveys"] = frozenset(map(int, row.survey_severities.split())) if row.survey_wish else frozenset()
        chose, told = row.phone_password_set_at is not None, json.loads(row.told) if row.told else {}
        found[folded(row.name)] = StoredContact(
            row.id, row.password_hash, chose, row.given, told, values, row.missing_in
        )
    return found


def told_digest(vault: Vault, salt: str, column: str, value: object) -> str:
    """Return the digest by which it is seen that a source says ``value`` of ``column`` again; ``salt`` is the company's
    keypad digest.
    """
    written = " ".join(map(str, sorted(value))) if isinstance(value, frozenset) else str(value)
    return vault.web_digest(WebSecret.ADDRESS, f"told {salt} {column} {written}")[:16]


def note_sourced(
    connection: Connection,
    company_id: int,
    contact_id: int,
    source: str,
    password_hash: str,
    told: Mapping[str, str],
    before: StoredContact | None,
) -> None:
    """Write that ``source`` names the contact, gives the password of that hash, and says what is ``told``, by digests;
    ``before`` is what was stored. What a file of fewer columns does not say is as it was said last.
    """
    said = {**before.told, **told} if before else dict(told)
    if before and before.gave is not None:
        if (before.gave, before.told) != (password_hash, said):
            changed = {"contact": contact_id, "of": source, "given": password_hash, "digests": json.dumps(said)}
            connection.execute(_UPDATE, changed)
        return
    row = {"contact_id": contact_id, "source": source, "company_id": company_id, "password_hash": password_hash}
    connection.execute(_INSERT[connection.dialect.name], row | {"told": json.dumps(said)})


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
