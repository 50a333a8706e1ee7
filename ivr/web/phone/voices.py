"""Voices from microphones: frames of µ-law at 8000 samples a second (ITU-T G.711), and the files that they make."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import Final

RATE: Final = 8000

MOST_FRAMES: Final = 2 * RATE
"""Bytes that a page sends at once: two seconds."""

MOST_SECONDS: Final = 300
"""Of one recording; what comes after is not kept."""

LOUD: Final = 0x30
"""Of a sample's seven bits: about 1/64 of the loudest. A quiet room stays below."""

LOUD_SHARE: Final = 50
"""One sample of so many makes a frame loud."""

_MU_LAW: Final = 7
"""WAVE_FORMAT_MULAW, RFC 2361."""


def seconds_of(frames: bytes) -> float:
    """Return how long ``frames`` last."""
    return len(frames) / RATE


def is_loud(frames: bytes) -> bool:
    """Return whether a person can be heard in ``frames``."""
    # In µ-law a sample is written inverted, and its seven low bits grow with its loudness.
    loud = sum((~sample & 0x7F) >= LOUD for sample in frames)
    return loud * LOUD_SHARE > len(frames)


@dataclass(slots=True)
class VoiceTape:
    """A tape holds what is recorded just now, as the recording ``sid``."""

    sid: str
    _frames: bytearray = field(default_factory=bytearray, repr=False)

    def add(self, frames: bytes) -> None:
        """Record ``frames``."""
        self._frames += frames[: max(MOST_SECONDS * RATE - len(self._frames), 0)]

    def wav(self) -> bytes | None:
        """Return the recording as a WAV file; None where no microphone was heard."""
        return wav_of(bytes(self._frames)) if self._frames else None


def wav_of(frames: bytes) -> bytes:
    """Return ``frames`` as a WAV file of one channel."""
    form = struct.pack("<4sIHHIIHHH", b"fmt ", 18, _MU_LAW, 1, RATE, RATE, 1, 8, 0)
    fact = struct.pack("<4sII", b"fact", 4, len(frames))
    data = struct.pack("<4sI", b"data", len(frames)) + frames + b"\0" * (len(frames) % 2)
    body = b"WAVE" + form + fact + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body
