"""``ivr whatif`` plays the calls that came in on an edit, and tells from which desk to which they would move."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.calls import record_status
from data.database import Database
from data.trials import mark_trial
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.line_server import LineServer
from tests.lines import write_line

TO_PEOPLE = [f"CA{number:032x}" for number in (1, 2, 3)]
TO_RM, LOST, OF_STAFF = (f"CA{number:032x}" for number in (4, 5, 6))


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
def folder(tmp_path: Path, database: Database, now: Now, ivr: Ivr) -> Path:
    """The small line, published, on which three callers came to people, one to a desk; one call held too little."""
    folder = write_line(tmp_path / "flows" / "ensaio")
    assert ivr("publish", "ensaio", "-m", "como está")[0] == 0
    server = LineServer(Lines([load_line(folder)]), database, now, "http://ivr.test", "a token of the tests", None)
    for sid in (*TO_PEOPLE, LOST, OF_STAFF):
        server.keys("7", sid=sid)
        server.turn(2, sid, DialCallStatus="completed", DialCallDuration="30")
    server.keys("#", "1", sid=TO_RM)
    server.turn(3, TO_RM, DialCallStatus="busy")
    server.turn(4, TO_RM, DialCallStatus="completed", DialCallDuration="30")
    with database.transaction() as connection:
        mark_trial(connection, OF_STAFF, now())
        for sid in (*TO_PEOPLE, TO_RM, LOST):
            record_status(connection, sid, "completed", 9, 60, now())
        connection.exec_driver_sql("UPDATE turn SET replay = NULL WHERE call_sid = ?", (LOST,))
    return folder


def _edit(folder: Path, old: str, new: str, file: str = "menu.yaml") -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")


def test_calls_that_would_land_elsewhere_are_told_with_from_and_to(ivr: Ivr, folder: Path) -> None:
    _edit(folder, '"7": gente, "0"', '"7": mesa.rh, "0"')
    code, out, err = ivr("whatif", "ensaio", "--since", "2026-03-01")
    assert (code, err) == (0, "")
    told, _, table = out.partition("\n\n")
    assert told.splitlines() == [
        "3 of 4 calls would land elsewhere",
        "  1 call cannot be played again:",
        "    1: it is of a release that kept no keys of menus",
    ]
    head, row = table.splitlines()
    assert head.split() == ["from", "to", "calls", "such", "as"]
    assert row.split()[:3] == ["gente", "mesa.rh", "3"]


def test_a_desk_at_which_nobody_is_rung_any_more_is_told(ivr: Ivr, folder: Path) -> None:
    _edit(folder, '["08:00-12:00", "13:30-18:00"]', '["13:30-18:00"]', "routing.yaml")
    out = ivr("whatif", "--since", "2026-03-01", "--json")[1]
    told = json.loads(out)
    (move,) = told["moves"]
    assert (move["from"], move["to"]) == ({"desk": "mesa.rm", "rung": True}, {"desk": "mesa.rm", "rung": False})
    assert (told["line"], told["played"], told["elsewhere"]) == ("ensaio", 4, 1)
    assert told["not_replayable"] == {"call-too-old": 1}
    assert [call["verdict"] for call in told["calls"]].count("same") == 3


def test_what_is_published_moves_no_call(ivr: Ivr, folder: Path) -> None:
    assert folder.is_dir()
    assert ivr("whatif", "ensaio", "--since", "2026-03-01")[1].splitlines()[:2] == [
        "none of 4 calls would land elsewhere",
        "  the files are those of version 1, which is published",
    ]


def test_only_calls_since_then_are_played(ivr: Ivr, folder: Path, now: Now) -> None:
    since = f"{now() + timedelta(hours=1):%Y-%m-%dT%H:%M}"
    assert ivr("whatif", folder, "--since", since)[1].startswith("no call that came in since then")
    code, _, err = ivr("whatif", "ensaio", "--since", "ontem")
    assert (code, "'ontem' cannot be --since; write a time like" in err) == (2, True)


def test_a_line_that_was_never_published_has_nothing_to_compare(ivr: Ivr, database: Database, tmp_path: Path) -> None:
    assert database.dialect == "sqlite"
    write_line(tmp_path / "flows" / "ensaio")
    code, out, err = ivr("whatif", "--since", "2026-03-01")
    assert (code, out) == (2, "")
    assert err.startswith("ivr: nothing of ensaio is published, so that no call came in on it; ")
