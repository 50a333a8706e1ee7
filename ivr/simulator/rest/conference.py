"""Conferences: calls that talk with each other by the name of a room.

Source: Twilio, <Conference> and the Conference resource. A conference begins when two are in it and one of them may
start it; it ends when the last has left, or one whose leaving ends it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from ivr.simulator.moments import Leg
from ivr.simulator.rest.party import Party
from ivr.simulator.sids import Sids


@dataclass(slots=True, eq=False)
class Participant:
    """One call in a conference, and how it takes part."""

    party: Party
    joined: datetime
    changed: datetime
    muted: bool = False
    hold: bool = False
    coaching: bool = False
    coached: str | None = None
    label: str | None = None
    starts: bool = True
    ends: bool = False


@dataclass(slots=True, eq=False)
class ConferenceResource:
    """``status`` is init, in-progress or completed; one that is completed never begins again."""

    sid: str
    name: str
    created: datetime
    changed: datetime
    now: Callable[[], datetime] = field(repr=False)
    status: str = "init"
    reason: str | None = None
    ended_by: str | None = None
    participants: dict[str, Participant] = field(default_factory=dict)

    def enter(self, party: Party, leg: Leg) -> None:
        """Let the call take part, as the document says that dialled the conference."""
        written = {name: value.strip() for name, value in leg.written}
        self.participants[party.sid] = Participant(
            party,
            joined=self.now(),
            changed=self.now(),
            muted=written.get("muted", "").lower() == "true",
            coaching="coach" in written,
            coached=written.get("coach"),
            label=written.get("participantLabel"),
            starts=written.get("startConferenceOnEnter", "true").lower() != "false",
            ends=written.get("endConferenceOnExit", "").lower() == "true",
        )
        if len(self.participants) > 1 and any(one.starts for one in self.participants.values()):
            self.status = "in-progress"
        self.changed = self.now()

    def leave(self, party: Party) -> list[Party]:
        """Take the call out; returns the parties that are sent away because the conference ends with it."""
        leaving = self.participants.pop(party.sid)
        self.changed = self.now()
        if leaving.ends:
            return self._complete("participant-with-end-conference-on-exit-left", party.sid)
        if not self.participants:
            return self._complete("last-participant-left", party.sid)
        return []

    def end(self) -> list[Party]:
        """End the conference; returns the parties that are sent away."""
        return self._complete("conference-ended-via-api", None)

    def _complete(self, reason: str, ended_by: str | None) -> list[Party]:
        self.status, self.reason, self.ended_by = "completed", reason, ended_by
        self.changed = self.now()
        sent_away = [one.party for one in self.participants.values()]
        self.participants.clear()
        return sent_away


class Conferences:
    """Every conference of the account, of each name the latest, which may have ended."""

    def __init__(self, sids: Sids, now: Callable[[], datetime]) -> None:
        self._sids = sids
        self._now = now
        self._conferences: list[ConferenceResource] = []

    def enter(self, party: Party, leg: Leg) -> None:
        """The call enters the conference of that name; where none goes on, a new one begins."""
        self.open(leg.to).enter(party, leg)

    def open(self, name: str) -> ConferenceResource:
        """The conference of that name that goes on, or a new one."""
        for conference in self._conferences:
            if conference.name == name and conference.status != "completed":
                return conference
        now = self._now()
        conference = ConferenceResource(self._sids.named("CF", name), name, now, now, self._now)
        self._conferences = [one for one in self._conferences if one.name != name]
        self._conferences.append(conference)
        return conference

    def of(self, party: Party) -> ConferenceResource | None:
        """The conference that the call takes part in."""
        return next((one for one in self._conferences if party.sid in one.participants), None)

    def found(self, sid: str) -> ConferenceResource | None:
        """The conference with that identifier, or the one that goes on under that name."""
        for conference in self._conferences:
            if conference.sid == sid or (conference.name == sid and conference.status != "completed"):
                return conference
        return None

    def all(self) -> list[ConferenceResource]:
        """Every conference, the newest first."""
        return list(reversed(self._conferences))
