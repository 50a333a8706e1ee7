"""A CNPJ with letters, said so that nobody mistakes one: E and P, D and Z rhyme, and even count alike modulo 11."""

from __future__ import annotations

from typing import Final

from ivr.call.spoken import language_of

_GROUPS: Final = (2, 5, 8, 12, 14)
"""Where the groups end in which people write and say a CNPJ."""

# fmt: off
WORDS: Final = {
    "pt": (
        "amor", "bola", "casa", "dado", "escola", "faca", "gato", "hotel", "igreja", "janela", "kiwi", "lua", "macaco",
        "navio", "ovo", "pato", "queijo", "rato", "sapo", "tatu", "uva", "vaca", "web", "xadrez", "yoga", "zebra",
    ),
    "es": (
        "amor", "burro", "casa", "dado", "escuela", "foca", "gato", "hotel", "iglesia", "jarra", "kilo", "luna", "mesa",
        "nube", "oso", "perro", "queso", "rana", "sol", "taza", "uva", "vaca", "web", "xilófono", "yate", "zapato",
    ),
    "en": (
        "apple", "book", "cat", "dog", "egg", "fish", "green", "house", "ink", "jam", "king", "lemon", "moon", "nose",
        "orange", "paper", "queen", "river", "sun", "tree", "uncle", "violin", "water", "x-ray", "yellow", "zebra",
    ),
}
# fmt: on
"""A plain word for each letter from A to Z, which begins with it."""


def spelled(number: str, language: str) -> str:
    """``1, 2; A de amor, B de bola, C de casa; ...``: sign by sign, a rest between the groups, each letter with a word
    of ``language`` (``pt-BR``).
    """
    words, joined = WORDS[language.partition("-")[0]], language_of(language).spelling
    signs = [sign if sign.isdecimal() else f"{sign} {joined} {words[ord(sign) - ord('A')]}" for sign in number]
    starts = (0, *_GROUPS)
    return "; ".join(", ".join(signs[start:end]) for start, end in zip(starts, _GROUPS, strict=False))
