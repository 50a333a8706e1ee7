"""Which verb an element names."""

from __future__ import annotations

from ivr.simulator import problems
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element
from ivr.simulator.verbs.base import Verb
from ivr.simulator.verbs.dial import Dial
from ivr.simulator.verbs.enqueue import Enqueue
from ivr.simulator.verbs.gather import Gather
from ivr.simulator.verbs.hangup import Hangup
from ivr.simulator.verbs.leave import Leave
from ivr.simulator.verbs.pause import Pause
from ivr.simulator.verbs.play import Play
from ivr.simulator.verbs.record import Record
from ivr.simulator.verbs.redirect import Redirect
from ivr.simulator.verbs.reject import Reject
from ivr.simulator.verbs.say import Say

VERBS: dict[str, type[Dial | Enqueue | Gather | Hangup | Leave | Pause | Play | Record | Redirect | Reject | Say]]
VERBS = {
    verb.__name__: verb for verb in (Dial, Enqueue, Gather, Hangup, Leave, Pause, Play, Record, Redirect, Reject, Say)
}

NOT_SIMULATED = {"Connect", "Echo", "Pay", "Prompt", "Refer", "Siprec", "Sms", "Start", "Stop", "Stream"}
"""Verbs that Twilio knows and this simulator passes over."""


def verbs_of(root: Element, page: Page) -> tuple[Verb, ...]:
    """The verbs of a document in their order; what is no verb is warned of and left out."""
    Attributes(root, page, ())
    verbs: list[Verb] = []
    for element in root.children:
        if element.name in VERBS:
            verbs.append(VERBS[element.name].read(element, page))
        elif element.name in NOT_SIMULATED:
            page.warn(problems.NOT_SIMULATED, element, "is not simulated; the call goes on with the next verb")
        else:
            page.warn(problems.SCHEMA_WARNING, element, f"is no verb{_hint(element.name)}; it is left out")
    return tuple(verbs)


def _hint(name: str) -> str:
    right = next((verb for verb in VERBS if verb.lower() == name.lower()), None)
    return f" (did you mean <{right}>?)" if right else ""
