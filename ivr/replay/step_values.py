"""``parse_keys`` and its like read the values that steps of a call script have; each ValueError is a message."""

from __future__ import annotations

import re

from wording import message

FILL_IN = "<fill in>"
"""What a recorded script holds in place of keys and words that were secret."""

_TO_FILL_IN = message(
    "secret-to-fill-in",
    "still to be filled in: what went into a secret field was not recorded; write what the caller gives",
)


def parse_keys(text: str) -> str:
    """Return ``text`` where a keypad has every key. The message does not repeat it: it may be a password."""
    if re.fullmatch(r"[0-9*#]+", text):
        return text
    if text == FILL_IN:
        raise ValueError(_TO_FILL_IN)
    raise ValueError(message("keys-malformed", "write keys that a keypad has: 0-9, * and #, quoted"))


def parse_regex(text: str) -> re.Pattern[str]:
    """Return the pattern that ``text`` is."""
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(
            message("regex-malformed", "'{text}' is no regular expression: {why}", text=text, why=str(error))
        ) from None


def parse_words(text: str) -> str:
    """Return what is said, where it was not left to be filled in."""
    if text == FILL_IN:
        raise ValueError(_TO_FILL_IN)
    return text


def parse_confidence(text: str) -> float:
    """Read how sure a recogniser is, from 0 to 1."""
    if re.fullmatch(r"(0(\.[0-9]+)?|1(\.0+)?)", text):
        return float(text)
    raise ValueError(
        message("confidence-malformed", "write a number from 0 to 1, such as 0.87, not '{text}'", text=text)
    )
