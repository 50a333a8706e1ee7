"""A recogniser of speech that users bring along: ``IVR_RECOGNISER=module:function`` names what hears words in a sound.

None is part of this project: their models are large, and which is good for a line its people know best. The function
is given a WAV file (µ-law, 8 kHz) as bytes, and returns the words.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Final

from ivr.wav import mu_law
from wording import message

VARIABLE: Final = "IVR_RECOGNISER"


class RecogniserError(Exception):
    """No recogniser hears words here; the text says why, and what to do."""


def recognised(sound: bytes) -> str:
    """Return the words in ``sound``, which is µ-law; raises RecogniserError where there is no recogniser."""
    named = os.environ.get(VARIABLE, "")
    if not named:
        raise RecogniserError(
            message(
                "no-recogniser",
                "'words' of a media stream need a recogniser, and none is named; set IVR_RECOGNISER=module:function, or"
                " take 'words' out",
            )
        )
    module, _, function = named.partition(":")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        hear = getattr(importlib.import_module(module), function or "recognise")
    except (ImportError, AttributeError, ValueError) as error:
        raise RecogniserError(
            message(
                "recogniser-missing",
                "IVR_RECOGNISER names {name}, which cannot be imported: {why}",
                name=named,
                why=str(error),
            )
        ) from None
    try:
        return str(hear(mu_law(sound).written()))
    except Exception as error:
        raise RecogniserError(
            message(
                "recogniser-failed",
                "the recogniser {name} failed: {why}",
                name=named,
                why=f"{type(error).__name__}: {error}",
            )
        ) from None
