"""Six processes answer one line from one database: whatever reaches which of them when, a turn happens once.

Each process is a server of its own, as the workers of a server and the machines behind a balancer are.
"""

from __future__ import annotations

import logging
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from data import database
from data.database import Database
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from tests.conftest import Now
from tests.databases import THOROUGHLY
from tests.faults.crowd import PATIENCE, crowd
from tests.line_server import PADARIA, LineServer, twiml
from tests.lines import write_line

PROCESSES = 6
CALLS = 40 if THOROUGHLY else 6
TURNS = 10
COPIES = 6
"""Most deliveries of one turn."""

KEYS = ("9", "2", PADARIA, "1234", "*", "9", "3", "0510001", "9", "7")
"""What the callers press, turn by turn; a delivery may say something else."""

OTHERS = ("9", "2", "3", "5", "7", "*", "#", "", "0000", "11444777000161")

Heard = tuple[str, int, bytes]
"""A call, the turn that was told, and the document that came back."""

Meet = Callable[[], object]


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """The small line, to be read by each process for itself."""
    return str(write_line(tmp_path / "ensaio"))


def _server(url: str, folder: str) -> LineServer:
    # Six servers and whatever else this machine does: who waits for a lock here waits as long as it takes.
    database.LOCK_WAIT_SECONDS = PATIENCE
    line = load_line(Path(folder))
    opened = database.Database(url)
    return LineServer(Lines([line]), opened, Now(), "http://ivr.test", "a token of the tests", None)


@contextmanager
def _no_errors() -> Iterator[None]:
    """What a server logs as broken, or an exception that nobody caught, fails the test."""
    wrong: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: wrong.append(f"{record.getMessage()} {vars(record)}")  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)
    assert wrong == []


def _all_of(act: Callable[..., list[Any]], url: str, folder: str) -> list[Any]:
    """What all processes heard."""
    return list(chain.from_iterable(crowd([(url, folder, me) for me in range(PROCESSES)], act)))


def _in_the_end(server: LineServer, answer: TestResponse, sid: str) -> TestResponse:
    """The answer; where it says to hold on and ask for the same turn again, what is said then."""
    while "again=" in (redirect := twiml(answer).findtext("Redirect") or ""):
        answer = server.post(redirect, sid=sid)
    return answer


def _sid(number: int) -> str:
    return f"CA{number:032x}"


def _deliveries(turn: int, rng: random.Random) -> list[tuple[int, int, str, int]]:
    """All that is delivered while ``turn`` is the last turn of every call: call, turn, keys, to which process.

    Up to six copies of the turn itself, some with other keys, and now and then an older turn.
    """
    sent = []
    for call in range(CALLS):
        for copy in range(rng.randint(1, COPIES)):
            keys = KEYS[turn - 1] if copy < 2 or rng.random() < 0.7 else rng.choice(OTHERS)
            sent.append((call, turn, keys, rng.randrange(PROCESSES)))
        if turn and rng.random() < 0.3:
            sent.append((call, rng.randrange(turn), rng.choice(OTHERS), rng.randrange(PROCESSES)))
    rng.shuffle(sent)
    return sent


def _take_part(meet: Meet, url: str, folder: str, me: int) -> list[Heard]:
    """One process: what it heard for what was delivered to it."""
    server = _server(url, folder)
    heard: list[Heard] = []
    rng = random.Random(40030015)
    with _no_errors():
        for turn in range(TURNS + 1):
            mine = [each for each in _deliveries(turn, rng) if each[3] == me]
            meet()
            for call, number, keys, _ in mine:
                sid = _sid(call)
                answer = server.turn(number, sid, Digits=keys) if number else server.start(sid)
                heard.append((sid, number, _in_the_end(server, answer, sid).data))
    server.database.close()
    return heard


def test_six_processes_and_shuffled_duplicates_make_each_turn_once(
    server_database: Database, database_url: str, folder: str, server: LineServer
) -> None:
    heard = _all_of(_take_part, database_url, folder)
    answers: dict[tuple[str, int], set[bytes]] = defaultdict(set)
    for sid, number, document in heard:
        answers[sid, number].add(document)
    print(f"{server_database.dialect}: {len(heard)} deliveries of {len(answers)} turns")
    assert [key for key, documents in answers.items() if len(documents) != 1] == []
    assert len(answers) == CALLS * (TURNS + 1)
    assert server.calls() == CALLS
    for sid in map(_sid, range(CALLS)):
        turns, call = server.turns(sid), server.call(sid)
        assert call is not None
        assert [turn.number for turn in turns] == list(range(TURNS + 1))
        assert call.turn == TURNS + 1
        assert [{turn.answer.encode()} for turn in turns] == [answers[sid, turn.number] for turn in turns]
    # Enough was delivered twice, and to different processes, for this to have been a race.
    assert len(heard) > 3 * len(answers)


CALLBACKS = (
    ("queued", None),
    ("initiated", None),
    ("ringing", None),
    ("in-progress", None),
    ("in-progress", None),
    ("completed", "12"),
)
"""What Twilio tells of a call, by its SequenceNumber."""


BEGINNINGS = 20 if THOROUGHLY else 5


def _begin_and_end(meet: Meet, url: str, folder: str, me: int) -> list[list[str]]:
    """The beginning of every call and all that is told of it, in an order of this process's own."""
    server = _server(url, folder)
    rng = random.Random(me)
    heard = []
    with _no_errors():
        for call in range(BEGINNINGS):
            told: list[int | None] = [None, *range(len(CALLBACKS))]
            rng.shuffle(told)
            meet()
            for sequence in told:
                if sequence is None:
                    answer = _in_the_end(server, server.start(_sid(call)), _sid(call))
                    heard.append([verb.tag for verb in twiml(answer)])
                else:
                    _tell(server, _sid(call), sequence)
    server.database.close()
    return heard


def _tell(server: LineServer, sid: str, sequence: int) -> None:
    status, duration = CALLBACKS[sequence]
    form = {"CallStatus": status, "SequenceNumber": str(sequence)}
    twiml(server.post("/twilio/status", form | ({"CallDuration": duration} if duration else {}), sid=sid))


def test_a_call_begun_and_ended_in_six_processes_is_one_row_and_over(
    server_database: Database, database_url: str, folder: str, server: LineServer
) -> None:
    heard = _all_of(_begin_and_end, database_url, folder)
    assert {tuple(tags) for tags in heard} == {("Gather",), ("Hangup",)}
    assert server.calls() == BEGINNINGS
    for sid in map(_sid, range(BEGINNINGS)):
        call = server.call(sid)
        assert call is not None
        assert (call.status, call.duration, call.ended_at) == ("completed", 12, Now()())
        assert len(server.turns(sid)) == call.turn <= 1
    with server_database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM status_event")).scalar_one() == BEGINNINGS * len(CALLBACKS)


INTERLEAVINGS = 200 if THOROUGHLY else 30


def _last_turn(meet: Meet, url: str, folder: str, ends: bool) -> list[list[str]]:
    """Two processes: one takes the last turn of each call, the other one hears that it has ended."""
    server = _server(url, folder)
    heard = []
    with _no_errors():
        for call in range(INTERLEAVINGS):
            meet()
            # First the one by 20 ms, then closer and closer, and in the end the other.
            ahead = (call - INTERLEAVINGS / 2) / INTERLEAVINGS * 0.04
            time.sleep(max(0.0, -ahead) if ends else max(0.0, ahead))
            if ends:
                _tell(server, _sid(call), 5)
            else:
                answer = server.turn(1, _sid(call), Digits="2")
                heard.append([verb.tag for verb in twiml(_in_the_end(server, answer, _sid(call)))])
    server.database.close()
    return heard


def test_no_row_changes_once_the_call_has_ended_however_turns_interleave(
    server_database: Database, database_url: str, folder: str, server: LineServer
) -> None:
    for call in range(INTERLEAVINGS):
        server.start(_sid(call))
    _watch_ended_calls(server_database)
    heard, _ = crowd([(database_url, folder, False), (database_url, folder, True)], _last_turn)
    for call, tags in enumerate(heard):
        sid = _sid(call)
        stored = server.call(sid)
        assert stored is not None
        assert (stored.status, stored.duration, stored.ended_at) == ("completed", 12, Now()())
        # Either the turn came in time, or it found the call over: there is nothing between.
        assert (stored.turn, len(server.turns(sid)), tags) in [(2, 2, ["Gather"]), (1, 1, ["Hangup"])]
        # And what comes later still changes nothing.
        server.turn(2, sid, Digits="9")
        _tell(server, sid, 3)
        assert server.call(sid) == stored
    late = sum(tags == ["Hangup"] for tags in heard)
    print(f"{server_database.dialect}: {INTERLEAVINGS - late} turns before the end, {late} after it")
    assert 0 < late < INTERLEAVINGS
    with server_database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM too_late")).scalar_one() == 0


def _watch_ended_calls(database: Database) -> None:
    """From now on the database itself notes whoever changes a call that had ended."""
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE too_late (sid TEXT)"))
        if database.dialect == "sqlite":
            connection.execute(
                text(
                    "CREATE TRIGGER late AFTER UPDATE ON call WHEN OLD.ended_at IS NOT NULL"
                    " BEGIN INSERT INTO too_late VALUES (OLD.sid); END"
                )
            )
            return
        connection.execute(
            text(
                "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN INSERT INTO too_late VALUES (OLD.sid); RETURN NEW; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER late AFTER UPDATE ON call FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)"
                " EXECUTE FUNCTION late()"
            )
        )
