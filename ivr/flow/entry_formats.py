"""An entry format says how the keys or words that answer a state are read, and what such an entry is worth."""

from __future__ import annotations

from enum import Enum
from functools import cached_property


class EntryFormat(Enum):
    """An entry is read in one of these formats. The first three are words of ``format`` of a ``collect``."""

    DOCUMENT = "document"
    PASSWORD = "password"  # noqa: S105 - the word of a format
    ACCESS_CODE = "access-code"
    STAFF = "staff"
    """Number, password and an order of the staff, with ``*`` between them."""
    KEY = "key"
    CALLBACK = "callback"
    """The key 1, by which a caller confirms the number to be called back at."""

    TEXT = "text"
    """The key 1, by which a caller has a text sent."""

    TICKET = "ticket"
    """The ten digits of a ticket's number, a word of ``format`` too, as the next two are."""

    NEW_PASSWORD = "new-password"  # noqa: S105 - the word of a format
    NEW_PASSWORD_AGAIN = "new-password-again"  # noqa: S105 - the word of a format
    CONFIRMATION = "confirmation"
    """The key 1, by which a caller acts on a ticket."""

    @cached_property
    def secret(self) -> bool:
        """True where it identifies or authenticates a person: it is never shown, logged or kept."""
        return self in _SECRETS

    @cached_property
    def several(self) -> bool:
        """True where it is of several keys, ended by ``#``."""
        return self not in _ONE_KEY


_SECRETS = frozenset(
    {
        EntryFormat.DOCUMENT,
        EntryFormat.PASSWORD,
        EntryFormat.STAFF,
        EntryFormat.NEW_PASSWORD,
        EntryFormat.NEW_PASSWORD_AGAIN,
    }
)
_ONE_KEY = frozenset({EntryFormat.KEY, EntryFormat.CALLBACK, EntryFormat.TEXT, EntryFormat.CONFIRMATION})
