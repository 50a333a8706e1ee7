"""How prompts tell callers to press a key, language by language.

pt-BR: "tecle 2", "digite o número dois", "aperte a tecla asterisco", "tecle 1 ou 2", "tecle jogo da velha".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class SpokenKeys:
    """The words of one language, as regular expressions over small letters without accents.

    ``press`` begins an announcement, ``join`` parts two keys of one announcement, ``other`` after it shows that no key
    was meant: a count of digits, or keys to be pressed one after the other in another call.
    """

    press: str
    join: str
    other: str
    names: Mapping[str, str]

    def keys(self, text: str) -> frozenset[str]:
        """Every key that ``text``, in small letters without accents, tells to press."""
        name = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        key = rf"(?:[0-9*#]|(?:{name})\b)(?![0-9])"
        announcement = re.compile(rf"\b(?:{self.press})\s+({key}(?:{self.join}{key})*)(?!{self.other})")
        found = (re.findall(key, told) for told in announcement.findall(text))
        return frozenset(self.names.get(each, each) for told in found for each in told)


LANGUAGES: Final = {
    "pt-BR": SpokenKeys(
        press=r"(?:tecle|digite|aperte|pressione|disque)(?:\s+(?:[ao]|a tecla|o numero|a opcao))?",
        join=r"(?:\s*,\s*(?:ou\s+|e\s+)?|\s+ou\s+|\s+e\s+)(?:[ao]\s+)?",
        other=r"\s+e\s+depois|\s*,\s*depois|\s+(?:numeros?|digitos?|algarismos?|caracteres|vez|vezes)\b"
        r"|(?<=\bum)\s+(?!para\b|ou\b|e\b|ao\b|se\b)[a-z]",  # "digite um código" announces no key
        names={
            "zero": "0", "um": "1", "dois": "2", "tres": "3", "quatro": "4", "cinco": "5", "seis": "6", "meia": "6",
            "sete": "7", "oito": "8", "nove": "9", "asterisco": "*", "estrela": "*", "jogo da velha": "#",
            "cerquilha": "#", "sustenido": "#", "hashtag": "#",
        },
    ),
}  # fmt: skip


def announced_keys(text: str, language: str) -> frozenset[str] | None:
    """The keys that ``text`` tells callers to press; None where the language is not known."""
    words = LANGUAGES.get(language)
    if words is None:
        return None
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return words.keys("".join(letter for letter in decomposed if not unicodedata.combining(letter)))
