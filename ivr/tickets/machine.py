"""The states of a ticket as one ``transitions`` machine, shared by all tickets: seed 003 pp. 7, 14 and 15.

As that of the menus it has no automatic triggers, no queue, no callbacks and no model registered, so that threads
share it. Its triggers are the values of ``EventKind``. An act is taken by the machine; a history is read by a table
that is made of the machine's own transitions, at a hundredth of the price.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from transitions import Machine, MachineError, Transition

from ivr.tickets.events import CLOSED, EventKind, Events, TicketState
from ivr.tickets.words import KIND_WORDS, STATE_WORDS
from wording import joined, message, phrase

UNOPENED: Final = "unopened"
"""Where a ticket stands before its first event; no row ever says so."""

IN_SERVICE: Final = frozenset(
    {TicketState.OPENED, TicketState.IN_ANALYSIS, TicketState.WITH_ANOTHER_AREA, TicketState.REFUSED}
)
"""The staff have the ticket, and its clock runs."""

SOLUTION_WITH_CUSTOMER: Final = frozenset({TicketState.SOLUTION_SENT, TicketState.POSTPONED})
"""The customer has a solution to accept or to refuse."""

ALSO_WHEN_CLOSED: Final = frozenset({EventKind.AUTOMATIC_REPLY, EventKind.LINKED, EventKind.APPOINTMENT_CHANGED})
"""What may still be noted on a closed ticket: a machine's answer, the ticket that an answer to it opened, and that an
appointment lapsed. A message, minutes and all else belong to the linked ticket.
"""

_S, _E = TicketState, EventKind

_MOVES: Final[tuple[tuple[EventKind, frozenset[str], TicketState], ...]] = (
    (_E.OPENED, frozenset({UNOPENED}), _S.OPENED),
    (_E.ANALYSIS_BEGUN, IN_SERVICE - {_S.IN_ANALYSIS}, _S.IN_ANALYSIS),
    (_E.QUESTION_ASKED, frozenset({_S.IN_ANALYSIS}), _S.PENDING_CUSTOMER),
    (_E.ANSWERED, frozenset({_S.PENDING_CUSTOMER}), _S.IN_ANALYSIS),
    (_E.LEFT_UNANSWERED, frozenset({_S.PENDING_CUSTOMER}), _S.CLOSED_UNANSWERED),
    (_E.TRANSFERRED, IN_SERVICE, _S.WITH_ANOTHER_AREA),
    (_E.SOLUTION_SENT, frozenset({_S.IN_ANALYSIS}), _S.SOLUTION_SENT),
    (_E.POSTPONED, frozenset({_S.SOLUTION_SENT}), _S.POSTPONED),
    (_E.ACCEPTED, SOLUTION_WITH_CUSTOMER, _S.ACCEPTED),
    (_E.SILENCE_ACCEPTED, SOLUTION_WITH_CUSTOMER, _S.ACCEPTED_BY_SILENCE),
    (_E.REFUSED, SOLUTION_WITH_CUSTOMER, _S.REFUSED),
    (_E.MERGED, IN_SERVICE, _S.MERGED),
    (_E.MERGE_UNDONE, frozenset({_S.MERGED}), _S.IN_ANALYSIS),
)
"""Each kind of event that moves a ticket: the states that it leads out of, and the one that it leads to."""

MOVING: Final = frozenset(kind for kind, _, _ in _MOVES)
"""The kinds of events that move a ticket."""


class TicketMoveError(ValueError):
    """A ticket cannot take that event in its state: the message says which events it can take."""


class _Move(Transition):
    """A move has no condition, and no callback stands before or behind it, so nothing is asked for any."""

    def execute(self, event_data: Any) -> bool:
        """Move the model; always done."""
        event_data.model.state = self.dest
        return True


class _Tickets(Machine):
    transition_cls = _Move


@dataclass(slots=True)
class _Standing:
    """One ticket while it is moved."""

    state: str


MACHINE: Final[Any] = _Tickets(
    model=None,
    states=[UNOPENED, *(state.value for state in TicketState)],
    initial=UNOPENED,
    transitions=[
        [kind.value, str(source), target.value] for kind, sources, target in _MOVES for source in sorted(sources)
    ],
    auto_transitions=False,
    queued=False,
)
"""The machine itself."""

_TARGETS: Final[dict[tuple[str, EventKind], TicketState]] = {
    (transition.source, EventKind(trigger)): TicketState(transition.dest)
    for trigger, event in MACHINE.events.items()
    for transitions in event.transitions.values()
    for transition in transitions
}
"""The machine read flat: where each event leads from each state."""


def moves() -> Iterator[tuple[TicketState | None, EventKind, TicketState]]:
    """Yield each edge of the machine: the state (None before the ticket is opened), the event, and the state after."""
    for (source, kind), target in _TARGETS.items():
        yield None if source == UNOPENED else TicketState(source), kind, target


def may(state: TicketState | None, kind: EventKind) -> bool:
    """Return whether a ticket in ``state`` (None: not opened yet) takes an event of ``kind``.

    Kinds that move nothing are taken by every ticket that is not closed; a reminder only while a solution is with the
    customer, and on a closed ticket only those of ``ALSO_WHEN_CLOSED``.
    """
    if kind in MOVING:
        return (state or UNOPENED, kind) in _TARGETS
    if state is None:
        return False
    if state in CLOSED:
        return kind in ALSO_WHEN_CLOSED
    return kind is not EventKind.REMINDED or state in SOLUTION_WITH_CUSTOMER


def possible(state: TicketState | None) -> tuple[EventKind, ...]:
    """Return the kinds of events that a ticket in ``state`` takes and that move it, in the order of their names."""
    return tuple(kind for kind in EventKind if kind in MOVING and may(state, kind))


def moved(state: TicketState | None, kind: EventKind) -> TicketState:
    """Return the state after an event of ``kind``, as the machine moves it.

    Raises TicketMoveError where the state does not take it.
    """
    if kind in MOVING:
        standing = _Standing(state.value if state else UNOPENED)
        try:
            MACHINE.events[kind.value].trigger(standing)
        except MachineError as error:
            raise _refusal(state, kind) from error
        return TicketState(standing.state)
    if state is None or not may(state, kind):
        raise _refusal(state, kind)
    return state


def on_the_way(state: TicketState, kind: EventKind) -> tuple[EventKind, ...]:
    """Return what has to happen first for ``kind`` to be possible: nothing, or that the analysis begins.

    An analyst who asks or solves without saying so has begun: a service desk writes this event before theirs, at the
    same instant, so that no state is skipped. Empty as well where that would not help.
    """
    begun = EventKind.ANALYSIS_BEGUN
    if may(state, kind) or not may(state, begun) or not may(TicketState.IN_ANALYSIS, kind):
        return ()
    return (begun,)


def state_after(events: Events) -> TicketState:
    """Return the state in which ``events``, all of one ticket, leave it.

    Raises TicketMoveError at the first event that its state does not take; ``opened`` is the first one.
    """
    state: TicketState | None = None
    for event in events:
        if event.kind in MOVING:
            target = _TARGETS.get((state or UNOPENED, event.kind))
            if target is None:
                raise _refusal(state, event.kind)
            state = target
        elif not may(state, event.kind):
            raise _refusal(state, event.kind)
    if state is None:
        raise TicketMoveError(message("ticket-without-events", "a ticket begins with the event 'opened'; it has none"))
    return state


def _refusal(state: TicketState | None, kind: EventKind) -> TicketMoveError:
    if state is None:
        return TicketMoveError(
            message("ticket-not-opened", "'{act}' needs a ticket that was opened before", act=KIND_WORDS[kind])
        )
    if state in CLOSED:
        return TicketMoveError(
            message(
                "ticket-closed",
                "'{act}' is not possible: the ticket is closed for good ({state}); an answer to it opens a new, linked "
                "one",
                act=KIND_WORDS[kind],
                state=STATE_WORDS[state],
            )
        )
    ways = possible(state)
    return TicketMoveError(
        message(
            "ticket-move-impossible",
            "'{act}' is not possible while the ticket is '{state}'; possible now: {ways}",
            act=KIND_WORDS[kind],
            state=STATE_WORDS[state],
            ways=joined(", ", [KIND_WORDS[way] for way in ways]) if ways else phrase("nothing"),
        )
    )
