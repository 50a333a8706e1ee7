"""Whose document a number keyed on a telephone may be: each letter was keyed by the key that carries it.

A document without letters is keyed as it is written, so one question serves all: who is keyed so? Numbers are issued
in sequence, so several companies may be, of which none is picked here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select

from data.company import COMPANY
from data.database import Database
from data.vault import Vault

_KEYED = select(COMPANY.c.sealed, COMPANY.c.lettered).where(COMPANY.c.keyed == bindparam("keyed")).limit(2)
"""Whether there is none, one or more: how many more is nobody's business, and must not show in the time."""

_LETTERED = select(COMPANY.c.lettered).where(COMPANY.c.sealed == bindparam("sealed"))


@dataclass(frozen=True, slots=True)
class Keyed:
    """What is known of the keys.

    ``known``: some company is keyed so. Where it is only one, and its document has letters, ``sealed`` is that
    document's digest and ``number`` the document itself, to be read back: the caller may mean another one, which is
    nobody's here.
    """

    known: bool
    sealed: str | None = None
    number: str | None = field(default=None, repr=False)


def find_keyed(database: Database, vault: Vault, sealed: str) -> Keyed:
    """Who is keyed as the number whose digest is ``sealed``; one read, whatever the answer.

    A company that was stored before its letters were (see ``Company.lettered``) is known, and cannot be read back.
    """
    with database.reading() as connection:
        rows = connection.execute(_KEYED, {"keyed": sealed}).all()
    match rows:
        case [row] if row.lettered is not None:
            return Keyed(True, row.sealed, vault.decrypt(row.lettered, row.sealed))
    return Keyed(bool(rows))


def lettered_number(database: Database, vault: Vault, sealed: str) -> str:
    """The document with letters whose digest is ``sealed``, to be read back once more.

    Raises LookupError where it is gone.
    """
    with database.reading() as connection:
        lettered = connection.execute(_LETTERED, {"sealed": sealed}).scalar()
    if lettered is None:
        raise LookupError("the company whose document was being read back is not there any more")
    return vault.decrypt(lettered, sealed)
