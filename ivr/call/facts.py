"""What a turn may know. Everything is asked before the call moves, so that moving asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ivr.flow.line import Line
from ivr.flow.nodes.check import Check


class Invoice(Protocol):
    """One invoice not paid; ``due`` plus ``grace_days`` is its last day without consequences."""

    @property
    def due(self) -> date: ...
    @property
    def grace_days(self) -> int: ...


class Customer(Protocol):
    """A contact of a company as far as the line's rules look at it. ``contract_until`` None is without end."""

    @property
    def contact_id(self) -> int: ...
    @property
    def company_id(self) -> int: ...
    @property
    def blocked(self) -> bool: ...
    @property
    def support(self) -> bool: ...
    @property
    def consultancy(self) -> bool: ...
    @property
    def contract_until(self) -> date | None: ...
    @property
    def datacenter(self) -> bool: ...
    @property
    def invoices(self) -> Sequence[Invoice]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """The answers. ``now`` is aware, in the line's zone; ``sealed`` is the digest of the document just keyed;
    ``identity`` is who document and password belong to, None where they belong to nobody; ``customer`` is who was
    identified in an earlier turn.
    """

    now: datetime
    sealed: str | None = None
    identity: Customer | None = None
    customer: Customer | None = None


class Needs:
    """Which facts a turn may need that begins in a given state: those of every check up to the next wait."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[str, frozenset[str]] = {}

    def of(self, state: str) -> frozenset[str]:
        """``identity`` and ``customer``, either, or neither."""
        if state not in self._known:
            self._known[state] = self._walk(state)
        return self._known[state]

    def _walk(self, state: str) -> frozenset[str]:
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [state]
        while waiting:
            name = waiting.pop()
            node = self._line.states[name]
            if name in seen or (node.waits and name != state):
                continue
            seen.add(name)
            if isinstance(node, Check):
                found.add(node.rule.needs)
            waiting += [edge.target for edge in node.edges()]
        return frozenset(found)
