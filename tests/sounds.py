"""Sound files for tests, made on the spot."""

from __future__ import annotations

import io
import wave

RATE = 8000


def wav(seconds: float) -> bytes:
    """Silence of that length, as a telephone records it: one channel, 8 bits, 8 kHz."""
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes(b"\x80" * int(seconds * RATE))
    return sound.getvalue()
