"""A conference room tells the status callback of its conference who comes, goes and changes, and counts the events.

Source: Twilio's <Conference> page: the status callback of the participant who enters first is that of the conference,
which starts and ends once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime

from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.verbs.reported_call import ReportedCall

NAMES = {
    "start": ("conference-start",),
    "end": ("conference-end",),
    "join": ("participant-join",),
    "leave": ("participant-leave",),
    "mute": ("participant-mute", "participant-unmute"),
    "hold": ("participant-hold", "participant-unhold"),
    "modify": ("participant-modify",),
    "announcement": ("announcement-end", "announcement-fail"),
}
"""How a callback names the events: each with its opposite, where it has one."""

ENDED_BY_ONE = "participant-with-end-conference-on-exit-left"
"""Why a conference ended."""

OF_A_PARTICIPANT = frozenset({"join", "leave", "mute", "hold", "modify"})


@dataclass(slots=True)
class Participation:
    """A participation is how one call takes part in the room; the API may change it meanwhile."""

    muted: bool = False
    hold: bool = False
    coaching: bool = False
    coached: str | None = None
    starts: bool = True
    ends: bool = False
    label: str | None = None

    def told(self) -> Params:
        """Return what a callback about this participant is told."""
        told: Params = (
            ("Muted", _flag(self.muted)),
            ("Hold", _flag(self.hold)),
            ("Coaching", _flag(self.coaching)),
            ("StartConferenceOnEnter", _flag(self.starts)),
            ("EndConferenceOnExit", _flag(self.ends)),
        )
        if self.coached:
            told += (("CallSidToCoach", self.coached),)
        return told + ((("ParticipantLabel", self.label),) if self.label else ())


@dataclass(slots=True)
class ConferenceRoom:
    """The conference ``name``, from the first who enters until it is over; ``inside`` are the calls' identifiers.

    Where it is ``shared`` by calls that meet in it, it ends with the last of them, for ``reason``. Else one call is in
    it, and its other party stands for all others: that one may stay when the caller leaves.
    """

    name: str
    sid: str
    callback: StatusCallback | None = None
    inside: dict[str, Participation] = field(default_factory=dict)
    shared: bool = False
    reason: str = "last-participant-left"
    number: int = 0
    started: bool = False
    over: bool = False

    def enter(self, call: ReportedCall, place: Participation, callback: StatusCallback | None) -> Steps[None]:
        """The call enters; where it is the first, its callback is that of the conference."""
        if not self.inside:
            self.callback = callback
        self.inside[call.call_sid] = place
        yield from self.tell(call, "join")

    def start(self, call: ReportedCall) -> Steps[None]:
        """The conference starts, unless it has started already."""
        if not self.started:
            self.started = True
            yield from self.tell(call, "start")

    def leave(self, call: ReportedCall, *, left_alone: bool = False) -> Steps[None]:
        """The call leaves. The conference ends with the last, or with one whose leaving ends it.

        ``left_alone`` where the other party has left before.
        """
        place = self.inside[call.call_sid]
        yield from self.tell(call, "leave")
        del self.inside[call.call_sid]
        if self.over:
            return
        if place.ends and not left_alone:
            self.over = True
            ending = (("CallSidEndingConference", call.call_sid), ("ReasonConferenceEnded", ENDED_BY_ONE))
            yield from self.tell(call, "end", extra=ending)
        elif self.started and (left_alone if not self.shared else not self.inside):
            self.over = True
            reason = self.reason if self.shared else ENDED_BY_ONE
            yield from self.tell(call, "end", extra=(("ReasonConferenceEnded", reason),))

    def tell(self, call: ReportedCall, kind: str, *, opposite: bool = False, extra: Params = ()) -> Steps[None]:
        """Tell the status callback of an event; its numbers count what was told of the conference."""
        if self.callback is None or kind not in self.callback.events:
            return
        params: Params = (
            *call.identity(),
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("StatusCallbackEvent", NAMES[kind][opposite]),
            ("SequenceNumber", str(self.number)),
            ("Timestamp", format_datetime(call.clock.now().astimezone(UTC))),
        )
        self.number += 1
        place = self.inside.get(call.call_sid)
        if place and kind in OF_A_PARTICIPANT:
            params += place.told()
        yield from call.report(self.callback, params + extra)


class ConferenceRooms:
    """The conference rooms by name; a name whose conference is over gets a new one."""

    def __init__(self, *, shared: bool = False) -> None:
        self._shared = shared
        self._rooms: dict[str, ConferenceRoom] = {}

    def open(self, name: str, sid: str) -> ConferenceRoom:
        """The room of that name."""
        room = self._rooms.get(name)
        if room is None or not (room.inside or (self._shared and not room.over)):
            room = self._rooms[name] = ConferenceRoom(name, sid, shared=self._shared)
        return room

    def holding(self, call_sid: str) -> ConferenceRoom | None:
        """The room that the call is in."""
        return next((room for room in self._rooms.values() if call_sid in room.inside), None)


def _flag(value: bool) -> str:
    return str(value).lower()
