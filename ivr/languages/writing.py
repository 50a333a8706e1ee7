"""``Writing`` has what operators write in their own language into a line's files, and careless programs into a log."""

from __future__ import annotations

from collections.abc import Mapping

from value_class import value_class


@value_class
class Writing:
    """The written words of one language, folded (small letters without accents).

    ``days`` are the names of the days of the week from Monday, ``short_days`` their usual abbreviations. ``always`` is
    what people write for a destination that never closes, and ``sections`` what they call the sections of a line's
    files, each with the section that is meant: neither is taken, and each brings a hint. ``secrets`` are words behind
    which a password stands.
    """

    days: tuple[str, str, str, str, str, str, str]
    short_days: tuple[str, str, str, str, str, str, str]
    always: frozenset[str]
    sections: Mapping[str, str]
    secrets: frozenset[str]
