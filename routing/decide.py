"""Where a call goes now: from a destination's name, the time, and what became of the last attempt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from routing.book import RoutingBook
from routing.destinations import (
    AfterFailure,
    Announce,
    Apologise,
    Destination,
    Divert,
    NextTarget,
    RingOnCall,
    Target,
)
from routing.hours import Closed, OnCall, Open, Status

MAX_DIVERTS = 10
"""A caller who has been passed on this often is told that nobody can be reached."""

_REACHED = {"answered", "completed", "bridged"}
_BUSY = {"busy", "queue-full"}
_NO_ANSWER = {"no-answer", "canceled", "queue-timeout"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call has come: the ``index``-th target (from 0) of ``destination`` is being rung.

    ``on_call`` tells in which of its two lists; ``hops`` are the destinations that passed the call on, oldest
    first.
    """

    destination: str
    index: int = 0
    on_call: bool = False
    hops: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain values, fit for JSON."""
        return {
            "destination": self.destination,
            "index": self.index,
            "on_call": self.on_call,
            "hops": list(self.hops),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Progress:
        """The reverse of ``as_dict``; KeyError where a value is missing."""
        return cls(values["destination"], values["index"], values["on_call"], tuple(values["hops"]))


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring ``target``, and carry on from ``progress`` with the result."""

    progress: Progress
    target: Target
    reason: str

    @property
    def destination(self) -> str:
        """The destination whose target it is."""
        return self.progress.destination


@dataclass(frozen=True, slots=True)
class Shut:
    """Tell the caller that the destination is closed and when it opens, and hang up."""

    destination: str
    reason: str
    closed: Closed


@dataclass(frozen=True, slots=True)
class Unreachable:
    """Apologise and hang up. ``prompt`` names the text; None is the line's own."""

    destination: str
    prompt: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody answered; nothing is left to do."""

    destination: str
    reason: str = "answered"


Decision = Ring | Shut | Unreachable | Served
"""Each tells the ``destination`` that the call has come to, and the ``reason``, for logs and reports:
``open``, ``on-call``, ``on-call: night``, ``closed: weekend``, ``next target: busy``, ``gave up: no-answer``,
``diverted from cst: busy``; several are joined by ``; ``."""


def begin(book: RoutingBook, name: str, at: datetime) -> Decision:
    """Where a call for the destination ``name`` goes at the instant ``at`` (aware).

    Never raises for what the book holds: a name that leads nowhere is Unreachable.
    """
    return _Way(book, at).enter(name)


def carry_on(book: RoutingBook, progress: Progress, result: str, at: datetime) -> Decision:
    """Where the call goes after the target of ``progress`` ended in ``result``.

    Results are those of Twilio's ``<Dial>`` (``answered``, ``completed``, ``busy``, ``no-answer``, ``failed``,
    and ``canceled``, which is as no-answer) and ``<Enqueue>`` (``bridged`` as answered, ``queue-full`` as busy),
    and our own ``queue-timeout`` (as no-answer). Any other word counts as ``failed``.

    A call that came in before closing time rings every target, even past it.
    """
    if result in _REACHED:
        return Served(progress.destination)
    destination = book.destinations.get(progress.destination)
    if destination is None:
        return Unreachable(progress.destination, None, "unknown destination")
    way = _Way(book, at, progress.hops)
    match _after(destination, result):
        case NextTarget():
            note = f"next target: {result}"
            return way.ring(destination, progress.index + 1, note, on_call=progress.on_call, failure=result)
        case Divert(to):
            return way.divert(destination, to, result)
        case Apologise(prompt):
            return way.give_up(destination, prompt, result)


def _after(destination: Destination, result: str) -> AfterFailure:
    if result in _BUSY:
        return destination.busy
    return destination.no_answer if result in _NO_ANSWER else destination.failed


@dataclass(frozen=True, slots=True)
class _Way:
    """A call on its way through the book; ``reasons`` tell what has happened to it in this decision."""

    book: RoutingBook
    at: datetime
    hops: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    def noting(self, reason: str) -> _Way:
        return replace(self, reasons=(*self.reasons, reason))

    def told(self, last: str) -> str:
        return "; ".join(reason for reason in (*self.reasons, last) if reason)

    def enter(self, name: str) -> Decision:
        """The call arrives at ``name``."""
        destination = self.book.destinations.get(name)
        if destination is None:
            return Unreachable(name, None, self.told("unknown destination"))
        status: Status = Open()
        if destination.hours is not None:
            hours = self.book.hours.get(destination.hours)
            if hours is None:
                return Unreachable(name, None, self.told("unknown hours"))
            status = hours.at(self.at)
        match status:
            case Open():
                return self.ring(destination, 0, "" if self.reasons else "open")
            case OnCall():
                return self.ring(destination, 0, "on-call", on_call=True)
            case Closed():
                return self.answer_closed(destination, status)

    def answer_closed(self, destination: Destination, closed: Closed) -> Decision:
        """What a caller gets who comes outside the hours."""
        why = f"closed: {closed.reason}"
        match destination.closed:
            case RingOnCall():
                return self.ring(destination, 0, f"on-call: {closed.reason}", on_call=True)
            case Divert(to) if not self.goes_round(destination, to):
                return self.divert(destination, to, why)
            case Announce() | Divert():
                return Shut(destination.name, self.told(why), closed)

    def ring(
        self,
        destination: Destination,
        index: int,
        note: str,
        *,
        on_call: bool = False,
        failure: str = "no targets",
    ) -> Decision:
        """The ``index``-th target, with ``note`` as the reason; past the last one, what follows ``failure``."""
        targets = destination.on_call if on_call else destination.targets
        if index < len(targets):
            progress = Progress(destination.name, index, on_call, self.hops)
            return Ring(progress, targets[index], self.told(note))
        match destination.exhausted:
            case Divert(to):
                return self.divert(destination, to, failure)
            case Apologise(prompt):
                return self.give_up(destination, prompt, failure)

    def divert(self, destination: Destination, to: str, why: str) -> Decision:
        """The call is passed on, unless it has been there."""
        if self.goes_round(destination, to):
            return self.noting("diverted in a circle").give_up(destination, None, why)
        onward = self.noting(f"diverted from {destination.name}: {why}")
        return replace(onward, hops=(*self.hops, destination.name)).enter(to)

    def give_up(self, destination: Destination, prompt: str | None, why: str) -> Decision:
        """Nobody can be reached."""
        return Unreachable(destination.name, prompt, self.told(f"gave up: {why}"))

    def goes_round(self, destination: Destination, to: str) -> bool:
        """True where a divert would bring the caller back, or on for ever."""
        return to == destination.name or to in self.hops or len(self.hops) >= MAX_DIVERTS
