"""A visit is a call's stay at one destination: from the decision that chose it until it was served, given up or left.

Reports find visits in the turns of a call: the first turn that decided for a destination begins one, and a turn that
decides for another destination, or for none any more, ends it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final, Literal

from data.past_calls import PastCall, PastTurn
from ivr.flow import triggers
from ivr.flow.line import Line
from value_class import value_class

VisitOutcome = Literal[
    "answered",  # people talked with the caller
    "told closed",  # the caller heard that the destination is closed
    "not reached",  # nobody took the call
    "left by key",  # a key led out of the queue
    "hung up",  # the caller was gone first
    "goes on",
]

_CLOSED: Final = "closed: "
"""How the last part of a decision's reason begins that told the caller so (``routing.call_routing``)."""


@value_class
class Visit:
    """A visit of ``destination`` in the turns ``first`` to ``last`` of a call, from ``began`` on; ``opened`` is the
    turn that chose the destination.
    """

    destination: str
    began: datetime
    opened: PastTurn
    first: int
    last: int
    outcome: VisitOutcome

    def holds(self, number: int) -> bool:
        """Return whether the turn of that number is one of the visit's."""
        return self.first <= number <= self.last


def visits_of(line: Line, call: PastCall, answered: Collection[int] = ()) -> Iterator[Visit]:
    """Yield the visits of a call of ``line`` in their order. ``answered`` are the turns after which an agent took the
    caller out of the queue: a talk that the caller ended brings no other turn.
    """
    open_at: PastTurn | None = None
    last = 0
    for turn in call.turns:
        if turn.destination is None:
            if open_at:
                left = turn.reason and turn.reason.startswith("left the queue by key")
                yield _visit(open_at, last, answered, "left by key" if left else "not reached")
            open_at = None
            continue
        if open_at and open_at.destination != turn.destination:
            yield _visit(open_at, last, answered, "not reached")
            open_at = None
        open_at, last = open_at or turn, turn.number
        ended = _ended(line, turn)
        if ended:
            yield _visit(open_at, last, answered, ended)
            open_at = None
    if open_at:
        yield _visit(open_at, last, answered, "hung up" if call.ended_at else "goes on")


def _ended(line: Line, turn: PastTurn) -> VisitOutcome | None:
    """How the visit ended in the turn; None where the turn rings a telephone, or has the caller wait."""
    if turn.outcome == triggers.SERVED:
        return "answered"
    if is_told_closed(turn):
        return "told closed"
    stands = turn.states[-1] if turn.states else turn.state
    node = line.states.get(stands)
    return None if node is None or node.rings else "not reached"


def is_told_closed(turn: PastTurn) -> bool:
    """Return whether the turn told the caller that a destination is closed."""
    return turn.destination is not None and (turn.reason or "").rpartition("; ")[2].startswith(_CLOSED)


def _visit(opened: PastTurn, last: int, answered: Collection[int], outcome: VisitOutcome) -> Visit:
    assert opened.destination is not None  # noqa: S101 - a visit begins with a decision for one
    if any(opened.number <= turn <= last for turn in answered):
        outcome = "answered"
    return Visit(opened.destination, opened.at, opened, opened.number, last, outcome)
