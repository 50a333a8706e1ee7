"""A turn is taken from what is remembered of its call; what is remembered wrongly costs a read, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.conftest import MakeServer
from tests.line_server import LineServer, said, sql

pytestmark = pytest.mark.untraced


@pytest.fixture
def pair(make_server: MakeServer) -> tuple[LineServer, LineServer]:
    """Two processes that answer the same calls, each with a memory of its own."""
    one = make_server()
    return one, make_server()


def _reads(server: LineServer, ask: Callable[[], object]) -> int:
    """How often the call was read."""
    with sql(server.database) as sent:
        ask()
    return sum(each.startswith("SELECT") and "FROM call" in " ".join(each.split()) for each in sent)


def test_a_call_that_another_process_moved_is_read(pair: tuple[LineServer, LineServer]) -> None:
    one, other = pair
    one.start()
    assert _reads(other, lambda: other.turn(1, Digits="*")) == 1
    assert _reads(one, lambda: one.turn(2, Digits="*")) == 1
    assert _reads(one, lambda: one.turn(3, Digits="*")) == 0
    assert [turn.number for turn in one.turns()] == [0, 1, 2, 3]


def test_a_turn_that_another_process_took_answers_the_same(pair: tuple[LineServer, LineServer]) -> None:
    one, other = pair
    one.start()
    answer = other.turn(1, Digits="2")
    assert one.turn(1, Digits="2").get_data() == answer.get_data()
    assert len(one.turns()) == 2


def test_a_call_that_ended_elsewhere_is_not_moved_from_memory(pair: tuple[LineServer, LineServer]) -> None:
    one, other = pair
    one.start()
    other.post("/twilio/status", CallStatus="completed", SequenceNumber="3", CallDuration="9")
    assert "<Hangup />" in one.turn(1, Digits="2").get_data(as_text=True)
    assert len(one.turns()) == 1


def test_a_call_that_stands_elsewhere_than_remembered_is_read(make_server: MakeServer) -> None:
    server = make_server()
    server.start()
    with server.database.transaction() as connection:
        connection.execute(text("UPDATE call SET position = replace(position, 'principal', 'documento')"))
    assert "Bem-vindo" not in said(server.turn(1, Digits=""))
    assert server.turns()[-1].state == "documento"


def test_what_is_keyed_in_answer_to_a_question_is_never_taken_from_memory(make_server: MakeServer) -> None:
    server = make_server()
    server.keys("2")
    assert _reads(server, lambda: server.turn(2, Digits="12")) == 1


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["2", "*", "9", "", "7"]), st.integers(0, 2)), max_size=12))
def test_two_processes_move_a_call_as_one_does(
    pair: tuple[LineServer, LineServer], taken: list[tuple[bool, str, int]]
) -> None:
    """Whichever takes a turn, and whichever it is delivered to again, the call goes where it goes in one process."""
    one, other = pair
    shared, alone = (f"CA{uuid4().hex}" for _ in range(2))
    one.start(shared)
    one.start(alone)
    for number, (by_other, digits, again) in enumerate(taken, 1):
        expected = one.turn(number, alone, Digits=digits).get_data()
        takes, waits = (other, one) if by_other else (one, other)
        assert takes.turn(number, shared, Digits=digits).get_data() == expected
        for _ in range(again):
            assert waits.turn(number, shared, Digits=digits).get_data() == expected
    assert [turn.states for turn in one.turns(shared)] == [turn.states for turn in one.turns(alone)]
    assert [turn.number for turn in one.turns(shared)] == list(range(1 + len(taken)))
