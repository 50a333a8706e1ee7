"""Drives all calls of one account on one clock: the call that is due next goes on.

Requests of an application for the account's resources come in on other threads, while a call waits for the answer of
that very application. So whoever looks at a switchboard or changes it holds it; only what takes real time (asking a
webhook, asking a person, waiting) is done with the switchboard let go.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Self

from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup, nothing_is_secret
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock, RealClock
from ivr.simulator.moments import Moment
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.bridging import Bridges
from ivr.simulator.rest.callees import Callees
from ivr.simulator.rest.party import Party
from ivr.simulator.sids import Sids
from ivr.simulator.transcript import CallRecording, Event, Observer, Transcript
from ivr.simulator.transports import Request, Response, Transport
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import Arrival
from ivr.simulator.verbs.conference_room import ConferenceRooms
from ivr.simulator.verbs.exits import CallEnded


class Switchboard:
    """Everything that goes on in one account; ``bridges`` are its queues and conferences.

    ``transport`` reaches the webhooks of calls that the application makes, and ``callees`` gives the telephone of
    whoever it dials. ``seed`` makes the identifiers of this switchboard its own. On a virtual clock an endless wait
    (a queue, a conference) lasts no time at all; ``grace`` is for how many real seconds it is put off for an
    application that sends its requests from somewhere else than a webhook.
    """

    def __init__(
        self,
        clock: Clock,
        transport: Transport,
        *,
        carrier: Carrier | None = None,
        callees: Callable[[str], Phone] | None = None,
        conceals: Callable[[Response], bool] = nothing_is_secret,
        seed: str = "switchboard",
        grace: float = 0.0,
    ) -> None:
        self.clock = clock
        self.carrier = carrier or Carrier()
        self.sids = Sids(seed)
        self.numbers: set[str] = set()
        """Numbers of the account, as far as calls have told them: it may call from no other."""
        self.rooms = ConferenceRooms(shared=True)
        self._live: dict[str, Party] = {}
        self.bridges = Bridges(self._live, self.wake, self.sids, clock.now)
        self._transport = transport
        self._callees = callees or Callees()
        self._conceals = conceals
        self._grace = grace
        self._calls: dict[str, Party] = {}
        self._deleted: set[str] = set()
        self._originated: list[Party] = []
        self._refused: list[TwimlNotice] = []
        self._changed = threading.Condition(threading.Lock())
        self._woken = False
        self._running = False

    @classmethod
    def of(cls, setup: CallSetup, *, callees: Callable[[str], Phone] | None = None, grace: float = 0.0) -> Self:
        """A switchboard for the call of ``setup``: its account, its clock, and its way to the application."""
        return cls(
            setup.clock,
            setup.transport,
            carrier=setup.carrier,
            callees=callees,
            conceals=setup.conceals,
            seed=setup.call_sid,
            grace=grace,
        )

    # Calls in, calls out

    def place_call(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
        """Make the call of ``setup`` and let everything happen that comes of it, until the last call has ended."""
        with self.held():
            party = self.connect(setup, phone, observer)
            self.numbers |= {setup.to, setup.carrier.to or setup.to, *setup.carrier.numbers}
        self.run()
        transcript = party.call.transcript
        transcript.calls += (made.call.transcript for made in self._originated)
        transcript.warnings += self._refused
        self._originated.clear()
        self._refused.clear()
        return transcript

    def refused(self, notice: TwimlNotice) -> None:
        """Note that the application asked the API for what is not done here; the call of its webhook tells it."""
        self._refused.append(notice)

    def originate(
        self, *, to: str, from_: str, url: str, carrier: Carrier, outbound: OutboundCall, twiml: str | None = None
    ) -> Party:
        """A call that the application makes: it rings at the telephone that ``callees`` gives. Held by the caller."""
        setup = CallSetup(
            url=url,
            transport=self._transport,
            from_=from_,
            to=to,
            call_sid=self.sids.next("CA"),
            clock=self.clock,
            carrier=carrier,
            conceals=self._conceals,
            outbound=outbound,
            twiml=twiml,
        )
        party = self.connect(setup, self._callees(to))
        self._originated.append(party)
        return party

    def connect(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Party:
        """Put the call on the switchboard; it begins when the switchboard runs. Held by the caller."""
        free = replace(
            setup,
            carrier=replace(setup.carrier, api_url=self.carrier.api_url),
            transport=_LetGo(self, setup.transport),
            position=partial(self.bridges.position, setup.call_sid),
            rooms=self.rooms,
        )
        party = Party.made(free, _PersonLetGo(self, phone), self.clock, observer)
        self._calls[party.sid] = self._live[party.sid] = party
        self._wake()
        return party

    def calls(self) -> list[Party]:
        """Every call of the account, the newest first."""
        return list(reversed(self._calls.values()))

    def call(self, sid: str) -> Party | None:
        """The call with that identifier."""
        return self._calls.get(sid)

    def interrupt(self, party: Party, how: CallEnded) -> None:
        """Take the call away from what it is at, at its next moment."""
        party.call.inbox.append(how)
        self._due_now(party)

    def wake(self, party: Party, arrival: Arrival) -> None:
        """Let ``arrival`` cut the call's moment short."""
        party.came.append(arrival)
        self._due_now(party)

    # Recordings

    def recordings(self) -> list[tuple[Party, CallRecording]]:
        """Every recording with its call, the newest first."""
        found = [(call, recording) for call in self.calls() for recording in reversed(call.call.transcript.recordings)]
        return [(call, recording) for call, recording in found if recording.sid not in self._deleted]

    def delete_recording(self, sid: str) -> None:
        """It cannot be fetched any more."""
        self._deleted.add(sid)

    # Time

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the switchboard: nothing on it moves meanwhile."""
        with self._changed:
            yield

    @contextmanager
    def let_go(self) -> Iterator[None]:
        """Let others hold it meanwhile."""
        self._changed.release()
        try:
            yield
        finally:
            self._changed.acquire()

    def run(self, until: Party | None = None) -> None:
        """Let the calls go on, until all of them have ended, or the one given; only one thread may do so."""
        with self.held():
            if self._running:
                raise RuntimeError("this switchboard is run by another thread")
            self._running = True
            try:
                while not (until and until.call.over):
                    party = min(self._live.values(), key=lambda one: one.due, default=None)
                    if party is None:
                        return
                    if not self._disturbed(party):
                        self._advance(party)
            finally:
                self._running = False

    def is_due(self) -> bool:
        """Return whether a person at a telephone holds something up: a call that is to go on now."""
        with self.held():
            now = self.clock.elapsed()
            return any(party.due <= now for party in self._live.values())

    def _disturbed(self, party: Party) -> bool:
        """Let time pass until that call is due; True where something came up before."""
        left = party.due - self.clock.elapsed()
        if left <= 0:
            return False
        moment = party.call.moment
        endless = moment is not None and moment.seconds is None
        patience = left if isinstance(self.clock, RealClock) else self._grace if endless else 0.0
        self._woken = False
        if patience and self._changed.wait_for(lambda: self._woken, patience):
            return True
        self.clock.advance_to(party.due)
        return False

    def _advance(self, party: Party) -> None:
        while party.news:
            party.call.tell(party.news.popleft())
        call = party.call
        party.due = math.inf
        until = call.advance(party.came.popleft() if party.came and call.moment else None)
        if until is None:
            party.ended = self.clock.now()
            del self._live[party.sid]
        elif (party.came and call.moment) or (call.inbox and call.live):
            party.due = self.clock.elapsed()
        else:
            party.due = party.start + until
        self.bridges.part(party)
        self.bridges.join()

    def tell(self, party: Party, kind: str, **details: object) -> None:
        """Something that the people at the call are to hear of when it next goes on."""
        party.news.append(Event(party.call.interpreter.clock.elapsed(), kind, details))

    def _due_now(self, party: Party) -> None:
        party.due = min(party.due, self.clock.elapsed())
        self._wake()

    def _wake(self) -> None:
        self._woken = True
        self._changed.notify_all()


class _LetGo:
    """A transport that holds no switchboard while it waits."""

    def __init__(self, switchboard: Switchboard, transport: Transport) -> None:
        self._switchboard = switchboard
        self._transport = transport

    def send(self, request: Request, timeout: float) -> Response:
        with self._switchboard.let_go():
            return self._transport.send(request, timeout)


class _PersonLetGo:
    """A telephone that holds no switchboard while its person thinks."""

    def __init__(self, switchboard: Switchboard, phone: Phone) -> None:
        self._switchboard = switchboard
        self._phone = phone

    def act(self, moment: Moment) -> Act | None:
        with self._switchboard.let_go():
            return self._phone.act(moment)

    def notice(self, event: Event) -> None:
        self._phone.notice(event)

    def ended(self) -> str | None:
        return self._phone.ended()
