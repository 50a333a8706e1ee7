"""Looks up the company whose document was keyed on a telephone, each letter by the key that carries it.

A document without letters is keyed as it is written, so one statement finds both kinds, by the digest of the keys.
Numbers are issued in sequence, so the keys may be those of several companies; then none is picked here.
"""

from __future__ import annotations

from dataclasses import field

from sqlalchemy import bindparam, literal_column, select

from data.company import COMPANY
from data.database import Database
from data.statement import Statement
from data.vault import Vault
from value_class import value_class

_KEYED = Statement(
    select(COMPANY.c.sealed, COMPANY.c.lettered).where(COMPANY.c.keyed == bindparam("keyed")).limit(literal_column("2"))
)
"""Two rows at most: how many companies share the keys must not show in the time."""

_LETTERED = select(COMPANY.c.lettered).where(COMPANY.c.sealed == bindparam("sealed"))


@value_class
class KeypadMatch:
    """A match is what the lookup of the keys of a document found.

    ``known`` says that some company's document has these keys. Where only one has them, and its document holds letters,
    ``sealed`` is that document's digest and ``number`` the document itself, to be read back to the caller, who may mean
    a document of the same keys that no customer has.
    """

    known: bool
    sealed: str | None = None
    number: str | None = field(default=None, repr=False)


def find_by_keypad(database: Database, vault: Vault, sealed: str) -> KeypadMatch:
    """Look up the companies whose document has the keys of digest ``sealed``; one read, whatever the answer.

    A company that was stored before its letters were (see ``CompanyTable.lettered``) is known, and its document cannot
    be read back. Raises DecryptionError.
    """
    with database.autocommit() as connection:
        rows = _KEYED.all(connection, {"keyed": sealed})
    match rows:
        case [(found, lettered)] if lettered is not None:
            return KeypadMatch(True, found, vault.decrypt(lettered, found))
    return KeypadMatch(bool(rows))


def lettered_document(database: Database, vault: Vault, sealed: str) -> str:
    """The document with letters whose digest is ``sealed``, decrypted to be read back once more.

    Raises LookupError where the company is gone, and DecryptionError.
    """
    with database.autocommit() as connection:
        lettered = connection.execute(_LETTERED, {"sealed": sealed}).scalar()
    if lettered is None:
        raise LookupError("the company whose document was being read back is not there any more")
    return vault.decrypt(lettered, sealed)
