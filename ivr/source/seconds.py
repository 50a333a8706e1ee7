"""``parse_seconds`` reads a number of seconds as people write it in a file."""

from __future__ import annotations

import re

from wording import message

LONGEST_SECONDS = 24 * 60 * 60
"""Twilio ends a call after four hours, and after a day where an account has asked for more."""


def parse_seconds(text: str) -> float:
    """Read seconds, whole or with a fraction."""
    if re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", text) and float(text) <= LONGEST_SECONDS:
        return float(text)
    raise ValueError(
        message(
            "seconds-malformed",
            "write seconds from 0 to {most}, such as 12 or 0.5, not '{text}'",
            most=LONGEST_SECONDS,
            text=text,
        )
    )
