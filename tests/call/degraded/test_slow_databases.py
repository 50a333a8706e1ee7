"""A database that is slow or hangs costs one call its patience, and no other one."""

from __future__ import annotations

import threading
import time

import pytest

from data.database import Database, DatabaseUnavailableError
from ivr.call.answer import DEGRADED_HEADER
from ivr.call.lines import Lines
from ivr.flow.line import Line
from tests.call.degraded.conftest import Locked
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer, said, twiml


def test_a_slow_turn_is_answered_with_a_moment_and_found_when_asked_again(
    database: Database, away: Locked, small_line: Line, clock: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 30)
    patient = Database(database._engine.url.render_as_string())
    server = LineServer(Lines([small_line]), patient, clock, "http://ivr.test", "token", None)
    server.start()
    server.hurry(0.2)
    with away():
        late = server.turn(1, Digits="#")
    assert twiml(late).findtext("Redirect") == "/twilio/turn/1?again=1"
    assert said(server.followed(late)) == "Para RM, 1. Para RH, 2."
    assert [turn.number for turn in server.turns()] == [0, 1]
    patient.close()


def test_of_a_suspect_database_one_tries_and_others_are_told_at_once(database: Database) -> None:
    database.suspect()
    told: list[str] = []

    def ask() -> None:
        try:
            with database.reading():
                pass
        except DatabaseUnavailableError as error:
            told.append(str(error))

    with database.reading():
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join()
    assert told == ["the database does not answer; somebody is trying whether it does again"]
    ask()
    assert len(told) == 1


def test_after_one_call_waited_in_vain_the_others_are_told_at_once(
    make_server: MakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 30)
    # Long enough for a busy machine: an answer that is late for another reason raises the suspicion, too.
    server = make_server()
    server.start("CA" + "9" * 32)  # whatever is done once is done
    server.hurry(1.5)
    assert server.database.standing().state == "up"
    pending, done = threading.Event(), threading.Event()

    def hang() -> None:
        with server.database.transaction():
            pending.set()
            done.wait(30)

    hanging = threading.Thread(target=hang)
    hanging.start()
    pending.wait(30)
    try:
        waited, tried, *others = [server.start(f"CA{number:032}") for number in range(5)]
        assert [DEGRADED_HEADER in answer.headers for answer in (waited, tried)] == [False, False]
        assert [DEGRADED_HEADER in answer.headers for answer in others] == [True] * 3
        assert server.database.standing().state == "suspected"
    finally:
        done.set()
        hanging.join()
        # The two that waited go on behind their answers, and must not meet a database that is closed.
        until = time.monotonic() + 20
        while server.calls() < 3 and time.monotonic() < until:
            time.sleep(0.05)
