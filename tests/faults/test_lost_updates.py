"""Nothing that was read, changed and written back is overwritten by somebody who read the same."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, create_engine, insert, select, update
from sqlmodel import Field, Session, SQLModel

from data.database import LOCK_WAIT_SECONDS, Database, DatabaseUnavailableError
from tests.databases import THOROUGHLY, one_of_both, only
from tests.faults.crowd import crowd

WRITERS = 8
SECONDS = 5 if THOROUGHLY else 1.5


class Counter(SQLModel, table=True):
    """A model as the first page of a tutorial writes it."""

    __tablename__ = "counter"

    id: int = Field(primary_key=True)
    n: int


COUNTER = SQLModel.metadata.tables["counter"]

_READ = select(COUNTER.c.n).where(COUNTER.c.id == 1)
_READ_FOR_UPDATE = _READ.with_for_update()


@pytest.fixture
def database(server_database: Database, database_url: str) -> Database:
    """A counter at zero, which other processes can open, too."""
    with server_database.transaction() as connection:
        COUNTER.create(connection)
        connection.execute(insert(COUNTER), {"id": 1, "n": 0})
    return server_database


def _count(database: Database) -> int:
    with database.reading() as connection:
        return int(connection.execute(select(COUNTER.c.n)).scalar_one())


def _add_one(connection: Connection) -> None:
    n = connection.execute(_READ_FOR_UPDATE).scalar_one()
    connection.execute(update(COUNTER).where(COUNTER.c.id == 1), {"n": n + 1})


def _write_for_a_while(meet: Callable[[], object], url: str) -> tuple[int, int]:
    """How often one writer wrote, and how often it was told that it could not."""
    database = Database(url)
    written = refused = 0
    meet()
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            with database.transaction() as connection:
                _add_one(connection)
            written += 1
        except DatabaseUnavailableError:
            refused += 1
    database.close()
    return written, refused


@one_of_both("postgresql")
def test_eight_processes_that_read_change_and_write_lose_nothing(database: Database, database_url: str) -> None:
    results = crowd([(database_url,)] * WRITERS, _write_for_a_while)
    written = sum(written for written, _ in results)
    print(f"{WRITERS} writers in {SECONDS} s: {written} written, {sum(refused for _, refused in results)} refused")
    assert _count(database) == written
    # It was a race, not one writer alone.
    assert sum(written > 0 for written, _ in results) > 1


def test_who_comes_second_waits_and_reads_what_the_first_one_wrote(database: Database, database_url: str) -> None:
    other = Database(database_url)
    coming, failures = threading.Event(), []

    def second() -> None:
        coming.set()
        try:
            with other.transaction() as connection:
                _add_one(connection)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=second)
    with database.transaction() as connection:
        n = connection.execute(_READ_FOR_UPDATE).scalar_one()
        thread.start()
        coming.wait()
        time.sleep(LOCK_WAIT_SECONDS / 15)  # enough for a second reader whom nothing holds back
        connection.execute(update(COUNTER).where(COUNTER.c.id == 1), {"n": n + 1})
    thread.join()
    other.close()
    assert failures == []
    assert _count(database) == 2


def test_the_defaults_of_sqlmodel_lose_updates_without_a_word(database: Database, database_url: str) -> None:
    """Why ``data.database`` begins transactions itself: eight sessions read, eight write, seven are lost."""
    engine = create_engine(re.sub("^postgresql:", "postgresql+psycopg:", database_url))
    sessions = [Session(engine) for _ in range(WRITERS)]
    read = [session.get_one(Counter, 1) for session in sessions]
    for session, counter in zip(sessions, read, strict=True):
        counter.n += 1
        session.add(counter)
        session.commit()
        session.close()
    engine.dispose()
    assert _count(database) == 1


@only("postgresql")
def test_on_postgresql_a_transaction_alone_loses_updates_too(database: Database) -> None:
    """Why a row that will be changed is read FOR UPDATE there."""
    with database.transaction() as one, database.transaction() as two:
        n, m = one.execute(_READ).scalar_one(), two.execute(_READ).scalar_one()
        one.execute(update(COUNTER), {"n": n + 1})
        one.commit()
        two.execute(update(COUNTER), {"n": m + 1})
        two.commit()
    assert _count(database) == 1
