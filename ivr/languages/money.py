"""A language tells an amount of money as a number and the name of the currency."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from value_class import value_class


@value_class
class Money:
    """The names of currencies in one language.

    ``currencies`` has, by a currency's code, the words for one and for several of it, and for one and for several of
    its hundredth; ``joiner`` stands between the two. ``signs`` are those of currencies in writing, ``thousands`` and
    ``decimal`` what stands between groups of three digits and before the hundredths.
    """

    currencies: Mapping[str, tuple[str, str, str, str]]
    joiner: str
    signs: Mapping[str, str]
    thousands: str
    decimal: str

    def written(self, amount: Decimal, currency: str) -> str:
        """Return an amount as it is read: ``R$ 1.234,50``."""
        plain = f"{amount:,.2f}".translate({ord(","): self.thousands, ord("."): self.decimal})
        return f"{self.signs[currency]}\N{NO-BREAK SPACE}{plain}"

    def spoken(self, amount: Decimal, currency: str) -> str:
        """Return an amount in words: ``354 reais``, ``1 real e 50 centavos``."""
        one, several, hundredth, hundredths = self.currencies[currency]
        whole, rest = divmod(int(amount * 100), 100)
        parts = [f"{whole} {one if whole == 1 else several}"] if whole or not rest else []
        if rest:
            parts.append(f"{rest} {hundredth if rest == 1 else hundredths}")
        return f" {self.joiner} ".join(parts)
