"""<Pay> takes a card's or a bank account's numbers from the caller's keys, and a payment is made of them.

Source: Twilio's <Pay> page. ``maxAttempts`` says how often an entry is asked for again, which the page tells for its
default of 1; * ends the payment at any point. An attribute that is wrong ends it before it begins: the action hears
``validation-error``. What the payment processor answers is decided by a step of the script; else it takes the payment.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self
from urllib.parse import urlsplit

from ivr.simulator import acts, codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import AcceptedInput, Moment, PlayedPrompt
from ivr.simulator.reader import Element
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs import payment, payment_steps
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto
from ivr.simulator.verbs.pay_prompts import PayPrompt, choose, default
from ivr.simulator.verbs.pay_terms import METHODS, PayAttributes, read_terms
from ivr.simulator.verbs.payment import Payment, PaymentEnd, PaymentTerms
from ivr.simulator.verbs.prompt import play_prompt
from value_class import value_class

ENGLISH = ("en-US", "en-AU", "en-CA", "en-GB", "en-IN")
LANGUAGES = {METHODS[0]: (*ENGLISH, "es-ES", "es-MX", "fr-CA", "fr-FR", "de-DE", "it-IT"), METHODS[1]: ENGLISH}

PROCESSING_SECONDS = 3.0
"""Seconds for which the payment processor is asked."""


@value_class
class Pay:
    """Takes a payment on ``terms`` and goes on at ``action``; ``fault`` is what makes that impossible."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "bankAccountType", "chargeAmount", "currency", "description", "input", "language", "maxAttempts",
        "method", "minPostalCodeLength", "parameter", "paymentConnector", "paymentMethod", "postalCode", "securityCode",
        "statusCallback", "statusCallbackMethod", "timeout", "tokenType", "validCardTypes",
    )  # fmt: skip

    action: str
    method: str
    terms: PaymentTerms
    prompts: tuple[PayPrompt, ...]
    currency: str
    language: str
    fault: PaymentEnd | None = None
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Without ``action`` the payment is told to the address of the document itself."""
        attributes = PayAttributes(element, page, cls.ATTRIBUTES)
        terms = read_terms(attributes)
        language = attributes.one_of("language", "en-US", LANGUAGES[terms.method])
        attributes.one_of("input", "dtmf", ("dtmf",))
        currency = attributes.text("currency") or "usd"
        if not re.fullmatch(r"[A-Za-z]{3}", currency):
            attributes.refuse("currency", "the three letters of a currency")
        action = attributes.text("action") or ""
        if _is_remote(action):
            page.warn(codes.PAY_ACTION, element, "takes an https:// address as action", "Twilio asks no other.")
        return cls(
            action=attributes.url("action") or page.url,
            method=attributes.method(),
            terms=terms,
            prompts=_prompts(element, page),
            currency=currency.lower(),
            language=language,
            fault=attributes.fault,
        )

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Take the payment; the action is told how it ended, also where the caller hung up."""
        event = yield from call.tell(
            "pay", method=self.terms.method, amount=self.terms.amount, currency=self.currency, result=None
        )
        paid = Payment(self.terms)
        with call.concealing():
            try:
                end = self.fault or (yield from self._collect(call, paid)) or (yield from self._process(call, paid))
            except CallEnded as ended:
                if ended.by == "caller":
                    end = PaymentEnd(payment.HUNG_UP)
                    event.details["result"] = end.result
                    yield from paid.tell_end(call, end)
                    yield from call.notify(Goto(self.action, self.method, paid.told(end), secret=True))
                raise
            event.details["result"] = end.result
            yield from paid.tell_end(call, end)
        return Goto(self.action, self.method, paid.told(end), secret=True)

    def _collect(self, call: CallControl, paid: Payment) -> Steps[PaymentEnd | None]:
        """Take each entry; returns how the payment ended where it did before all were there."""
        for step in self.terms.steps:
            if end := (yield from self._take(call, paid, step)):
                return end
        return None

    def _take(self, call: CallControl, paid: Payment, step: str) -> Steps[PaymentEnd | None]:
        """Ask for one entry, and again as often as may be; None where it came."""
        error: str | None = None
        for attempt in range(1, self.terms.attempts + 1):
            yield from paid.tell(call, step, attempt, error)
            digits = yield from self._enter(call, paid, step, attempt, error)
            if isinstance(digits, PaymentEnd):
                return digits
            error = paid.rules(call).error(step, digits)
            if error is None and choose(self.prompts, step, attempt=attempt, card=paid.card, error=None, again=True):
                second = yield from self._enter(call, paid, step, attempt, None, again=True)
                if isinstance(second, PaymentEnd):
                    return second
                error = None if second == digits else payment_steps.MISMATCH
            if error is None:
                paid.take(step, digits)
                return None
            yield from call.tell("pay_error", step=step, error=error, attempt=attempt)
        told = f"{error} ({step})" if error == payment_steps.TIMEOUT else str(error)
        return PaymentEnd(payment.TOO_MANY, (("PaymentError", told),))

    def _enter(
        self, call: CallControl, paid: Payment, step: str, attempt: int, error: str | None, *, again: bool = False
    ) -> Steps[str | PaymentEnd]:
        """Ask for an entry and listen; returns its digits, or how the payment ended meanwhile."""
        longest = paid.rules(call).longest(step)
        accepts = AcceptedInput(("dtmf",), longest, "#")
        heard = yield from self._say(call, paid, step, attempt, error, accepts, again=again)
        keys = ""
        while True:
            if heard is None:
                act = yield from self._next(call, step, attempt, accepts, len(keys))
                if isinstance(act, acts.Paid):
                    return paid.ended_by(call, act)
                if act is None:
                    return keys
                heard = act
            taken, over = _whole(keys, heard.digits, longest)
            yield from call.key(heard.digits[:taken])
            yield from call.pressed(heard.digits[:taken])
            if heard.digits[taken:]:
                yield from call.pressed(heard.digits[taken:], lost=True)
            keys += heard.digits[:taken].rstrip("#*")
            if over == "*":
                return PaymentEnd(payment.STAR)
            if over is not None:
                return keys
            heard = None

    def _next(
        self, call: CallControl, step: str, attempt: int, accepts: AcceptedInput, keyed: int
    ) -> Steps[acts.Press | acts.Paid | None]:
        """Return the next key, or how people let the payment end; None when the timeout has passed in silence."""
        left = self.terms.timeout
        while True:
            began = call.clock.elapsed()
            moment = Moment("gather", "Pay", left, index=attempt, gather=accepts, keyed=keyed, paying=step)
            match (yield from call.ask(moment)):
                case None:
                    yield from call.tell("silence", seconds=self.terms.timeout)
                    return None
                case acts.Press() | acts.Paid() as act:
                    return act
            left = max(left - (call.clock.elapsed() - began), 0.0)

    def _process(self, call: CallControl, paid: Payment) -> Steps[PaymentEnd]:
        """Let the payment processor answer: as the script says, else it takes the payment."""
        yield from paid.tell(call, payment_steps.PROCESSING, 1)
        heard = yield from self._say(call, paid, payment_steps.PROCESSING, 1, None, AcceptedInput(("dtmf",), None, ""))
        left = PROCESSING_SECONDS
        while True:
            if heard:
                yield from call.pressed(heard.digits, lost="*" not in heard.digits)
                if "*" in heard.digits:
                    return PaymentEnd(payment.STAR)
            began = call.clock.elapsed()
            pause = PlayedPrompt("Pause")
            act = yield from call.ask(Moment("playing", "Pay", left, prompt=pause, paying=payment_steps.PROCESSING))
            if act is None:
                return paid.ended_by(call, acts.Paid(payment.SUCCESS))
            if isinstance(act, acts.Paid):
                return paid.ended_by(call, act)
            heard = act if isinstance(act, acts.Press) else None
            left = max(left - (call.clock.elapsed() - began), 0.0)

    def _say(
        self,
        call: CallControl,
        paid: Payment,
        step: str,
        attempt: int,
        error: str | None,
        accepts: AcceptedInput,
        *,
        again: bool = False,
    ) -> Steps[acts.Press | None]:
        """Say what is asked for; a key cuts it short."""
        own = choose(self.prompts, step, attempt=attempt, card=paid.card, error=error, again=again)
        if own is None and not self.language.startswith("en-"):
            what = f"what Twilio says by itself for {step} in {self.language} is said in English"
            notice = TwimlNotice.of(codes.NOT_SIMULATED, what, call.document.url, remedy="Write a <Prompt> for it.")
            call.transcript.warnings.append(notice)
        playings = own.playings if own else (default(step, error, again=again),)
        for index, playing in enumerate(playings, 1):
            heard = yield from play_prompt(call, playing, accepts, index, paying=step)
            if isinstance(heard, acts.Press):
                return heard
        return None


def _prompts(element: Element, page: Page) -> tuple[PayPrompt, ...]:
    page.no_text(element, "Put it into a <Prompt>.")
    prompts: list[PayPrompt] = []
    for child in element.children:
        if child.name == "Prompt":
            prompts += filter(None, (PayPrompt.read(child, page),))
        elif child.name == "Parameter":
            Attributes(child, page, ("name", "value"))
        else:
            page.leave_out(child, element, "A <Pay> holds <Prompt> and <Parameter>.")
    return tuple(prompts)


def _is_remote(address: str) -> bool:
    """Whether it is an address without TLS that is not of this machine, or of the network that applications try in."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False  # no address at all; asking for it will say so
    host = parts.hostname or ""
    own = host.startswith(("127.", "::1")) or "." not in host or host.endswith((".test", ".localhost"))
    return parts.scheme.lower() == "http" and not own


def _whole(keys: str, digits: str, longest: int | None) -> tuple[int, str | None]:
    """How many of ``digits`` go in, and the key that ended the entry: '' by their number, None where it goes on."""
    for count, key in enumerate(digits, 1):
        if key in "#*":
            return count, key
        if len(keys) + count == longest:
            return count, ""
    return len(digits), None
