"""The calls of one account, all on one clock: whichever is due next goes on.

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

from ivr.simulator.call import CallSetup, nothing_is_secret
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import Clock, RealClock
from ivr.simulator.phones.base import Act, Answered, Bridged, Moment, Parted, Phone
from ivr.simulator.rest.callees import Callees
from ivr.simulator.rest.conference import Conference, Conferences
from ivr.simulator.rest.connection import Connection
from ivr.simulator.rest.queue import Queues
from ivr.simulator.sids import Sids
from ivr.simulator.transcript import Event, Observer, Recording, Transcript
from ivr.simulator.transports import Request, Response, Transport
from ivr.simulator.verbs.base import CallEnded


class Switchboard:
    """Everything that goes on in one account.

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
        self.queues = Queues(self.sids)
        self.conferences = Conferences(self.sids, clock.now)
        self._transport = transport
        self._callees = callees or Callees()
        self._conceals = conceals
        self._grace = grace
        self._calls: dict[str, Connection] = {}
        self._deleted: set[str] = set()
        self._changed = threading.Condition(threading.Lock())
        self._woken = False

    # Calls in, calls out

    def place_call(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
        """Make the call of ``setup`` and let everything happen that comes of it, until the last call has ended."""
        with self.held():
            connection = self.connect(setup, phone, observer)
        self.run()
        return connection.call.transcript

    def originate(self, setup: CallSetup) -> Connection:
        """A call that the application makes: it rings at whatever telephone ``callees`` gives. Held by the caller."""
        return self.connect(setup, self._callees(setup.to))

    def connect(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Connection:
        """Put the call on the switchboard; it begins when the switchboard runs. Held by the caller."""
        free = replace(
            setup,
            carrier=replace(setup.carrier, api_url=self.carrier.api_url),
            transport=_LetGo(self, setup.transport),
        )
        connection = Connection.made(free, _PersonLetGo(self, phone), self.clock, observer)
        self._calls[connection.sid] = connection
        self._wake()
        return connection

    def setup(self, *, url: str, to: str, from_: str, carrier: Carrier, **options: object) -> CallSetup:
        """A call of the application's own making, with an identifier of its own."""
        setup = CallSetup(
            url=url,
            transport=self._transport,
            from_=from_,
            to=to,
            call_sid=self.sids.next("CA"),
            clock=self.clock,
            carrier=carrier,
            conceals=self._conceals,
        )
        return replace(setup, **options)  # type: ignore[arg-type]

    def calls(self) -> list[Connection]:
        """Every call of the account, the newest first."""
        return list(reversed(self._calls.values()))

    def call(self, sid: str) -> Connection | None:
        """The call with that identifier."""
        return self._calls.get(sid)

    def interrupt(self, connection: Connection, how: CallEnded) -> None:
        """Take the call away from what it is at, at its next moment."""
        connection.call.inbox.append(how)
        self._due_now(connection)

    def wake(self, connection: Connection, act: Act) -> None:
        """Let ``act``, done at another telephone, cut the call's moment short."""
        connection.came = act
        self._due_now(connection)

    # Recordings

    def recordings(self) -> list[tuple[Connection, Recording]]:
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

    def run(self, until: Connection | None = None) -> None:
        """Let the calls go on, until all of them have ended, or the one given."""
        with self.held():
            while not (until and until.call.over):
                connection = min(self._calls.values(), key=lambda one: one.due, default=None)
                if connection is None or connection.due == math.inf:
                    return
                if not self._disturbed(connection):
                    self._advance(connection)

    def _disturbed(self, connection: Connection) -> bool:
        """Let time pass until that call is due; True where something came up before."""
        left = connection.due - self.clock.elapsed()
        if left <= 0:
            return False
        moment = connection.call.moment
        endless = moment is not None and moment.seconds is None
        patience = left if isinstance(self.clock, RealClock) else self._grace if endless else 0.0
        self._woken = False
        if patience and self._changed.wait_for(lambda: self._woken, patience):
            return True
        self.clock.advance_to(connection.due)
        return False

    def _advance(self, connection: Connection) -> None:
        while connection.news:
            connection.call.tell(connection.news.popleft())
        came, connection.came = connection.came, None
        until = connection.call.advance(came)
        connection.due = math.inf if until is None else connection.start + until
        if connection.call.inbox and connection.call.live:
            connection.due = self.clock.elapsed()
        if connection.started is None and connection.call.line.answered_at is not None:
            connection.started = self.clock.now()
        if connection.call.over:
            connection.ended = self.clock.now()
        self._part(connection)
        self._join()

    def _part(self, connection: Connection) -> None:
        """A talk that is over for one is over for the other."""
        partner = connection.partner
        if partner and not connection.connected:
            connection.partner = partner.partner = None
            self._leave_alone(partner)
        conference = self.conferences.of(connection)
        if conference and not connection.talking("Conference"):
            for left_over in conference.leave(connection):
                self._leave_alone(left_over)

    def _leave_alone(self, connection: Connection) -> None:
        if connection.connected and connection.interruptible:
            self.wake(connection, Parted())

    def _join(self) -> None:
        """Connect whoever waits for each other: agents with queues, participants with their conference."""
        for connection in self._calls.values():
            if leg := connection.ringing("Queue"):
                caller = next(iter(self.members(leg.to)), None)
                if caller and caller.interruptible:
                    connection.partner, caller.partner = caller, connection
                    self.wake(connection, Answered(leg=leg.number))
                    self.wake(caller, Bridged())
            elif leg := connection.ringing("Conference"):
                self.conferences.enter(connection, leg)
                self.wake(connection, Answered(leg=leg.number))
            elif (leg := connection.talking("Conference")) and self.conferences.of(connection) is None:
                self.conferences.enter(connection, leg)

    def members(self, queue: str) -> list[Connection]:
        """Who stands in the queue, the longest waiting first."""
        return sorted((one for one in self._calls.values() if one.queue == queue), key=lambda one: -one.waited)

    def remove(self, conference: Conference, connection: Connection) -> None:
        """Take the call out of the conference; it goes on after the Dial that brought it there."""
        self._leave_alone(connection)

    def tell(self, connection: Connection, kind: str, **details: object) -> None:
        """Something that the people at the call are to hear of when it next goes on."""
        connection.news.append(Event(connection.call.line.clock.elapsed(), kind, details))

    def _due_now(self, connection: Connection) -> None:
        connection.due = min(connection.due, self.clock.elapsed())
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
