"""Minutes that were noted wrong are corrected by another event; what was agreed to by telephone or portal is billed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from data.charges import charges_of
from data.database import Database
from data.ticket_events import events_of
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, ticket_for
from ivr.service_desk.corrections import MinutesCorrection, correct_minutes
from ivr.service_desk.linking import merge_ticket, undo_merge
from ivr.service_desk.minutes import counted_minutes
from ivr.service_desk.opening import NewTicket
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import TicketMoveError
from tests.service_desk.test_bills_of_tickets import NUMBER, OTHER, SUPPORT, TECHNICAL, Desk


@pytest.fixture
def served(database: Database, line: Line, new: NewTicket) -> Desk:
    """A ticket under the billed service, with two activities: 600 minutes (event 1) and 30 (event 2)."""
    desk = Desk(database, line, replace(new, service=TECHNICAL))
    desk.note(600)
    desk.note(30)
    return desk


def correct(desk: Desk, position: int, minutes: int) -> None:
    wanted = MinutesCorrection(position, minutes, "Eram minutos, não horas.", "Rita")
    desk.do(lambda ticket, connection: correct_minutes(connection, desk.line, ticket, wanted, desk.now))


def test_the_last_correction_is_billed_and_all_stay_in_the_history(served: Desk) -> None:
    correct(served, 1, 90)
    correct(served, 1, 60)
    correct(served, 2, 0)
    with served.database.reading() as connection:
        events = events_of(connection, NUMBER)
    assert counted_minutes(events) == {1: 60, 2: 0}
    assert [event.minutes for event in events] == [None, 600, 30, None, None, None]
    assert [event.visible for event in events[3:]] == [False] * 3
    assert '"corrects": 1, "minutes": 60, "was": 90' in events[4].details
    served.solve()
    served.accept()
    (charge,) = served.charges()
    assert (charge.minutes, charge.amount) == (60, Decimal(400))


@pytest.mark.parametrize(
    ("position", "minutes", "told"),
    [
        (1, -1, "from 0 to 1440"),
        (1, 1441, "from 0 to 1440"),
        (1, 600, "counts already"),
        (0, 10, "no minutes were noted there"),
        (99, 10, "no minutes were noted there"),
        (-1, 10, "no minutes were noted there"),
    ],
)
def test_what_corrects_nothing_is_refused(served: Desk, position: int, minutes: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        correct(served, position, minutes)


def test_minutes_are_corrected_before_acceptance_only(served: Desk) -> None:
    served.solve()
    correct(served, 1, 90)
    served.accept()
    with pytest.raises(TicketMoveError, match="closed for good"):
        correct(served, 1, 60)


def test_preparation_that_the_customer_allowed_is_billed(database: Database, line: Line, new: NewTicket) -> None:
    desk = Desk(database, line, new)
    ask = AccessAsk("AnyDesk", "Ver a rotina", 45, "Rita", None)
    desk.do(lambda it, connection: ask_for_access(connection, line, it, ask, f"RA{1:032}", desk.now)[0])
    desk.do(
        lambda it, connection: answer_access(
            connection, line, it, f"RA{1:032}",
            allowed=True, author="Ana", contact_id=desk.contact, channel="portal", now=desk.now,
        )[0]
    )  # fmt: skip
    preparation = 3
    with pytest.raises(ValueError, match="fewer, not more"):
        correct(desk, preparation, 46)
    correct(desk, preparation, 30)
    desk.solve()
    desk.accept()
    # Of the free support only the preparation is billed (seed 003 p. 7).
    assert [(each.service, each.minutes, each.amount) for each in desk.charges()] == [(SUPPORT, 30, Decimal(177))]


def merged(desk: Desk, database: Database, line: Line, new: NewTicket) -> Desk:
    """Return the ticket into which that of ``desk`` was merged."""
    into = Desk(database, line, new, OTHER)

    act = TicketAct(EventKind.MERGED, TicketParty.STAFF, "Ana")
    desk.now += timedelta(hours=2)
    desk.do(lambda it, connection: merge_ticket(connection, line, it, ticket_for(connection, OTHER), act, desk.now))
    into.now = desk.now
    return into


@pytest.mark.parametrize("cause", ["product", "other"])
def test_the_cause_of_a_merged_ticket_is_that_of_the_other(
    database: Database, line: Line, new: NewTicket, cause: str
) -> None:
    desk = Desk(database, line, new)
    desk.agree(desk.offer())
    desk.note(60)
    into = merged(desk, database, line, new)
    into.solve(cause)
    into.accept()
    assert desk.charges()[0].waived == ("product-at-fault" if cause == "product" else None)


def test_a_merge_into_a_ticket_that_closed_is_not_undone(served: Desk, line: Line, new: NewTicket) -> None:
    into = merged(served, served.database, line, new)
    into.solve()
    into.accept()
    with served.database.reading() as connection:
        assert [each.minutes for each in charges_of(connection, NUMBER)] == [630]
    act = TicketAct(EventKind.MERGE_UNDONE, TicketParty.STAFF, "Ana")
    with pytest.raises(ValueError, match="closed for good; open another"):
        served.do(lambda it, connection: undo_merge(connection, line, it, act, served.now))
    with pytest.raises(TicketMoveError, match="closed and billed"):
        served.note(10)
    with pytest.raises(ValueError, match="charged with the one"):
        correct(served, 1, 60)
