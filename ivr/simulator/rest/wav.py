"""Makes a recording's sound: a quiet tone of the right length, since no voice was recorded.

The vendor serves recordings as WAV, 8000 samples a second of 16 bits each, in one channel or in two.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator

RATE = 8000
SAMPLE_BYTES = 2
TONE = 400
"""Hertz; a whole number of waves fits into a second, so that seconds can be put together."""

VOLUME = 2000
"""Of 32767."""

HEADER_BYTES = 44


def size(seconds: float, channels: int = 1) -> int:
    """The bytes of a file that is ``seconds`` long."""
    return HEADER_BYTES + round(seconds * RATE) * SAMPLE_BYTES * channels


def wav(seconds: float, channels: int = 1) -> Iterator[bytes]:
    """The file, piece by piece; an hour would be 58 MB in one."""
    left = size(seconds, channels) - HEADER_BYTES
    frame = SAMPLE_BYTES * channels
    yield struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", HEADER_BYTES - 8 + left, b"WAVE",
        b"fmt ", 16, 1, channels, RATE, RATE * frame, frame, 8 * SAMPLE_BYTES,
        b"data", left,
    )  # fmt: skip
    waves = (round(VOLUME * math.sin(2 * math.pi * TONE * sample / RATE)) for sample in range(RATE))
    second = b"".join(struct.pack("<h", wave) * channels for wave in waves)
    while left:
        yield second[:left]
        left -= min(left, len(second))
