"""This benchmark asks whether a turn costs the same with a million stored calls as with a thousand, and what they take.

On SQLite, and on a PostgreSQL server of its own where its programs are here. The calls are written by SQL alone, with
numbers that are spread as the carrier's are. It takes minutes and ten gigabytes of disk: ``make bench-large``.
"""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import psycopg

from bench.flat import flat_row
from bench.probe import line_of, played
from bench.table import Row
from data.database import Database
from tests.postgres import NoPostgresError, PostgresServer

FEW, MANY = 10**3, 10**6
TURNS: Final = 2
GOAL_BYTES = 2000

COPIED: Final = {
    "call": (
        'INSERT INTO "call" ({columns}) SELECT {chosen} FROM {numbers}, (SELECT * FROM "call" LIMIT 1) AS one',
        "sid",
    ),
    "turn": (
        'INSERT INTO "turn" ({columns}) SELECT {chosen} FROM "call" AS made,'
        ' (SELECT * FROM "turn" ORDER BY number LIMIT {turns}) AS one WHERE made.sid <> one.call_sid',
        "call_sid",
    ),
}
"""By table: the statement, in the words of both databases, and the column that names the call."""


def run() -> list[Row]:
    """Return the rows of the report."""
    return [*_on_sqlite(), *_on_postgres()]


def _on_sqlite() -> list[Row]:
    numbers = itertools.count()
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{stored}.sqlite" for stored in (FEW, MANY)]
        databases = [Database(f"sqlite:///{file}") for file in files]
        few, many = (line_of(each) for each in databases)
        size = 0.0
        for app, file, stored in zip((few, many), files, (FEW, MANY), strict=True):
            played(app, 1, numbers)
            size = _store_in_file(file, stored)

        def checkpoint() -> None:
            for each in databases:
                each.checkpoint()

        name = f"a turn with {MANY:,} stored calls, SQLite"
        row = flat_row(name, f"with {FEW:,}", many, few, numbers, between=checkpoint)
        for each in databases:
            each.close()
    return [row, _size_row("SQLite", size)]


def _on_postgres() -> list[Row]:
    try:
        # As it is delivered, but for the sync of its disk, which is the same with few calls and with many.
        server = PostgresServer.private(synchronous_commit="off", max_wal_size="8GB")
    except NoPostgresError as error:
        return [Row(f"a turn with {MANY:,} stored calls, PostgreSQL", f"left out: {error}"[:100])]
    numbers = itertools.count()
    try:
        urls = [server.create() for _ in range(2)]
        databases = [Database(url) for url in urls]
        few, many = (line_of(each) for each in databases)
        size = 0.0
        for app, url, stored in zip((few, many), urls, (FEW, MANY), strict=True):
            played(app, 1, numbers)
            size = _store_in_server(url, stored)
        name = f"a turn with {MANY:,} stored calls, PostgreSQL"
        row = flat_row(name, f"with {FEW:,}", many, few, numbers, clock=time.perf_counter)
        for each in databases:
            each.close()
    finally:
        server.stop()
    return [row, _size_row("PostgreSQL", size)]


def _size_row(database: str, size: float) -> Row:
    return Row(f"... {database} of a stored turn", f"{size:.0f} bytes", goal=f"{GOAL_BYTES} bytes")


def _store_in_file(file: Path, calls: int) -> float:
    """Write so many calls of two turns, like those that are there; return the bytes of disk that a turn takes."""
    with closing(sqlite3.connect(file)) as connection:
        connection.create_function("spread", 1, _spread, deterministic=True)
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = file.stat().st_size
        counted = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {calls})"
        for table, (statement, key) in COPIED.items():
            names = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
            copied = _copied(statement, names, key, named="spread(n)", numbers="n")
            connection.execute(f"{counted} {copied}")
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (file.stat().st_size - before) / (TURNS * calls)


def _store_in_server(url: str, calls: int) -> float:
    with _driver(url) as connection:

        def size() -> int:
            (found,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
            return int(found)

        before = size()
        for table, (statement, key) in COPIED.items():
            listed = (
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            )
            names = [row[0] for row in connection.execute(listed, (f'"{table}"',))]
            numbers = f"generate_series(1, {calls}) AS n"
            connection.execute(_copied(statement, names, key, named="'CA' || md5(n::text)", numbers=numbers).encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
        return (size() - before) / (TURNS * calls)


@contextmanager
def _driver(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True) as connection:
        yield connection


def _copied(statement: str, names: list[str], key: str, *, named: str, numbers: str) -> str:
    """The statement that copies all columns but the name of the call, which is made of a number, or another call's."""
    sid = named if key == "sid" else "made.sid"
    columns = ", ".join(f'"{name}"' for name in names)
    chosen = ", ".join(sid if name == key else f'one."{name}"' for name in names)
    return statement.format(columns=columns, chosen=chosen, numbers=numbers, turns=TURNS)


def _spread(number: int) -> str:
    """The same name for a number as PostgreSQL makes of it."""
    return "CA" + hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
