"""The sound of a media stream: µ-law of 8000 samples a second, cut into frames of 20 ms."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import Final

from ivr.mulaw import encode

RATE: Final = 8000

FRAME_SECONDS: Final = 0.02
FRAME_MS: Final = 20
FRAME_BYTES: Final = 160
"""A byte a sample."""

QUIET: Final = b"\xff"
"""A sample of silence."""

VOLUME: Final = 8000
"""Of a tone; 32767 is the loudest."""


def tone(seconds: float, hertz: float = 440.0) -> bytes:
    """Return a tone as µ-law."""
    samples = (round(VOLUME * math.sin(2 * math.pi * hertz * n / RATE)) for n in range(round(seconds * RATE)))
    return encode(b"".join(struct.pack("<h", sample) for sample in samples))


@lru_cache(maxsize=1)
def hum() -> bytes:
    """Return a frame of the quiet tone that stands for what the line says, since no voice is made; its waves fit into
    a frame, so that frames can be put together.
    """
    samples = (round(2000 * math.sin(2 * math.pi * 400 * n / RATE)) for n in range(FRAME_BYTES))
    return encode(b"".join(struct.pack("<h", sample) for sample in samples))


def padded(sound: bytes) -> bytes:
    """Return ``sound`` as a whole frame, with silence behind it."""
    return sound + QUIET * (FRAME_BYTES - len(sound))
