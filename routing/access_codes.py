"""The table of access codes routes a product's code by its longest known prefix, as telephone numbers are routed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from value_class import value_class
from wording import message

_PATTERN = re.compile(r"[NX]+(?:\.[NX]+)*")
_SIGN = {"N": "[0-9]", "X": "[0-9A-Z]", ".": "[.*]?"}
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""The key that carries each letter (ITU-T E.161)."""


@value_class
class CodeFormat:
    """The format of access codes is a pattern like ``NN.X.NNNN``, where ``N`` is a digit, ``X`` a digit or a letter
    (the series 9 and T), and a dot parts the groups.

    On the keypad a dot may be left out or keyed as ``*``, and a letter is keyed by the key that carries it: T by 8. A
    caller presses ``max_keys`` keys at most. Raises ValueError for any other pattern.
    """

    pattern: str

    def __post_init__(self) -> None:
        if not _PATTERN.fullmatch(self.pattern):
            raise ValueError(
                message(
                    "code-format-malformed",
                    "'{pattern}' is no format of access codes; write N for each digit, X where "
                    "letters may stand, and dots between groups, like NN.X.NNNN",
                    pattern=self.pattern,
                )
            )

    @property
    def max_keys(self) -> int:
        """Return the number of digits, letters and dots of a code, which a caller keys at most."""
        return len(self.pattern)

    def digits_of(self, keyed: str) -> str | None:
        """Return the keys of a whole code as keyed or heard, or None where ``keyed`` is not one.

        Spaces count for nothing; a dot or ``*`` may stand only where the format has a dot, a letter only where it has
        one.
        """
        said = "".join(keyed.split()).upper()
        found = re.fullmatch("".join(_SIGN[place] for place in self.pattern), said) if keyed.isascii() else None
        return _plain(said).translate(_KEYS) if found else None

    def prefix_of(self, text: str) -> str:
        """Return the keys of a code's beginning, as ops write it; ValueError where the format has none like it."""
        signs = _plain(text.upper())
        places = self.pattern.replace(".", "")
        begins = "".join(_SIGN[place] for place in places[: len(signs)])
        fits = 0 < len(signs) <= len(places) and signs.isascii() and re.fullmatch(begins, signs)
        if not fits or text.upper() not in (signs, self.written(signs)):
            raise ValueError(
                message(
                    "code-malformed",
                    "'{text}' is no beginning of an access code; the format is {pattern}",
                    text=text,
                    pattern=self.pattern,
                )
            )
        return signs.translate(_KEYS)

    def written(self, signs: str) -> str:
        """Return a code, or its beginning, with the dots of the format: ``051`` is ``05.1``."""
        left = iter(signs)
        shown = "".join("." if place == "." else next(left, "") for place in self.pattern)
        return shown.rstrip(".")


def _plain(code: str) -> str:
    return code.replace(".", "").replace("*", "")


@value_class
class Match:
    """A match is the longest known beginning of a code, as written, and the name that is listed with it."""

    code_prefix: str
    destination: str


@value_class
class AccessCodes:
    """The table of access codes maps beginnings of codes (``05.1.0001``, ``05.1``, ``05``) to names; ops own it.

    A name is that of a destination, or of what the menu makes one of: an area that support and consultancy
    share. Raises ValueError for a beginning that the format does not have, and for two that are keyed alike (05.T
    and 05.8), of which a telephone cannot tell one from the other.
    """

    format: CodeFormat
    entries: Mapping[str, str]
    _by_keys: Mapping[str, Match] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[str, Match] = {}
        for prefix, destination in self.entries.items():
            keys = self.format.prefix_of(prefix)
            written = self.format.written(_plain(prefix.upper()))
            other = table.get(keys)
            if other and other.code_prefix == written:
                raise ValueError(
                    message("code-twice", "the access code {written} is listed twice; delete one", written=written)
                )
            if other:
                raise ValueError(
                    message(
                        "codes-of-the-same-keys",
                        "the access codes {other} and {written} are the same keys; delete one",
                        other=other.code_prefix,
                        written=written,
                    )
                )
            table[keys] = Match(written, destination)
        object.__setattr__(self, "_by_keys", table)

    def match(self, keyed: str) -> Match | None:
        """Return the entry with the longest prefix of the code ``keyed``; None where it is no code or none fits."""
        keys = self.format.digits_of(keyed)
        if keys is None:
            return None
        lengths = range(len(keys), 0, -1)
        return next((found for length in lengths if (found := self._by_keys.get(keys[:length]))), None)
