"""An entry format says how the keys or words that answer a state are read, and what such an entry is worth."""

from __future__ import annotations

from enum import Enum


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

    @property
    def secret(self) -> bool:
        """True where it identifies or authenticates a person: it is never shown, logged or kept."""
        return self is EntryFormat.DOCUMENT or self is EntryFormat.PASSWORD or self is EntryFormat.STAFF

    @property
    def several(self) -> bool:
        """True where it is of several keys, ended by ``#``."""
        return self not in {EntryFormat.KEY, EntryFormat.CALLBACK, EntryFormat.TEXT}
