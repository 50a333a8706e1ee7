"""How long things take on the telephone, where the document does not say."""

from __future__ import annotations

CHARACTERS_PER_SECOND = 15.0
"""Synthetic Portuguese at the usual pace: about 150 words of 6 characters a minute."""

RECORDING_SECONDS = 5.0
"""The length that any audio file is taken to have: files are not fetched."""

TONE_SECONDS = 0.25
"""One key played to the line, with its gap."""

WAIT_SECONDS = 0.5
"""The ``w`` in a string of tones."""


def spoken(text: str) -> float:
    """Seconds that it takes to say ``text``."""
    return len(text) / CHARACTERS_PER_SECOND


def tones(digits: str) -> float:
    """Seconds that it takes to play ``digits``; ``w`` waits half a second, ``W`` a whole one."""
    waits = {"w": WAIT_SECONDS, "W": 2 * WAIT_SECONDS}
    return sum(waits.get(key, TONE_SECONDS) for key in digits)
