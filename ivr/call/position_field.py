"""The metadata of a position's field say its key in JSON, who may know it, and how it is read out of an address.

Told beside the field, as its metadata; ``ivr.call.position`` makes its forms of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from value_class import value_class

Read = Callable[[object], object]
"""Takes a value out of an address. Raises KeyError, TypeError or ValueError for any other."""


@value_class
class PositionField:
    """``key``: its key in JSON, where that is not its name. ``read`` is there where an address may tell the field,
    ``late`` where addresses of an older release do not. ``identity``: it says who calls. ``stored``: the database has
    it. ``sparse``: it is stored and told only if there is something in it.
    """

    key: str | None = None
    read: Read | None = None
    late: bool = False
    identity: bool = False
    stored: bool = True
    sparse: bool = False


def in_address(
    read: Read,
    key: str | None = None,
    *,
    late: bool = False,
    identity: bool = False,
    stored: bool = True,
    sparse: bool = False,
) -> Mapping[str, PositionField]:
    """Fit for the address of a turn: it says nothing of who calls."""
    return {"position": PositionField(key, read, late, identity, stored, sparse)}


def identifying(key: str | None = None, *, sparse: bool = False) -> Mapping[str, PositionField]:
    """It says who calls. No address tells it, and a call that begins again keeps it."""
    return {"position": PositionField(key, identity=True, sparse=sparse)}


def database_only(*, sparse: bool = False) -> Mapping[str, PositionField]:
    """Only the database has it: a turn whose position its address tells goes without."""
    return {"position": PositionField(sparse=sparse)}


def word(value: object) -> str:
    """A text of no more than a name's length."""
    if not isinstance(value, str) or len(value) > 200:
        raise TypeError("not a word")
    return value


def count(value: object) -> int:
    """A whole number that a call may count to."""
    if type(value) is not int or not 0 <= value <= 1000:
        raise TypeError("not a count")
    return value


def flag(value: object) -> bool:
    """True for true alone."""
    return value is True


def moment(value: object) -> str:
    """An instant with its zone, in ISO form."""
    read = datetime.fromisoformat(word(value))
    if read.tzinfo is None:
        raise ValueError("a moment has a zone")
    return read.isoformat()


def by_word(read: Read) -> Read:
    """An object whose values are ``read``."""

    def read_all(values: object) -> dict[str, object]:
        if not isinstance(values, dict):
            raise TypeError("not an object")
        return {word(name): read(value) for name, value in values.items()}

    return read_all


def perhaps(read: Callable[[Any], object]) -> Read:
    """Null, or what is ``read``."""
    return lambda value: None if value is None else read(value)
