"""Amounts of money as callers are told them: the number, and the name of the currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_NAMES: Final[dict[str, dict[str, tuple[str, str, str, str]]]] = {
    "en": {
        "BRL": ("real", "reais", "centavo", "centavos"),
        "MXN": ("peso", "pesos", "centavo", "centavos"),
        "USD": ("dollar", "dollars", "cent", "cents"),
    },
    "es": {
        "BRL": ("real", "reales", "centavo", "centavos"),
        "MXN": ("peso", "pesos", "centavo", "centavos"),
        "USD": ("dólar", "dólares", "centavo", "centavos"),
    },
    "pt": {
        "BRL": ("real", "reais", "centavo", "centavos"),
        "MXN": ("peso mexicano", "pesos mexicanos", "centavo", "centavos"),
        "USD": ("dólar", "dólares", "centavo", "centavos"),
    },
}
"""One and several of the currency, one and several of its hundredth."""

_AND: Final = {"en": "and", "es": "con", "pt": "e"}


def spoken_money(amount: Decimal, currency: str, language: str) -> str:
    """``354 reais``, ``1 real e 50 centavos``. Raises KeyError for a language that no line has."""
    code = language.partition("-")[0]
    one, several, hundredth, hundredths = _NAMES[code][currency]
    whole, rest = divmod(int(amount * 100), 100)
    parts = [f"{whole} {one if whole == 1 else several}"] if whole or not rest else []
    if rest:
        parts.append(f"{rest} {hundredth if rest == 1 else hundredths}")
    return f" {_AND[code]} ".join(parts)
