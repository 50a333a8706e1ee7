"""Callers who left a queue are called when their turn comes: over the vendor's own client and a simulated account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest

from data.callbacks import PAUSE, CallbackRecord, recent_callbacks
from data.closures import NewClosure, close_desk
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.callees import Callee, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from ivr.twilio.callbacks import call_back
from tests.conftest import MakeHouse, Now
from tests.house import CALLER, SID, House, said
from tests.lines import TUESDAY
from tests.simulator.rest.account import client
from tests.webapps import said as said_in

PUBLIC = "http://ivr.test"
OTHER = "CA" + "2" * 32
THIRD = "CA" + "3" * 32


@dataclass
class Office:
    """The house, and an account at which it can make calls; ``callees`` are who answers them."""

    house: House
    now: Now
    lines: Lines
    callees: dict[str, Callee | list[Step]] = field(default_factory=dict)
    heard: list[list[str]] = field(default_factory=list)
    """What was said in each call that was made last."""

    def ask(self, sid: str = SID, number: str = CALLER) -> None:
        """A caller stands in the service centre's queue, leaves it and asks to be called back."""
        self.queue(sid)
        self.house.post("/twilio/wait/key?turn=4&state=transferencia&line=4003-0015", Digits="3", sid=sid)
        self.house.post("/twilio/turn/4", QueueResult="leave", QueueTime="20", sid=sid, From=number)
        assert "Combinado" in said(self.house.turn(5, sid, Digits="1"))
        self.house.post("/twilio/status", CallStatus="completed", SequenceNumber="3", sid=sid)

    def queue(self, sid: str) -> None:
        self.house.keys("4", "2", sid=sid)
        self.house.turn(3, sid, DialCallStatus="no-answer")

    def call(self) -> list[str]:
        """Call everybody who is due, to the end of each call; the desks."""
        callees: Mapping[str, Callee | list[Step]] = self.callees
        switchboard = Switchboard(
            VirtualClock(self.now().astimezone(UTC)), WsgiTransport(self.house.app), callees=Callees(callees)
        )
        called = call_back(self.house.database, self.lines, client(switchboard), PUBLIC, self.now())
        switchboard.run()
        self.heard = [said_in(party.call.transcript) for party in switchboard.calls()]
        return [each.destination for each in called]

    def callbacks(self) -> list[CallbackRecord]:
        with self.house.database.reading() as connection:
            return recent_callbacks(connection, 10)


@pytest.fixture
def office(make_house: MakeHouse, shipped_line: Line, clock: Now) -> Office:
    house = make_house(shipped_line, public_url=PUBLIC, auth_token=DEMO_TOKEN)
    return Office(house, clock, Lines([shipped_line]))


def test_what_is_noted_is_the_desk_the_number_and_the_place_in_the_queue(office: Office) -> None:
    office.ask()
    (noted,) = office.callbacks()
    assert noted == CallbackRecord(SID, "4003-0015", "cst", CALLER, TUESDAY.astimezone(UTC))


def test_a_turn_delivered_twice_asks_once(office: Office) -> None:
    office.ask()
    office.house.turn(5, Digits="1")
    assert len(office.callbacks()) == 1


def test_whoever_answers_is_connected_with_the_desk_and_not_with_the_menu(office: Office) -> None:
    office.ask()
    office.callees = {CALLER: Callee("answered")}
    assert office.call() == ["cst"]
    (noted,) = office.callbacks()
    assert (noted.note, noted.tries, noted.ended_at is not None) == ("reached", 1, True)
    (sentences,) = office.heard
    assert sentences[0].startswith("Vou transferir você para o Centro de Serviços")
    assert office.call() == []


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed"])
def test_two_tries_that_reach_nobody_end_it_with_a_note(office: Office, status: str) -> None:
    office.ask()
    office.callees = {CALLER: Callee(status)}  # type: ignore[arg-type]
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


def test_nobody_is_called_before_those_who_still_wait_in_the_queue_since_earlier(office: Office) -> None:
    office.queue(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask()
    assert office.call() == []
    office.house.turn(4, OTHER, QueueResult="bridged", QueueTime="90")
    assert office.call() == ["cst"]


def test_whoever_came_into_the_queue_later_does_not_go_first(office: Office) -> None:
    office.ask()
    office.now.moment += timedelta(minutes=1)
    office.queue(OTHER)
    assert office.call() == ["cst"]


def test_the_order_of_callbacks_is_that_of_the_queue(office: Office) -> None:
    office.ask(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask(THIRD)
    office.callees = {CALLER: Callee("answered")}
    assert office.call() == ["cst"]
    assert [(each.call_sid, each.note) for each in office.callbacks()] == [(THIRD, None), (OTHER, "reached")]
    assert office.call() == ["cst"]


def test_nobody_is_called_for_a_desk_that_is_closed(office: Office) -> None:
    office.ask()
    office.now.moment = TUESDAY.replace(hour=22)
    assert office.call() == []
    office.now.moment = TUESDAY.replace(hour=9) + timedelta(days=1)
    assert office.call() == ["cst"]


def test_nobody_is_called_while_the_desk_is_closed_by_an_emergency(office: Office) -> None:
    office.ask()
    now = office.now()
    closure = NewClosure("4003-0015", "cst", "flood", now, now + timedelta(minutes=20), "tests")
    with office.house.database.transaction() as connection:
        close_desk(connection, closure)
    assert office.call() == []
    office.now.moment = now + timedelta(minutes=21)
    assert office.call() == ["cst"]


def test_a_call_of_which_nothing_was_heard_for_an_hour_keeps_nobody_waiting(office: Office) -> None:
    office.queue(OTHER)
    office.now.moment += timedelta(minutes=1)
    office.ask()
    office.now.moment += timedelta(minutes=61)
    assert office.call() == ["cst"]


def test_a_status_of_any_other_call_changes_no_callback(office: Office) -> None:
    office.ask()
    office.house.post("/twilio/status", CallStatus="busy", SequenceNumber="9", sid=OTHER)
    (noted,) = office.callbacks()
    assert (noted.tries, noted.note) == (0, None)


def test_a_callback_to_a_desk_that_is_gone_is_answered_with_a_sentence(office: Office) -> None:
    answer = office.house.post("/twilio/callback?line=4003-0015&desk=nowhere", sid=THIRD)
    assert said(answer)
