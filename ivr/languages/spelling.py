"""A document with letters, said so that nobody mistakes one: E and P, D and Z rhyme, and even count alike modulo 11."""

from __future__ import annotations

from typing import Final

from ivr.languages import language_of

_GROUPS: Final[dict[int, tuple[int, ...]]] = {
    12: (3, 5, 7, 9, 12),
    13: (4, 6, 8, 10, 13),
    14: (2, 5, 8, 12, 14),
}
"""Where the groups end in which people write and say a CNPJ (14 places) and an RFC (12 or 13: name, date, the rest)."""

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

OTHER_SIGNS: Final = {
    "Ñ": {"pt": "N com til", "es": "Ñ de ñandú", "en": "N with tilde"},
    "&": {"pt": "e comercial", "es": "signo y", "en": "ampersand"},
}
"""What an RFC may hold besides."""


def spelled(number: str, language: str) -> str:
    """``1, 2; A de amor, B de bola, C de casa; ...``: sign by sign, a rest between the groups, each letter with a word
    of ``language`` (``pt-BR``).
    """
    signs = [_sign(sign, language) for sign in number]
    ends = _GROUPS.get(len(number), (len(number),))
    return "; ".join(", ".join(signs[start:end]) for start, end in zip((0, *ends), ends, strict=False))


def _sign(sign: str, language: str) -> str:
    code = language.partition("-")[0]
    if sign in OTHER_SIGNS:
        return OTHER_SIGNS[sign][code]
    return sign if sign.isdecimal() else f"{sign} {language_of(language).spelling} {WORDS[code][ord(sign) - ord('A')]}"
