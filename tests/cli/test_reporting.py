"""``ivr report`` counts a line's day out of its rows, and what it counts agrees with a count by hand."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.calls import record_status
from data.database import Database
from data.offers import make_offer, move_offer
from data.talks import TalkRecord, begin_talk, change_talk
from data.trials import mark_trial
from data.waiting import leave, waiting_of_call
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.line_server import LineServer
from tests.lines import write_line

QUEUED = [f"CA{number:032x}" for number in range(1, 9)]
"""Calls into the queue of mesa.fila: each is answered after so many seconds, or hangs up after them."""

ANSWERED = {0: 5, 1: 20, 2: 21, 3: 90}
HUNG_UP = {4: 3, 5: 8, 6: 60}
GOES_ON = 7


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _migrated_file: Path) -> Iterator[Database]:
    file = tmp_path / "ivr.db"
    file.write_bytes(_migrated_file.read_bytes())
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def server(tmp_path: Path, database: Database, now: Now) -> LineServer:
    """The small line."""
    folder = write_line(tmp_path / "flows" / "ensaio")
    return LineServer(Lines([load_line(folder)]), database, now, "http://ivr.test", "a token of the tests", None)


def _end(server: LineServer, sid: str) -> None:
    with server.database.transaction() as connection:
        record_status(connection, sid, "completed", 9, 60, server.clock())


def _talk(server: LineServer, number: int, seconds: int) -> None:
    """The call waits for so many seconds, is talked with for 100, of which it is held for 30, and wrapped up in 10."""
    sid, begin = QUEUED[number], server.clock()
    with server.database.transaction() as connection:
        entry = waiting_of_call(connection, sid)
        assert entry
        heard = begin + timedelta(seconds=seconds)
        offer = make_offer(connection, entry.id, 1, begin)
        assert offer
        move_offer(connection, offer.id, "ended", heard)
        leave(connection, entry.id, "answered", heard)
        begin_talk(connection, TalkRecord(entry.id, offer.id, "ensaio", "mesa.fila", sid, 1, entry.id, heard))
        over = heard + timedelta(seconds=100)
        change_talk(
            connection,
            entry.id,
            started_at=heard,
            hold_seconds=30,
            wrapped_at=over + timedelta(seconds=10),
            ended_at=over,
            disposition="resolvido",
        )


@pytest.fixture
def day(server: LineServer, now: Now) -> LineServer:
    """A morning with eight callers in a queue, three who rang a telephone, and three who hung up in the menu."""
    for sid in QUEUED:
        server.keys("#", "3", sid=sid)
    for number, seconds in ANSWERED.items():
        _talk(server, number, seconds)
        _end(server, QUEUED[number])
    began = now()
    for number, seconds in HUNG_UP.items():
        with server.database.transaction() as connection:
            entry = waiting_of_call(connection, QUEUED[number])
            assert entry
            leave(connection, entry.id, "abandoned", began + timedelta(seconds=seconds))
        _end(server, QUEUED[number])
    for number in (20, 21):
        sid = f"CA{number:032x}"
        server.keys("7", sid=sid)
        server.turn(2, sid, DialCallStatus="completed", DialCallDuration="30")
        _end(server, sid)
    for number in (30, 31, 32):
        sid = f"CA{number:032x}"
        server.keys("#", sid=sid)
        _end(server, sid)
    trial = f"CA{40:032x}"
    server.keys("#", "3", sid=trial)
    with server.database.transaction() as connection:
        mark_trial(connection, trial, now())
    return server


def _rows(out: str) -> dict[str, dict[str, str]]:
    return {row["destination"]: row for row in csv.DictReader(io.StringIO(out))}


def test_the_csv_holds_each_operand_of_every_figure(day: LineServer, ivr: Ivr) -> None:
    del day
    code, out, err = ivr("report", "ensaio", "--csv")
    assert (code, err) == (0, "")
    row = _rows(out)["mesa.fila"]
    # DestinationTally by hand out of ANSWERED and HUNG_UP, with 80/20 and 5 short seconds, of a line that writes none.
    expected = {
        "offered": 8, "waiting": 1, "answered": 4, "answered_within": 2, "abandoned": 3, "abandoned_after_target": 1,
        "abandoned_after_short": 2, "seconds_waited_by_answered": 136, "seconds_waited_by_all": 207,
        "talk_seconds": 280, "hold_seconds": 120, "wrap_seconds": 40, "service_level": 0.4, "abandonment": 0.25,
        "asa": 34, "aht": 110, "p95_wait": 90,
    }  # fmt: skip
    assert {name: float(row[name]) for name in expected} == expected
    assert row["interval"] == "2026-03-10T10:00:00-03:00"
    assert (row["came"], row["answered_in_all"], row["hung_up"]) == ("8", "4", "3")
    people = _rows(out)["gente"]
    assert (people["came"], people["answered_in_all"], people["service_level"]) == ("2", "2", "")


def test_a_person_reads_figures_formulas_and_where_callers_hung_up(day: LineServer, ivr: Ivr) -> None:
    del day
    code, out, _ = ivr("report", "ensaio")
    assert code == 0
    assert "ensaio on 2026-03-10: 13 calls" in out
    assert "40.0 %" in out
    assert "SL = answered within T s / (answered + abandoned, left by key or turned away after T s)" in out
    assert "mesa.fila because: by choice 8" in out
    left = [line.split()[:3] for line in out.splitlines()]
    assert ["areas", "3", "11"] in left, "three of the eleven who heard the desks hung up there"
    assert ["ligar", "3", "10"] in left, "those who hung up in the queue stand at the transfer"
    portuguese = ivr("report", "ensaio", "--language", "pt-BR")[1]
    assert "onde desligaram" in portuguese


def test_json_has_agents_intervals_and_dispositions(day: LineServer, ivr: Ivr) -> None:
    del day
    told = json.loads(ivr("report", "ensaio", "--json", "--destination", "mesa.fila")[1])
    assert [row["destination"] for row in told["destinations"]] == ["mesa.fila"]
    assert told["dispositions"] == [{"destination": "mesa.fila", "disposition": "resolvido", "times": 4}]
    assert (told["calls"], told["struck_out"]) == (13, 0)


def test_a_day_without_calls_has_no_figures_and_says_so(server: LineServer, ivr: Ivr) -> None:
    del server
    code, out, _ = ivr("report", "ensaio", "--from", "2026-03-01", "--to", "02/03/2026")
    assert code == 0
    assert "from 2026-03-01 to 2026-03-02: 0 calls" in out
    assert "no call was on the way to a destination" in out
    assert ivr("report", "ensaio", "--csv", "--from", "2026-03-01")[1].count("\n") == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--from", "soon"), "'soon' is no day; write one like 2026-11-30"),
        (("--from", "2026-03-12", "--to", "2026-03-10"), "ends on 2026-03-10, before it begins, on 2026-03-12"),
        (("--from", "2024-01-01"), "is too long for one report; ask for 366 days at most"),
        (("--destination", "mesa.rx"), "no destination 'mesa.rx'"),
        (("--csv", "--json"), "two forms of one answer"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_one_line(
    server: LineServer, ivr: Ivr, options: tuple[str, ...], told: str
) -> None:
    del server
    code, out, err = ivr("report", "ensaio", *options)
    assert code == 2
    assert out == ""
    assert told in err
