"""Reads a WAV file as the sound that a caller makes: µ-law of 8000 samples a second, in one channel."""

from __future__ import annotations

import struct
from array import array

from ivr.mulaw import encode
from ivr.simulator.streaming.frames import RATE
from ivr.wav import MU_LAW, PCM, read_wav
from wording import message


def read_caller_wav(file: bytes) -> bytes:
    """Return the sound of ``file``; raises ValueError where it is none that can be made into one of a telephone.

    µ-law is taken as it is, sample by sample. Of 16-bit sound the channels are put together, and of higher rates each
    few samples make one.
    """
    wav = read_wav(file)
    if (wav.encoding, wav.rate, wav.channels) == (MU_LAW, RATE, 1):
        return wav.samples
    if wav.encoding != PCM or wav.bits != 16 or wav.rate % RATE or not wav.channels:
        raise ValueError(
            message(
                "caller-wav-format",
                "is no sound of µ-law at 8000 samples a second, nor 16-bit PCM at a multiple of that; convert it, such"
                " as by: sox IN -r 8000 -c 1 -b 16 OUT.wav",
            )
        )
    group = wav.channels * (wav.rate // RATE)
    whole = len(wav.samples) // (2 * group) * (2 * group)
    values = array("h", struct.unpack(f"<{whole // 2}h", wav.samples[:whole]))
    means = (sum(values[at : at + group]) // group for at in range(0, len(values), group))
    return encode(struct.pack(f"<{len(values) // group}h", *means))
