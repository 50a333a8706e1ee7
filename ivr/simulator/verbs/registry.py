"""Finds the verb that an element names, and reads it."""

from __future__ import annotations

from collections.abc import Callable

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.reader import Element
from ivr.simulator.verbs import (
    connect,
    dial,
    echo,
    enqueue,
    gather,
    hangup,
    leave,
    pause,
    pay,
    play,
    record,
    redirect,
    reject,
    say,
    sms,
    start,
    unsimulated,
)
from ivr.simulator.verbs.call_control import Verb

VERBS: dict[str, Callable[[Element, Page], Verb]] = {
    "Dial": dial.Dial.read,
    "Echo": echo.Echo.read,
    "Enqueue": enqueue.Enqueue.read,
    "Gather": gather.Gather.read,
    "Hangup": hangup.Hangup.read,
    "Leave": leave.Leave.read,
    "Pause": pause.Pause.read,
    "Pay": pay.Pay.read,
    "Play": play.Play.read,
    "Record": record.Record.read,
    "Redirect": redirect.Redirect.read,
    "Reject": reject.Reject.read,
    "Say": say.Say.read,
    "Sms": sms.Sms.read,
    "Start": start.Start.read,
    "Stop": start.Stop.read,
}

NOUNS = {"Prompt": "Put it into a <Pay>."}
"""Nouns that the vendor's library writes where verbs stand, too, and where they belong."""

NESTED = {"Dial", "Gather", "Enqueue", "Pay", "Say", "Start", "Stop"}
"""Verbs that look at what stands inside of them; nothing may stand inside the others."""


def verbs_of(root: Element, page: Page) -> tuple[Verb, ...]:
    """The verbs of a document in their order; what is no verb is warned of and left out."""
    Attributes(root, page, ())
    page.no_text(root, "Put it into a <Say>.")
    verbs: list[Verb] = []
    for element in root.children:
        if unsimulated.stops(element):
            verbs += filter(None, (unsimulated.read(element, page),))
        elif element.name in VERBS:
            verbs.append(VERBS[element.name](element, page))
            if element.name not in NESTED:
                _nothing_inside(element, page)
        elif connect.is_played(element):
            verbs.append(connect.Connect.read(element, page))
        elif element.name in unsimulated.VERBS:
            if verb := unsimulated.read(element, page):
                verbs.append(verb)
        else:
            what = f"is no verb{_hint(element.name)}; it is left out"
            remedy = NOUNS.get(element.name, "Case counts, and nouns stand inside of verbs.")
            page.warn(codes.SCHEMA_WARNING, element, what, remedy, failure=True)
    return tuple(verbs)


def _nothing_inside(element: Element, page: Page) -> None:
    for child in element.children:
        if child.name != "Parameter":
            page.leave_out(child, element, f"Put it after <{element.name}>.")


def _hint(name: str) -> str:
    right = next((verb for verb in (*VERBS, *unsimulated.VERBS) if verb.lower() == name.lower()), None)
    return f" (did you mean <{right}>?)" if right else ""
