"""Commands and pages tell of versions in these words: whose a publication is and why, and which versions there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from wording import Message, message, phrase

if TYPE_CHECKING:
    from data.versions import Publication


def who_of(each: Publication) -> str:
    """Return who published it; a server that did so at its first start is told in the user's language."""
    from data.versions import FIRST

    return phrase("first start") if each.who == FIRST else each.who or "-"


def why_of(each: Publication) -> str:
    """Return why, as it was written; the line's own words are told in the user's language."""
    from data.versions import FIRST

    if each.why == FIRST:
        return phrase("first start")
    return phrase("back to version {number}", number=each.number) if each.why == going_back(each.number) else each.why


def nothing_published_among(line: str, known: Iterable[str]) -> Message:
    """Return that ``line`` has no version, with the lines that have some."""
    return message(
        "no-version-among-lines",
        "nothing of a line '{line}' is published (of these lines something is: {known})",
        line=line,
        known=", ".join(known) or phrase("of none yet: ivr serve publishes what it starts with"),
    )


def going_back(number: int) -> str:
    """Return what is stored as the reason where a version is gone back to and none is given."""
    return f"back to version {number}"


def nothing_published(line: str) -> Message:
    """Return that ``line`` has no version."""
    return message(
        "no-version-of-the-line",
        "nothing of a line '{line}' is published; ivr versions tells of which lines something is",
        line=line,
    )


def no_version(line: str, number: int, known: Sequence[int]) -> Message:
    """Return that ``line`` has no version ``number``, with those that it has."""
    return message(
        "no-such-version",
        "{line} has no version {number} (there are {known})",
        line=line,
        number=number,
        known=", ".join(map(str, sorted(known))),
    )
