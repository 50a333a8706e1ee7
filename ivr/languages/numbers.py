"""Numbers that are told: a protocol and a telephone number digit by digit, and how long callers wait."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

GROUP = 5
"""Digits that are told in one breath."""

_DIGITS: Final = {
    "en": ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    "es": ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "pt": ("zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove"),
}

_TELEPHONES: Final[dict[str, dict[int, tuple[int, ...]]]] = {
    "en": {10: (3, 3, 4)},
    "es": {10: (2, 4, 4)},
    "pt": {8: (4, 4), 10: (2, 4, 4), 11: (2, 5, 4)},
}
"""How many digits are told in one breath, by the length of the number."""

_WAITS: Final = {
    "en": ("less than a minute", "about a minute", "about {} minutes"),
    "es": ("menos de un minuto", "cerca de un minuto", "cerca de {} minutos"),
    "pt": ("menos de um minuto", "cerca de um minuto", "cerca de {} minutos"),
}


def spoken_digits(number: str, language: str) -> str:
    """``um, dois, três, quatro, cinco; seis, sete``: each digit by its name, with a longer pause after each group.

    ``language`` is a code like ``pt-BR``. Raises KeyError for one that no line has.
    """
    names = _DIGITS[language.partition("-")[0]]
    groups = (number[start : start + GROUP] for start in range(0, len(number), GROUP))
    return "; ".join(", ".join(names[int(digit)] for digit in group) for group in groups)


def spoken_telephone(national: str, language: str) -> str:
    """A number without its country's code, as people of the language's country tell one: in Brazil the area code, and
    then five digits and four, or four and four.

    A number of another shape is told as any other. Raises KeyError for a language that no line has.
    """
    code = language.partition("-")[0]
    sizes = _TELEPHONES[code].get(len(national))
    if sizes is None:
        return spoken_digits(national, language)
    ends = tuple(accumulate(sizes))
    groups = (national[end - size : end] for end, size in zip(ends, sizes, strict=True))
    return "; ".join(", ".join(_DIGITS[code][int(digit)] for digit in group) for group in groups)


def spoken_wait(seconds: int, language: str) -> str:
    """``menos de um minuto`` below 60 seconds, else the minutes that have begun: ``cerca de 3 minutos``."""
    below, one, several = _WAITS[language.partition("-")[0]]
    minutes = -(-seconds // 60)
    return below if seconds < 60 else one if minutes == 1 else several.format(minutes)
