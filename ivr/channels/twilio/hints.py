"""Hints are the words that Twilio's recogniser is told to listen for; no longer ones than it takes, none cut in two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics

MAX_HINT: Final = 100
"""Characters of one hint (Twilio, error 13330)."""

MAX_HINTS_LENGTH: Final = 1000
"""Characters of all hints of one gather: more than the recogniser takes are left out, the last ones first."""


def check_hints(line: Line, diagnostics: Diagnostics) -> None:
    """Tell each word of a state that is longer than a hint may be."""
    words = (word for node in line.states.values() for words in node.key_words.values() for word in words)
    for word in words:
        if len(word) > MAX_HINT:
            told = message(
                "speech-word-too-long",
                "{length} characters are too many for a word of 'speech'; {most} are the most",
                length=len(word),
                most=MAX_HINT,
            )
            diagnostics.error(word.mark, told)


def joined(hints: Sequence[str]) -> str:
    """Join hints up to the length that the recogniser takes, none of them cut in two."""
    text = ""
    for hint in hints:
        longer = f"{text}, {hint}" if text else hint
        if len(longer) > MAX_HINTS_LENGTH:
            break
        text = longer
    return text
