"""What a recogniser heard, made comparable; and documents spoken digit by digit, in Portuguese."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WORD = re.compile(r"[0-9a-z]+")

_DIGITS: Final = {
    "zero": "0", "um": "1", "uma": "1", "dois": "2", "duas": "2", "tres": "3", "quatro": "4", "cinco": "5",
    "seis": "6", "meia": "6", "sete": "7", "oito": "8", "nove": "9",
}  # fmt: skip

_LETTERS: Final = {
    "be": "B", "ce": "C", "de": "D", "efe": "F", "ge": "G", "aga": "H", "jota": "J", "ka": "K", "ca": "K", "ele": "L",
    "eme": "M", "ene": "N", "pe": "P", "que": "Q", "erre": "R", "esse": "S", "te": "T", "ve": "V", "dablio": "W",
    "xis": "X", "ipsilon": "Y", "ze": "Z",
}  # fmt: skip
"""How letters are called; the vowels are called as they are written."""

_PUNCTUATION: Final = {"ponto", "barra", "traco", "hifen", "e"}


def plain_words(text: str) -> str:
    """Small letters without accents, words parted by one space."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return " ".join(_WORD.findall("".join(letter for letter in decomposed if not unicodedata.combining(letter))))


def spoken_document(text: str) -> str:
    """The characters of a document as it was said: digits and letters only, anything else left out.

    Takes figures (``11 222``), words (``um um dois``, ``meia`` for six), letters by name (``bê``), and letters with a
    spelling word (``B de bola``), of which the word is dropped. A lone ``e`` is the letter only beside another single
    letter; between numbers it is the word that joins them.
    """
    words = plain_words(text.casefold().replace("dê", "d")).split()
    heard: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        spelt = place + 2 < len(words) and words[place + 1] == "de" and len(words[place + 2]) > 1
        letter = word.upper() if len(word) == 1 and word.isalpha() else _LETTERS.get(word)
        if letter and spelt and words[place + 2] not in _LETTERS and words[place + 2] not in _DIGITS:
            heard.append(letter)
            place += 3
            continue
        if word == "e" and not _between_letters(words, place):
            place += 1
            continue
        if word in _DIGITS:
            heard.append(_DIGITS[word])
        elif letter:
            heard.append(letter)
        elif word not in _PUNCTUATION and (_has_digit(word) or _letters_between_figures(words, place)):
            heard.append(word.upper())
        place += 1
    return "".join(heard)


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _letters_between_figures(words: list[str], place: int) -> bool:
    """True for a short word with figures on both sides: recognisers write ``12 ABC 345`` in groups."""
    inside = 0 < place < len(words) - 1
    return inside and len(words[place]) <= 4 and _has_digit(words[place - 1]) and _has_digit(words[place + 1])


def _between_letters(words: list[str], place: int) -> bool:
    """True where an ``e`` stands beside another single letter, as in ``D E``."""
    beside = [words[near] for near in (place - 1, place + 1) if 0 <= near < len(words)]
    return any((len(word) == 1 and word.isalpha()) or (word in _LETTERS and word != "de") for word in beside)
