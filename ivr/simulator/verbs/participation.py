"""A participation is how one call takes part in a conference.

Source: Twilio, Participant resource, and the parameters of a conference's status callback.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.simulator.parameters import Params


@dataclass(slots=True, eq=False)
class Participation:
    """The part of the call ``call_sid``, as its document says and as the API changes it meanwhile.

    ``coached`` is the call that it whispers to. It is ``talking`` from when others have come on,
    ``removed`` from when the API takes it out, ``leaving`` when its talk is over, and ``hearing``
    while it is on hold and a document is performed for it.
    """

    call_sid: str
    joined: datetime
    changed: datetime
    muted: bool = False
    hold: bool = False
    coached: str | None = None
    starts: bool = True
    ends: bool = False
    label: str | None = None
    talking: bool = False
    removed: bool = False
    leaving: bool = False
    hearing: bool = False

    @property
    def coaching(self) -> bool:
        """Return whether only one of the others hears this one."""
        return self.coached is not None

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


def _flag(value: bool) -> str:
    return str(value).lower()
