"""The events of a conference are counted and told to its status callback, unless the account's faults lose them.

Source: Twilio's <Conference> page: the status callback and the events of the participant who joins first are those of
the conference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime

from ivr.simulator.carrier import StatusCallback
from ivr.simulator.carrier_faults import CarrierFaults, no_faults
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.verbs.participation import Participation
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

_OF_A_PARTICIPANT = frozenset({"join", "leave", "mute", "hold", "modify"})


@dataclass(slots=True)
class ConferenceEvents:
    """The events of the conference ``sid``; ``number`` counts those that the ``callback`` is to hear of."""

    sid: str
    name: str
    faults: Callable[[], CarrierFaults] = no_faults
    callback: StatusCallback | None = None
    number: int = 0
    _late: list[Params] = field(default_factory=list)

    def tell(
        self,
        call: ReportedCall,
        kind: str,
        place: Participation | None,
        *,
        opposite: bool = False,
        extra: Params = (),
    ) -> Steps[None]:
        """Tell the status callback of an event of the ``call``, which takes part as ``place`` says."""
        if self.callback is None or kind not in self.callback.events:
            return
        name = NAMES[kind][opposite]
        params: Params = (
            *call.identity(),
            ("ConferenceSid", self.sid),
            ("FriendlyName", self.name),
            ("StatusCallbackEvent", name),
            ("SequenceNumber", str(self.number)),
            ("Timestamp", format_datetime(call.clock.now().astimezone(UTC))),
        )
        self.number += 1
        if place and kind in _OF_A_PARTICIPANT:
            params += place.told()
        params += extra
        faults = self.faults()
        if name in faults.lost:
            return
        if name in faults.late:
            self._late.append(params)
            return
        yield from call.report(self.callback, params)
        yield from self.tell_late(call)

    def tell_late(self, call: ReportedCall) -> Steps[None]:
        """Tell what was held back until now."""
        late, self._late = self._late, []
        for params in late:
            if self.callback:
                yield from call.report(self.callback, params)
