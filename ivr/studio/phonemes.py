"""``python phonemes.py`` is a process of its own that writes texts as phonemes, with the library of eSpeak NG.

That library is under the GPL, version 3: nothing of ours is loaded beside it, and this file imports nothing of ours.
Each line of standard input is a JSON object, ``{"text": "Bom dia.", "language": "pt-br"}``; each line of standard
output is the answer, ``{"phonemes": "..."}``. The signs are those that Kokoro was taught, as misaki writes them.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys

import espeakng_loader

_IPA_WITH_TIES = (ord("^") << 8) | 0x80 | 0x02
"""espeak_TextToPhonemes: IPA, with ``^`` between the two signs of one sound."""

_RETRIEVAL, _DONT_EXIT = 1, 0x8000
_UTF8 = 1

_ONE_SIGN = {
    "a^ɪ": "I", "a^ʊ": "W", "d^z": "ʣ", "d^ʒ": "ʤ", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "s^s": "S", "t^s": "ʦ",
    "t^ʃ": "ʧ", "ɔ^ɪ": "Y",
}  # fmt: skip
"""Sounds of two signs that have one of their own in Kokoro's alphabet."""

_PIECES = re.compile(r"[^.,;:!?]+|[.,;:!?]+")
_SWITCH = re.compile(r"\([a-z-]+\)")
"""Where a word is read as one of another language: ``(en)``."""

_LEFT_OUT = str.maketrans("", "", "^-\u0361\u200d")


def phonemes(library: ctypes.CDLL, text: str) -> str:
    """Return the sounds of ``text`` in the language that is set; its punctuation stays, since it is intonation."""
    sounds = []
    for piece in _PIECES.findall(text):
        if piece[0] in ".,;:!?":
            sounds.append(f"{piece.strip()} ")
        elif piece.strip():
            sounds.append(_words(library, piece.strip()))
    told = _SWITCH.sub("", "".join(sounds).strip())
    for signs, sign in sorted(_ONE_SIGN.items()):
        told = told.replace(signs, sign)
    return told.translate(_LEFT_OUT)


def _words(library: ctypes.CDLL, text: str) -> str:
    rest = ctypes.pointer(ctypes.c_char_p(text.encode()))
    sounds = []
    # The library reads a clause at a time, and moves the pointer on; NULL is the end.
    while rest.contents.value:
        sounds.append((library.espeak_TextToPhonemes(rest, _UTF8, _IPA_WITH_TIES) or b"").decode())
    return " ".join(sounds)


def main() -> None:
    """Answer until standard input ends."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    data = os.path.dirname(espeakng_loader.get_data_path())  # noqa: PTH120 - text for a library of C
    library.espeak_Initialize(_RETRIEVAL, 0, data.encode(), _DONT_EXIT)
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    for line in sys.stdin:
        asked = json.loads(line)
        library.espeak_SetVoiceByName(asked["language"].encode())
        print(json.dumps({"phonemes": phonemes(library, asked["text"])}), flush=True)


if __name__ == "__main__":
    main()
