"""One call of a page: what it tells which page, and who talks with whom. ``call_sounds`` has what is heard of it.

Everything here is done with the call's switchboard held, but reading what the router stored.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import suppress
from typing import TYPE_CHECKING

from ivr.replay.recording_phone import RecordingBrowserPhone
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.browser import BrowserPhone, NotNowError
from ivr.simulator.rest.voices import hearers, label_of
from ivr.simulator.transcript import Event
from ivr.web.phone.call_sounds import CallSounds
from ivr.web.phone.errors import PhoneError
from ivr.web.phone.narration import Narration
from ivr.web.phone.rings import Phones, Rings
from ivr.web.phone.voices import is_loud, seconds_of

if TYPE_CHECKING:
    from ivr.simulator.rest.party import Party
    from ivr.simulator.rest.switchboard import Switchboard
    from ivr.web.phone.dialling import DialledTarget
    from ivr.web.phone.page_phone import PagePhone


class BrowserCall:
    """A call of ``owner``'s page; None while a call that the line makes has not been answered at any.

    ``other`` is the page that plays the other end. ``phones`` are those that ring; ``reading`` reads what the router
    stored, beside the call, and ``call_of`` gives the call of a page that a party on the switchboard is.
    """

    def __init__(
        self,
        identity: str,
        dialled: DialledTarget,
        owner: PagePhone | None,
        phones: Phones,
        everybody: Callable[[], Iterable[PagePhone]],
        reading: Executor,
        stopwatch: Callable[[], float],
        call_of: Callable[[Party], BrowserCall | None],
    ) -> None:
        self.id = identity
        self.dialled = dialled
        self.owner = owner
        self.other: PagePhone | None = None
        self.known: set[str] = set()
        """What was keyed for a demo customer: no secret of anybody's."""
        self.ended_at: float | None = None
        self.ended_by_limit = False
        self._reading = reading
        self._stopwatch = stopwatch
        self._call_of = call_of
        self._clock = dialled.setup.clock
        self._began = self._clock.elapsed()
        self.sounds = CallSounds(identity, ours=dialled.ours)
        self._narration = Narration(self._tell, self._elapsed, self.sounds.address)
        self._browser = BrowserPhone(self._moment, self._event, self._over)
        self.phone = RecordingBrowserPhone(self._browser, self._clock.now().astimezone(dialled.zone), self._elapsed)
        self._party: Party | None = None
        self._switchboard: Switchboard | None = None
        self._rings = Rings(self, phones, everybody)
        self._talks = False
        self._is_picked_up = dialled.setup.outbound is None
        """A call that the line makes rings at its owner's page first."""
        self._turns_told = -1

    def put_on(self, switchboard: Switchboard, party: Party) -> None:
        """Take note of where the call is driven, before it begins."""
        self._switchboard, self._party = switchboard, party
        self._narration.transcript = self.sounds.transcript = party.call.transcript
        self.sounds.kept = switchboard.recordings.sounds
        self._narration.status = lambda: party.status
        self._introduce()

    def _introduce(self) -> None:
        setup = self.dialled.setup
        told: dict[str, object] = {
            "mode": self.dialled.mode,
            "trial": self.dialled.trial,
            "line" if self.dialled.ours else "url": self.dialled.name,
            "from": setup.from_,
            "to": setup.to,
            "call_sid": setup.call_sid,
            "at": self.phone.began.isoformat(timespec="seconds"),
            "incoming": setup.outbound is not None,
        }
        if self.dialled.ours:
            told["voice"] = "recorded" if self.dialled.recorded else "say"
        self._tell("call", told)

    @property
    def party(self) -> Party:
        """Return the call on its switchboard."""
        if self._party is None:
            raise RuntimeError("the call is on no switchboard yet")
        return self._party

    @property
    def switchboard(self) -> Switchboard:
        """Return what drives the call."""
        if self._switchboard is None:
            raise RuntimeError("the call is on no switchboard yet")
        return self._switchboard

    @property
    def over(self) -> bool:
        """Return whether nothing of the call goes on any more."""
        return self.ended_at is not None

    @property
    def whispers(self) -> bool:
        """Return whether a callee hears a whisper now."""
        return self._browser.whispers

    @property
    def lasts(self) -> float:
        """Return how many seconds the call has lasted."""
        return self._elapsed()

    def other_leaves(self) -> None:
        """End the part of the other end, whose page has gone. Switchboard held."""
        self.other = None
        with suppress(NotNowError):
            if self._browser.give(acts.Parted()):
                self.switchboard.wake(self.party, acts.Wait(0.0))

    def break_off(self) -> None:
        """Tell that the call broke; it is driven no further. Switchboard held."""
        self._tell("error", {"code": 0, "message": "the simulator broke; the log says where"})
        self._tell("ended", {"status": "failed", "duration": self.t, "by": "carrier"})
        self._over()

    # What pages do

    def give(self, act: Act, by: PagePhone) -> None:
        """Do ``act`` at the page of ``by``. Raises PhoneError where it has no place now. Switchboard held."""
        if not self.party.call.live:
            raise PhoneError("over", "the call has ended; make another one")
        self._require_place(act, by)
        try:
            waits = self._browser.give(act)
        except NotNowError as error:
            raise PhoneError("not-now", str(error)) from None
        if isinstance(act, acts.Answered | acts.Bridged):
            self._answered(by)
        if waits:
            self.switchboard.wake(self.party, acts.Wait(0.0))

    def say(self, text: str, by: PagePhone) -> None:
        """Pass typed words on to the other window, or to those of a conference who hear this one. Raises PhoneError.
        Switchboard held.
        """
        heard_by = self._hearers_of(by)
        if not heard_by:
            raise PhoneError("not-now", "nobody hears you now: the other one is not there yet, or on hold")
        label = label_of(self.switchboard, self.party)
        for call, to in heard_by:
            told: dict[str, object] = {"kind": "talk", "call": call.id, "t": call.t, "from": self._side(call, by)}
            to.tell(told | {"text": text} | ({"label": label} if label else {}))

    def sound(self, frames: bytes, by: PagePhone) -> None:
        """Take what a microphone heard: it goes into the recording that runs, or to the other window. Switchboard held.

        What comes where neither is was under way when it ended, and is heard no more. Raises PhoneError for a phone
        that takes no part in the talk.
        """
        if self.sounds.is_recorded and by is self.owner:
            self.sounds.add(frames)
            if is_loud(frames):
                with suppress(NotNowError):
                    if self._browser.give(acts.Talk(seconds_of(frames))):
                        self.switchboard.wake(self.party, acts.Wait(0.0))
            return
        if not self._talks:
            return
        heard = base64.b64encode(frames).decode()
        for call, to in self._hearers_of(by):
            told: dict[str, object] = {"kind": "sound", "call": call.id, "t": call.t, "from": self._side(call, by)}
            to.tell(told | {"frames": heard}, passing=True)

    def _over(self) -> None:
        """Nothing goes on any more: the last callback was answered."""
        if self.ended_at is None:
            self.ended_at = self._stopwatch()
            self._rings.stop("canceled")
            self._narration.over()
            self._tell("over", {"script": f"/phone/api/calls/{self.id}/script"})
            # After what is still read: a rehearsal's database is gone when it is closed.
            self._reading.submit(self.dialled.close)

    # What the call tells

    def _moment(self, moment: Moment, act: Act | None) -> None:
        self._narration.moment(moment, act)
        if act is not None:
            return
        self._rings.follow(moment)
        if moment.kind == "connected" and not self._talks:
            self._talks = True
            for phone in {id(one): one for one in (self.owner, self.other) if one is not None}.values():
                phone.tell({"kind": "connected", "call": self.id, "t": self.t})
        elif moment.kind != "connected":
            self._talks = False

    def _event(self, event: Event) -> None:
        self._narration.event(event)
        match event.kind:
            case "dial":
                self._rings.dialled(event)
            case "record" if not event.get("leg"):
                self.sounds.begin(str(event["url"]).rpartition("/")[2])
            case "request" if not event.get("callback") and not event.get("media"):
                if self.dialled.turns is not None:
                    self._reading.submit(self._tell_routing)
            case "hangup":
                self._rings.stop("canceled")
                self.sounds.end()

    def _tell(self, kind: str, told: dict[str, object], leg: int | None = None) -> None:
        """Tell the caller's page, or the one at the other end of ``leg``; the same page may be both."""
        if kind == "record_over":
            self.sounds.end(str(told["sid"]))
            sound = f"/phone/api/calls/{self.id}/recordings/{told['sid']}.wav"
            told = told | {"sound": sound if told["seconds"] else None}
        if kind == "ended" and self.ended_by_limit:
            told = told | {"by": "limit"}
        told = {"kind": kind, "call": self.id, "t": self.t} | told | ({} if leg is None else {"leg": leg})
        if leg is not None:
            to = [self.other or self.owner]
        else:
            to = [self.owner, self.other] if kind == "ended" and self.other is not self.owner else [self.owner]
        for phone in to:
            if phone is not None:
                phone.tell(told)

    def _tell_routing(self) -> None:
        """Read what the router tried in the turns that were not told of yet; done beside the call."""
        assert self.dialled.turns is not None  # noqa: S101 - asked before
        try:
            turns = self.dialled.turns(self.dialled.setup.call_sid)
        except Exception:
            # Only this is told less: the call itself asks nothing of the database.
            return
        with self.switchboard.held():
            for turn in turns:
                if turn.number <= self._turns_told:
                    continue
                self._turns_told = turn.number
                if turn.tried or turn.reason:
                    tried = [{"rule": rule, "outcome": outcome, "place": place} for rule, outcome, place in turn.tried]
                    self._tell("route", {"destination": turn.destination, "reason": turn.reason, "reasons": tried})

    # Who talks with whom

    def _answered(self, by: PagePhone) -> None:
        """The page of ``by`` has picked up, or taken the caller out of the queue."""
        if self._is_picked_up:
            self.other = by
            return
        self._is_picked_up = True
        if self.owner is None:
            self.owner = by
            self._introduce()

    def _require_place(self, act: Act, by: PagePhone) -> None:
        """Raise PhoneError where ``act`` is another page's to do."""
        match act:
            case acts.Press() | acts.Speak() | acts.Talk() | acts.HangUp():
                if by is not self.owner:
                    raise PhoneError("not-now", "this is the other end of the call: only the caller's page does that")
            case acts.Answered() | acts.Busy() | acts.NoAnswer() | acts.Failed():
                if not self._rings.is_at(act.leg, by):
                    raise PhoneError("not-now", f"leg {act.leg} does not ring at this phone")
            case acts.Parted() | acts.CalleePress() | acts.CalleeHangUp():
                if by is not self.other:
                    raise PhoneError("not-now", "this phone is not at the other end of the call")

    def _hearers_of(self, by: PagePhone) -> list[tuple[BrowserCall, PagePhone]]:
        """The pages that hear the page of ``by``, each with its own call: the other end of this one, or the calls that
        the carrier connects with it.
        """
        if not self._talks:
            raise PhoneError("not-now", "nobody is connected with the caller now")
        if by is self.owner and self.other is not None:
            return [(self, self.other)]
        if by is self.other and self.owner is not None:
            return [(self, self.owner)]
        if by is not self.owner:
            raise PhoneError("not-now", "this phone does not take part in the talk")
        heard = (self._call_of(party) for party in hearers(self.switchboard, self.party))
        return [(call, call.owner) for call in heard if call is not None and call.owner is not None]

    def _side(self, call: BrowserCall, by: PagePhone) -> str:
        return "caller" if call is self and by is self.owner else "other"

    def _elapsed(self) -> float:
        return max(self._clock.elapsed() - self._began, 0.0)

    @property
    def t(self) -> float:
        """Return the seconds since the call began, as pages are told them."""
        return round(self._elapsed(), 2)
