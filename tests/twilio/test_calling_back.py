"""Callers who left a queue are called when their turn comes: over the vendor's own client and a simulated account."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest

from data.callbacks import PAUSE, CallbackRecord
from data.closures import NewClosure, close_destination
from ivr.simulator.rest.callees import CalleeBehaviour
from tests.line_server import CALLER, SID, said
from tests.lines import TUESDAY
from tests.twilio.office import OTHER, THIRD, Office


def test_the_destination_the_number_and_the_place_in_queue_are_noted(office: Office) -> None:
    office.ask()
    (noted,) = office.callbacks()
    assert noted == CallbackRecord(SID, "4003-0015", "cst", CALLER, TUESDAY.astimezone(UTC))


def test_a_turn_delivered_twice_asks_once(office: Office) -> None:
    office.ask()
    office.server.turn(5, Digits="1")
    assert len(office.callbacks()) == 1


def test_who_answers_a_callback_gets_the_destination_and_not_the_menu(office: Office) -> None:
    office.ask()
    office.callees = {CALLER: CalleeBehaviour("answered")}
    assert office.call() == ["cst"]
    (noted,) = office.callbacks()
    assert (noted.note, noted.tries, noted.ended_at is not None) == ("reached", 1, True)
    (sentences,) = office.heard
    assert sentences[0].startswith("Transferindo para o Centro de Serviços")
    assert office.call() == []


@pytest.mark.untraced
@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
def test_two_tries_that_reach_nobody_end_it_with_a_note(office: Office, status: str) -> None:
    office.ask()
    office.callees = {CALLER: CalleeBehaviour(status)}  # type: ignore[arg-type]
    assert office.call() == ["cst"]
    (noted,) = office.callbacks()
    assert (noted.tries, noted.ended_at, noted.note) == (1, None, f"not reached: {status}")
    assert office.call() == []  # not at once
    office.now.moment += PAUSE + timedelta(minutes=1)
    assert office.call() == ["cst"]
    (noted,) = office.callbacks()
    assert (noted.tries, noted.note) == (2, f"not reached in 2 tries: {status}")
    assert noted.ended_at is not None
    office.now.moment += timedelta(hours=1)
    assert office.call() == []


def test_those_who_wait_in_the_queue_since_earlier_are_called_first(office: Office) -> None:
    office.queue(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask()
    assert office.call() == []
    office.server.turn(4, OTHER, QueueResult="bridged", QueueTime="90")
    assert office.call() == ["cst"]


def test_whoever_came_into_the_queue_later_does_not_go_first(office: Office) -> None:
    office.ask()
    office.now.moment += timedelta(minutes=1)
    office.queue(OTHER)
    assert office.call() == ["cst"]


def test_the_order_of_callbacks_is_that_of_the_queue(office: Office) -> None:
    office.ask(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask(THIRD, "+5511912345678")
    office.callees = {CALLER: CalleeBehaviour("answered")}
    assert office.call() == ["cst"]
    assert [(each.call_sid, each.note) for each in office.callbacks()] == [(THIRD, None), (OTHER, "reached")]
    assert office.call() == ["cst"]


def test_nobody_is_called_for_a_destination_that_is_closed(office: Office) -> None:
    office.ask()
    office.now.moment = TUESDAY.replace(hour=22)
    assert office.call() == []
    office.now.moment = TUESDAY.replace(hour=9) + timedelta(days=1)
    assert office.call() == ["cst"]


def test_nobody_is_called_while_the_destination_is_closed_by_an_emergency(office: Office) -> None:
    office.ask()
    now = office.now()
    closure = NewClosure("4003-0015", "cst", "flood", now, now + timedelta(minutes=20), "tests")
    with office.server.database.transaction() as connection:
        close_destination(connection, closure)
    assert office.call() == []
    office.now.moment = now + timedelta(minutes=21)
    assert office.call() == ["cst"]


def test_a_call_silent_for_an_hour_keeps_no_other_waiting(office: Office) -> None:
    office.queue(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask()
    office.now.moment += timedelta(minutes=61)
    assert office.call() == ["cst"]


def test_a_status_of_any_other_call_changes_no_callback(office: Office) -> None:
    office.ask()
    office.server.post("/twilio/status", CallStatus="busy", SequenceNumber="9", sid=OTHER)
    (noted,) = office.callbacks()
    assert (noted.tries, noted.note) == (0, None)


def test_a_callback_to_a_destination_that_is_gone_says_a_sentence(office: Office) -> None:
    answer = office.server.post("/twilio/callback?line=4003-0015&desk=nowhere", sid=THIRD)
    assert said(answer)
