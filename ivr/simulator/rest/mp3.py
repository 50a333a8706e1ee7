"""Makes a recording's sound as MP3: silence of the right length, since no voice was recorded.

MPEG-2 Layer III, mono, 24 kHz, 32 kbit/s: each frame has 96 bytes, lasts 24 ms, and holds no sound where all behind its
header is zero (ISO/IEC 13818-3).
"""

from __future__ import annotations

import math
from collections.abc import Iterator

FRAME_SECONDS = 0.024
FRAME = bytes((0xFF, 0xF3, 0x44, 0xC4)) + bytes(92)

_TOGETHER = 1000
"""Frames that are handed out in one piece."""


def size(seconds: float) -> int:
    """The bytes of a file that is ``seconds`` long."""
    return math.ceil(seconds / FRAME_SECONDS) * len(FRAME)


def mp3(seconds: float) -> Iterator[bytes]:
    """The file, piece by piece."""
    left = size(seconds) // len(FRAME)
    while left:
        yield FRAME * min(left, _TOGETHER)
        left -= min(left, _TOGETHER)
