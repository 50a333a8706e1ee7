"""Product access codes: where a code leads, by its longest known beginning, as telephone numbers do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_PATTERN = re.compile(r"N+(?:\.N+)*")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class CodeFormat:
    """How a code is written: ``NN.N.NNNN``, where ``N`` is a digit and a dot parts the groups.

    On the keypad a dot may be left out or keyed as ``*``: a caller presses ``min_keys`` to ``max_keys`` keys.
    Raises ValueError for any other pattern.
    """

    pattern: str

    def __post_init__(self) -> None:
        if not _PATTERN.fullmatch(self.pattern):
            raise ValueError(
                f"'{self.pattern}' is no format of access codes;"
                f" write N for each digit and dots between groups, like NN.N.NNNN"
            )

    @property
    def min_keys(self) -> int:
        """Digits of a code."""
        return self.pattern.count("N")

    @property
    def max_keys(self) -> int:
        """Digits and dots of a code."""
        return len(self.pattern)

    def digits_of(self, keyed: str) -> str | None:
        """The digits of a whole code as keyed or heard, or None where it is not one.

        Spaces count for nothing; a dot or ``*`` may stand only where the format has a dot.
        """
        found = re.fullmatch(self.pattern.replace(".", "[.*]?").replace("N", "[0-9]"), "".join(keyed.split()))
        return "".join(_DIGITS.findall(found[0])) if found else None

    def prefix_of(self, text: str) -> str:
        """The digits of a code's beginning, as ops write it; ValueError where the format has none like it."""
        digits = text.replace(".", "")
        if not _DIGITS.fullmatch(digits) or len(digits) > self.min_keys or text not in (digits, self.written(digits)):
            raise ValueError(f"'{text}' is no beginning of an access code; the format is {self.pattern}")
        return digits

    def written(self, digits: str) -> str:
        """A code, or its beginning, with the dots of the format: ``051`` is ``05.1``."""
        left = iter(digits)
        shown = "".join("." if place == "." else next(left, "") for place in self.pattern)
        return shown.rstrip(".")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a code leads: its longest known beginning, as written, and the name that is listed with it."""

    code_prefix: str
    destination: str


@dataclass(frozen=True, slots=True)
class AccessCodes:
    """The table that ops own: beginnings of codes (``05.1.0001``, ``05.1``, ``05``) to names.

    A name is that of a destination, or of what the menu makes one of: an area that support and consultancy
    share. Raises ValueError for a beginning that the format does not have, and for one that is listed twice.
    """

    format: CodeFormat
    entries: Mapping[str, str]
    _by_digits: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        table: dict[str, str] = {}
        for prefix, destination in self.entries.items():
            digits = self.format.prefix_of(prefix)
            if digits in table:
                raise ValueError(f"the access code {self.format.written(digits)} is listed twice; delete one")
            table[digits] = destination
        object.__setattr__(self, "_by_digits", table)

    def match(self, keyed: str) -> Match | None:
        """Where the code leads that was keyed; None where it is no code or no beginning of it is known."""
        digits = self.format.digits_of(keyed)
        if digits is None:
            return None
        for length in range(len(digits), 0, -1):
            destination = self._by_digits.get(digits[:length])
            if destination is not None:
                return Match(self.format.written(digits[:length]), destination)
        return None
