"""WAV files and µ-law, against Python's own modules where they still have them."""

from __future__ import annotations

import io
import struct
import sys
import warnings
import wave
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.mulaw import decode, encode
from ivr.wav import A_LAW, MU_LAW, PCM, Wav, WavError, mu_law, read_wav
from tests.sounds import wav

SAMPLES = struct.pack("<65536h", *range(-32768, 32768))


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="Python has no µ-law any more")
def test_each_sample_is_the_byte_that_python_made_of_it() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import audioop
    assert encode(SAMPLES) == audioop.lin2ulaw(SAMPLES, 2)
    assert decode(bytes(range(256))) == audioop.ulaw2lin(bytes(range(256)), 2)


def test_silence_and_the_loudest_are_the_bytes_of_the_standard() -> None:
    assert encode(struct.pack("<4h", 0, -1, 32767, -32768)) == bytes([0xFF, 0x7E, 0x80, 0x00])
    assert decode(bytes([0xFF, 0x80, 0x00])) == struct.pack("<3h", 0, 32124, -32124)


def test_what_is_decoded_is_encoded_to_the_same_sound() -> None:
    assert decode(encode(decode(bytes(range(256))))) == decode(bytes(range(256)))


@given(st.binary(max_size=200), st.sampled_from([(PCM, 8), (PCM, 16), (A_LAW, 8), (MU_LAW, 8)]))
def test_a_sound_that_is_written_is_read_as_it_was(samples: bytes, form: tuple[int, int]) -> None:
    encoding, bits = form
    samples = samples[: len(samples) - len(samples) % (bits // 8)]
    sound = Wav(encoding, 8000, 1, bits, 8000 * bits // 8, len(samples), samples)
    assert read_wav(sound.written()) == sound


def test_pythons_own_wav_is_read_and_ours_is_read_by_python() -> None:
    sound = read_wav(wav(1.5))
    assert (sound.encoding, sound.rate, sound.channels, sound.bits, sound.seconds) == (PCM, 8000, 1, 8, 1.5)
    with wave.open(io.BytesIO(sound.written())) as file:
        assert (file.getframerate(), file.getnframes()) == (8000, 12000)


def test_chunks_of_others_are_passed_over() -> None:
    plain = mu_law(b"\xff" * 8).written()
    notes = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    assert read_wav(plain[:12] + notes + plain[12:] + notes) == read_wav(plain)


def test_a_sound_whose_end_is_missing_tells_how_long_it_is() -> None:
    assert read_wav(mu_law(b"\xff" * 16000).written()[:100]).seconds == 2.0


def test_an_extensible_format_is_the_one_that_it_extends() -> None:
    form = struct.pack("<HHIIHHHHIH14s", 0xFFFE, 1, 8000, 16000, 2, 16, 22, 16, 4, PCM, b"\0" * 14)
    body = b"WAVE" + b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", 4) + b"\0" * 4
    assert read_wav(b"RIFF" + struct.pack("<I", len(body)) + body).encoding == PCM


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "is no WAV file"),
        (b"ID3\x04", "is no WAV file"),
        (b"RIFF\0\0\0\0WAVE", "has no sound in it"),
        (b"RIFF\0\0\0\0WAVEfmt \x02\0\0\0ab", "is broken: its format is cut off"),
        (b"RIFF\0\0\0\0WAVEdata\0\0\0\0", "tells its samples before their format"),
    ],
)
def test_what_is_no_sound_says_so(file: bytes, why: str) -> None:
    with pytest.raises(WavError, match=f"^{why}$"):
        read_wav(file)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_sound_or_told_to_be_none(file: bytes) -> None:
    for begun in (file, b"RIFF\0\0\0\0WAVE" + file, mu_law(file).written()[: len(file)]):
        with suppress(WavError):
            assert read_wav(begun).seconds >= 0
