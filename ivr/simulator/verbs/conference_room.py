"""A conference room is where calls meet by its name: it knows who is in it, when it starts and why it ends.

Source: Twilio, <Conference> and the Conference resource. A conference starts when two are in it and one of them may
start it; it ends when the last has left, or one whose leaving ends it. Who remains alone stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from ivr.simulator import codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults, no_faults
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.sids import Sids
from ivr.simulator.verbs.conference_events import ConferenceEvents
from ivr.simulator.verbs.exits import CallEnded
from ivr.simulator.verbs.participation import Participation
from ivr.simulator.verbs.reported_call import ReportedCall

ENDED_BY_ONE = "participant-with-end-conference-on-exit-left"
ENDED_BY_API = "conference-ended-via-api"
ENDED_BY_LAST = "last-participant-left"
"""Why a conference ended."""

DEFAULT_REGION = "us1"
"""Where a conference is mixed, where no document says."""

KEPT = 1000
"""Conferences that are over and can still be looked at."""


@dataclass(slots=True, eq=False)
class ConferenceRoom:
    """The conference ``sid``: ``status`` is init, in-progress or completed; one that is completed never begins again.

    ``inside`` are those who take part, by their calls' identifiers, ``invited`` those whom the API calls and who have
    not entered yet, and ``whereabouts`` the rooms of all calls. Where it is ``shared``, calls meet in it. Else one call
    is in it, and its other party stands for all others: when that one leaves, it ends the conference.
    """

    sid: str
    name: str
    created: datetime
    changed: datetime
    events: ConferenceEvents
    whereabouts: dict[str, ConferenceRoom] = field(repr=False)
    shared: bool = False
    region: str | None = None
    status: str = "init"
    reason: str | None = None
    ended_by: str | None = None
    inside: dict[str, Participation] = field(default_factory=dict)
    invited: dict[str, Participation] = field(default_factory=dict)
    _entered: bool = False
    _started: bool = False
    _ended: bool = False

    @property
    def over(self) -> bool:
        """Return whether the conference has ended; some may still be on their way out."""
        return self.status == "completed"

    def refusal(self, place: Participation) -> int | None:
        """Return the number of the error for which a call cannot take part as ``place`` says; None where it can."""
        if place.label and any(one.label == place.label for one in self.inside.values()):
            return codes.CONFERENCE_LABEL_TAKEN
        if self.shared and place.coached:
            return self.coaching_refusal(place.coached, absent=codes.CONFERENCE_COACH)
        return None

    def coaching_refusal(self, coached: str, *, absent: int = codes.COACHED_ABSENT) -> int | None:
        """Return the number of the error that a coach of the call ``coached`` gets; None where it can be coached."""
        agent = self.inside.get(coached)
        if agent is None or self.status != "in-progress":
            return absent
        return codes.COACHED_ON_HOLD if agent.hold else None

    def enter(
        self, call: ReportedCall, place: Participation, callback: StatusCallback | None, region: str | None
    ) -> Steps[None]:
        """The call enters. The callback of the first is the conference's, and the region of the first who names one."""
        if not self._entered:
            self._entered, self.events.callback = True, callback
        self.region = self.region or region
        self.invited.pop(call.call_sid, None)
        self.inside[call.call_sid] = place
        self.whereabouts[call.call_sid] = self
        self.changed = place.joined
        if self.shared and len(self.inside) > 1 and any(one.starts for one in self.inside.values()):
            self.status = "in-progress"
        yield from self.tell(call, "join")

    def start(self, call: ReportedCall) -> Steps[None]:
        """The conference starts, unless it has started already."""
        if not (self._started or self.over):
            self._started, self.status = True, "in-progress"
            yield from self.tell(call, "start")

    def leave(self, call: ReportedCall, *, left_alone: bool = False) -> Steps[None]:
        """The call leaves. The conference ends with the last, or with one whose leaving ends it.

        ``left_alone`` where the other party, which stands for all others, has left before.
        """
        place = self.inside.pop(call.call_sid)
        del self.whereabouts[call.call_sid]
        self.changed = call.clock.now()
        if not self.over:
            alone = left_alone and not self.shared
            if place.ends and not alone:
                self.end(ENDED_BY_ONE, self.changed, call.call_sid)
            elif alone and self._started:
                self.end(ENDED_BY_ONE, self.changed)
            elif not self.inside and self.shared:
                self.end(ENDED_BY_LAST, self.changed)
        told = [self.events.tell(call, "leave", place)]
        if self.over and not self._ended and (self.ended_by or not self.inside):
            self._ended = True
            if self._started or self.ended_by:
                ending = (("CallSidEndingConference", self.ended_by),) if self.ended_by else ()
                told.append(self.tell(call, "end", extra=(*ending, ("ReasonConferenceEnded", self.reason or ""))))
        if self.over and not self.inside:
            told.append(self.events.tell_late(call))
        moved: CallEnded | None = None
        for steps in told:
            try:
                yield from steps
            except (
                CallEnded
            ) as ended:  # the account holder takes the call away meanwhile, and hears the rest all the same
                moved = ended
        if moved:
            raise moved

    def end(self, reason: str, now: datetime, ended_by: str | None = None) -> None:
        """End the conference: no call enters any more, and those inside are to leave."""
        self.status, self.reason, self.ended_by, self.changed = "completed", reason, ended_by, now

    def tell(self, call: ReportedCall, kind: str, *, opposite: bool = False, extra: Params = ()) -> Steps[None]:
        """Tell the status callback of an event."""
        yield from self.events.tell(call, kind, self.inside.get(call.call_sid), opposite=opposite, extra=extra)


class ConferenceRooms:
    """The conferences of an account, or of one call where none is ``shared``."""

    def __init__(self, *, shared: bool = False, faults: Callable[[], CarrierFaults] = no_faults) -> None:
        self._shared = shared
        self._faults = faults
        self._rooms: list[ConferenceRoom] = []
        self._whereabouts: dict[str, ConferenceRoom] = {}
        self._made: dict[str, int] = {}

    def open(self, name: str, sids: Sids, now: datetime, region: str | None = None) -> ConferenceRoom:
        """The conference of that name that goes on, or a new one."""
        for room in self._rooms:
            if room.name == name and self._goes_on(room) and self._is_mixed_in(room, region):
                return room
        count = self._made[name] = self._made.get(name, 0) + 1
        sid = sids.named("CF", name if count == 1 else f"{name}/{count}")
        events = ConferenceEvents(sid, name, self._faults)
        room = ConferenceRoom(sid, name, now, now, events, self._whereabouts, shared=self._shared, region=region)
        over = [one for one in self._rooms if one.over and not one.inside]
        if len(over) > KEPT:
            self._rooms.remove(over[0])
        self._rooms.append(room)
        return room

    def holding(self, call_sid: str) -> ConferenceRoom | None:
        """The conference that the call takes part in."""
        return self._whereabouts.get(call_sid)

    def found(self, key: str) -> ConferenceRoom | None:
        """The conference with that identifier, or the one that goes on under that name."""
        return next((room for room in self._rooms if room.sid == key or (room.name == key and not room.over)), None)

    def all(self) -> Iterable[ConferenceRoom]:
        """Every conference, the newest first."""
        return reversed(self._rooms)

    def _goes_on(self, room: ConferenceRoom) -> bool:
        return not room.over if self._shared else bool(room.inside)

    def _is_mixed_in(self, room: ConferenceRoom, region: str | None) -> bool:
        here = room.region or DEFAULT_REGION
        return not self._faults().regions_apart or here == (region or DEFAULT_REGION)
