"""One turn in motion: what the performers of the states read and write while the call moves."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.call.facts import Customer, Facts
from ivr.call.orders import Order
from ivr.call.position import Position
from ivr.call.verbs import Verb
from ivr.flow.line import Line
from ivr.flow.nodes.base import Edge, Strikes
from ivr.flow.reprompts import Reprompt
from routing.availability import AllClosed
from routing.decide import Progress
from routing.trace import TraceStep


@dataclass(slots=True)
class TurnState:
    """Begins as a position and ends as one. ``state`` is moved by the machine alone."""

    line: Line
    facts: Facts
    state: str
    choices: dict[str, str]
    strikes: dict[str, int]
    silences: int
    errors: int
    strays: int
    sealed: str | None
    exact: bool
    contact_id: int | None
    company_id: int | None
    destination: str | None
    progress: Progress | None
    over_limit: bool
    protocol: str | None
    queued_at: str | None
    somebody: bool
    finish_due: bool
    prompts_end: str | None
    served: bool
    code_keys: int
    quoted: str | None
    agreed: bool
    reprompt: Reprompt | None = None
    """Set while a state is entered again after a failed entry."""
    verbs: list[Verb] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    entered: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Collect state → access code, for this turn only: a password keyed there by mistake has a code's shape."""
    reason: str | None = None
    decided: str | None = None
    """The desk that the router chose in this turn, after every divert."""
    tried: list[TraceStep] = field(default_factory=list)
    """The rules by which it chose."""
    order: Order | None = None
    """A desk that staff close or open in this turn."""
    served_by: str | None = None
    """The desk with which the caller has talked, where the talk ended in this turn."""
    accepted: str | None = None
    """The term that the caller agreed to in this turn."""
    shut: AllClosed | None = None
    """What the last check of the rule ``open`` found closed in this turn."""
    call_back: bool = False
    """The caller asked in this turn to be called back."""

    @classmethod
    def begin(cls, line: Line, position: Position, facts: Facts) -> TurnState:
        """The turn's first moment."""
        return cls(
            line=line,
            facts=facts,
            state=position.state,
            choices=dict(position.choices),
            strikes=dict(position.strikes),
            silences=position.silences,
            errors=position.errors,
            strays=position.strays,
            sealed=position.sealed,
            exact=position.exact,
            contact_id=position.contact_id,
            company_id=position.company_id,
            destination=position.destination,
            progress=position.progress,
            over_limit=position.over_limit,
            protocol=position.protocol,
            queued_at=position.queued_at,
            somebody=position.somebody,
            finish_due=position.finish_due,
            prompts_end=position.prompts_end,
            served=position.served,
            code_keys=position.code_keys,
            quoted=position.quoted,
            agreed=position.agreed,
        )

    def position(self) -> Position:
        """The turn's last moment."""
        return Position(
            state=self.state,
            choices=self.choices,
            strikes=self.strikes,
            silences=self.silences,
            errors=self.errors,
            strays=self.strays,
            sealed=self.sealed,
            exact=self.exact,
            contact_id=self.contact_id,
            company_id=self.company_id,
            destination=self.destination,
            progress=self.progress,
            over_limit=self.over_limit,
            protocol=self.protocol,
            queued_at=self.queued_at,
            somebody=self.somebody,
            finish_due=self.finish_due,
            prompts_end=self.prompts_end,
            served=self.served,
            code_keys=self.code_keys,
            quoted=self.quoted,
            agreed=self.agreed,
        )

    @property
    def customer(self) -> Customer | None:
        """Who the caller is, as far as that is proved: whoever is refused in this turn is nobody any more."""
        known = self.facts.customer if self.contact_id is not None else None
        return self.facts.identity or known

    def strike(self, strikes: Strikes | None) -> bool:
        """Count one wrong entry; True where the counter is full."""
        if strikes is None:
            return False
        self.strikes[strikes.name] = self.strikes.get(strikes.name, 0) + 1
        return self.strikes[strikes.name] >= strikes.limit

    def forgive(self, strikes: Strikes | None) -> None:
        """Start the counter again after a right entry."""
        if strikes:
            self.strikes.pop(strikes.name, None)
