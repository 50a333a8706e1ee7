"""The router decides one of four things: ring a target, announce the opening, apologise, or do nothing more."""

from __future__ import annotations

from dataclasses import field

from routing.closures import EmergencyClosure
from routing.hours import Closed
from routing.progress import Progress
from routing.targets import Number, Sip, Target
from routing.trace import TraceStep
from value_class import value_class


@value_class
class Ring:
    """The line rings ``target``, and asks ``next_target`` with ``progress`` when the ringing has ended.

    ``also`` ring at the same moment and for the same time; the first to answer has the call.
    """

    progress: Progress
    target: Target
    reason: str
    also: tuple[Number | Sip, ...] = ()
    steps: tuple[TraceStep, ...] = field(default=(), compare=False)

    @property
    def destination(self) -> str:
        """Return the destination whose target is rung."""
        return self.progress.destination


@value_class
class DestinationClosed:
    """The line tells the caller that the destination is closed and when it opens, and hangs up.

    ``closure`` is the emergency that shuts it, where it is one.
    """

    destination: str
    reason: str
    closed: Closed
    closure: EmergencyClosure | None = None
    steps: tuple[TraceStep, ...] = field(default=(), compare=False)


@value_class
class Unreachable:
    """The line apologises and hangs up. ``prompt`` names the text; None is the line's own."""

    destination: str
    prompt: str | None
    reason: str
    steps: tuple[TraceStep, ...] = field(default=(), compare=False)


@value_class
class Connected:
    """The caller was connected to a target; the line has nothing left to do."""

    destination: str
    reason: str = "answered"
    steps: tuple[TraceStep, ...] = field(default=(), compare=False)


Decision = Ring | DestinationClosed | Unreachable | Connected
"""Each tells the ``destination`` that the call has come to, and the ``reason``, for logs and reports:
``open``, ``on-call``, ``on-call: night``, ``closed: weekend``, ``next target: busy``, ``gave up: no-answer``,
``diverted from cst: busy``; several are joined by ``; ``. ``steps`` are the rules that were tried in this decision, in
order; they are no part of what is decided, and two decisions that differ in nothing else are equal."""
