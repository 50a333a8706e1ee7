"""Whom callbacks ring, how often, and until when: never a stranger all day, and one call a try."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from twilio.base.exceptions import TwilioRestException

from data.callbacks import CALLBACK
from data.database import DatabaseUnavailableError
from data.sweep import sweep
from ivr.call.callbacks import NOT_CALLED, due
from tests.line_server import CALLER, SID, statements
from tests.twilio.office import OTHER, VICTIM, Office


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

    def list(self, **_: object) -> list[SimpleNamespace]:
        raise ConnectionError

    def ring(self, office: Office) -> None:
        office.ring(self)


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


def test_a_number_that_waits_for_one_destination_waits_for_no_other(office: Office) -> None:
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
    monkeypatch.setattr("ivr.call.callbacks.due", lambda *_: both)
    first, second = Operator(), Operator()
    first.ring(office)
    second.ring(office)
    assert (first.called, second.called) == ([CALLER], [])


@pytest.mark.untraced
def test_a_call_whose_outcome_cannot_be_written_is_made_once(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DatabaseUnavailableError("the disk is full")

    office.ask()
    operator = Operator()
    with monkeypatch.context() as patch:
        patch.setattr("ivr.worker.deliveries.call.name_try", full)
        for _ in range(120):
            with suppress(DatabaseUnavailableError):
                operator.ring(office)
            sweep(office.server.database, office.now())
            office.now.moment += timedelta(minutes=1)
    assert operator.called == [CALLER]
    (row,) = office.outbox()
    assert row.state == "unknown"
    # How the call ended is told with our reservation, and settles it.
    ended = f"/twilio/status?reservation={row.id}"
    office.server.post(ended, CallStatus="completed", SequenceNumber="3", sid=OTHER, From="+551140030015", To=CALLER)
    (row,), (noted,) = office.outbox(), office.callbacks()
    assert (row.state, row.carrier_sid, noted.note) == ("sent", OTHER, "reached")


def test_a_claim_that_cannot_be_written_rings_nobody(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise DatabaseUnavailableError("the disk is full")

    office.ask()
    monkeypatch.setattr("ivr.worker.outbox.claim_sending", full)
    operator = Operator()
    with suppress(DatabaseUnavailableError):
        operator.ring(office)
    assert operator.called == []


def test_a_call_that_the_company_refuses_was_a_try(office: Office) -> None:
    def refuse() -> None:
        raise TwilioRestException(400, "/Calls.json", "Invalid number", 21211)

    office.ask()
    operator = Operator(refuse)
    for _ in range(30):
        operator.ring(office)
        office.now.moment += timedelta(minutes=1)
    (noted,) = office.callbacks()
    assert (len(operator.called), noted.note) == (2, "not reached in 2 tries: failed")
    assert [(row.state, row.note) for row in office.outbox()] == [
        ("dead", "Twilio refuses the call (HTTP 400, error 21211)")
    ] * 2


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
