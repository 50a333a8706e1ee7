"""The allow-list says what a line may ring: never a number that a caller keyed, and no dear one by accident."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS

from routing.numbers import kind_of
from routing.targets import AnyTarget, Number, Share, Sip, Together
from value_class import value_class
from wording import message, phrase

_PREFIX = re.compile(r"\+[1-9][0-9]{0,13}")
AREA_DIGITS = 2
"""The fewest digits behind a country's code that tell one area from another (Brazil's have two, others more)."""

_WHY = {
    "premium": phrase("is billed at a special rate or no telephone"),
    "satellite": phrase("is a satellite telephone"),
    "foreign": phrase("is abroad"),
}


@value_class
class AllowList:
    """The allow-list says what may be rung from ``country``. With nothing listed, every ordinary number of the country
    and every domain.

    A premium or satellite number needs a place in ``numbers`` of its own; one abroad that, or a prefix
    that ops wrote. Raises ValueError for a country or a prefix that is none.
    """

    country: str = "BR"
    numbers: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    sip_domains: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.country not in SUPPORTED_REGIONS:
            raise ValueError(
                message(
                    "allowed-country-malformed",
                    "'{country}' is no country; write two letters, like BR",
                    country=self.country,
                )
            )
        for prefix in self.prefixes:
            if not _PREFIX.fullmatch(prefix):
                raise ValueError(
                    message(
                        "allowed-prefix-malformed",
                        "'{prefix}' is no beginning of a number; write + and digits, like +5511",
                        prefix=prefix,
                    )
                )

    def broad_prefixes(self) -> Iterator[str]:
        """Yield each prefix that admits a whole country, or a good part of it: ops hardly mean to ring them all."""
        for prefix in self.prefixes:
            digits = prefix[1:]
            codes = [str(code) for code in COUNTRY_CODE_TO_REGION_CODE if digits.startswith(str(code))]
            if not codes or len(digits) - max(map(len, codes)) < AREA_DIGITS:
                yield prefix

    def refusal(self, target: Number | Sip) -> str | None:
        """Return why ``target`` may not be rung, and what to do about it; None where it may."""
        if isinstance(target, Sip):
            if not self.sip_domains or target.domain in self.sip_domains:
                return None
            return message(
                "sip-domain-not-allowed",
                "'{domain}' is not on the allow-list; add it to its sip_domains, or ring another address",
                domain=target.domain,
            )
        if target.e164 in self.numbers:
            return None
        kind = kind_of(target.e164, self.country)
        if kind in ("premium", "satellite"):
            return message(
                "number-of-a-kind-not-allowed",
                "'{number}' {why}; add it to the numbers of the allow-list, or give another",
                number=target.e164,
                why=_WHY[kind],
            )
        if target.e164.startswith(self.prefixes):
            return None
        if kind == "foreign":
            return message(
                "number-of-a-kind-not-allowed",
                "'{number}' {why}; add it to the numbers of the allow-list, or give another",
                number=target.e164,
                why=_WHY[kind],
            )
        if self.numbers or self.prefixes:
            return message(
                "number-not-allowed",
                "'{number}' is not on the allow-list; add it to its numbers, or give another",
                number=target.e164,
            )
        return None


ORDINARY_NUMBERS = AllowList()
"""With nothing listed."""


def telephones(targets: Iterable[AnyTarget]) -> Iterable[tuple[int, Number | Sip]]:
    """Yield each telephone in a list of targets, also within groups and shares, with its place in the list."""
    for at, target in enumerate(targets):
        match target:
            case Number() | Sip():
                yield at, target
            case Together(members):
                yield from ((at, member) for member in members)
            case Share(weights):
                yield from ((at, found) for _, found in telephones(each for _, each in weights))
            case _:
                pass
