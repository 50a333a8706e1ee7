"""Tells the type of a payment card by its number, and whether the number can be one at all.

Source: the table of card types on Twilio's <Pay> page; ISO/IEC 7812 for the check digit (Luhn's). Of a Visa card the
page names 13, 15 and 19 digits: taken for a slip, since Visa issues 13, 16 and 19.
"""

from __future__ import annotations

import re

TYPES = ("visa", "mastercard", "amex", "maestro", "discover", "optima", "jcb", "diners-club", "enroute")
"""Every type that a document may name. An Optima card is not known by its number: it looks like an American Express."""

LONGEST = 19
"""Digits that a card's number has at the most."""

_RANGES = (
    ("visa", r"4", {13, 16, 19}),
    ("mastercard", r"5[1-5]|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720", {16}),
    ("amex", r"3[47]", {15}),
    ("discover", r"6011|64|65", set(range(16, 20))),
    ("jcb", r"352[89]|35[3-8][0-9]", set(range(16, 20))),
    ("diners-club", r"36", set(range(14, 20))),
    ("diners-club", r"30[0-4]|3095|38|39", set(range(16, 20))),
    ("enroute", r"2014|2149", {15}),
    ("maestro", r"5[0678]|6", set(range(12, 20))),
)
"""Types, how their numbers begin, and how many digits they have; the first that fits counts."""

WITHOUT_CHECK_DIGIT = frozenset({"enroute"})

_FOUR_DIGITS = frozenset({"amex"})

EXAMPLES = {
    "visa": "4111111111111111",
    "mastercard": "5555555555554444",
    "amex": "378282246310005",
    "maestro": "6759649826438453",
    "discover": "6011111111111117",
    "jcb": "3530111333300000",
    "diners-club": "36227206271667",
    "enroute": "201400000000009",
}
"""A number for each type that processors publish for tests."""


def card_type(number: str) -> str | None:
    """Return the type of the card with that number; None where it is of no type that is known."""
    for name, begins, lengths in _RANGES:
        if len(number) in lengths and re.match(begins, number):
            return name
    return None


def passes_luhn(number: str) -> bool:
    """Return whether the check digit of ``number`` is right."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = (2 * digit for digit in digits[1::2])
    return bool(digits) and (sum(digits[::2]) + sum(each - 9 if each > 9 else each for each in doubled)) % 10 == 0


def code_length(card: str | None) -> int:
    """Return how many digits the security code of such a card has."""
    return 4 if card in _FOUR_DIGITS else 3


def masked(number: str) -> str:
    """Return the number as an action is told it: the last four digits, in the groups that stand on the card."""
    hidden = "x" * (len(number) - 4) + number[-4:]
    groups = (4, 6, 5) if len(number) == 15 else (4,) * (len(number) // 4)
    shown, begin = [], 0
    for length in groups:
        shown.append(hidden[begin : begin + length])
        begin += length
    return "-".join([*shown, *([hidden[begin:]] if hidden[begin:] else [])])
