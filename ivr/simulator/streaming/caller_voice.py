"""The voice of a caller who speaks into a media stream: the studio's, where the extra ``voice`` is installed.

The studio stands above the simulator, which does without it: it is loaded by its name, as a plugin is.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable
from typing import Any, Final

from ivr.wav import read_wav
from wording import message

ENGINE: Final = "ivr.studio.speech_engine"
LANGUAGE: Final = "pt"

_RENDERED: Final[dict[tuple[str, str], bytes]] = {}
"""What was spoken in this process, by text and language: scripts are played again and again."""


class CallerVoiceError(Exception):
    """No voice speaks here; the text says why, and what to do."""


def spoken(text: str, language: str = LANGUAGE) -> bytes:
    """Return ``text`` as µ-law; raises CallerVoiceError where no voice is installed."""
    if (text, language) not in _RENDERED:
        render([text], language)
    return _RENDERED[text, language]


def render(texts: Iterable[str], language: str = LANGUAGE) -> None:
    """Have ``texts`` spoken, to be taken later: that takes seconds, which a stream had better not wait for."""
    studio: Any = importlib.import_module(ENGINE)
    if any(importlib.util.find_spec(name) is None for name in studio.NEEDED):
        raise CallerVoiceError(
            message(
                "no-voice-for-callers",
                "no voice is installed that could speak into a media stream; install the extra 'voice', or write"
                " say_wav: FILE or tone: SECONDS in place of speak",
            )
        )
    wanted = [text for text in dict.fromkeys(texts) if (text, language) not in _RENDERED]
    try:
        with studio.SpeechEngine(sys.executable) as engine:
            for text in wanted:
                _RENDERED[text, language] = read_wav(engine.speak(text, studio.VOICES[language])).samples
    except studio.StudioError as error:
        raise CallerVoiceError(str(error)) from None
