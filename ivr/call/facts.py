"""What a turn may know. Everything is asked before the call moves, so that moving asks nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.flow.rules import Fact
from routing.context import NO_CONTEXT, RoutingContext


class Invoice(Protocol):
    """One invoice not paid, as far as the line's rules look at it."""

    @property
    def due(self) -> date: ...
    def is_overdue(self, today: date) -> bool:
        """Whether its days of grace are over, too."""


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
    def special_contract(self) -> str | None: ...
    @property
    def area_code(self) -> str | None: ...
    @property
    def invoices(self) -> Sequence[Invoice]: ...


@dataclass(frozen=True, slots=True)
class Facts:
    """The answers. ``now`` is aware, in the line's zone.

    ``sealed`` is the digest of the document just keyed or spoken, ``keyed`` whether its keys are some customer's (who
    may have letters there), ``exact`` whether it is no other's of the same keys, ``number`` a document with letters to
    be read back. ``identity`` is who document and password belong to, None where they belong to nobody; ``customer`` is
    who was identified in an earlier turn. ``context`` are what the router is told of the world, but for the
    caller's contract. ``staff`` is the name of whoever just keyed a number and a password of the staff. ``caller`` is
    the number that the call comes from; ``protocol`` is the number of the call, or the one that it gets when it needs
    one. ``database_down``: nothing could be asked, because it is away. ``callbacks_full``: no callback may be promised
    to the caller now.
    """

    now: datetime
    sealed: str | None = None
    identity: Customer | None = None
    customer: Customer | None = None
    context: RoutingContext = NO_CONTEXT
    staff: str | None = None
    caller: str = ""
    protocol: str | None = None
    keyed: bool = False
    exact: bool = False
    number: str | None = field(default=None, repr=False)
    database_down: bool = False
    callbacks_full: bool = False


class DataNeededError(Exception):
    """A turn without data came to a state that cannot be passed without; nothing has moved."""


class Needs:
    """Which facts a turn may need that begins in a given state: those of every check up to the next wait, and of a
    transfer there."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._known: dict[str, frozenset[Fact]] = {}

    def of(self, state: str) -> frozenset[Fact]:
        """Each of them, ``contract`` as ``customer`` where this line serves any."""
        if state not in self._known:
            self._known[state] = self._walk(state)
        return self._known[state]

    def data(self, node: Node, *, identified: bool) -> bool:
        """Whether the state cannot be passed while the database is away; see ``NeedsDatabase``."""
        needs = node.needs_database
        return needs == "always" or (identified and needs == "once identified") or self._says(node, "documento")

    def _walk(self, state: str) -> frozenset[Fact]:
        found: set[Fact] = {"number"} if self._says(self._line.states[state], "documento") else set()
        seen: set[str] = set()
        waiting = [state]
        while waiting:
            name = waiting.pop()
            node = self._line.states[name]
            if self._says(node, "protocolo"):
                found.add("protocol")
            found |= node.facts
            if name in seen:
                continue
            seen.add(name)
            waiting += [edge.target for edge in (node.edges() if name == state else node.onward())]
            if node.hands_over_to and name == state:
                # A call that has had all its turns is handed over from here, along no edge.
                waiting.append(self._line.header.human)
        if "contract" in found:
            found.remove("contract")
            if any(desk.contracts for desk in self._line.routing.table.destinations.values()):
                found.add("customer")
        return frozenset(found)

    def _says(self, node: Node, placeholder: str) -> bool:
        """Whether a prompt of the state leaves ``placeholder`` open."""
        texts = self._line.prompts.texts
        return any(placeholder in texts[prompt].needs() for prompt in node.prompts())
