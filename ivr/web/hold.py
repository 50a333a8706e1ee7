"""``/hold.wav`` is what a caller hears in a queue between two announcements, so that no line sounds dead.

Two soft notes and then quiet, made here once and played again and again. Every client may fetch it: it tells nothing,
is answered from memory, and the carrier keeps a copy of its own.
"""

from __future__ import annotations

import cmath
import math
import struct
from functools import lru_cache
from typing import Final

from flask import Blueprint, Response

PATH: Final = "/hold.wav"

SECONDS: Final = 5
"""How long it is: what is heard at most before a caller knows again that the line is alive."""

RATE: Final = 8000
"""Samples a second, as telephones have them."""

_NOTES: Final = ((0.0, 523.25), (0.45, 659.25))
"""When each begins, in seconds, and its pitch in Hz: C and E."""

_FADES: Final = 0.35
"""Seconds in which a note becomes a third as loud."""

_LOUDNESS: Final = 0.18
"""Of the loudest there is: a voice in the same ear has about three times as much."""


def hold() -> Blueprint:
    """Return the blueprint of the sound."""
    routes = Blueprint("hold", __name__)

    @routes.get(PATH)
    def sound() -> Response:
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(wav(), 200, headers=headers, content_type="audio/wav")

    return routes


@lru_cache(maxsize=1)
def wav() -> bytes:
    """Return the sound as a WAV file of one channel and 16 bits."""
    samples = struct.pack(f"<{SECONDS * RATE}h", *[round(32767 * _LOUDNESS * each) for each in _loudness()])
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, 2 * RATE, 2, 16)
    data = struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data


def _loudness() -> list[float]:
    """Each sample of both notes: a number that turns in the plane of complex ones, and becomes smaller."""
    loudness = [0.0] * (SECONDS * RATE)
    for begins, pitch in _NOTES:
        turn = cmath.exp(complex(-1 / _FADES, 2 * math.pi * pitch) / RATE)
        wave = complex(1)
        # It rises within 10 ms, since a sudden beginning clicks.
        rise = RATE // 100
        for since, at in enumerate(range(round(begins * RATE), len(loudness))):
            loudness[at] += wave.imag * since / rise if since < rise else wave.imag
            wave *= turn
    return loudness
