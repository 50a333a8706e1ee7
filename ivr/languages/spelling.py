"""A language spells a document with letters by words, since E and P, D and Z rhyme, and even count alike modulo 11."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from value_class import value_class

_GROUPS: Final[dict[int, tuple[int, ...]]] = {
    12: (3, 5, 7, 9, 12),
    13: (4, 6, 8, 10, 13),
    14: (2, 5, 8, 12, 14),
}
"""Where the groups end in which people write and say a CNPJ (14 places) and an RFC (12 or 13: name, date, the rest)."""


@value_class
class Spelling:
    """The words by which one language spells letters.

    ``words`` has a plain word for each letter from A to Z, which begins with it; ``as_in`` stands between the two.
    ``other_signs`` names what an RFC may hold besides: Ñ and &.
    """

    words: tuple[str, ...]
    as_in: str
    other_signs: Mapping[str, str]

    def spoken(self, number: str) -> str:
        """``1, 2; A de amor, B de bola, C de casa; ...``: sign by sign, a rest between the groups, each letter with a
        word.
        """
        signs = [self._sign(sign) for sign in number]
        ends = _GROUPS.get(len(number), (len(number),))
        return "; ".join(", ".join(signs[start:end]) for start, end in zip((0, *ends), ends, strict=False))

    def _sign(self, sign: str) -> str:
        if sign in self.other_signs:
            return self.other_signs[sign]
        return sign if sign.isdecimal() else f"{sign} {self.as_in} {self.words[ord(sign) - ord('A')]}"
