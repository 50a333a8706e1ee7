"""The first start of the embedded server is killed at any moment, and the next one finds or makes all of it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text

from data.database import Database
from data.demo import load_once
from data.vault import Cost, Vault
from ivr.errors import SettingsError
from ivr.settings import Settings
from routing.documents import parse_document

COMPANIES = 33
"""Of the demo data."""

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)

STEPS = ((os, "open"), (os, "fdopen"), (os, "fsync"), (Path, "replace"))
"""What making a key consists of."""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flows").mkdir()
    monkeypatch.chdir(tmp_path)


def _start() -> None:
    """What every start does before it answers."""
    settings = Settings.from_environment({})
    database = Database(settings.database_url)
    database.migrate()
    load_once(database, Vault(settings.secret_key, Cost.rehearsal()), parse_document, NOON)
    database.close()


def _child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return pid


def _ended(pid: int) -> int:
    """The exit code; of a process that was killed, minus its signal."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _companies() -> int:
    return _count("company")


def _agents() -> int:
    return _count("agent")


def _count(table: str) -> int:
    database = Database("sqlite:///var/line.sqlite")
    try:
        with database.reading() as connection:
            return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())
    finally:
        database.close()


def _die_at(statement: int, commits: int) -> None:
    """Start, and die before the ``statement``-th statement after the ``commits``-th commit."""
    seen = {"commits": 0, "statements": 0}

    def committed(_: object) -> None:
        seen["commits"] += 1
        seen["statements"] = 0

    def executing(*_: object) -> None:
        seen["statements"] += 1
        if (seen["commits"], seen["statements"]) == (commits, statement):
            _die()

    event.listen(Engine, "commit", committed)
    event.listen(Engine, "before_cursor_execute", executing)
    _start()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
@pytest.mark.usefixtures("each_migration")
def test_a_start_killed_before_its_demo_is_loaded_loads_it_next_time() -> None:
    Settings.from_environment({})
    killed = 0
    # Within the migration; between it and the demo data; and all through those, up to the commit.
    for commits, statement in [(0, 5), (0, 40), (1, 1), (2, 1), *((2, number) for number in range(2, 400, 80))]:
        pid = _child(lambda commits=commits, statement=statement: _die_at(statement, commits))  # type: ignore[misc]
        if _ended(pid) == -signal.SIGKILL:
            killed += 1
            there = Path("var/line.sqlite")
            assert not there.exists() or commits < 2 or _companies() == 0
    assert killed >= 6
    assert _ended(_child(_start)) == 0
    assert _companies() == COMPANIES
    assert _agents() == 3


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("where", "name"), STEPS, ids=[name for _, name in STEPS])
def test_a_start_killed_while_the_key_is_written_leaves_none_or_a_whole(where: object, name: str, moment: str) -> None:
    nth = 1
    while True:
        pid = _child(lambda nth=nth: _die_around(where, name, moment, nth))  # type: ignore[misc]
        code = _ended(pid)
        key = Path("var/secret.key")
        assert not key.exists() or len(key.read_bytes().strip()) == 64
        assert len(Settings.from_environment({}).secret_key) == 64
        if code == 0:
            break
        assert code == -signal.SIGKILL
        key.unlink()
        nth += 1
    assert nth > 1


def _die_around(where: object, name: str, moment: str, nth: int) -> None:
    """Make the settings, and die at the ``nth`` call of a function."""
    real, calls = getattr(where, name), 0

    def call(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if moment == "before" and calls == nth:
            _die()
        result = real(*given, **named)
        if calls == nth:
            _die()
        return result

    setattr(where, name, call)
    Settings.from_environment({})


def test_servers_that_start_at_once_have_one_key_and_one_demo() -> None:
    children = [_child(_started_in_the_end) for _ in range(3)]
    assert [_ended(pid) for pid in children] == [0, 0, 0]
    assert _companies() == COMPANIES
    assert sorted(path.name for path in Path("var").glob("secret*")) == ["secret.key"]
    settings = Settings.from_environment({})
    database = Database(settings.database_url)
    # Every document was sealed with the one key.
    sealed = Vault(settings.secret_key, Cost.rehearsal()).document_digest("11222333000181")
    with database.reading() as connection:
        assert connection.execute(text("SELECT 1 FROM company WHERE sealed = :s"), {"s": sealed}).scalar() == 1
    database.close()


def _started_in_the_end() -> None:
    """As ``ivr serve`` does: a database that is busy is asked again."""
    from data.database import DatabaseUnavailableError

    for _ in range(20):
        try:
            _start()
            return
        except DatabaseUnavailableError:
            continue
    sys.exit(3)


def test_an_empty_key_beside_nothing_stored_is_made_anew() -> None:
    Path("var").mkdir()
    Path("var/secret.key").touch()
    Path("var/line.sqlite").touch()
    key = Settings.from_environment({}).secret_key
    assert len(key) == 64
    assert Settings.from_environment({}).secret_key == key
    database = Database("sqlite:///var/line.sqlite")
    database.migrate()
    database.close()
    Path("var/secret.key").write_bytes(b"")
    assert len(Settings.from_environment({}).secret_key) == 64


@pytest.mark.parametrize("left", [b"", b"half a key"])
def test_a_lost_key_of_stored_customers_is_told_with_what_to_do(left: bytes) -> None:
    _start()
    Path("var/secret.key").write_bytes(left)
    with pytest.raises(SettingsError) as told:
        Settings.from_environment({})
    (line,) = str(told.value).splitlines()
    assert "var/secret.key holds no key" in line
    assert "put the file back" in line
    assert Path("var/secret.key").read_bytes() == left


@pytest.mark.parametrize(
    "put_in",
    [
        "INSERT INTO staff_user (login, name, role) VALUES ('bia', 'Bia', 'ops')",
        "INSERT INTO installation VALUES ('demo')",
    ],
    ids=["people of one's own", "customers that were erased"],
)
def test_a_server_of_ones_own_never_gets_the_demo(put_in: str) -> None:
    settings = Settings.from_environment({})
    database = Database(settings.database_url)
    database.migrate()
    with database.transaction() as connection:
        connection.execute(text(put_in))
    database.close()
    _start()
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM staff_user"))
    database.close()
    _start()
    assert _companies() == 0
