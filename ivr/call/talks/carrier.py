"""The port of the carrier's side of talks: legs to agents, callers who are taken out of queues, conferences.

Each act names what it is about by the carrier's own names, so that it may be asked for again: but for ``ring``, whose
second request is a second call. Every one of them raises GoneError where what it is about is over, NotSentError where
the carrier certainly did not do it, and OutcomeUnknownError where it did not say.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from ivr.call.outgoing import CarrierCall
from value_class import value_class

CALLER_LABEL = "caller"
"""How the caller is known in every conference."""


ASKED_LABEL = "consult"
"""How a telephone is known that is asked before a caller is passed on to it."""


def agent_label(user_id: int) -> str:
    """Return how an agent is known in a conference."""
    return f"agent-{user_id}"


def supervisor_label(user_id: int) -> str:
    """Return how a supervisor is known in a conference."""
    return f"supervisor-{user_id}"


@value_class
class TalkLeg:
    """A call to be made ``to`` an agent, or whom an agent asks for: ``path`` answers it, ``status_path`` hears of it,
    and it rings for ``seconds``. With a ``room`` whoever picks up is in that conference, under ``label``, and no
    document is asked for.
    """

    to: str
    from_number: str
    path: str
    status_path: str
    seconds: int
    room: str = ""
    label: str = ""


@value_class
class Present:
    """One who is present in a conference: the carrier's call, the label, and how the carrier shows it now."""

    call_sid: str
    label: str | None
    held: bool
    muted: bool
    ends: bool


@value_class
class Room:
    """A conference that goes on, and who is in it."""

    sid: str
    name: str
    present: tuple[Present, ...]

    def labelled(self, label: str) -> Present | None:
        """Return who is there under that label."""
        return next((each for each in self.present if each.label == label), None)


@value_class
class ParticipantChange:
    """A change says what is to become of a participant; None leaves it as it is. ``hold_path`` is heard while held;
    ``coached`` is the call of the agent who alone hears a supervisor, and empty for one whom everybody hears.
    """

    held: bool | None = None
    hold_path: str | None = None
    ends: bool | None = None
    muted: bool | None = None
    coached: str | None = None


class TalkCarrier(Protocol):
    """Asks a carrier for what talks need."""

    def ring(self, leg: TalkLeg) -> str:
        """Have the call made, and return the carrier's name for it."""
        ...

    def rung(self, leg: TalkLeg, since: datetime) -> list[CarrierCall]:
        """Return calls to the same telephone that were made since a moment (aware), the oldest first."""
        ...

    def status_of(self, call_sid: str) -> str:
        """Return the status of a call, in the carrier's word."""
        ...

    def take(self, queue: str, call_sid: str, path: str, *, anywhere: bool) -> None:
        """Send the caller who stands in ``queue`` to the document at ``path``, once; where ``anywhere``, also one who
        does not stand in it yet.
        """
        ...

    def send(self, call_sid: str, path: str) -> None:
        """Send a call to the document at ``path``, whatever it is at."""
        ...

    def hang_up(self, call_sid: str) -> None:
        """End a call, also one that still rings."""
        ...

    def change(self, room: str, label: str, change: ParticipantChange) -> None:
        """Change a participant of the conference of that name."""
        ...

    def announce(self, room: str, label: str, path: str) -> None:
        """Let a participant alone hear the document at ``path``, amid the talk."""
        ...

    def remove(self, room: str, label: str) -> None:
        """Take a participant out of the conference; the document that dialled it goes on."""
        ...

    def room(self, name: str) -> Room | None:
        """Return the conference of that name that goes on; None where there is none."""
        ...

    def rooms(self) -> list[Room]:
        """Return every conference that goes on."""
        ...

    def record(self, call_sid: str, told_path: str) -> str:
        """Record a call from now on, in two channels, and return the recording's name; ``told_path`` hears of it."""
        ...

    def pause_recording(self, call_sid: str, *, paused: bool) -> None:
        """Stop recording a call for a while, or go on."""
        ...

    def stop_recording(self, call_sid: str) -> None:
        """End the recording of a call."""
        ...
