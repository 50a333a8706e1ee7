"""<Prompt> inside of a <Pay>: what is said at which step, after which error, in which attempt, to which card.

Source: Twilio's <Prompt> page. Which prompt counts where several fit is not documented: here the one that names most of
what is the case, and of such the first. The texts that the vendor says by itself are not documented either, but for
their sense: those of ``DEFAULTS`` are our own, in English.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element
from ivr.simulator.verbs import pause, payment_cards, payment_steps, play, say
from ivr.simulator.verbs.prompt import Playing
from value_class import value_class

INSIDE: dict[str, type[say.Say | play.Play | pause.Pause]] = {"Say": say.Say, "Play": play.Play, "Pause": pause.Pause}

ATTEMPTS = tuple(str(number) for number in range(1, 11))

MATCHED = (payment_steps.ROUTING, payment_steps.ACCOUNT)
"""Steps whose entry may be asked for twice."""

SHORT_TIMEOUT = "timeout"
"""What a prompt calls an entry that did not come; callbacks call it ``input-timeout``."""

ERRORS = (
    SHORT_TIMEOUT, payment_steps.TIMEOUT, *payment_steps.ERRORS.values(), payment_steps.WRONG_TYPE,
    payment_steps.MISMATCH, "internal-error",
)  # fmt: skip

_ASKED = {
    payment_steps.CARD: "Please enter your card number, followed by the pound key.",
    payment_steps.EXPIRY: "Please enter the expiration date, two digits for the month and two digits for the year.",
    payment_steps.CODE: "Please enter the security code of your card.",
    payment_steps.POSTAL: "Please enter your postal code, followed by the pound key.",
    payment_steps.ROUTING: "Please enter the nine digits of your bank routing number.",
    payment_steps.ACCOUNT: "Please enter your bank account number, followed by the pound key.",
    payment_steps.PROCESSING: "Thank you. Please wait while your payment is processed.",
}

_WRONG = {
    payment_steps.TIMEOUT: "Nothing was entered.",
    payment_steps.MISMATCH: "The two entries do not match.",
    payment_steps.WRONG_TYPE: "Cards of this type are not accepted.",
    payment_steps.ERRORS[payment_steps.CARD]: "This card number is not valid.",
    payment_steps.ERRORS[payment_steps.EXPIRY]: "This date is not valid.",
    payment_steps.ERRORS[payment_steps.CODE]: "This security code is not valid.",
    payment_steps.ERRORS[payment_steps.POSTAL]: "This postal code is not valid.",
    payment_steps.ERRORS[payment_steps.ROUTING]: "This bank routing number is not valid.",
    payment_steps.ERRORS[payment_steps.ACCOUNT]: "This bank account number is not valid.",
}

_AGAIN = "Please enter it again."


@value_class
class PayPrompt:
    """Says ``playings`` at ``step``; an empty ``attempts``, ``cards`` or ``errors`` stands for any, or for no error.

    ``again`` asks for the same entry a second time, which must match the first.
    """

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("attempt", "cardType", "errorType", "for", "requireMatchingInputs")

    step: str
    playings: tuple[Playing, ...]
    attempts: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    again: bool = False

    @classmethod
    def read(cls, element: Element, page: Page) -> Self | None:
        """Read the prompt; one for no step that there is is left out."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        step = (attributes.text("for") or "").strip()
        if step not in payment_steps.STEPS:
            what = f"is for no step of a payment ('{step}'); it is left out"
            page.warn(codes.PAY_VALUE, element, what, f"Write for: {', '.join(payment_steps.STEPS)}.", failure=True)
            return None
        again = attributes.flag("requireMatchingInputs", False, code=codes.PAY_VALUE)
        if again and step not in MATCHED:
            attributes.wrong("requireMatchingInputs", f"true for {' and '.join(MATCHED)} only", codes.PAY_VALUE)
            again = False
        errors = words_of(attributes, "errorType", ERRORS)
        return cls(
            step,
            _playings(element, page),
            words_of(attributes, "attempt", ATTEMPTS),
            words_of(attributes, "cardType", payment_cards.TYPES),
            tuple(payment_steps.TIMEOUT if error == SHORT_TIMEOUT else error for error in errors),
            again,
        )

    def weight(self, attempt: int, card: str | None, error: str | None) -> int | None:
        """Return how much of what is the case the prompt names; None where it does not fit."""
        if self.errors and error not in self.errors:
            return None
        if (self.attempts and str(attempt) not in self.attempts) or (self.cards and card not in self.cards):
            return None
        return 4 * bool(self.errors) + 2 * bool(self.attempts) + bool(self.cards)


def choose(
    prompts: Iterable[PayPrompt], step: str, *, attempt: int, card: str | None, error: str | None, again: bool = False
) -> PayPrompt | None:
    """Return the prompt of the document that is said; None where it has none for this."""
    best, most = None, -1
    for prompt in prompts:
        if prompt.step == step and prompt.again is again:
            weight = prompt.weight(attempt, card, error)
            if weight is not None and weight > most:
                best, most = prompt, weight
    return best


def default(step: str, error: str | None, *, again: bool = False) -> Playing:
    """Return what is said where the document has no prompt."""
    asked = _ASKED[step]
    text = _AGAIN if again else f"{_WRONG[error]} {asked}" if error else asked
    return say.Say(text, "en-US").playing()


def words_of(attributes: Attributes, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of an attribute, with blanks between them; those that are not ``known`` are warned of."""
    words = (attributes.text(name) or "").split()
    if set(words) - set(known) or (attributes.text(name) is not None and not words):
        attributes.wrong(name, f"{', '.join(known)} (with blanks between them)", codes.PAY_VALUE)
    return tuple(word for word in words if word in known)


def _playings(element: Element, page: Page) -> tuple[Playing, ...]:
    page.no_text(element, "Put it into a <Say>.")
    for child in element.children:
        if child.name not in INSIDE:
            page.leave_out(child, element, "A <Prompt> holds <Say>, <Play> and <Pause>.")
    if not any(child.name in INSIDE for child in element.children):
        page.warn(codes.PAY_VALUE, element, "says nothing", "Put a <Say> or a <Play> into it.", failure=True)
    return tuple(INSIDE[child.name].read(child, page).playing() for child in element.children if child.name in INSIDE)
