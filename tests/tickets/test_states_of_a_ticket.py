"""The states of a ticket: where each event leads, and what is refused with which words."""

from __future__ import annotations

import pytest

from ivr.tickets.events import CLOSED, EventKind, TicketState
from ivr.tickets.machine import TicketMoveError, may, moved, on_the_way, possible, state_after
from ivr.tickets.severity import proposed
from tests.tickets.desks import history

OPENED = "2026-03-10T09:00 opened 1 suporte"


def after(*kinds: str) -> TicketState:
    """The state after a ticket was opened and ``kinds`` happened."""
    return state_after(history(OPENED, *(f"2026-03-10T10:00 {kind}" for kind in kinds)))


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([], TicketState.OPENED),
        (["analysis-begun"], TicketState.IN_ANALYSIS),
        (["analysis-begun", "question-asked"], TicketState.PENDING_CUSTOMER),
        (["analysis-begun", "question-asked", "answered"], TicketState.IN_ANALYSIS),
        (["analysis-begun", "question-asked", "left-unanswered"], TicketState.CLOSED_UNANSWERED),
        (["transferred"], TicketState.WITH_ANOTHER_AREA),
        (["transferred", "transferred", "analysis-begun"], TicketState.IN_ANALYSIS),
        (["analysis-begun", "solution-sent"], TicketState.SOLUTION_SENT),
        (["analysis-begun", "solution-sent", "accepted"], TicketState.ACCEPTED),
        (["analysis-begun", "solution-sent", "silence-accepted"], TicketState.ACCEPTED_BY_SILENCE),
        (["analysis-begun", "solution-sent", "postponed"], TicketState.POSTPONED),
        (["analysis-begun", "solution-sent", "postponed", "accepted"], TicketState.ACCEPTED),
        (["analysis-begun", "solution-sent", "postponed", "refused"], TicketState.REFUSED),
        (["analysis-begun", "solution-sent", "refused", "analysis-begun"], TicketState.IN_ANALYSIS),
        (["merged", "merge-undone"], TicketState.IN_ANALYSIS),
        (["analysis-begun", "question-asked", "automatic-reply", "message-added"], TicketState.PENDING_CUSTOMER),
        (["analysis-begun", "solution-sent", "reminded"], TicketState.SOLUTION_SENT),
        (["analysis-begun", "solution-sent", "accepted", "automatic-reply", "linked"], TicketState.ACCEPTED),
    ],
)
def test_each_event_leads_on(kinds: list[str], state: TicketState) -> None:
    assert after(*kinds) == state


@pytest.mark.parametrize(
    ("kinds", "told"),
    [
        (["opened"], "'open a ticket' is not possible while the ticket is 'opened'"),
        (["solution-sent"], "possible now: begin the analysis, transfer to an area, merge"),
        (["question-asked"], "'ask the customer' is not possible while the ticket is 'opened'"),
        (["analysis-begun", "accepted"], "'accept the solution' is not possible"),
        (["analysis-begun", "solution-sent", "postponed", "postponed"], "'postpone the acceptance' is not possible"),
        (["analysis-begun", "solution-sent", "transferred"], "possible now: accept the solution, refuse"),
        (["analysis-begun", "solution-sent", "merged"], "'merge' is not possible"),
        (["merged", "analysis-begun"], "possible now: undo the merge"),
        (["analysis-begun", "solution-sent", "accepted", "refused"], "closed for good"),
        (["analysis-begun", "solution-sent", "accepted", "message-added"], "opens a new, linked one"),
        (["analysis-begun", "reminded"], "'remind' is not possible"),
    ],
)
def test_what_a_state_does_not_take_is_refused_with_what_it_takes(kinds: list[str], told: str) -> None:
    with pytest.raises(TicketMoveError, match=told):
        after(*kinds)


def test_a_ticket_begins_with_its_opening() -> None:
    with pytest.raises(TicketMoveError, match="opened before"):
        state_after(history("2026-03-10T09:00 answered"))
    with pytest.raises(TicketMoveError, match="it has none"):
        state_after([])


@pytest.mark.parametrize("state", [None, *TicketState])
@pytest.mark.parametrize("kind", EventKind)
def test_what_may_be_is_what_the_machine_does(state: TicketState | None, kind: EventKind) -> None:
    if may(state, kind):
        moved(state, kind)
    else:
        with pytest.raises(TicketMoveError):
            moved(state, kind)


def test_nothing_is_possible_in_a_closed_ticket() -> None:
    assert [possible(state) for state in CLOSED] == [()] * len(CLOSED)


def test_who_solves_without_saying_so_has_begun() -> None:
    begun = (EventKind.ANALYSIS_BEGUN,)
    assert on_the_way(TicketState.OPENED, EventKind.SOLUTION_SENT) == begun
    assert on_the_way(TicketState.REFUSED, EventKind.QUESTION_ASKED) == begun
    assert on_the_way(TicketState.IN_ANALYSIS, EventKind.SOLUTION_SENT) == ()
    assert on_the_way(TicketState.OPENED, EventKind.ACCEPTED) == ()
    assert on_the_way(TicketState.ACCEPTED, EventKind.SOLUTION_SENT) == ()


@pytest.mark.parametrize(
    ("usable", "way_round", "corrupts", "severity"),
    [
        (True, True, True, 1),
        (None, None, True, 1),
        (False, False, False, 1),
        (False, None, None, 1),
        (False, True, False, 2),
        (True, False, False, 2),
        (True, True, False, 3),
        (True, None, None, 3),
        (None, None, None, 3),
    ],
)
def test_a_severity_follows_from_three_answers(
    usable: bool | None, way_round: bool | None, corrupts: bool | None, severity: int
) -> None:
    assert proposed(usable, way_round, corrupts) == severity
