"""How prompts tell callers to press a key, language by language.

Portuguese: "tecle 2", "digite o número dois", "aperte a tecla asterisco", "tecle 1 ou 2", "tecle jogo da velha".
Spanish: "marque 2", "oprima el número dos", "presione la tecla asterisco", "marque 1 o 2", "marque gato".
English: "press 2", "press the star key", "enter 1 or 2", "press pound".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from ivr.source.folding import fold


@dataclass(frozen=True)
class SpokenKeys:
    """The words of one language, as regular expressions over small letters without accents.

    ``press`` and perhaps ``noun`` begin an announcement, ``join`` parts two keys of one, ``then`` keys that are pressed
    one after the other. ``other`` behind an announcement shows that no key was meant: a count of digits, or keys to be
    pressed in another call. ``again`` sends callers to another call, or to the first menu. ``acts`` are what a key
    itself does in the short form: "9 repete, 0 chama alguém e asterisco volta".
    """

    press: str
    noun: str
    join: str
    other: str
    acts: str
    then: str
    again: str
    names: Mapping[str, str]

    @cached_property
    def _key(self) -> str:
        name = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        return rf"(?:[0-9*#]|(?:{name})\b)(?![0-9])"

    @cached_property
    def _begin(self) -> str:
        return rf"(?:{self.press})\s+(?:(?:{self.noun})\s+)?"

    @cached_property
    def _sequence(self) -> re.Pattern[str]:
        more = rf"(?:\s*,?\s*(?:{self.then})\s*,?\s+(?:{self._begin}|(?:{self.noun})\s+)?{self._key})+"
        return re.compile(rf"\b{self._begin}{self._key}{more}")

    @cached_property
    def _announcement(self) -> re.Pattern[str]:
        return re.compile(rf"\b{self._begin}({self._key}(?:{self.join}{self._key})*)(?!{self.other})")

    @cached_property
    def _short(self) -> re.Pattern[str]:
        return re.compile(rf"\b({self._key})\s+(?:{self.acts})\b")

    def _named(self, told: str) -> list[str]:
        return [self.names.get(each, each) for each in re.findall(self._key, told)]

    def sequences(self, text: str) -> list[tuple[int, int, str]]:
        """Keys that are pressed one after the other, as in "tecle 7 e depois 4": where that stands, and the keys."""
        found = self._sequence.finditer(text)
        return [(each.start(), each.end(), "".join(self._named(each[0]))) for each in found]

    def calls_again(self, before: str) -> bool:
        """Whether what is told ``before`` keys sends the caller to another call, or back to the first menu."""
        return bool(re.search(rf"\b(?:{self.again})\b", before))

    def alone(self, text: str) -> str:
        """``text`` with blanks in place of sequences: they belong to another call, or to other menus."""
        for start, end, _ in self.sequences(text):
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        return text

    def places(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """Each announcement of ``text``: where it begins and ends, and its keys."""
        found = self._announcement.finditer(self.alone(text))
        return [(each.start(), each.end(), tuple(self._named(each[1]))) for each in found]

    def keys(self, text: str) -> frozenset[str]:
        """Every key that ``text``, in small letters without accents, tells to press."""
        short = self._short.findall(self.alone(text))
        told = (key for _, _, keys in self.places(text) for key in keys)
        return frozenset((*told, *(self.names.get(each, each) for each in short)))


LANGUAGES: Final = {
    "pt": SpokenKeys(
        press=r"(?:tecl(?:e|ar|ando)|digit(?:e|ar|ando)|apert(?:e|ar|ando)|pression(?:e|ar|ando)|disque|discar"
        r"|(?:escolha|selecione)(?=\s+(?:a\s+)?(?:opcao|tecla)\b))",
        noun=r"(?:[ao]\s+)?(?:tecla|numero|opcao)|[ao]",
        join=r"(?:\s*,\s*(?:ou\s+|e\s+)?|\s+ou\s+|\s+e\s+)(?:[ao]\s+)?",
        other=r"\s+e\s+depois|\s*,\s*depois|\s+(?:numeros?|digitos?|algarismos?|caracteres|vez|vezes)\b"
        r"|(?<=\bum)\s+(?!para\b|ou\b|e\b|ao\b|se\b)[a-z]",  # "digite um código" announces no key
        acts=r"repete|chama|volta",
        then=r"(?:e\s*,?\s+)?(?:logo\s+|so\s+)?(?:depois|em seguida|entao|a seguir)",
        again=r"ligue|ligando|(?:torne|volte) a ligar|lig(?:ar|acao) (?:de novo|novamente|outra vez)"
        r"|(?:outra|proxima|nova) ligacao|menu (?:principal|inicial)|primeiro menu",
        names={
            "zero": "0", "um": "1", "dois": "2", "tres": "3", "quatro": "4", "cinco": "5", "seis": "6", "meia": "6",
            "sete": "7", "oito": "8", "nove": "9", "asterisco": "*", "estrela": "*", "jogo da velha": "#",
            "cerquilha": "#", "sustenido": "#", "hashtag": "#",
        },
    ),
    "es": SpokenKeys(
        press=r"(?:mar(?:que|car|cando)|oprim(?:a|ir)|presion(?:e|ar)|pulse|pulsar|tecle(?:e|ar)|digit(?:e|ar)"
        r"|(?:elija|seleccione)(?=\s+(?:la\s+)?(?:opcion|tecla)\b))",
        noun=r"(?:el\s+|la\s+)?(?:numero|tecla|opcion)|el|la",
        join=r"(?:\s*,\s*(?:o\s+|y\s+)?|\s+o\s+|\s+y\s+)(?:el\s+|la\s+)?",
        other=r"\s+y\s+(?:luego|despues)|\s*,\s*(?:luego|despues)"
        r"|\s+(?:numeros?|digitos?|cifras?|caracteres|vez|veces)\b"
        r"|(?<=\bun)\s+(?!para\b|o\b|y\b|si\b)[a-z]",  # "marque un código" announces no key
        acts=r"repite|llama|regresa|vuelve",
        then=r"(?:y\s*,?\s+)?(?:luego|despues|enseguida|en seguida|a continuacion)",
        again=r"llame|llamando|(?:vuelva|volver) a llamar|llamar (?:de nuevo|otra vez|nuevamente)"
        r"|(?:otra|proxima|nueva) llamada|menu (?:principal|inicial)|primer menu",
        names={
            "cero": "0", "uno": "1", "un": "1", "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6",
            "siete": "7", "ocho": "8", "nueve": "9", "asterisco": "*", "estrella": "*", "gato": "#", "numeral": "#",
            "almohadilla": "#", "signo de numero": "#",
        },
    ),
    "en": SpokenKeys(
        press=r"(?:press(?:ing)?|dial|enter|hit|(?:choose|select)(?=\s+option\b))",
        noun=r"(?:the\s+)?(?:key|number|option)|the",
        join=r"(?:\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+)(?:the\s+)?",
        other=r"\s+and\s+then|\s*,\s*then|\s+(?:numbers?|digits?|characters?|times?)\b",
        acts=r"repeats|calls|goes back",
        then=r"(?:and\s+)?(?:then|after that)|followed by",
        again=r"call (?:us )?(?:again|back|at|on)|calling|(?:next|another) call|(?:main|first) menu",
        names={
            "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
            "eight": "8", "nine": "9", "star": "*", "asterisk": "*", "pound": "#", "hash": "#",
        },
    ),
}  # fmt: skip
"""By the first part of a language's code; these are the languages that a line may have."""


@lru_cache(maxsize=512)
def announced_keys(text: str, language: str) -> frozenset[str] | None:
    """The keys that ``text`` tells callers to press; None where the language is not known."""
    words = LANGUAGES.get(language.partition("-")[0])
    if words is None:
        return None
    return words.keys(fold(text))
