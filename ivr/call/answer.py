"""An answer is what a turn sends to the carrier, with the headers that tell rehearsals of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ivr.call import events
    from ivr.call.engine import Step

STATES_HEADER = "X-IVR-States"
EDGES_HEADER = "X-IVR-Edges"
DESTINATION_HEADER = "X-IVR-Destination"
SECRET_HEADER = "X-IVR-Secret"  # noqa: S105 - the name of a header
SECRET_SPEECH_HEADER = "X-IVR-Secret-Speech"  # noqa: S105 - the name of a header
DEGRADED_HEADER = "X-IVR-Away"
"""Set where the turn was taken without the database, so that it stands nowhere."""


CALL_SID: Final = re.compile(r"[A-Z]{2}[0-9a-f]{32}")
"""The name of a call: two capitals say of which kind (CA with Twilio), 32 hex digits which one. A channel whose carrier
names conversations otherwise makes such names of them."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call that comes in: its id, who calls and what was dialled, in E.164 where they are numbers."""

    sid: str
    from_number: str
    to_number: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A document for the carrier, and headers that rehearsals read (carriers ignore them)."""

    document: str
    headers: dict[str, str] = field(default_factory=dict)


def headers_of(step: Step) -> dict[str, str]:
    """The way of a turn, for rehearsals."""
    headers = {STATES_HEADER: ",".join(step.states)}
    if step.edges:
        headers[EDGES_HEADER] = ";".join(f"{edge.source}>{edge.trigger}>{edge.target}" for edge in step.edges)
    if step.destination:
        headers[DESTINATION_HEADER] = step.destination
    if step.secret:
        headers[SECRET_HEADER] = "1"
    if step.secret_speech:
        headers[SECRET_SPEECH_HEADER] = "1"
    return headers


def log_fields(sid: str, number: int, event: events.Event, step: Step) -> dict[str, object]:
    """Return what the log says of a turn: where it came from, by what, and what came of it."""
    return {"call": sid, "turn": number, "state": step.from_state, "event": event.kind, "outcome": step.outcome}
