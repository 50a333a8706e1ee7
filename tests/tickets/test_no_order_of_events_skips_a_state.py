"""No order of events skips a state or reopens a ticket: the machine is held against a table that was written by hand.

The table is read off seed 003: p. 7 (registration, analysis, areas), p. 14 (the customer accepts or does not, silence
accepts, no reopening) and p. 15 (a refusal with its reason returns the ticket, the acceptance is postponed once, a
question that stays unanswered closes it).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.tickets.events import EventKind, Severity, TicketEvent, TicketState
from ivr.tickets.machine import TicketMoveError, may, moved, state_after

TABLE: Final = {
    None: {"opened": "opened"},
    "opened": {"analysis-begun": "in-analysis", "transferred": "with-another-area", "merged": "merged"},
    "in-analysis": {
        "question-asked": "pending-customer",
        "solution-sent": "solution-sent",
        "transferred": "with-another-area",
        "merged": "merged",
    },
    "with-another-area": {
        "analysis-begun": "in-analysis", "transferred": "with-another-area", "merged": "merged",
    },
    "pending-customer": {"answered": "in-analysis", "left-unanswered": "closed-unanswered"},
    "solution-sent": {
        "accepted": "accepted",
        "refused": "refused",
        "postponed": "postponed",
        "silence-accepted": "accepted-by-silence",
    },
    "postponed": {"accepted": "accepted", "refused": "refused", "silence-accepted": "accepted-by-silence"},
    "refused": {"analysis-begun": "in-analysis", "transferred": "with-another-area", "merged": "merged"},
    "merged": {"merge-undone": "in-analysis"},
    "accepted": {},
    "accepted-by-silence": {},
    "closed-unanswered": {},
}  # fmt: skip
MOVING: Final = {kind for ways in TABLE.values() for kind in ways}
CLOSED: Final = ("accepted", "accepted-by-silence", "closed-unanswered")
ON_CLOSED: Final = {"automatic-reply", "linked", "appointment-changed"}
REMINDED_IN: Final = {"solution-sent", "postponed"}

KINDS = st.sampled_from(sorted(EventKind, key=lambda kind: kind.value))
BEGAN = datetime(2026, 3, 10, 9, tzinfo=UTC)


def by_the_table(state: str | None, kind: str) -> str | None:
    """The state after an event by the table; None where it is refused."""
    if kind in MOVING:
        return TABLE[state].get(kind)
    if state is None or (state in CLOSED and kind not in ON_CLOSED):
        return None
    return None if kind == "reminded" and state not in REMINDED_IN else state


@st.composite
def walks(draw: st.DrawFn) -> list[EventKind]:
    """A history that the table allows, each step chosen among what it allows there."""
    state: str | None = None
    kinds: list[EventKind] = []
    for _ in range(draw(st.integers(1, 30))):
        ways = TABLE[state]
        if not ways:
            break
        kind = draw(st.sampled_from(sorted(ways)))
        state = ways[kind]
        kinds.append(EventKind(kind))
    return kinds


def event(kind: EventKind, after: int) -> TicketEvent:
    """An event, some minutes after the first."""
    return TicketEvent(BEGAN + timedelta(minutes=after), kind, severity=Severity.LOW, calendar="suporte")


@given(walks(), st.lists(KINDS, max_size=20))
def test_any_order_of_events_goes_by_the_table(begun: list[EventKind], kinds: list[EventKind]) -> None:
    """Any kinds, from the beginning and after any history."""
    state: TicketState | None = None
    for kind in (*begun, *kinds):
        expected = by_the_table(state.value if state else None, kind.value)
        assert may(state, kind) is (expected is not None)
        try:
            found = moved(state, kind).value
        except TicketMoveError:
            found = None
        assert found == expected
        state = TicketState(found) if found else state


@pytest.mark.parametrize("name", TABLE)
def test_in_each_state_all_that_the_table_does_not_say_is_refused(name: str | None) -> None:
    state = TicketState(name) if name else None
    assert {kind for kind in EventKind if may(state, kind)} == {
        kind for kind in EventKind if by_the_table(name, kind.value) is not None
    }


@given(walks())
def test_a_history_that_the_table_allows_is_read_as_it_was_moved(kinds: list[EventKind]) -> None:
    state: TicketState | None = None
    for kind in kinds:
        state = moved(state, kind)
    assert state_after([event(kind, after) for after, kind in enumerate(kinds)]) is state


@given(walks(), KINDS)
def test_nothing_leads_out_of_a_closed_ticket(kinds: list[EventKind], kind: EventKind) -> None:
    state = state_after([event(each, after) for after, each in enumerate(kinds)])
    if state.value not in CLOSED:
        return
    if kind.value in ON_CLOSED:
        assert moved(state, kind) is state
    else:
        assert not may(state, kind)


@given(walks())
def test_no_ticket_is_accepted_without_an_analysis_and_a_solution(kinds: list[EventKind]) -> None:
    told = [kind.value for kind in kinds]
    for at, kind in enumerate(told):
        before = told[:at]
        if kind in {"accepted", "silence-accepted", "refused", "postponed"}:
            # The last word was a solution: nothing but its postponing lies between.
            since = before[len(before) - before[::-1].index("solution-sent") :]
            assert since in ([], ["postponed"])
            assert kind != "postponed" or since == []
        if kind in {"solution-sent", "question-asked"}:
            assert before[-1] in {"analysis-begun", "answered", "merge-undone"}
        if kind in {"answered", "left-unanswered"}:
            assert before[-1] == "question-asked"


def test_every_state_is_reached_and_leads_on_or_is_closed() -> None:
    reached = {target for ways in TABLE.values() for target in ways.values()}
    assert reached == {state.value for state in TicketState}
    assert {state for state, ways in TABLE.items() if not ways} == set(CLOSED)
