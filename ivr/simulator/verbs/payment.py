"""One payment: what the caller has keyed for it, what status callbacks and the action are told, and how it ended.

Source: Twilio's <Pay> page: the fields of the action and of ``statusCallback``. When a status callback comes is said
there as "whenever a status changes"; here one comes as each entry is asked for, as the payment is processed, and at its
end. No number leaves this file whole: what is told of it has marks in place of its digits, as the vendor's has.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.simulator import acts, codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.verbs import payment_cards, payment_steps
from ivr.simulator.verbs.call_control import CallControl
from value_class import value_class

SUCCESS, CONNECTOR_ERROR, INVALID = acts.OF_THE_PROCESSOR
TOO_MANY = "too-many-failed-attempts"
STAR = "caller-interrupted-with-star"
HUNG_UP = "caller-hung-up"

DECLINED = "card is declined"
"""What the processor says where the script does not."""

_EXAMPLES = {
    payment_steps.POSTAL: "94109",
    payment_steps.ROUTING: "121000248",
    payment_steps.ACCOUNT: "000123456789",
}
"""What is entered where a script says how a payment ends and lets nobody key anything."""


@value_class
class PaymentTerms:
    """The terms are what the document says of a payment: ``amount`` is charged, or nothing, and a token is made.

    ``postal`` is the postal code where the document knows it; ``attempts`` are made at each entry.
    """

    method: str
    steps: tuple[str, ...]
    card_types: tuple[str, ...]
    least_postal: int
    attempts: int
    timeout: float
    amount: str | None
    token_type: str
    postal: str | None
    account_type: str
    callback: StatusCallback | None


@value_class
class PaymentEnd:
    """A payment ends with a ``result``, in the vendor's words, and ``fields`` tell what came of it."""

    result: str
    fields: Params = ()


@dataclass(slots=True)
class Payment:
    """The payment of ``terms``; ``entered`` is what was keyed, by step, and is shown to nobody."""

    terms: PaymentTerms
    card: str | None = None
    entered: dict[str, str] = field(default_factory=dict, repr=False)

    def rules(self, call: CallControl) -> payment_steps.EntryRules:
        """Return what an entry is held against now."""
        terms = self.terms
        return payment_steps.EntryRules(terms.card_types, terms.least_postal, call.clock.now().date(), self.card)

    def take(self, step: str, digits: str) -> None:
        """Keep an entry that is right."""
        self.entered[step] = digits
        if step == payment_steps.CARD:
            self.card = payment_cards.card_type(digits)

    def take_examples(self, call: CallControl) -> None:
        """Enter what is missing: a number that processors publish for tests, and what belongs to it."""
        today = call.clock.now().date()
        card = next((one for one in self.terms.card_types if one in payment_cards.EXAMPLES), "visa")
        for step in self.terms.steps:
            if step not in self.entered:
                own = {
                    payment_steps.CARD: payment_cards.EXAMPLES[card],
                    payment_steps.EXPIRY: f"12{(today.year + 1) % 100:02d}",
                    payment_steps.CODE: "1234"[: payment_cards.code_length(self.card)],
                }
                self.take(step, own.get(step) or _EXAMPLES[step])

    def tell(self, call: CallControl, step: str, attempt: int, error: str | None = None) -> Steps[None]:
        """Report to the status callback that ``step`` is asked for, or that the payment is processed."""
        about = (("For", step), ("Attempt", str(attempt)), *((("ErrorType", error),) if error else ()))
        yield from self._report(call, (*about, *self._shown(grouped=False)))

    def tell_end(self, call: CallControl, end: PaymentEnd) -> Steps[None]:
        """Report how the payment ended."""
        yield from self._report(call, self.told(end))

    def told(self, end: PaymentEnd) -> Params:
        """Return what the action is told."""
        method = (("PaymentMethod", self.terms.method),)
        return (("Result", end.result), *method, *self._shown(grouped=True), *end.fields)

    def ended_by(self, call: CallControl, act: acts.Paid) -> PaymentEnd:
        """Return how the payment ends that ``act`` decides on."""
        charges = self.terms.amount is not None
        if act.result in acts.OF_THE_PROCESSOR:
            self.take_examples(call)
        if act.result == SUCCESS:
            return PaymentEnd(SUCCESS, self._made(call, act))
        if act.result == CONNECTOR_ERROR:
            code = codes.PAY_CHARGE_REJECTED if charges else codes.PAY_TOKEN_REJECTED
            why = act.error or DECLINED
            error = (("PaymentError", why), ("PayErrorCode", str(code)), ("ConnectorError", why))
            return PaymentEnd(CONNECTOR_ERROR, error)
        return PaymentEnd(act.result, (("PaymentError", act.error),) if act.error else ())

    def _made(self, call: CallControl, act: acts.Paid) -> Params:
        """The confirmation of a charge, or the token."""
        if self.terms.amount is not None:
            return (("PaymentConfirmationCode", act.confirmation or call.sids.next("ch_")),)
        prefix = "pm_" if self.terms.token_type == "payment-method" else "tok_"  # noqa: S105 - a kind of token
        token = (("PaymentToken", act.token or call.sids.next(prefix)),)
        return token if self.terms.token_type == "one-time" else (*token, ("ProfileId", call.sids.next("cus_")))  # noqa: S105

    def _report(self, call: CallControl, params: Params) -> Steps[None]:
        if self.terms.callback:
            yield from call.report(self.terms.callback, (*call.identity(), *params), secret=True)

    def _shown(self, *, grouped: bool) -> Params:
        """What was entered, as it may be told; the action has a card's number in ``grouped`` digits."""
        entered = self.entered
        fields: dict[str, str] = {}
        if card := entered.get(payment_steps.CARD):
            shown = payment_cards.masked(card)
            fields["PaymentCardNumber"] = shown if grouped else shown.replace("-", "")
            fields["PaymentCardType"] = self.card or ""
        if expiry := entered.get(payment_steps.EXPIRY):
            fields["ExpirationDate"] = expiry
        if code := entered.get(payment_steps.CODE):
            fields["SecurityCode"] = "*" * len(code)
        if postal := entered.get(payment_steps.POSTAL) or self.terms.postal:
            fields["PaymentCardPostalCode"] = postal
        if routing := entered.get(payment_steps.ROUTING):
            fields["BankRoutingNumber"] = routing
        if account := entered.get(payment_steps.ACCOUNT):
            fields["BankAccountNumber"] = "*" * (len(account) - 2) + account[-2:]
        if self.terms.method != "credit-card":
            fields["BankAccountType"] = self.terms.account_type
        return tuple(fields.items())
