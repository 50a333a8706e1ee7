"""Reads the attributes of a <Pay>, of which a wrong one ends the payment before it begins.

Source: Twilio's <Pay> page, its table of attributes; the errors 64003, 64017 and 64020.
"""

from __future__ import annotations

import re

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element
from ivr.simulator.verbs import payment, payment_cards, payment_steps
from ivr.simulator.verbs.payment import PaymentEnd, PaymentTerms

METHODS = ("credit-card", "ach-debit")
ACCOUNT_TYPES = ("consumer-checking", "consumer-savings", "commercial-checking")
TOKEN_TYPES = ("reusable", "one-time", "payment-method")
CARD_TYPES = "visa mastercard amex"
"""Cards that are taken where the document does not say."""


_AMOUNT = re.compile(r"[0-9]{1,7}(\.[0-9]+)?")
_MOST = 1_000_000

_ENDS = "The payment is not taken: the action hears validation-error."


class PayAttributes(Attributes):
    """The attributes of a <Pay>, of which a wrong one ends the payment; ``fault`` is the first."""

    def __init__(self, element: Element, page: Page, known: tuple[str, ...]) -> None:
        super().__init__(element, page, known)
        self.fault: PaymentEnd | None = None

    def refuse(self, name: str, expected: str, code: int = codes.PAY_VALUE) -> None:
        """Warn that the value of ``name`` is none that is ``expected``, and keep it as what ends the payment."""
        what = f"takes {expected} as {name}, not '{self.text(name)}'"
        self._page.warn(code, self._element, what, _ENDS, failure=True)
        if self.fault is None:
            error = f"{name}='{self.text(name)}' (not {expected})"
            self.fault = PaymentEnd(payment.INVALID, (("PaymentError", error), ("PayErrorCode", str(code))))

    def one_of(self, name: str, usual: str, choices: tuple[str, ...]) -> str:
        """Return one of ``choices``, however its case is written."""
        written = self.text(name)
        if written is None:
            return usual
        for choice in choices:
            if written.strip().lower() == choice.lower():
                return choice
        self.refuse(name, " or ".join(choices))
        return usual

    def number(self, name: str, usual: int, *, most: int = 10**6) -> int:
        """Return a whole number from 1."""
        written = (self.text(name) or str(usual)).strip()
        if re.fullmatch(r"[0-9]{1,7}", written) and 1 <= int(written) <= most:
            return int(written)
        self.refuse(name, f"a whole number from 1 to {most}" if most < 10**6 else "a whole number from 1")
        return usual

    def several(self, name: str, usual: str, choices: tuple[str, ...]) -> tuple[str, ...]:
        """Return some of ``choices``, which stand with blanks between them."""
        words = (self.text(name) or usual).lower().split()
        if set(words) - set(choices):
            self.refuse(name, f"{', '.join(choices)} (with blanks between them)")
        return tuple(word for word in words if word in choices)


def read_terms(attributes: PayAttributes) -> PaymentTerms:
    """Read what a document says of a payment; what is wrong of it is the ``fault`` of its attributes."""
    method = attributes.one_of("paymentMethod", METHODS[0], METHODS)
    postal = (attributes.text("postalCode") or "true").strip()
    account_type = attributes.one_of("bankAccountType", ACCOUNT_TYPES[0], ACCOUNT_TYPES)
    if method == METHODS[0] and attributes.text("bankAccountType"):
        attributes.refuse("bankAccountType", "nothing for a card", codes.PAY_BANK_ACCOUNT_TYPE)
    asks = {
        payment_steps.CODE: attributes.one_of("securityCode", "true", ("true", "false")) == "true",
        payment_steps.POSTAL: postal.lower() == "true",
    }
    card = (payment_steps.CARD, payment_steps.EXPIRY, payment_steps.CODE, payment_steps.POSTAL)
    steps = card if method == METHODS[0] else (payment_steps.ROUTING, payment_steps.ACCOUNT)
    return PaymentTerms(
        method=method,
        steps=tuple(step for step in steps if asks.get(step, True)),
        card_types=attributes.several("validCardTypes", CARD_TYPES, payment_cards.TYPES),
        least_postal=attributes.number("minPostalCodeLength", 1),
        attempts=1 + attributes.number("maxAttempts", 1, most=3),
        timeout=float(attributes.number("timeout", 5)),
        amount=_amount(attributes),
        token_type=attributes.one_of("tokenType", TOKEN_TYPES[0], TOKEN_TYPES),
        postal=postal if postal.lower() not in {"true", "false"} else None,
        account_type=account_type,
        callback=attributes.callback("statusCallback", (), ""),
    )


def _amount(attributes: PayAttributes) -> str | None:
    """Return what is charged; nothing, and 0, make a token instead."""
    written = (attributes.text("chargeAmount") or "").strip()
    if not written:
        return None
    if not _AMOUNT.fullmatch(written) or float(written) > _MOST:
        attributes.refuse("chargeAmount", "a number between 0.00 - 1,000,000.00", codes.PAY_CHARGE_AMOUNT)
        return None
    return written if float(written) else None
