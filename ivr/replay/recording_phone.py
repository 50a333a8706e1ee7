"""A recording phone stands between a call and the phone that acts, and notes each moment with what was done in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.transcript import Event


@dataclass(frozen=True, slots=True)
class Acted:
    """A note of the recorder: a moment, and the act that the phone did in it; None where the moment passed."""

    moment: Moment
    act: Act | None


Note: TypeAlias = Acted | Event


class RecordingPhone:
    """Passes every moment on to ``phone``, and notes what the phone does in it."""

    def __init__(self, phone: Phone, began: datetime) -> None:
        self.began = began
        self.notes: list[Note] = []
        self._phone = phone

    def act(self, moment: Moment) -> Act | None:
        """Return what ``phone`` does; an act that comes after the moment's end is not noted."""
        act = self._phone.act(moment)
        too_late = act is not None and moment.seconds is not None and act.after > moment.seconds
        self.notes.append(Acted(moment, None if too_late else act))
        return act

    def notice(self, event: Event) -> None:
        """Pass the event on, and note what the caller hears and which telephones are dialled."""
        heard = event.words is not None or (event.kind == "play" and event.get("url"))
        if event.kind == "dial" or (heard and not event.get("leg")):
            self.notes.append(event)
        self._phone.notice(event)

    def ended(self) -> str | None:
        """Return what ``phone`` says of the end of the call."""
        return self._phone.ended()
