"""A destination is a place that calls are sent to: its targets, when they ring, and what follows when none answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from types import MappingProxyType

from routing.limits import UNLIMITED, Limits
from routing.numbers import parse_number
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Target, parse_sip
from value_class import value_class


@value_class
class NextTarget:
    """After a failure, ring the next target of the same list."""


@value_class
class Divert:
    """Send the call to another destination, whose own hours and rules then hold."""

    destination: str


@value_class
class Apologise:
    """Say that no agent can be reached, and hang up. ``prompt`` names the text; None is the line's own."""

    prompt: str | None = None


@value_class
class Announce:
    """Say when the destination opens, and hang up."""


@value_class
class RingOnCall:
    """Ring the on-call targets although the destination is closed."""


AfterFailure = NextTarget | Divert | Apologise
AfterLast = Divert | Apologise
ClosedAnswer = Announce | RingOnCall | Divert


@value_class
class Destination:
    """A destination as ops wrote it. ``hours`` names opening hours of the routing table; None is always open.

    ``targets`` are rung one after the other while the destination is open. While its staff are on call, those that
    ``rota`` (a name of the table) has on duty are rung, then ``on_call``. ``busy``, ``no_answer`` and ``failed`` say
    what follows one target's failure, ``exhausted`` what follows when no target is left. ``limits`` bound the calls of
    its telephones; ``contracts`` has the targets that customers of a special contract have for themselves, rung before
    ``targets``.
    """

    name: str
    targets: tuple[AnyTarget, ...]
    hours: str | None = None
    on_call: tuple[AnyTarget, ...] = ()
    closed: ClosedAnswer = Announce()
    busy: AfterFailure = NextTarget()
    no_answer: AfterFailure = NextTarget()
    failed: AfterFailure = NextTarget()
    exhausted: AfterLast = Apologise()
    rota: str | None = None
    limits: Limits = UNLIMITED
    contracts: Mapping[str, tuple[AnyTarget, ...]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def key(self) -> str:
        """Return the key of the node of the routing table that defines this destination."""
        return f"destinations.{self.name}"

    def contract_of(self, held: str | None) -> str | None:
        """Return the name under which ``contracts`` has the special contract ``held``: its own, or its kind (PRIME of
        PRIME.ANA); None where the destination has no targets for it.
        """
        names = (held, held.partition(".")[0]) if held else ()
        return next((name for name in names if name in self.contracts), None)

    def lists(self) -> Iterator[tuple[str, tuple[AnyTarget, ...]]]:
        """Yield every list of targets, each with its key."""
        yield f"{self.key}.targets", self.targets
        yield f"{self.key}.on_call", self.on_call
        for contract, targets in self.contracts.items():
            yield f"{self.key}.contracts.{contract}", targets

    @property
    def has_queue(self) -> bool:
        """Return whether calls may wait for this destination, and so for agents."""
        return any(_has_queue(targets) for _, targets in self.lists())

    def diverts(self) -> frozenset[str]:
        """Return the destinations to which this one may divert a call."""
        answers = (self.closed, self.busy, self.no_answer, self.failed, self.exhausted)
        return frozenset(answer.destination for answer in answers if isinstance(answer, Divert))

    def borrows(self) -> frozenset[str]:
        """Return the destinations whose targets this one borrows."""
        return frozenset(
            destination.destination for _, targets in self.lists() for destination in _destinations(targets)
        )


def _has_queue(targets: Iterable[AnyTarget]) -> bool:
    return any(
        isinstance(each, Queue) or (isinstance(each, Share) and _has_queue(inner for _, inner in each.weights))
        for each in targets
    )


def _destinations(targets: tuple[AnyTarget, ...]) -> Iterator[BorrowedTargets]:
    for target in targets:
        if isinstance(target, BorrowedTargets):
            yield target
        elif isinstance(target, Share):
            yield from _destinations(tuple(each for _, each in target.weights))


__all__ = [
    "AfterFailure", "AfterLast", "Announce", "Apologise", "ClosedAnswer", "Destination", "Divert", "NextTarget",
    "Number", "Queue", "RingOnCall", "Sip", "Target", "parse_number", "parse_sip",
]  # fmt: skip
