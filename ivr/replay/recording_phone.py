"""A recording phone stands between a call and the phone that acts, and notes each moment with what was done in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.browser import BrowserPhone
from ivr.simulator.transcript import Event
from value_class import value_class

OF_STREAMS: Final = ("mark", "clear", "stream_ended")
"""Events by which an application of a media stream is heard."""


@value_class
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
        if event.kind in {"dial", *OF_STREAMS} or (heard and not event.get("leg")):
            self.notes.append(event)
        self._phone.notice(event)

    def ended(self) -> str | None:
        """Return what ``phone`` says of the end of the call."""
        return self._phone.ended()


class RecordingBrowserPhone(RecordingPhone):
    """Notes what people do at browsers, whose acts come while a moment passes, as one note each.

    A callee's keys in a whisper and the end of a talk are noted with the answering, as scripts write them. ``elapsed``
    gives the seconds of the call.
    """

    def __init__(self, phone: BrowserPhone, began: datetime, elapsed: Callable[[], float]) -> None:
        super().__init__(phone, began)
        self._browser = phone
        self._elapsed = elapsed
        self._talks_since: float | None = None

    def act(self, moment: Moment) -> Act | None:
        """Return what is done at the browsers."""
        act = super().act(moment)
        note = self.notes.pop()
        last = self.notes[-1] if self.notes else None
        if self._browser.cut_short and isinstance(last, Acted) and last.act is None:
            self.notes.pop()  # that moment did not pass: it goes on in this one
            last = self.notes[-1] if self.notes else None
        match act:
            case acts.CalleePress(digits=digits):
                self._amend_answer(digits, None)
            case acts.Press() if moment.kind == "playing" and moment.gather is None:
                pass  # nothing listens, so it changes nothing, and may be more than a script should hold
            case acts.CalleeHangUp():
                pass  # a script says so by not keying what the whisper asks for
            case acts.Parted():
                self._amend_answer("", self._elapsed() - (self._talks_since or 0.0))
                self.notes.append(Acted(moment, None))
            case acts.Talk() if isinstance(last, Acted) and isinstance(last.act, acts.Talk):
                talk = replace(
                    last.act, seconds=last.act.seconds + act.seconds, words=_joined(last.act.words, act.words)
                )
                self.notes[-1] = Acted(last.moment, talk)
            case _:
                self.notes.append(note)
        if moment.kind != "connected":
            self._talks_since = None
        elif self._talks_since is None:
            self._talks_since = self._elapsed()
        return act

    def _amend_answer(self, keys: str, seconds: float | None) -> None:
        """Add to the last answering what became of it only later."""
        for place in range(len(self.notes) - 1, -1, -1):
            note = self.notes[place]
            if not isinstance(note, Acted):
                continue
            match note.act:
                case acts.Answered() as answered:
                    self.notes[place] = Acted(
                        note.moment, replace(answered, keys=answered.keys + keys, seconds=seconds or answered.seconds)
                    )
                    return
                case acts.Bridged() as bridged:
                    self.notes[place] = Acted(note.moment, replace(bridged, seconds=seconds or bridged.seconds))
                    return


def _joined(words: str | None, more: str | None) -> str | None:
    return " ".join(filter(None, (words, more))) or None
