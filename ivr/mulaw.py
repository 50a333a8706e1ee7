"""µ-law as telephones speak it (ITU-T G.711): 16-bit samples as bytes of logarithmic loudness, and back.

Python had a module for it until 3.12, ``audioop``. Here are two tables, made from the standard's own steps.
"""

from __future__ import annotations

import sys
from array import array
from functools import lru_cache
from typing import Final

_BIAS: Final = 0x84
"""Added to a sample's size, so that each of the eight segments begins at a power of two."""

_MOST: Final = 0x7FFF
"""A louder sample, with the bias, is as loud as this."""


def encode(samples: bytes) -> bytes:
    """Return 16-bit samples, little-endian, as µ-law, a byte each. Raises ValueError for half a sample."""
    values = array("h")
    values.frombytes(samples)
    if sys.byteorder == "big":
        values.byteswap()
    table = _encoded()
    return bytes([table[value] for value in values])


def decode(sound: bytes) -> bytes:
    """Return µ-law as 16-bit samples, little-endian."""
    table = _decoded()
    values = array("h", [table[byte] for byte in sound])
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


@lru_cache(maxsize=1)
def _encoded() -> bytes:
    """The byte of each sample; that of a negative one stands at the end, where Python looks for index -1."""
    return bytes(_byte(sample) for sample in (*range(32768), *range(-32768, 0)))


@lru_cache(maxsize=1)
def _decoded() -> tuple[int, ...]:
    return tuple(map(_sample, range(256)))


def _byte(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    # The standard counts 14 bits, and the two that are less are taken off before the sign is.
    steps = sample >> 2
    size = min(4 * abs(steps) + _BIAS, _MOST)
    segment = size.bit_length() - 8
    step = (size >> (segment + 3)) & 0x0F
    return ~(sign | segment << 4 | step) & 0xFF


def _sample(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + _BIAS << (byte >> 4 & 0x07)) - _BIAS
    return -size if byte & 0x80 else size
