"""A backup is taken while calls go on, and gives the same database back, or nothing; without its key it is refused."""

from __future__ import annotations

import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import Database
from data.ticket_lists import TicketFilter, list_tickets
from tests.backups.conftest import Ivr, everything
from tests.conftest import MakeServer
from tests.databases import only
from tests.line_server import PADARIA, LineServer
from tests.lines import TUESDAY
from tests.security.old_calls import WORD, OldCall, close_a_ticket, sid

OTHER_KEY = "another key of the tests, 32 bytes"


def _call(server: LineServer, number: int) -> None:
    """A whole call of a customer, who comes to a destination."""
    sid = f"CA{number:032x}"
    answer = server.keys("2", PADARIA, "1234", "0510001", sid=sid)
    assert b"<Dial" in answer.data


def test_what_was_backed_up_under_calls_is_restored_and_answers_calls(
    database_url: str, empty_url: str, make_server: MakeServer, ivr: Ivr
) -> None:
    running = Database(database_url)
    server = make_server(database=running)
    _call(server, 1)
    ending = threading.Event()

    def calls() -> None:
        for number in range(2, 1000):
            if ending.is_set():
                return
            _call(server, number)

    caller = threading.Thread(target=calls)
    caller.start()
    try:
        code, told, error = ivr(database_url, "backup", "a.backup")
        assert (code, error) == (0, "")
    finally:
        ending.set()
        caller.join()
        running.close()
    assert "read through" in told
    assert "the key is not in it" in told
    assert ivr(empty_url, "restore", "--check", "a.backup")[0] == 0
    code, told, error = ivr(empty_url, "restore", "a.backup")
    assert (code, error) == (0, ""), error
    restored = Database(empty_url)
    try:
        rows = everything(restored)
        # One moment: no turn without its call, and each call has as many turns as it says.
        calls_of = {row[0] for row in rows["call"]}
        assert {row[0] for row in rows["turn"]} <= calls_of
        assert len(calls_of) >= 1
        with restored.reading() as connection:
            odd = connection.execute(
                text("SELECT sid FROM call WHERE turn <> (SELECT count(*) FROM turn WHERE turn.call_sid = call.sid)")
            )
            assert odd.all() == []
        _call(make_server(database=restored), 2000)
    finally:
        restored.close()


def test_a_restored_database_has_every_row_of_the_one_backed_up(database_url: str, empty_url: str, ivr: Ivr) -> None:
    before = Database(database_url)
    OldCall(sid(1), TUESDAY, TUESDAY).write(before)
    close_a_ticket(before, TUESDAY, TUESDAY)
    rows = everything(before)
    before.close()
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    assert ivr(empty_url, "restore", "a.backup")[0] == 0
    after = Database(empty_url)
    assert everything(after) == rows
    with after.transaction() as connection:
        assert len(list_tickets(connection, TicketFilter(text=WORD)).tickets) == 1
        connection.execute(text("UPDATE ticket SET folded = 'outra'"))
        assert list_tickets(connection, TicketFilter(text=WORD)).tickets == ()
        assert len(list_tickets(connection, TicketFilter(text="outra")).tickets) == 1
    after.close()


@only("sqlite")
def test_a_backup_holds_no_key_and_is_for_its_owner_only(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    file = tmp_path / "a.backup"
    assert file.stat().st_mode & 0o777 == 0o600
    assert b"a key of the tests" not in file.read_bytes()
    with tarfile.open(file) as archive:
        assert archive.getnames() == ["manifest.json", "database.dump"]
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


@only("sqlite")
def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    file = tmp_path / "ivr.db"
    with closing(sqlite3.connect(file)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'contact'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    whole = bytearray(file.read_bytes())
    whole[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(whole)
    code, _, error = ivr(database_url, "backup", "a.backup")
    assert code == 2
    assert "nothing was backed up" in error
    assert not (tmp_path / "a.backup").exists()


@only("sqlite")
def test_a_backup_is_written_over_no_file_without_force(database_url: str, ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "a.backup").write_text("mine")
    code, _, error = ivr(database_url, "backup", "a.backup")
    assert code == 2
    assert "is there already" in error
    assert (tmp_path / "a.backup").read_text() == "mine"
    assert ivr(database_url, "backup", "--force", "a.backup")[0] == 0
    assert (tmp_path / "a.backup").stat().st_mode & 0o777 == 0o600


@only("sqlite")
def test_what_cannot_be_backed_up_is_told_in_one_line(
    database_url: str, ivr: Ivr, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for url, why in (
        (f"sqlite:///{tmp_path / 'nowhere.db'}", "there is no database"),
        ("sqlite://", "in memory"),
        ("mysql://host/name", "is not supported"),
    ):
        code, _, error = ivr(url, "backup", "a.backup")
        assert code == 2
        assert why in error
        assert len(error.splitlines()) == 1
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, error = ivr("postgresql://ivr@127.0.0.1:1/name", "backup", "a.backup")
    assert code == 2
    assert "pg_dump is not installed" in error
    assert not (tmp_path / "a.backup").exists()
