"""A call that comes into a destination's queue is a row until it leaves, however it does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.agents import add_agent
from data.roles import Role
from data.talk_events import events_of
from data.users import add_user
from data.waiting import WaitingRecord, all_waiting, entry_name, find_waiting
from ivr.call.effects import QueueEntered
from ivr.call.queue_entries import note_entry
from ivr.flow.line import Line
from tests.conftest import MakeServer, Now
from tests.line_server import SID, LineServer, sql, twiml


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    return make_server(shipped_line)


@pytest.fixture
def entry(server: LineServer) -> WaitingRecord:
    """A caller whom the service centre's telephone did not answer stands in its queue."""
    server.keys("4", "3")
    server.turn(3, DialCallStatus="no-answer")
    with server.database.reading() as connection:
        (found,) = all_waiting(connection)
    return found


def _left(server: LineServer, entry: WaitingRecord) -> tuple[str | None, str | None, list[str]]:
    with server.database.reading() as connection:
        assert all_waiting(connection) == []
        found = find_waiting(connection, entry.id)
        assert found is not None
        assert found.left_at is not None
        return found.outcome, found.key, [each.kind for each in events_of(connection, entry.id)]


def test_an_entry_knows_its_destination_queue_and_place(server: LineServer, entry: WaitingRecord, clock: Now) -> None:
    told = (entry.destination, entry.queue, entry.state, entry.seconds, entry.kind, entry.turn)
    assert told == ("cst", "cst", "transferencia", 600, "call", 3)
    assert (entry.id, entry.since, entry.entered_at) == (entry_name(SID, 3), clock.moment, clock.moment)
    with server.database.reading() as connection:
        assert [each.kind for each in events_of(connection, entry.id)] == ["entered"]


def test_an_entry_that_is_told_twice_is_one(server: LineServer, entry: WaitingRecord) -> None:
    server.turn(3, DialCallStatus="no-answer")
    with server.database.reading() as connection:
        assert all_waiting(connection) == [entry]


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("bridged", "answered"),
        ("leave", "timeout"),
        ("hangup", "abandoned"),
        ("queue-full", "failed"),
        ("error", "failed"),
    ],
)
def test_the_turn_that_hears_of_it_ends_an_entry(
    server: LineServer, entry: WaitingRecord, clock: Now, result: str, outcome: str
) -> None:
    clock.moment += timedelta(seconds=31)
    for _ in range(2):
        server.turn(4, QueueResult=result, QueueTime="31")
    assert _left(server, entry) == (outcome, None, ["entered", "left"])


def test_a_key_that_leads_out_is_told_from_a_wait_that_was_too_long(server: LineServer, entry: WaitingRecord) -> None:
    action = twiml(server.post(f"/twilio/wait?seconds=600&turn=4&state={entry.state}", QueueTime="0"))[0].get("action")
    server.post(action or "", Digits="1")
    server.turn(4, QueueResult="leave", QueueTime="31")
    assert _left(server, entry) == ("key", "1", ["entered", "left"])


def test_the_end_of_the_call_ends_its_entry(server: LineServer, entry: WaitingRecord) -> None:
    server.post("/twilio/status", CallStatus="completed", SequenceNumber="9")
    server.turn(4, QueueResult="hangup", QueueTime="31")
    assert _left(server, entry) == ("abandoned", None, ["entered", "left"])


def test_turns_of_calls_without_a_queue_write_nothing_of_queues(server: LineServer) -> None:
    with sql(server.database) as sent:
        server.keys("2", "2")
        server.turn(3, Digits="*")
    assert not [each for each in sent if "waiting" in each or "talk" in each or "offer" in each]


@pytest.mark.parametrize(
    ("contract", "role", "is_kept"),
    [
        ("PRIME.ANA", Role.AGENT, True), ("PRIME.EVA", Role.AGENT, False), ("PRIME", Role.AGENT, False),
        (None, Role.AGENT, False), ("PRIME.ANA", None, False),
    ],
)  # fmt: skip
def test_a_call_is_kept_for_its_facilitator_who_is_an_agent(
    server: LineServer, shipped_line: Line, clock: Now, contract: str | None, role: Role | None, is_kept: bool
) -> None:
    server.keys("4")
    with server.database.transaction() as connection:
        if role:
            ana = add_user(connection, "ana", "Ana", role)
            add_agent(connection, ana, "+551150900901", None, clock(), "test")
        entered = QueueEntered("suporte.rm", "rm", "transferencia", 600, contract)
        note_entry(connection, shipped_line, SID, 7, entered, clock())
        (entry,) = all_waiting(connection)
    until = clock() + timedelta(seconds=60)
    assert (entry.preferred_id is not None, entry.preferred_until) == (is_kept, until if is_kept else None)
