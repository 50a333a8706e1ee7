"""The words that a recogniser heard are made comparable, and documents spoken digit by digit are read."""

from __future__ import annotations

import re

from ivr.languages.language import Language
from ivr.source.folding import composed, fold_words

_WORD = re.compile(r"[0-9a-z]+")


def plain_words(text: str) -> str:
    """The folded words of ``text`` that a document may be told with: Latin letters and digits, parted by one space."""
    return " ".join(_WORD.findall(fold_words(text)))


def spoken_document(text: str, language: Language) -> str:
    """The characters of a document as it was said: digits and letters only, anything else left out.

    Takes figures (``11 222``), words (in Portuguese ``um um dois``, ``meia`` for six), letters by name (``bê``), and
    letters with a spelling word (``B de bola``), of which the word is dropped. A joiner that is a letter too (``e``,
    ``y``) is the letter only beside another single letter; between numbers it is the word that joins them.
    """
    words = plain_words(_with_phrases(composed(text), language)).split()
    heard: list[str] = []
    place = 0
    while place < len(words):
        word = words[place]
        letter = word.upper() if len(word) == 1 and word.isalpha() else language.dictation.letters.get(word)
        if letter and _is_spelt(words, place, language):
            heard.append(letter)
            place += 3
            continue
        if word == language.dictation.joiner and (len(word) > 1 or not _between_letters(words, place, language)):
            place += 1
            continue
        if word in language.dictation.digits:
            heard.append(language.dictation.digits[word])
        elif letter:
            heard.append(letter)
        elif word in language.dictation.punctuation:
            pass
        elif _has_digit(word) or _letters_between_figures(words, place):
            heard.append(word.upper())
        place += 1
    return "".join(heard)


def _with_phrases(text: str, language: Language) -> str:
    for said, meant in language.dictation.phrases.items():
        text = text.replace(said, meant)
    return text


def _is_spelt(words: list[str], place: int, language: Language) -> bool:
    """True for the letter of ``B de bola``: what follows is a word, and no sign of its own."""
    if place + 2 >= len(words) or words[place + 1] != language.spelling.as_in:
        return False
    word = words[place + 2]
    return len(word) > 1 and word not in language.dictation.letters and word not in language.dictation.digits


def _has_digit(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _letters_between_figures(words: list[str], place: int) -> bool:
    """True for a short word with figures on both sides: recognisers write ``12 ABC 345`` in groups."""
    inside = 0 < place < len(words) - 1
    return inside and len(words[place]) <= 4 and _has_digit(words[place - 1]) and _has_digit(words[place + 1])


def _between_letters(words: list[str], place: int, language: Language) -> bool:
    """True where the joiner stands beside another single letter, as in ``D E``."""
    beside = [words[near] for near in (place - 1, place + 1) if 0 <= near < len(words)]
    return any(
        (len(word) == 1 and word.isalpha()) or (word in language.dictation.letters and word != language.spelling.as_in)
        for word in beside
    )
