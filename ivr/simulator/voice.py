"""Reckons how long speech, tones and sounds take on the telephone."""

from __future__ import annotations

from functools import lru_cache

from ivr.wav import WavError, read_wav

CHARACTERS_PER_SECOND = 15.0
"""Synthetic Portuguese at the usual pace: about 150 words of 6 characters a minute; so too where no rate is known."""

PACES = {"de": 14.0, "en": 15.0, "es": 16.5, "fr": 15.5, "it": 16.0, "ja": 7.0, "ko": 7.5, "pt": 15.0, "zh": 4.5}
"""Characters a second by language: one character of Chinese holds a syllable, and is slower to say than a letter."""

RECORDING_SECONDS = 5.0
"""The length that a sound file is taken to have where it cannot be measured."""

SOUNDS = frozenset(
    f"audio/{kind}"
    for kind in ("mpeg", "mp3", "wav", "wave", "x-wav", "aiff", "x-aiff", "x-aifc", "gsm", "x-gsm", "ulaw", "basic")
)
"""Content types that the vendor plays."""

TONE_SECONDS = 0.25
"""One key played to the line, with its gap."""

WAIT_SECONDS = 0.5
"""The ``w`` in a string of tones."""


def spoken(text: str, language: str | None = None) -> float:
    """Seconds that it takes to say ``text`` in ``language`` (such as pt-BR)."""
    return len(text) / PACES.get((language or "")[:2].lower(), CHARACTERS_PER_SECOND)


@lru_cache(maxsize=256)
def is_sound(content_type: str) -> bool:
    """Return whether the media type is one that the vendor plays."""
    return content_type.partition(";")[0].strip().lower() in SOUNDS


@lru_cache(maxsize=1024)
def length(sound: bytes) -> float | None:
    """Seconds that the WAV file ``sound`` lasts, by its header; None where it is none."""
    try:
        return read_wav(sound).seconds or None
    except WavError:
        return None


def tones(digits: str) -> float:
    """Seconds that it takes to play ``digits``; ``w`` waits half a second, ``W`` a whole one."""
    waits = {"w": WAIT_SECONDS, "W": 2 * WAIT_SECONDS}
    return sum(waits.get(key, TONE_SECONDS) for key in digits)
