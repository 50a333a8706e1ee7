"""Days of the week as operators write them: ``seg-sex``, ``lun, mie``, ``mon-fri``, ``todos``."""

from __future__ import annotations

from typing import Final

from ivr.languages import LANGUAGES
from ivr.source.folding import fold
from routing.spans import DAY_NAMES, EVERY_DAY
from wording import message

_DAYS: Final = {
    name: day
    for language in LANGUAGES.values()
    for names in (language.writing.days, language.writing.short_days)
    for day, name in enumerate(names)
}
"""The number of each day from Monday, 0, by its names in the languages of the lines; no name means two days."""


def parse_days(text: str) -> frozenset[int]:
    """Read days of the week from words: ``seg-sex``, ``seg, qua``, ``sab-dom``, ``todos``; 0 is Monday.

    Short and long names in Portuguese, Spanish (``lun-vie``) and English (``mon-fri``) serve, with and without
    accents. Raises ValueError for any other word.
    """
    plain = fold(text)
    if plain == "todos":
        return EVERY_DAY
    days: set[int] = set()
    for part in plain.split(","):
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        days.update((begin + offset) % 7 for offset in range((end - begin) % 7 + 1))
    return frozenset(days)


def _day(word: str) -> int:
    name = word.strip()
    if name not in _DAYS:
        raise ValueError(
            message(
                "day-of-the-week-unknown",
                "'{name}' is no day of the week; write {known}, seg-sex or todos",
                name=name,
                known=", ".join(DAY_NAMES),
            )
        )
    return _DAYS[name]
