"""An answer is what a turn sends to the carrier, with the headers that tell rehearsals of it."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Final, Literal

from ivr.call.effects import ClosureOrdered, OpeningOrdered
from value_class import value_class

if TYPE_CHECKING:
    from ivr.call import events
    from ivr.call.engine import Step

STATES_HEADER = "X-IVR-States"
EDGES_HEADER = "X-IVR-Edges"
DESTINATION_HEADER = "X-IVR-Destination"
CLOSES_HEADER = "X-IVR-Closes"
"""What staff closed in the turn, and for how many hours: ``suporte 4``; ``*`` is everything."""
OPENS_HEADER = "X-IVR-Opens"
SECRET_HEADER = "X-IVR-Secret"  # noqa: S105 - the name of a header
SECRET_SPEECH_HEADER = "X-IVR-Secret-Speech"  # noqa: S105 - the name of a header
DEGRADED_HEADER = "X-IVR-Away"
"""Set where the turn was taken without the database, so that it stands nowhere."""


CALL_SID: Final = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
"""The name of a call: two capitals say of which kind (CA with Twilio), 32 hex digits which one. A channel whose carrier
names conversations otherwise makes such names of them."""


@value_class
class Incoming:
    """A call that comes in: its id, who calls and what was dialled, in E.164 where they are numbers."""

    sid: str
    from_number: str
    to_number: str


How = Literal["taken", "repeated", "degraded"]
"""How a turn came to its answer: by a move of the call, from the turn that is stored, or without the database."""


@value_class
class TurnTold:
    """The log and the metrics are told this of a turn: words of ours and of the menu, nothing of who calls.

    Of a repeated one ``state``, ``event`` and ``outcome`` are empty: they were told when it was taken.
    """

    line: str
    number: int
    how: How
    state: str = ""
    event: str = ""
    outcome: str = ""


@value_class
class Answer:
    """A document for the carrier, headers that rehearsals read (carriers ignore them), and what is told of its turn."""

    document: str
    headers: dict[str, str] = field(default_factory=dict)
    turn: TurnTold | None = field(default=None, compare=False)


def headers_of(step: Step) -> dict[str, str]:
    """The way of a turn, for rehearsals."""
    headers = {STATES_HEADER: ",".join(step.states)}
    if step.edges:
        headers[EDGES_HEADER] = ";".join(f"{edge.source}>{edge.trigger}>{edge.target}" for edge in step.edges)
    if step.destination:
        headers[DESTINATION_HEADER] = step.destination
    for effect in step.effects:
        match effect:
            case ClosureOrdered(scope, hours):
                headers[CLOSES_HEADER] = f"{scope} {hours}"
            case OpeningOrdered(scope):
                headers[OPENS_HEADER] = scope
    if step.secret:
        headers[SECRET_HEADER] = "1"
    if step.secret_speech:
        headers[SECRET_SPEECH_HEADER] = "1"
    return headers


def turn_told(line: str, number: int, how: How, event: events.Event, step: Step) -> TurnTold:
    """Return what is told of a turn: where it came from, by what, and what came of it."""
    return TurnTold(line, number, how, step.from_state, event.kind, step.outcome)
