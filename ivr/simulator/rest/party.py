"""One party on the switchboard: a call of the account, and when it was made, answered and ended."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ivr.simulator import acts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import Clock
from ivr.simulator.live_call import LiveCall
from ivr.simulator.moments import Leg
from ivr.simulator.phones.base import Phone
from ivr.simulator.transcript import Event, Observer
from ivr.simulator.verbs.call_control import Arrival


class CallClock:
    """The switchboard's clock as one call sees it: its seconds count from when the call was made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.start = clock.elapsed()

    @property
    def real(self) -> bool:
        """Return whether the switchboard's time passes by itself."""
        return self._clock.real

    @property
    def pace(self) -> float:
        """Return how many seconds of the switchboard pass in one."""
        return self._clock.pace

    def hold_to_real_time(self) -> None:
        """Let the switchboard go by the wall clock."""
        self._clock.hold_to_real_time()

    def let_go_of_real_time(self) -> None:
        """End one hold of the switchboard's."""
        self._clock.let_go_of_real_time()

    def now(self) -> datetime:
        """The switchboard's date and time."""
        return self._clock.now()

    def elapsed(self) -> float:
        """Seconds since the call was made."""
        return self._clock.elapsed() - self.start

    def advance_to(self, elapsed: float) -> None:
        """Let the switchboard's time pass."""
        self._clock.advance_to(self.start + elapsed)


@dataclass(slots=True, eq=False)
class Party:
    """``due`` is the second of the switchboard at which the call goes on.

    ``came`` is what came into the call from outside and lets it go on sooner, ``news`` what its people are to hear of
    then, and ``partner`` is who it talks with.
    """

    call: LiveCall
    created: datetime
    start: float
    due: float
    came: deque[Arrival] = field(default_factory=deque)
    partner: Party | None = None
    ended: datetime | None = None
    news: deque[Event] = field(default_factory=deque)

    @classmethod
    def made(cls, setup: CallSetup, phone: Phone, clock: Clock, observer: Observer | None = None) -> Party:
        """A new call, which begins at once."""
        own = CallClock(clock)
        call = LiveCall(replace(setup, clock=own), phone, observer)
        return cls(call, created=clock.now(), start=own.start, due=own.start)

    @property
    def sid(self) -> str:
        """The call's identifier."""
        return self.call.setup.call_sid

    @property
    def status(self) -> str:
        """Return where the call stands, in the vendor's words."""
        return self.call.interpreter.status

    @property
    def telephone(self) -> str:
        """Return the number at which the call is: of the caller, or of the party whom the application called."""
        call = self.call.interpreter
        return call.to if self.call.setup.outbound else call.from_

    @property
    def started(self) -> datetime | None:
        """Return when the call was answered."""
        answered_at = self.call.interpreter.answered_at
        return None if answered_at is None else self.created + timedelta(seconds=answered_at)

    @property
    def seconds(self) -> int | None:
        """Return how long the talk was, begun seconds counted whole; None where there was none, or it goes on."""
        if self.started is None or self.ended is None:
            return None
        return math.ceil((self.ended - self.started).total_seconds())

    @property
    def queue(self) -> str | None:
        """The name of the queue that the caller stands in; one who is being taken out stands in it no more."""
        stay = self.call.interpreter.stay
        leaves = self.call.inbox or any(not isinstance(one, acts.Wait) for one in self.came)
        return stay.name if stay and not leaves and self.call.live else None

    @property
    def enqueued(self) -> datetime | None:
        """Since when the caller stands in the queue."""
        stay = self.call.interpreter.stay
        return self.created + timedelta(seconds=stay.since) if stay else None

    @property
    def waited(self) -> float:
        """Seconds that the caller has stood in the queue."""
        call = self.call.interpreter
        return call.clock.elapsed() - call.stay.since if call.stay else 0.0

    @property
    def interruptible(self) -> bool:
        """Return whether the call is in a moment that a person at another telephone can cut short."""
        return self.call.moment is not None and not self.came and not self.call.inbox

    def leg(self, noun: str) -> Leg | None:
        """The leg of that noun which the caller waits for, or talks with."""
        legs = self.call.moment.legs if self.call.moment else ()
        return next((leg for leg in legs if leg.noun == noun), None)

    @property
    def connected(self) -> bool:
        """Return whether the caller talks with another party."""
        return self.call.moment is not None and self.call.moment.kind == "connected"
