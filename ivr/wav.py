"""WAV files: what stands in the head of one, all of one, and one written anew.

Sources: "Multimedia Programming Interface and Data Specifications 1.0" (RIFF, WAVE), and Microsoft's "New Multimedia
Data Types" for the formats that are not PCM, which have a ``fact`` chunk and two bytes more in ``fmt``.
"""

from __future__ import annotations

import struct
from dataclasses import field
from typing import Final

from value_class import value_class
from wording import phrase

PCM: Final = 1
A_LAW: Final = 6
MU_LAW: Final = 7
_EXTENSIBLE: Final = 0xFFFE


class WavError(ValueError):
    """The bytes are no WAV file that can be played; the text says why, to stand behind the name of the file."""


@value_class
class Wav:
    """A sound: its ``encoding`` as WAV numbers it, samples a second, channels, bits a sample, bytes a second, and the
    bytes of its samples. ``declared`` is how many of these its head tells, whether or not they were all there.
    """

    encoding: int
    rate: int
    channels: int
    bits: int
    bytes_a_second: int
    declared: int
    samples: bytes = field(repr=False)

    @property
    def seconds(self) -> float:
        """Return how long it lasts, by its head; 0 for a head that tells no speed."""
        return self.declared / self.bytes_a_second if self.bytes_a_second else 0.0

    def written(self) -> bytes:
        """Return the file with nothing in it but the sound: equal sounds are equal bytes."""
        block = self.channels * self.bits // 8
        form = struct.pack("<HHIIHH", self.encoding, self.channels, self.rate, self.rate * block, block, self.bits)
        more = b""
        if self.encoding != PCM:
            form += struct.pack("<H", 0)
            more = _chunk(b"fact", struct.pack("<I", len(self.samples) // block if block else 0))
        body = b"WAVE" + _chunk(b"fmt ", form) + more + _chunk(b"data", self.samples)
        return b"RIFF" + struct.pack("<I", len(body)) + body


def mu_law(samples: bytes, rate: int = 8000) -> Wav:
    """Return the sound of one channel whose µ-law is ``samples``."""
    return Wav(MU_LAW, rate, 1, 8, rate, len(samples), samples)


def read_wav(file: bytes) -> Wav:
    """Return the sound in the WAV file ``file``, whose end may be missing. Raises WavError where it is none."""
    if file[:4] != b"RIFF" or file[8:12] != b"WAVE":
        raise WavError(phrase("is no WAV file"))
    form: tuple[int, int, int, int, int] | None = None
    at = 12
    while at + 8 <= len(file):
        name, size = file[at : at + 4], int.from_bytes(file[at + 4 : at + 8], "little")
        body = file[at + 8 : at + 8 + size]
        if name == b"fmt ":
            form = _form(body)
        elif name == b"data":
            if form is None:
                raise WavError(phrase("tells its samples before their format"))
            encoding, channels, rate, speed, bits = form
            return Wav(encoding, rate, channels, bits, speed, size, body)
        at += 8 + size + size % 2
    raise WavError(phrase("has no sound in it"))


def _form(body: bytes) -> tuple[int, int, int, int, int]:
    if len(body) < 16:
        raise WavError(phrase("is broken: its format is cut off"))
    encoding, channels, rate, speed, _, bits = struct.unpack_from("<HHIIHH", body)
    if encoding == _EXTENSIBLE and len(body) >= 26:
        (encoding,) = struct.unpack_from("<H", body, 24)
    return encoding, channels, rate, speed, bits


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
