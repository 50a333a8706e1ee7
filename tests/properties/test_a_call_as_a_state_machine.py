"""One call against a model of it: whatever is delivered in whatever order, repeated, too early, across restarts.

The model knows nothing of menus: turns are numbered without a hole, each answers what it answered first, a status only
moves up, and nothing moves after the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import text
from werkzeug.test import TestResponse

from data.calls import STATUSES, TERMINAL
from data.database import Database
from ivr.flow.line import Line
from tests.conftest import MakeServer
from tests.databases import THOROUGHLY, opened_again
from tests.line_server import LineServer, twiml
from tests.properties.ways import RECORDING, Fields

BEYOND = 40
"""Turns of a call that is with people: each telephone that rings, the queue, a message, the end."""

EXAMPLES = {"sqlite": 100, "postgresql": 100} if THOROUGHLY else {"sqlite": 8, "postgresql": 4}
"""Calls on each database."""

_entries = st.sampled_from(["2", "9", "3", "*", "#", "7", "0", "", "11222333000181", "1234", "0510001", "9910001"])
_happenings: st.SearchStrategy[Fields] = st.one_of(
    _entries.map(lambda digits: {"Digits": digits}),
    st.text("0123456789*#", max_size=14).map(lambda digits: {"Digits": digits}),
    st.just({}),
    st.sampled_from(["suporte", "atendente", "não sei"]).map(lambda said: {"SpeechResult": said, "Confidence": "0.8"}),
    st.sampled_from(["completed", "busy", "no-answer", "failed", "canceled"]).map(lambda how: {"DialCallStatus": how}),
    st.sampled_from(["bridged", "leave", "queue-full", "error"]).map(lambda how: {"QueueResult": how}),
    st.just(RECORDING),
)
_statuses = st.sampled_from([*STATUSES, *sorted(TERMINAL)])


def _bare(answer: TestResponse) -> tuple[bytes, list[tuple[str, str]]]:
    return answer.data, [(name, value) for name, value in answer.headers if name.startswith("X-IVR")]


class CallMachine(RuleBasedStateMachine):
    """A call of ``make_server`` on ``database``; each run is a call of its own."""

    calls = 0

    def __init__(self, build: Callable[[Database], LineServer], database: Database) -> None:
        super().__init__()
        type(self).calls += 1
        self.sid = f"CA{type(self).calls:032x}"
        self._build = build
        self._opened: list[Database] = []
        self.database = database
        self.server = build(database)
        self.answers = [_bare(self.server.start(self.sid))]
        self.ended: tuple[Any, ...] | None = None
        self.rank = STATUSES["in-progress"]

    @property
    def expected(self) -> int | None:
        """The turn that the telephone company would ask for next, None where the document leads nowhere."""
        led = re.search(rb'(?:action="|>)/twilio/turn/([0-9]+)', self.answers[-1][0])
        return int(led[1]) if led else None

    @precondition(lambda self: self.ended is None and self.expected is not None)
    @rule(fields=_happenings)
    def next_turn(self, fields: Fields) -> None:
        assert self.expected == len(self.answers)
        answer = self.server.turn(len(self.answers), self.sid, **fields)
        twiml(answer)
        self.answers.append(_bare(answer))

    @rule(fields=_happenings, back=st.integers(1, 100))
    def an_old_turn_again(self, fields: Fields, back: int) -> None:
        number = max(0, len(self.answers) - back)
        self._answers_as_turn(number, self.server.turn(number, self.sid, **fields))

    @rule(fields=_happenings, ahead=st.sampled_from([1, 2, 7, 2**31, 10**18, 10**30]))
    def a_turn_of_the_future(self, fields: Fields, ahead: int) -> None:
        self._answers_as_turn(-1, self.server.turn(len(self.answers) + ahead, self.sid, **fields))

    @rule()
    def the_beginning_again(self) -> None:
        self._answers_as_turn(0, self.server.start(self.sid))

    @rule(status=_statuses, sequence=st.integers(0, 9), seconds=st.sampled_from(["", "0", "61"]))
    def a_status(self, status: str, sequence: int, seconds: str) -> None:
        told = {"CallStatus": status, "SequenceNumber": str(sequence), "CallDuration": seconds}
        assert len(twiml(self.server.post("/twilio/status", told, sid=self.sid))) == 0
        if status in TERMINAL and self.ended is None:
            self.ended = self._row()

    @rule()
    def the_server_restarts(self) -> None:
        self.server = self._build(self.database)

    @rule()
    def another_server_takes_over(self) -> None:
        """Another machine on the same database, which knows nothing that the first one keeps in memory."""
        if self.database.dialect == "postgresql":
            self.database = opened_again(self.database)
            self._opened.append(self.database)
        self.server = self._build(self.database)

    @invariant()
    def turns_have_no_hole_and_the_call_counts_them(self) -> None:
        turns, call = self.server.turns(self.sid), self.server.call(self.sid)
        assert call is not None
        assert [turn.number for turn in turns] == list(range(len(self.answers)))
        assert call.turn == len(self.answers)

    @invariant()
    def the_status_only_moves_up(self) -> None:
        call = self.server.call(self.sid)
        assert call is not None
        rank = STATUSES.get(call.status, len(STATUSES))
        assert rank >= self.rank
        self.rank = rank
        assert (call.ended_at is not None) == (call.status in TERMINAL) == (self.ended is not None)

    @invariant()
    def nothing_moves_after_the_end(self) -> None:
        if self.ended:
            assert self._row() == self.ended

    @invariant()
    def a_call_at_its_bound_is_with_people(self) -> None:
        call, line = self.server.call(self.sid), next(iter(self.server.lines)).line
        assert call is not None
        assert call.turn <= line.header.max_turns + BEYOND
        if call.turn > line.header.max_turns + 1:
            assert call.destination is not None or self.expected is None

    def teardown(self) -> None:
        for database in self._opened:
            database.close()

    def _answers_as_turn(self, number: int, answer: TestResponse) -> None:
        if self.ended:
            assert [verb.tag for verb in twiml(answer)] == ["Hangup"]
        else:
            assert _bare(answer) == self.answers[number]

    def _row(self) -> tuple[Any, ...]:
        with self.database.reading() as connection:
            return tuple(connection.execute(text("SELECT * FROM call WHERE sid = :sid"), {"sid": self.sid}).one())


def test_a_call_is_what_its_model_says(make_server: MakeServer, server_database: Database, small_line: Line) -> None:
    def build(database: Database) -> LineServer:
        return make_server(small_line, database=database)

    class Machine(CallMachine):
        """A call of this test's server."""

        def __init__(self) -> None:
            super().__init__(build, server_database)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=EXAMPLES[server_database.dialect],
            stateful_step_count=30,
            suppress_health_check=list(HealthCheck),
        ),
    )
