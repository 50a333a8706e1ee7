from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, literal, select, text
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import DBAPIError, IntegrityError

from data.circuit_breaker import LONGEST_ATTEMPT, CircuitBreaker
from data.database import Database, DatabaseUnavailableError

CANARY = "52998224725"


def _counter(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE counter (n INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))


def _read(connection: Connection) -> int:
    return int(connection.execute(text("SELECT n FROM counter")).scalar_one())


def test_no_update_is_lost_when_threads_read_change_and_write_the_same_row(file_database: Database) -> None:
    _counter(file_database)

    def increment_often() -> None:
        for _ in range(100):
            with file_database.transaction() as connection:
                count = _read(connection)
                connection.execute(text("UPDATE counter SET n = :n"), {"n": count + 1})

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(increment_often) for _ in range(2)]:
            done.result()
    with file_database.reading() as connection:
        assert _read(connection) == 200


def test_no_update_is_lost_between_two_processes_sharing_a_file(file_database: Database, tmp_path: Path) -> None:
    # Two Database objects know nothing of each other, as in two processes: only SQLite's own lock is between them.
    _counter(file_database)
    other = Database(f"sqlite:///{tmp_path / 'ivr.db'}")

    def increment_often(database: Database) -> None:
        for _ in range(50):
            with database.transaction() as connection:
                count = _read(connection)
                connection.execute(text("UPDATE counter SET n = :n"), {"n": count + 1})

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(increment_often, database) for database in (file_database, other)]:
            done.result()
    other.close()
    with file_database.reading() as connection:
        assert _read(connection) == 100


def test_one_database_in_memory_is_shared_by_all_threads() -> None:
    database = Database("sqlite://")
    _counter(database)

    def increment_often() -> None:
        for _ in range(50):
            with database.transaction() as connection:
                connection.execute(text("UPDATE counter SET n = :n"), {"n": _read(connection) + 1})
            with database.reading() as connection:
                _read(connection)

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(increment_often) for _ in range(3)]:
            done.result()
    with database.reading() as connection:
        assert _read(connection) == 150
    database.close()


def test_a_transaction_that_raises_leaves_nothing_behind(database: Database) -> None:
    _counter(database)

    def change_and_fail() -> None:
        with database.transaction() as connection:
            connection.execute(text("UPDATE counter SET n = 5"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    with database.reading() as connection:
        assert _read(connection) == 0


def test_a_reader_waits_for_no_writer_and_sees_what_was_committed(file_database: Database) -> None:
    _counter(file_database)
    with file_database.transaction() as writer:
        writer.execute(text("UPDATE counter SET n = 7"))
        with ThreadPoolExecutor(1) as threads:

            def read() -> int:
                with file_database.reading() as reader:
                    return _read(reader)

            assert threads.submit(read).result(timeout=2) == 0
    with file_database.reading() as reader:
        assert _read(reader) == 7


def test_a_file_is_durable_waits_for_locks_and_checks_references(file_database: Database) -> None:
    with file_database.reading() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 3000, "foreign_keys": 1}


def test_a_row_that_refers_to_nothing_is_refused(database: Database) -> None:
    statement = text(
        "INSERT INTO contact (company_id, name, password_hash, blocked, administrator, support, consultancy)"
        " VALUES (99, 'x', 'x', 0, 0, 0, 0)"
    )
    with pytest.raises(IntegrityError), database.transaction() as connection:
        connection.execute(statement)


def test_a_lock_held_too_long_is_told_in_one_line(
    file_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.05)
    other = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    with file_database.transaction():
        with pytest.raises(DatabaseUnavailableError, match="locked"), other.transaction():
            pass
        refused: list[str] = []

        def write() -> None:
            try:
                with file_database.transaction():
                    pass
            except DatabaseUnavailableError as error:
                refused.append(str(error))

        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
    other.close()
    assert refused == ["the database was busy for 0.05 s; try again"]


def test_a_full_disk_is_told_in_one_line_and_nothing_stays(file_database: Database) -> None:
    _counter(file_database)

    def fill() -> None:
        with file_database.transaction() as connection:
            connection.execute(text("UPDATE counter SET n = 5"))
            connection.execute(text("PRAGMA max_page_count = 1"))
            connection.execute(text("CREATE TABLE large AS SELECT zeroblob(1000000)"))

    with pytest.raises(DatabaseUnavailableError, match="cannot be used: database or disk is full"):
        fill()
    with file_database.reading() as connection:
        assert _read(connection) == 0


def test_a_copy_has_the_same_content_and_a_life_of_its_own(database: Database) -> None:
    _counter(database)
    copy = database.copy()
    with copy.transaction() as connection:
        connection.execute(text("UPDATE counter SET n = 3"))
    with database.reading() as connection:
        assert _read(connection) == 0
    with copy.reading() as connection:
        assert _read(connection) == 3
    copy.close()


def test_what_one_copy_compiled_is_not_compiled_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    template = Database("sqlite://")
    compiled: list[object] = []
    compile_ = SQLiteDialect_pysqlite.statement_compiler

    class Counting(compile_):  # type: ignore[misc, valid-type]
        def __init__(self, *which: object, **how: object) -> None:
            compiled.append(which)
            super().__init__(*which, **how)

    monkeypatch.setattr(SQLiteDialect_pysqlite, "statement_compiler", Counting)
    for _ in range(3):
        copy = template.copy()
        with copy.reading() as connection:
            assert connection.execute(select(literal(1).label("one"))).scalar_one() == 1
        copy.close()
    assert len(compiled) == 1


def test_an_error_of_a_copy_tells_nothing_that_was_bound(database: Database) -> None:
    copy = database.copy()
    _counter(copy)
    with pytest.raises(DatabaseUnavailableError) as told, copy.transaction() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:n)"), {"n": CANARY})
    assert isinstance(told.value.__cause__, DBAPIError)
    assert CANARY not in str(told.value.__cause__)
    copy.close()


def test_only_a_database_in_memory_can_be_copied(file_database: Database) -> None:
    with pytest.raises(ValueError, match="only a database in memory"):
        file_database.copy()


def test_an_error_of_the_database_never_shows_what_was_bound(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE t (a TEXT UNIQUE)"))
    with pytest.raises(IntegrityError) as caught, database.transaction() as connection:
        connection.execute(text("INSERT INTO t VALUES (:a)"), [{"a": CANARY}, {"a": CANARY}])
    assert CANARY not in str(caught.value)
    assert CANARY not in repr(caught.value)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("no url", "cannot be read"),
        ("mysql://u:canary@host/db", "'mysql' is not supported; use sqlite or postgresql"),
        ("oracle+x:canary", "cannot be read"),
    ],
)
def test_an_unusable_url_is_told_in_one_line_without_its_password(url: str, said: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match=said) as caught:
        Database(url)
    assert "canary" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_postgresql_driver_is_named_with_what_to_write() -> None:
    with pytest.raises(DatabaseUnavailableError, match=r"no_such_driver.*write postgresql://") as caught:
        Database("postgresql+no_such_driver://u:canary@host/db")
    assert "canary" not in str(caught.value)


def test_a_file_that_cannot_be_made_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    database = Database(f"sqlite:///{tmp_path / 'file' / 'ivr.db'}")
    with pytest.raises(DatabaseUnavailableError, match="cannot be made"), database.reading():
        pass


def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "ivr.db").write_text("this is a letter to my aunt, and no database at all\n" * 100)
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    said = "the database is damaged: file is not a database; nothing was written to it"
    with pytest.raises(DatabaseUnavailableError, match=said), database.reading():
        pass
    database.close()


def test_the_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'ivr.db'}")
    database.migrate()
    database.close()
    assert (tmp_path / "ivr.db").stat().st_mode & 0o077 == 0


def test_a_database_shows_its_url() -> None:
    assert repr(Database("sqlite://")) == "Database(sqlite://)"


def test_a_file_that_is_moved_away_is_missed_and_found_when_it_is_back(file_database: Database, tmp_path: Path) -> None:
    _counter(file_database)
    file = tmp_path / "ivr.db"
    file.rename(tmp_path / "elsewhere")
    gone = r"ivr\.db is gone: No such file or directory; put it back"
    with pytest.raises(DatabaseUnavailableError, match=gone), file_database.transaction():
        pass
    assert not file.exists()
    (tmp_path / "elsewhere").rename(file)
    with file_database.reading() as connection:
        assert _read(connection) == 0


def test_a_file_that_is_put_in_the_place_of_another_is_left_alone(file_database: Database, tmp_path: Path) -> None:
    _counter(file_database)
    backup = tmp_path / "backup.db"
    other = Database(f"sqlite:///{backup}")
    _counter(other)
    other.close()
    whole = backup.read_bytes()
    (tmp_path / "ivr.db").rename(tmp_path / "elsewhere")
    backup.rename(tmp_path / "ivr.db")
    replaced = r"another file .* delete the files -wal and -shm"
    with pytest.raises(DatabaseUnavailableError, match=replaced), file_database.transaction():
        pass
    assert (tmp_path / "ivr.db").read_bytes() == whole


def test_whoever_tries_for_too_long_is_not_waited_for() -> None:
    now = [0.0]
    breaker = CircuitBreaker(lambda: now[0])
    breaker.open()
    lost: list[str] = []

    def tries() -> bool:
        with breaker.attempt(on_lost=lambda: lost.append("lost")) as admitted:
            return admitted

    entered, leave = threading.Event(), threading.Event()

    def hang() -> None:
        with breaker.attempt(on_lost=lambda: None):
            entered.set()
            leave.wait(10)

    hanging = threading.Thread(target=hang)
    hanging.start()
    entered.wait(10)
    assert (tries(), lost) == (False, [])
    now[0] = LONGEST_ATTEMPT
    assert (tries(), lost) == (True, ["lost"])
    leave.set()
    hanging.join()
    assert tries()


def test_while_the_file_is_held_one_writer_waits_and_the_others_do_not(
    file_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.05)
    ours, theirs = (Database(f"sqlite:///{tmp_path / 'ivr.db'}") for _ in range(2))
    ours._availability.locked()
    told: list[str] = []

    def write() -> None:
        try:
            with ours.transaction():
                pass
        except DatabaseUnavailableError as error:
            told.append(str(error))

    with ours.transaction():
        writer = threading.Thread(target=write)
        writer.start()
        writer.join()
    assert told == ["the database does not answer; somebody is trying whether it does again"]
    write()
    assert len(told) == 1
    with theirs.transaction():
        write()
        with ours.reading():
            pass
    assert "locked" in told[1]
    theirs.close()
    ours.close()
