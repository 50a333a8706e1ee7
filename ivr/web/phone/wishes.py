"""``read_wish`` reads of a page's JSON what it wants done in a call."""

from __future__ import annotations

from typing import Final, TypeAlias

from data.demo.customers import DemoCustomer, demo_customers
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.web.phone.bodies import Body
from ivr.web.phone.errors import PhoneError
from value_class import value_class

MOST_TEXT: Final = 500
MOST_LEGS: Final = 10
LONGEST_TALK: Final = 60.0


@value_class
class Do:
    """An act of the simulator's. ``known`` is what of it is keyed for a demo customer."""

    act: Act
    known: str = ""


@value_class
class SayAcross:
    """Typed words to the other window; the call script knows nothing of them."""

    text: str


Wish: TypeAlias = Do | SayAcross

ACTS: Final = (
    "press",
    "speak",
    "record",
    "hang_up",
    "answer",
    "busy",
    "let_ring",
    "fail",
    "callee_press",
    "callee_hang_up",
    "take",
    "say",
)


def read_wish(body: Body, *, whispers: bool) -> Wish:
    """Read ``act`` and its fields; ``whispers`` says that a callee hears a whisper now. Raises PhoneError."""
    match body.choice("act", ACTS):
        case "press" if body.has("customer"):
            keys = _keys_of(body.text("customer", 40), body.choice("field", ("document", "password")))
            return Do(acts.Press(keys), known=keys)
        case "press":
            return Do(acts.Press(body.keys()))
        case "speak":
            confidence = body.decimal("confidence", 0.0, 1.0) if body.has("confidence") else None
            return Do(acts.Speak(body.text("text", MOST_TEXT), confidence))
        case "record":
            words = body.text("transcript", MOST_TEXT) if body.has("transcript") else None
            return Do(acts.Talk(body.decimal("seconds", 0.1, LONGEST_TALK), words=words))
        case "hang_up":
            return Do(acts.HangUp())
        case "answer":
            return Do(acts.Answered(leg=_leg(body)))
        case "busy":
            return Do(acts.Busy(leg=_leg(body)))
        case "let_ring":
            return Do(acts.NoAnswer(leg=_leg(body)))
        case "fail":
            return Do(acts.Failed(leg=_leg(body)))
        case "callee_press":
            return Do(acts.CalleePress(body.keys(), leg=_leg(body)))
        case "callee_hang_up":
            leg = _leg(body)
            return Do(acts.CalleeHangUp(leg=leg) if whispers else acts.Parted())
        case "take":
            return Do(acts.Bridged())
        case _:
            return SayAcross(body.text("text", MOST_TEXT))


def customer(identity: str) -> DemoCustomer:
    """Return the demo customer of that id. Raises PhoneError."""
    found = demo_customers().get(identity)
    if found is None:
        raise PhoneError("unknown-customer", "there is no such demo customer; GET /phone/api/customers tells all")
    return found


def _keys_of(identity: str, field: str) -> str:
    found = customer(identity)
    return found.document if field == "document" else found.password


def _leg(body: Body) -> int:
    return body.whole("leg", 1, MOST_LEGS, default=1)
