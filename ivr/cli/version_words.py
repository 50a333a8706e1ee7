"""Commands tell of versions in these words: whose a publication is and why, and which versions there are."""

from __future__ import annotations

from collections.abc import Iterable
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
    from ivr.call.publishing import going_back

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
