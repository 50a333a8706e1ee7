"""Drives all calls of one account on one clock: the call that is due next goes on.

Requests of an application for the account's resources come in on other threads, while a call waits for the answer of
that very application. So whoever looks at a switchboard or changes it holds it; only what takes real time (asking a
webhook, asking a person, waiting) is done with the switchboard let go.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Self

from ivr.simulator.call_setup import ANY_SOCKET, CallSetup, nothing_is_secret
from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults
from ivr.simulator.clock import Clock
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.account import AccountSeed, SimulatedAccount
from ivr.simulator.rest.account_recordings import AccountRecordings
from ivr.simulator.rest.account_texting import AccountTexting
from ivr.simulator.rest.bridging import Bridges
from ivr.simulator.rest.call_rate import CallRate
from ivr.simulator.rest.callees import Callees
from ivr.simulator.rest.let_go import PhoneLetGo, SocketsLetGo, TransportLetGo
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.queue_agents import AgentsInQueues
from ivr.simulator.sids import Sids
from ivr.simulator.sockets import SocketTransport
from ivr.simulator.text_conversation import TextConversation
from ivr.simulator.texting.lone_host import LoneTextHost
from ivr.simulator.texts.account_texts import AccountTexts
from ivr.simulator.texts.text_message import TextDraft, TextMessage
from ivr.simulator.timetable import Timetable
from ivr.simulator.transcript import Event, Observer, Transcript
from ivr.simulator.transports import Response, Transport
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs.call_control import Arrival
from ivr.simulator.verbs.conference_room import ConferenceRooms
from ivr.simulator.verbs.exits import CallEnded

REFUSALS_KEPT = 1000
"""Requests that the API refused and no transcript has told of yet."""


class Switchboard:
    """Everything that goes on in one account; ``bridges`` are its queues and conferences.

    ``transport`` reaches the webhooks of calls that the application makes, ``sockets`` their websockets, and
    ``callees`` gives the telephone of whoever it dials. ``seed`` makes the identifiers of this switchboard its own.
    On a virtual clock an endless wait (a queue, a conference) lasts no time at all; ``grace`` is for how many real
    seconds it is put off for an application that sends its requests from somewhere else than a webhook. ``ring``
    connects the calls that the application makes, where they are not simply to ring at the telephones of ``callees``.
    The ``account`` has what its seed says, and ``texts`` are its texts, with what is said beforehand of their fate.
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
        ring: Callable[[CallSetup], Party] | None = None,
        sockets: SocketTransport = ANY_SOCKET,
        account: AccountSeed | None = None,
        texts: AccountTexts | None = None,
    ) -> None:
        self.clock = clock
        self._account_seed = account or AccountSeed()
        self.carrier = self._account_seed.applied_to(carrier or Carrier())
        self.sids = Sids(seed)
        self.account = SimulatedAccount(self._account_seed, self.sids, clock.now())
        self.numbers = {one.number for one in self.account.numbers.values()}
        """Numbers of the account, of its seed and as calls have told them: it may call and text from no other."""
        self.faults = self.carrier.faults
        """What goes wrong on the account; it may be changed while calls go on."""
        self.rooms = ConferenceRooms(shared=True, faults=self._present_faults)
        self.timetable = Timetable()
        self.texts = texts or AccountTexts()
        self.texts.numbers = self.numbers
        self._texting = AccountTexting(self, transport)
        self._hears_texts: Callable[[Event], None] = lambda _: None
        self._live: dict[str, Party] = {}
        self.bridges = Bridges(self._live, self.wake, self.sids, self.rooms)
        for name, behaviour in self._account_seed.queues.items():
            self.bridges.queues.made(name, clock.now(), behaviour.holds)
        self._transport = transport
        self._sockets = sockets
        self._callees = callees or Callees(self._account_seed.callees)
        self._conceals = conceals
        self._grace = grace
        self._calls: dict[str, Party] = {}
        self._originated: list[Party] = []
        self._refused: deque[TwimlNotice] = deque(maxlen=REFUSALS_KEPT)
        self._rate = CallRate(self.carrier.calls_per_second, clock.elapsed)
        self._ring = ring or self._ring_callee
        self._changed = threading.Condition(threading.Lock())
        self._woken = False
        self._running = False
        self._closed = False
        self.unanswered: Counter[tuple[str, str]] = Counter()
        """How often the application asked the API for what is not simulated: by what it was, with the page about it."""
        self.recordings = AccountRecordings(self.calls)

    @classmethod
    def of(
        cls,
        setup: CallSetup,
        *,
        callees: Callable[[str], Phone] | None = None,
        grace: float = 0.0,
        account: AccountSeed | None = None,
    ) -> Self:
        """A switchboard for the call of ``setup``: its account, its clock, and its way to the application.

        ``account`` says what the account has, and may be another one than the call's.
        """
        return cls(
            setup.clock,
            setup.transport,
            carrier=setup.carrier,
            callees=callees,
            conceals=setup.conceals,
            seed=setup.call_sid,
            grace=grace,
            sockets=setup.sockets,
            texts=setup.texts,
            account=account,
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
        transcript.texts = sorted([*transcript.texts, *self._texting.sent()], key=lambda each: each.created)
        transcript.warnings += self.refusals()
        self._originated.clear()
        return transcript

    def converse(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
        """Text the application of ``setup`` as ``phone`` wants to, beside the API of its account; no call is made."""
        with self.held():
            self.numbers |= {setup.to, setup.carrier.to or setup.to, *setup.carrier.numbers}
        conversation = TextConversation(replace(setup, texts=self.texts), observer, self.run)
        self._hears_texts = conversation.hear
        transcript = conversation.play(phone)
        transcript.texts = sorted([*transcript.texts, *self._texting.sent()], key=lambda each: each.created)
        transcript.warnings += self.refusals()
        return transcript

    def text_host(self, seed: str, hears: Callable[[Event], None]) -> LoneTextHost:
        """Return a host of texts of the account, beside any call."""
        return self._texting.host(seed, hears)

    def send_text(self, draft: TextDraft) -> TextMessage:
        """Send a text of the application's, and let it come to its end; raises TextRefusedError. Held by the caller."""
        return self._texting.send(draft)

    def refused(self, notice: TwimlNotice) -> None:
        """Note that the application asked the API for what is not done here; the call of its webhook tells it."""
        self._refused.append(notice)

    def refusals(self) -> list[TwimlNotice]:
        """Return what was refused since this was asked last."""
        refused = list(self._refused)
        self._refused.clear()
        return refused

    def originate(
        self, *, to: str, from_: str, url: str, carrier: Carrier, outbound: OutboundCall, twiml: str | None = None
    ) -> Party:
        """A call that the application makes: it rings at the telephone that ``callees`` gives, once it is its turn.

        Held by the caller.
        """
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
            sockets=self._sockets,
        )
        self._rate.enter(setup.call_sid)
        waits = partial(self._rate.seconds_left, setup.call_sid)
        party = self._ring(replace(setup, outbound=replace(outbound, waits=waits)))
        self._originated.append(party)
        return party

    def connect(
        self, setup: CallSetup, phone: Phone, observer: Observer | None = None, *, thinks: bool = True
    ) -> Party:
        """Put the call on the switchboard; it begins when the switchboard runs. Held by the caller.

        ``thinks`` says that ``phone`` may wait for its person, and is asked with the switchboard let go.
        """
        party: Party
        free = replace(
            setup,
            carrier=replace(self._account_seed.applied_to(setup.carrier), api_url=self.carrier.api_url),
            transport=TransportLetGo(self.let_go, setup.transport, lambda: self._tell_news(party)),
            sockets=SocketsLetGo(self.let_go, setup.sockets),
            position=partial(self.bridges.position, setup.call_sid),
            has_room=self.bridges.has_room,
            faults=self._present_faults,
            rooms=self.rooms,
            texts=self.texts,
        )
        queues = self._account_seed.queues
        phone = AgentsInQueues(phone, queues) if queues else phone
        asked = PhoneLetGo(self.let_go, phone) if thinks else phone
        party = Party.made(free, asked, self.clock, observer)
        self._calls[party.sid] = self._live[party.sid] = party
        self._wake()
        return party

    def calls(self) -> list[Party]:
        """Every call of the account, the newest first."""
        return list(reversed(self._calls.values()))

    def call(self, sid: str) -> Party | None:
        """The call with that identifier."""
        return self._calls.get(sid)

    def forget(self, party: Party) -> None:
        """Keep nothing of a call that has ended. Held by the caller."""
        del self._calls[party.sid]
        if party in self._originated:
            self._originated.remove(party)
        self.recordings.forget(party)

    def drop(self, party: Party) -> None:
        """Drive the call no further. Held by the caller."""
        self._live.pop(party.sid, None)

    def interrupt(self, party: Party, how: CallEnded) -> None:
        """Take the call away from what it is at, at its next moment."""
        party.call.inbox.append(how)
        self._due_now(party)
        if party.sid in self._rate.waiting:
            self._rate.leave(party.sid)
            for sid in self._rate.waiting:
                self._due_now(self._calls[sid])

    def wake(self, party: Party, arrival: Arrival) -> None:
        """Let ``arrival`` cut the call's moment short; a call that is in none takes it in with its next one."""
        party.came.append(arrival)
        if party.call.moment:
            self._due_now(party)

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

    def run(self, until: Party | None = None, is_over: Callable[[], bool] = lambda: False) -> None:
        """Let the calls go on, until all of them have ended, or the one given; only one thread may do so.

        ``is_over`` is asked after each thing that happened, the switchboard being held, and ends it as well.
        """
        with self.held():
            if self._running:
                raise RuntimeError("this switchboard is run by another thread")
            self._running = True
            try:
                while not (until and until.call.over):
                    for told in [each for each in self._live.values() if each.news]:
                        self._tell_news(told)
                    party = min(self._live.values(), key=lambda one: one.due, default=None)
                    if self.timetable.due < math.inf and (party is None or self.timetable.due <= party.due):
                        if not self._wait(self.timetable.due, 0.0):
                            self._do_errand()
                    elif party is None:
                        return
                    elif not self._disturbed(party):
                        self._advance(party)
                    if is_over():
                        return
            finally:
                self._running = False

    def serve(self) -> None:
        """Let calls go on as they come, until ``close``; only one thread may do so."""
        while not self._closed:
            self.run()
            with self.held():
                self._changed.wait_for(lambda: self._live or self._closed or self.timetable.due < math.inf)

    def close(self) -> None:
        """Take every call that goes on off the switchboard, unfinished, and end ``run`` and ``serve``."""
        with self.held():
            self._closed = True
            self._live.clear()
            self._wake()

    def is_due(self) -> bool:
        """Return whether a person at a telephone holds something up: a call that is to go on now."""
        with self.held():
            now = self.clock.elapsed()
            return self.timetable.due <= now or any(party.due <= now or party.news for party in self._live.values())

    def _do_errand(self) -> None:
        """Do the first errand of the timetable, which is due by now, with the switchboard let go."""
        self.clock.advance_to(self.timetable.due)
        errand = self.timetable.next()
        with self.let_go():
            errand()

    def _disturbed(self, party: Party) -> bool:
        """Let time pass until that call is due; True where something came up before."""
        moment = party.call.moment
        endless = moment is not None and moment.seconds is None
        return self._wait(party.due, self._grace if endless else 0.0)

    def _wait(self, due: float, patience: float) -> bool:
        """Let time pass until ``due``; True where something came up before. ``patience`` is that of a virtual clock."""
        left = due - self.clock.elapsed()
        if left <= 0:
            return False
        if self.clock.real:
            patience = left / self.clock.pace
        self._woken = False
        if patience and self._changed.wait_for(lambda: self._woken, patience):
            return True
        self.clock.advance_to(due)
        return False

    def _advance(self, party: Party) -> None:
        call = party.call
        party.due = math.inf
        until = call.advance(party.came.popleft() if party.came and call.moment else None)
        if until is None:
            party.ended = self.clock.now()
            self._live.pop(party.sid, None)
        elif (party.came and call.moment) or (call.inbox and call.live):
            party.due = self.clock.elapsed()
        else:
            party.due = party.start + until
        self.bridges.part(party)
        self.bridges.join()

    def tell(self, party: Party, kind: str, **details: object) -> None:
        """Something that the people at the call are to hear of when it next goes on."""
        party.news.append(Event(party.call.interpreter.clock.elapsed(), kind, details))

    def at(self, second: float, errand: Callable[[], None]) -> None:
        """Do ``errand`` at a second of the clock, whatever the calls are at then. Held by the caller."""
        self.timetable.add(second, errand)
        self._wake()

    def tell_of_text(self, event: Event, number: str) -> None:
        """Let the people at the telephone ``number`` hear of a text, else those of the oldest call."""
        at_it = (party for party in self._live.values() if party.telephone == number)
        party = next(at_it, None) or next(iter(self._live.values()), None)
        if party is None:
            self._hears_texts(event)
        else:
            event.t = party.call.interpreter.clock.elapsed()
            party.news.append(event)
            self._wake()

    def _tell_news(self, party: Party) -> None:
        while party.news:
            party.call.tell(party.news.popleft())

    def _present_faults(self) -> CarrierFaults:
        return self.faults

    def _ring_callee(self, setup: CallSetup) -> Party:
        return self.connect(setup, self._callees(setup.to))

    def _due_now(self, party: Party) -> None:
        party.due = min(party.due, self.clock.elapsed())
        self._wake()

    def _wake(self) -> None:
        self._woken = True
        self._changed.notify_all()
