"""Callers who left a queue are called when their turn comes: over the vendor's own client and a simulated account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from data.callbacks import CALLBACK, PAUSE, CallbackRecord, recent_callbacks
from data.closures import NewClosure, close_destination
from data.database import DatabaseUnavailableError
from data.sweep import sweep
from ivr.call.callbacks import NOT_CALLED, due
from ivr.call.lines import Lines
from ivr.channels.twilio.callbacks import call_back
from ivr.flow.line import Line
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from tests.conftest import MakeServer, Now
from tests.line_server import CALLER, SID, LineServer, said, statements
from tests.lines import TUESDAY
from tests.simulator.rest.account import client
from tests.webapps import said as said_in

PUBLIC = "http://ivr.test"
OTHER = "CA" + "2" * 32
THIRD = "CA" + "3" * 32


@dataclass
class Office:
    """The server, and an account at which it can make calls; ``callees`` are who answers them."""

    server: LineServer
    now: Now
    lines: Lines
    callees: dict[str, CalleeBehaviour | list[Step]] = field(default_factory=dict)
    heard: list[list[str]] = field(default_factory=list)
    """What was said in each call that was made last."""

    def ask(self, sid: str = SID, number: str = CALLER) -> None:
        """A caller stands in the service centre's queue, leaves it and asks to be called back."""
        assert "Combinado" in self.answer(sid, number)
        self.server.post("/twilio/status", CallStatus="completed", SequenceNumber="3", sid=sid, From=number)

    def answer(self, sid: str, number: str) -> str:
        """What a caller hears who does so, and confirms the number."""
        self.queue(sid, number)
        self.server.post("/twilio/wait/key?turn=4&state=transferencia&line=4003-0015", Digits="3", sid=sid, From=number)
        left = self.server.post("/twilio/turn/4", QueueResult="leave", QueueTime="20", sid=sid, From=number)
        if "tecle 1" not in said(left).lower():
            return said(left)
        return said(self.server.turn(5, sid, Digits="1", From=number))

    def queue(self, sid: str, number: str = CALLER) -> None:
        self.server.post("/twilio/voice", sid=sid, From=number)
        for turn, digits in ((1, "4"), (2, "3")):
            self.server.turn(turn, sid, Digits=digits, From=number)
        self.server.turn(3, sid, DialCallStatus="no-answer", From=number)

    def call(self) -> list[str]:
        """Call everybody who is due, to the end of each call; the destinations."""
        callees: Mapping[str, CalleeBehaviour | list[Step]] = self.callees
        switchboard = Switchboard(
            VirtualClock(self.now().astimezone(UTC)), WsgiTransport(self.server.app), callees=Callees(callees)
        )
        called = call_back(self.server.database, self.lines, client(switchboard), PUBLIC, self.now())
        switchboard.run()
        self.heard = [said_in(party.call.transcript) for party in switchboard.calls()]
        return [each.destination for each in called]

    def callbacks(self) -> list[CallbackRecord]:
        with self.server.database.reading() as connection:
            return recent_callbacks(connection, 10)


@pytest.fixture
def office(make_server: MakeServer, shipped_line: Line, clock: Now) -> Office:
    server = make_server(shipped_line, public_url=PUBLIC, auth_token=DEMO_TOKEN)
    return Office(server, clock, Lines([shipped_line]))


def test_what_is_noted_is_the_desk_the_number_and_the_place_in_the_queue(office: Office) -> None:
    office.ask()
    (noted,) = office.callbacks()
    assert noted == CallbackRecord(SID, "4003-0015", "cst", CALLER, TUESDAY.astimezone(UTC))


def test_a_turn_delivered_twice_asks_once(office: Office) -> None:
    office.ask()
    office.server.turn(5, Digits="1")
    assert len(office.callbacks()) == 1


def test_whoever_answers_is_connected_with_the_desk_and_not_with_the_menu(office: Office) -> None:
    office.ask()
    office.callees = {CALLER: CalleeBehaviour("answered")}
    assert office.call() == ["cst"]
    (noted,) = office.callbacks()
    assert (noted.note, noted.tries, noted.ended_at is not None) == ("reached", 1, True)
    (sentences,) = office.heard
    assert sentences[0].startswith("Vou transferir você para o Centro de Serviços")
    assert office.call() == []


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


def test_a_callback_to_a_desk_that_is_gone_is_answered_with_a_sentence(office: Office) -> None:
    answer = office.server.post("/twilio/callback?line=4003-0015&desk=nowhere", sid=THIRD)
    assert said(answer)


VICTIM = "+5521991040175"


class Operator:
    """Makes no call at all: notes whom it was asked to call, and does ``meanwhile`` before it answers."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.called: list[str] = []
        self.calls = self
        self._meanwhile = meanwhile

    def create(self, *, to: str, **_: object) -> SimpleNamespace:
        self.called.append(to)
        self._meanwhile()
        return SimpleNamespace(sid=f"CA{len(self.called):032x}")

    def ring(self, office: Office) -> None:
        call_back(office.server.database, office.lines, self, PUBLIC, office.now())


@pytest.mark.parametrize(
    "number",
    ["+551140030015", "+5540030015", "+558001234567", "+15125550123", "+551150900700", "anonymous", "sip:202@host"],
)
def test_no_callback_is_promised_to_a_number_off_the_list(office: Office, number: str) -> None:
    assert "deixe um recado" in office.answer(SID, number)
    assert office.callbacks() == []


def test_a_caller_with_a_sip_address_is_called_at_the_number_in_it(office: Office) -> None:
    office.ask(number=f"sip:{VICTIM}@carrier.example.com")
    operator = Operator()
    operator.ring(office)
    assert operator.called == [VICTIM]


def test_a_number_that_was_promised_by_an_older_release_is_not_called(office: Office) -> None:
    office.ask()
    with office.server.database.transaction() as connection:
        connection.execute(update(CALLBACK).values(number="+551140030015"))
    operator = Operator()
    operator.ring(office)
    (noted,) = office.callbacks()
    assert (operator.called, noted.tries, noted.note) == ([], 0, NOT_CALLED)
    assert noted.ended_at is not None


def test_thirty_spoofed_calls_ring_a_victim_four_times_a_day(office: Office) -> None:
    operator, heard = Operator(), []
    for number in range(30):
        heard.append("Combinado" in office.answer(f"CA{number:032}", VICTIM))
        office.server.post("/twilio/status", CallStatus="completed", SequenceNumber="3", sid=f"CA{number:032}")
        operator.ring(office)
        if operator.called:
            sid = f"CA{len(operator.called):032x}"
            office.server.post("/twilio/status", CallStatus="busy", SequenceNumber="1", sid=sid)
        office.now.moment += timedelta(minutes=5)
    assert len(operator.called) == 4
    assert any(heard)
    assert not all(heard)


def test_a_number_that_waits_for_one_desk_waits_for_no_other(office: Office) -> None:
    office.ask()
    with office.server.database.transaction() as connection:
        connection.execute(update(CALLBACK).values(destination="assessoria"))
    assert "Combinado" not in office.answer(OTHER, CALLER)
    assert len(office.callbacks()) == 1


def test_as_many_callbacks_as_a_day_may_have_are_promised_and_no_more(office: Office) -> None:
    rules = office.lines.dialled("+551140030015").line.routing.table.callbacks
    object.__setattr__(rules, "per_day", 3)
    heard = ["Combinado" in office.answer(f"CA{number:032}", f"+55119876543{number:02}") for number in range(5)]
    assert heard == [True, True, True, False, False]
    assert len(office.callbacks()) == 3


def test_two_runs_at_once_ring_once(office: Office) -> None:
    office.ask()
    second = Operator()
    first = Operator(lambda: second.ring(office))
    first.ring(office)
    assert (first.called, second.called) == ([CALLER], [])
    (noted,) = office.callbacks()
    assert (noted.tries, noted.try_sid) == (1, f"CA{1:032x}")


def test_two_runs_that_look_at_the_same_moment_ring_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ask()
    with office.server.database.reading() as connection:
        both = due(connection, office.lines, office.now())
    monkeypatch.setattr("ivr.channels.twilio.callbacks.due", lambda *_: both)
    first, second = Operator(), Operator()
    first.ring(office)
    second.ring(office)
    assert (first.called, second.called) == ([CALLER], [])


def test_a_try_that_cannot_be_written_does_not_ring_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise DatabaseUnavailableError("the disk is full")

    office.ask()
    monkeypatch.setattr("ivr.channels.twilio.callbacks.name_try", full)
    operator = Operator()
    for _ in range(120):
        with suppress(DatabaseUnavailableError):
            operator.ring(office)
        sweep(office.server.database, office.now())
        office.now.moment += timedelta(minutes=1)
    assert operator.called == [CALLER, CALLER]
    (noted,) = office.callbacks()
    assert noted.note == "not reached in 2 tries: no-answer"


def test_a_claim_that_cannot_be_written_rings_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DatabaseUnavailableError("the disk is full")

    office.ask()
    monkeypatch.setattr("ivr.channels.twilio.callbacks.claim_try", full)
    operator = Operator()
    with suppress(DatabaseUnavailableError):
        operator.ring(office)
    assert operator.called == []


def test_a_call_that_the_company_refuses_was_a_try(office: Office) -> None:
    def refuse() -> None:
        raise ConnectionError

    office.ask()
    operator = Operator(refuse)
    for _ in range(30):
        with suppress(ConnectionError):
            operator.ring(office)
        office.now.moment += timedelta(minutes=1)
    (noted,) = office.callbacks()
    assert (len(operator.called), noted.note) == (2, "not reached in 2 tries: failed")


def test_a_callback_is_not_due_after_its_time_and_is_told_as_expired(office: Office) -> None:
    office.ask()
    operator = Operator()
    office.now.moment += timedelta(days=182)
    with office.server.database.reading() as connection:
        assert due(connection, office.lines, office.now()) == []
    operator.ring(office)
    (noted,) = office.callbacks()
    assert (operator.called, noted.note, noted.ended_at) == ([], "expired", office.now().astimezone(UTC))


def test_a_promise_that_expired_does_not_keep_its_number_from_another(office: Office) -> None:
    office.ask()
    office.now.moment += timedelta(days=7)
    office.ask(OTHER)
    assert [(each.call_sid, each.note) for each in office.callbacks()] == [(OTHER, None), (SID, "expired")]


def test_a_callback_that_no_line_knows_any_more_is_over_in_two_weeks(office: Office) -> None:
    office.ask()
    office.now.moment += timedelta(days=14)
    sweep(office.server.database, office.now())
    assert [each.note for each in office.callbacks()] == ["expired"]


def test_a_turn_that_asks_for_no_callback_sends_no_statement_for_one(office: Office) -> None:
    with statements(office.server.database) as sent:
        office.server.keys("4", "3")
        office.server.turn(3, DialCallStatus="no-answer")
        office.server.turn(4, QueueResult="bridged", QueueTime="20")
    assert [each for each in sent if "callback" in each.lower()] == []
