"""The steps of a payment: what a caller is asked for, when an entry is whole, and what is wrong with it.

Source: Twilio's <Pay> page: the values of ``For`` and of ``ErrorType``. When an entry is whole before ``timeout`` is
over is not documented; here it is at ``#`` and, where the digits are of one length, at the last of them.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from ivr.simulator import moments
from ivr.simulator.verbs import payment_cards
from value_class import value_class

CARD, ROUTING = moments.FIRST_ENTRIES
PROCESSING = moments.PROCESSING
EXPIRY = "expiration-date"
CODE = "security-code"
POSTAL = "postal-code"
ACCOUNT = "bank-account-number"

STEPS = (CARD, EXPIRY, CODE, POSTAL, ROUTING, ACCOUNT, PROCESSING)
"""Every step for which a document may have a prompt of its own."""

TIMEOUT = "input-timeout"
MISMATCH = "input-matching-failed"

ERRORS = {
    CARD: "invalid-card-number",
    EXPIRY: "invalid-date",
    CODE: "invalid-security-code",
    POSTAL: "invalid-postal-code",
    ROUTING: "invalid-bank-routing-number",
    ACCOUNT: "invalid-bank-account-number",
}
"""What is told of an entry that cannot be right; of a card of a type that is not taken it is ``WRONG_TYPE``."""

WRONG_TYPE = "invalid-card-type"

ACCOUNT_LENGTHS = range(4, 18)
"""Digits of a bank account in the United States; the vendor says only that there is a minimum."""


@value_class
class EntryRules:
    """These rules say what an entry may be: of which card types, with how long a postal code, on which day."""

    card_types: tuple[str, ...]
    least_postal: int
    today: date
    card: str | None = None

    def longest(self, step: str) -> int | None:
        """Return at how many digits an entry for ``step`` is whole; None where only a timeout or # tells."""
        lengths = {EXPIRY: 4, CODE: payment_cards.code_length(self.card), ROUTING: 9, CARD: payment_cards.LONGEST}
        return lengths.get(step)

    def error(self, step: str, digits: str) -> str | None:
        """Return what is wrong with ``digits`` as an entry for ``step``; None where nothing is."""
        if not digits:
            return TIMEOUT
        if step == CARD:
            return self._card_error(digits)
        return None if _CHECKS[step](self, digits) else ERRORS[step]

    def _card_error(self, digits: str) -> str | None:
        card = payment_cards.card_type(digits)
        checked = card in payment_cards.WITHOUT_CHECK_DIGIT or payment_cards.passes_luhn(digits)
        if card is None or not checked:
            return ERRORS[CARD]
        return None if card in self.card_types else WRONG_TYPE

    def is_date(self, digits: str) -> bool:
        """Return whether ``digits`` are a month and a year, MMYY, that are not over."""
        if len(digits) != 4 or not 1 <= int(digits[:2]) <= 12:
            return False
        century = self.today.year // 100 * 100
        return (century + int(digits[2:]), int(digits[:2])) >= (self.today.year, self.today.month)

    def is_code(self, digits: str) -> bool:
        """Return whether ``digits`` are as many as the security code of such a card has."""
        return len(digits) == payment_cards.code_length(self.card)

    def is_postal(self, digits: str) -> bool:
        """Return whether ``digits`` are enough for a postal code."""
        return len(digits) >= self.least_postal

    def is_routing(self, digits: str) -> bool:
        """Return whether the nine digits of a routing number have the right check digit."""
        weighed = sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, digits, strict=False))
        return len(digits) == 9 and int(digits) > 0 and weighed % 10 == 0

    def is_account(self, digits: str) -> bool:
        """Return whether ``digits`` are as many as an account may have."""
        return len(digits) in ACCOUNT_LENGTHS


_CHECKS: dict[str, Callable[[EntryRules, str], bool]] = {
    EXPIRY: EntryRules.is_date,
    CODE: EntryRules.is_code,
    POSTAL: EntryRules.is_postal,
    ROUTING: EntryRules.is_routing,
    ACCOUNT: EntryRules.is_account,
}
