"""A language tells a protocol and a telephone number digit by digit, and how long callers wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Final

from value_class import value_class

GROUP: Final = 5
"""Digits that are told in one breath."""


@value_class
class Numbers:
    """The names of digits and minutes in one language, and the groups in which digits are told.

    ``names`` are those of the digits from 0 to 9. ``telephones`` has how many digits are told in one breath, by the
    length of a number without its country's code. A wait is ``below_a_minute``, ``one_minute``, or ``minutes`` with
    ``{}`` for how many.
    """

    names: tuple[str, ...]
    telephones: Mapping[int, tuple[int, ...]]
    below_a_minute: str
    one_minute: str
    minutes: str

    def digits(self, number: str) -> str:
        """``um, dois, três, quatro, cinco; seis, sete``: each digit by its name, a longer pause after each group."""
        return self._told(number[start : start + GROUP] for start in range(0, len(number), GROUP))

    def telephone(self, national: str) -> str:
        """A number without its country's code, as people of the language's country tell one: in Brazil the area code,
        and then five digits and four, or four and four. A number of another length is told as any other.
        """
        sizes = self.telephones.get(len(national))
        if sizes is None:
            return self.digits(national)
        return self._told(national[end - size : end] for end, size in zip(accumulate(sizes), sizes, strict=True))

    def wait(self, seconds: int) -> str:
        """``menos de um minuto`` below 60 seconds, else the minutes that have begun: ``cerca de 3 minutos``."""
        return " ".join(self.wait_pieces(seconds))

    def wait_pieces(self, seconds: int) -> tuple[str, ...]:
        """The same in the pieces of which a recorded voice has clips: ``cerca de``, ``3``, ``minutos``."""
        minutes = -(-seconds // 60)
        if seconds < 60:
            return (self.below_a_minute,)
        if minutes == 1:
            return (self.one_minute,)
        before, _, after = self.minutes.partition("{}")
        return tuple(filter(None, (before.strip(), str(minutes), after.strip())))

    def _told(self, groups: Iterable[str]) -> str:
        return "; ".join(", ".join(self.names[int(digit)] for digit in group) for group in groups)
