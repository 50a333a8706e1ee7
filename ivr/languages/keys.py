"""``KeyWords`` says how prompts tell callers to press a key, language by language.

Portuguese: "tecle 2", "digite o número dois", "aperte a tecla asterisco", "tecle 1 ou 2", "tecle jogo da velha".
Spanish: "marque 2", "oprima el número dos", "presione la tecla asterisco", "marque 1 o 2", "marque gato".
English: "press 2", "press the star key", "enter 1 or 2", "press pound".
A list says it once: "para RM, tecle 3; Datasul, 4; Logix, 5".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from ivr.source.folding import fold


@dataclass(frozen=True, eq=False)
class KeyWords:
    """The words of one language for pressing keys, as regular expressions over small letters without accents.

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

    @cached_property
    def _first_of_list(self) -> re.Pattern[str]:
        return re.compile(rf"\b({self._begin}){self._key}\s*;")

    @cached_property
    def _in_list(self) -> re.Pattern[str]:
        return re.compile(rf"(,\s*)({self._key}\s*)$")

    def in_full(self, text: str) -> str:
        """``text`` (small letters without accents) with the word for pressing before each key of a list, which says it
        once: of "para rm, tecle 3; datasul, 4" comes "para rm, tecle 3; datasul, tecle 4". A list goes on behind a
        full stop, which is how a voice makes a longer pause, where all of the next sentence is of it.
        """
        if ";" not in text:
            return text
        press, told = "", []
        for sentence in re.split(r"([.!?]+)", text):
            first = self._first_of_list.search(sentence)
            if first is not None:
                press = first[1]
                told.append(sentence[: first.end()] + self._listed(press, sentence[first.end() :]))
            elif press and all(map(self._in_list.search, sentence.split(";"))):
                told.append(self._listed(press, sentence))
            else:
                press = press if re.fullmatch(r"[.!?]*", sentence) else ""
                told.append(sentence)
        return "".join(told)

    def _listed(self, press: str, parts: str) -> str:
        return ";".join(self._in_list.sub(lambda key: f"{key[1]}{press}{key[2]}", part) for part in parts.split(";"))

    def _named(self, told: str) -> list[str]:
        return [self.names.get(each, each) for each in re.findall(self._key, told)]

    def sequences(self, text: str) -> list[tuple[int, int, str]]:
        """Keys that are pressed one after the other, as in "tecle 7 e depois 4": where that stands, and the keys."""
        found = self._sequence.finditer(text)
        return [(each.start(), each.end(), "".join(self._named(each[0]))) for each in found]

    def calls_again(self, before: str) -> bool:
        """Return whether what is told ``before`` keys sends the caller to another call, or back to the first menu."""
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
        text = self.in_full(text)
        short = self._short.findall(self.alone(text))
        told = (key for _, _, keys in self.places(text) for key in keys)
        return frozenset((*told, *(self.names.get(each, each) for each in short)))

    @lru_cache(maxsize=512)  # noqa: B019 - the words of a language live as long as the program
    def announced(self, text: str) -> frozenset[str]:
        """The keys that ``text`` tells callers to press."""
        return self.keys(fold(text))
