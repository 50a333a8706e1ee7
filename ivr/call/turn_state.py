"""One turn in motion: what the performers of the states read and write while the call moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ivr.call import verbs
from ivr.call.effects import Effect, ProtocolGiven
from ivr.call.facts import Customer, Facts
from ivr.call.position import Position
from ivr.flow.line import Line
from ivr.flow.nodes.base import Edge, Strikes
from ivr.flow.reprompts import Reprompt
from routing.availability import AllClosed
from routing.trace import TraceStep


@dataclass(slots=True, kw_only=True)
class TurnState(Position):
    """The draft of the position in which the call will wait, and what only this turn knows.

    It begins as one position and ends as another; ``state`` is moved by the machine alone. What stands in a position is
    replaced and never changed in place, since the position before may be in use elsewhere.
    """

    line: Line
    facts: Facts
    reprompt: Reprompt | None = None
    """Set while a state is entered again after a failed entry."""
    verbs: list[verbs.Verb] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Collect state → access code, for this turn only: a password keyed there by mistake has a code's shape."""
    reason: str | None = None
    decided: str | None = None
    """The destination that the router chose in this turn, after every divert."""
    tried: list[TraceStep] = field(default_factory=list)
    """The rules by which it chose."""
    checked: list[tuple[str, str]] = field(default_factory=list)
    """The rules that checks asked, each with its answer."""
    asked: dict[str, str] = field(default_factory=dict)
    """What the router was asked in this turn: a destination, and by which code, area or contract."""
    effects: list[Effect] = field(default_factory=list)
    """What the turn causes, in the order in which it came about."""
    shut: AllClosed | None = None
    """What the last check of the rule ``open`` found closed in this turn."""
    access_until: datetime | None = None
    """Until when the remote access lasts that was allowed in this turn (aware)."""

    @classmethod
    def begin(cls, line: Line, position: Position, facts: Facts) -> TurnState:
        """The turn's first moment."""
        return cls(*position.values(), line=line, facts=facts)

    def position(self) -> Position:
        """The turn's last moment."""
        return Position(*self.values())

    @property
    def customer(self) -> Customer | None:
        """Return the customer, as far as that is proved: a caller who is refused in this turn is known no more."""
        known = self.facts.customer if self.contact_id is not None else None
        return self.facts.identity or known

    def numbered(self) -> str | None:
        """The protocol number of the call, which it gets now where it has none; None where none can be had."""
        if self.protocol is None and self.facts.protocol is not None:
            self.protocol = self.facts.protocol
            self.effects.append(ProtocolGiven(self.protocol))
        return self.protocol

    def strike(self, strikes: Strikes | None) -> bool:
        """Count one wrong entry; True where the counter is full."""
        if strikes is None:
            return False
        wrong = self.strikes.get(strikes.name, 0) + 1
        self.strikes = {**self.strikes, strikes.name: wrong}
        return wrong >= strikes.limit

    def forgive(self, strikes: Strikes | None) -> None:
        """Start the counter again after a right entry."""
        if strikes:
            self.strikes = {name: wrong for name, wrong in self.strikes.items() if name != strikes.name}
