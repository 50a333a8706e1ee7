"""One call of the account: the call itself, and when it was made, answered and ended."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.simulator.call import CallSetup, LiveCall
from ivr.simulator.clock import Clock
from ivr.simulator.phones.base import Act, Leg, Phone
from ivr.simulator.transcript import Event, Observer


class CallClock:
    """The switchboard's clock as one call sees it: its seconds count from when the call was made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.start = clock.elapsed()

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
class Connection:
    """``due`` is the second of the switchboard at which the call goes on; ``came`` is what lets it go on sooner."""

    call: LiveCall
    created: datetime
    start: float
    due: float
    came: Act | None = None
    partner: Connection | None = None
    started: datetime | None = None
    ended: datetime | None = None
    news: deque[Event] = field(default_factory=deque)

    @classmethod
    def made(cls, setup: CallSetup, phone: Phone, clock: Clock, observer: Observer | None = None) -> Connection:
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
        """Where the call stands, in the vendor's words."""
        return self.call.line.status

    @property
    def seconds(self) -> int | None:
        """How long the talk was, begun seconds counted whole; None where there was none, or it goes on."""
        if self.started is None or self.ended is None:
            return None
        return math.ceil((self.ended - self.started).total_seconds())

    @property
    def queue(self) -> str | None:
        """The name of the queue that the caller stands in; nobody stands in it who is being taken out."""
        stay = self.call.line.stay
        return stay.name if stay and self.came is None and self.call.live else None

    @property
    def waited(self) -> float:
        """Seconds that the caller has stood in the queue."""
        line = self.call.line
        return line.clock.elapsed() - line.stay.since if line.stay else 0.0

    @property
    def interruptible(self) -> bool:
        """Whether the call is in a moment that somebody at another telephone can cut short."""
        return self.call.moment is not None and self.came is None and not self.call.inbox

    def ringing(self, noun: str) -> Leg | None:
        """The leg of that noun that rings and about which nobody at the call's own telephone has a plan."""
        moment = self.call.moment
        if moment is None or moment.kind != "ringing" or self.call.planned or not self.interruptible:
            return None
        return next((leg for leg in moment.legs if leg.noun == noun), None)

    def talking(self, noun: str | None = None) -> Leg | None:
        """The leg that the caller talks with, where it is of that noun."""
        moment = self.call.moment
        if moment is None or moment.kind != "connected":
            return None
        return next((leg for leg in moment.legs if leg.noun == noun), None)

    @property
    def connected(self) -> bool:
        """Whether the caller talks with anybody."""
        return self.call.moment is not None and self.call.moment.kind == "connected"
