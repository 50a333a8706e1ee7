"""A database is dumped into one file while calls go on, and loaded from it whole or not at all.

SQLite by its own backup API: one read transaction, which in WAL keeps no writer waiting. PostgreSQL by ``pg_dump`` and
``pg_restore``, which are PostgreSQL's own and must be installed; the rows are counted in the very snapshot that is
dumped. A database that others have open is not loaded: what they hold in memory would be of another one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from data import postgres, sqlite
from data.database_url import in_memory, parse_url

Counts = dict[str, int]
"""Rows of each table."""


class Content(NamedTuple):
    """A database holds so many rows in each table; ``revision`` is that of its tables, empty where it has none."""

    rows: Counts
    revision: str


OWN: Final = frozenset({"company", "staff", "staff_user", "call"})
"""Tables whose rows say that a database is in use."""

_COUNT = sql.SQL("SELECT count(*) FROM {}")
VERSION_TABLE: Final = "alembic_version"
"""Its one row is the revision of the other tables."""

_REVISION: Final = "SELECT version_num FROM alembic_version"


class DumpError(Exception):
    """A database cannot be dumped or loaded; the text says why and what to do, and holds nothing that is stored."""


class Dumped(Protocol):
    """A database that can be dumped and loaded. ``kind`` names the format of its dump."""

    kind: str

    def dump(self, into: Path) -> Content:
        """Write all of it into the new file ``into``, as it is at one moment, and tell what it is. Raises DumpError."""

    def rows(self) -> Counts:
        """Count the rows that are there now; none where it has no tables yet. Raises DumpError."""

    def load(self, dump: Path) -> None:
        """Replace everything in it by ``dump``, or change nothing. Raises DumpError."""

    def check(self, dump: Path) -> None:
        """Read ``dump`` through as far as can be done without a database. Raises DumpError where it is damaged."""


def dumped(url: str) -> Dumped:
    """Return the database at ``url``. Raises DumpError where it cannot be dumped, and DatabaseUnavailableError for a
    URL that is none.
    """
    parsed = parse_url(url)
    if in_memory(parsed):
        raise DumpError("a database in memory ends with its process; there is nothing to back up")
    return SqliteFile(Path(str(parsed.database))) if parsed.get_backend_name() == "sqlite" else PostgresServer(parsed)


class SqliteFile:
    """The database in the file at ``path``."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self._path = path

    def dump(self, into: Path) -> Content:
        """Copy the file page by page within one read transaction, and read the copy through."""
        if not self._path.is_file():
            raise DumpError(f"there is no database {self._path}")
        into.touch(mode=0o600)
        with _told(self._path), closing(sqlite3.connect(self._path, timeout=30)) as source:
            source.execute("PRAGMA query_only = ON")
            with closing(sqlite3.connect(into)) as copy:
                source.backup(copy)
                # One file, without a log beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
        self.check(into)
        counted = _sqlite_rows(into)
        with _told(into), closing(sqlite3.connect(_readonly(into), uri=True)) as copy:
            revision = copy.execute(_REVISION).fetchone() if VERSION_TABLE in counted else None
        return Content(counted, revision[0] if revision else "")

    def rows(self) -> Counts:
        """Count the rows of each table."""
        if not self._path.is_file() or not self._path.stat().st_size:
            return {}
        return _sqlite_rows(self._path, f"; move it away, with {self._path.name}-wal and -shm beside it, and try again")

    def load(self, dump: Path) -> None:
        """Write the pages of ``dump`` into the file within one transaction."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(mode=0o600)
        with _told(self._path), closing(sqlite3.connect(self._path, timeout=1, isolation_level=None)) as target:
            try:
                # Refused while anything else has the file open, in a transaction or not.
                target.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError as error:
                raise DumpError(
                    f"{self._path} is in use ({error}): stop 'ivr serve' and whatever else has it open"
                ) from None
            with closing(sqlite3.connect(_readonly(dump), uri=True)) as source:
                source.backup(target)
            target.execute("PRAGMA journal_mode = WAL")

    def check(self, dump: Path) -> None:
        """Have SQLite read every page and every reference between tables."""
        with _told(dump), closing(sqlite3.connect(_readonly(dump), uri=True)) as copy:
            found = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(1)")]
            broken = copy.execute("PRAGMA foreign_key_check").fetchone()
        if found != ["ok"]:
            raise DumpError(f"the database is damaged: {found[0]}")
        if broken:
            raise DumpError(f"the database is damaged: rows of {broken[0]} refer to rows of {broken[2]} that are gone")


class PostgresServer:
    """The database that ``url`` names on a PostgreSQL server."""

    kind = "postgresql"

    def __init__(self, url: URL) -> None:
        arguments: dict[str, Any] = dict(url.get_dialect()().create_connect_args(url)[1])
        self._password = str(arguments.pop("password", "") or "")
        self._conninfo = make_conninfo("", **arguments)

    def dump(self, into: Path) -> Content:
        """Have ``pg_dump`` write the snapshot in which the rows are counted."""
        program = _program("pg_dump")
        with self._connected() as connection:
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            (snapshot,) = connection.execute("SELECT pg_export_snapshot()").fetchone() or ("",)
            counted = _postgres_rows(connection)
            revision = connection.execute(_REVISION).fetchone() if VERSION_TABLE in counted else None
            self._run(program, "--format=custom", f"--snapshot={snapshot}", f"--file={into}", *_UNOWNED)
        self.check(into)
        return Content(counted, revision[0] if revision else "")

    def rows(self) -> Counts:
        """Count the rows of each table of the schema ``public``."""
        with self._connected() as connection:
            return _postgres_rows(connection)

    def load(self, dump: Path) -> None:
        """Have ``pg_restore`` replace the tables in one transaction."""
        program = _program("pg_restore")
        with self._connected() as connection:
            (others,) = connection.execute(_OTHERS).fetchone() or (0,)
        if others:
            raise DumpError(
                f"the database is in use by {others} connections: stop every 'ivr serve' and pooler that is connected"
            )
        self._run(program, "--single-transaction", "--exit-on-error", "--clean", "--if-exists", *_UNOWNED, str(dump))

    def check(self, dump: Path) -> None:
        """Have ``pg_restore`` read all of the dump, into SQL that is thrown away."""
        _run([_program("pg_restore"), "--file=/dev/null", str(dump)], {})

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection]:
        try:
            with psycopg.connect(self._conninfo, password=self._password or None, connect_timeout=10) as connection:
                if postgres.is_pooled(connection):
                    # pg_dump sets up its session (search_path among others): another's transactions would be in it.
                    raise DumpError(
                        "IVR_DATABASE_URL names a pooler, whose sessions others use; for this command name the"
                        " PostgreSQL server behind it"
                    )
                connection.rollback()
                yield connection
        except psycopg.Error as error:
            raise DumpError(f"the database cannot be used: {_first_line(str(error))}") from None

    def _run(self, program: str, *arguments: str) -> None:
        # A password among the arguments could be read by every user of this machine.
        secret = {"PGPASSWORD": self._password} if self._password else {}
        _run([program, f"--dbname={self._conninfo}", "--no-password", *arguments], secret)


_UNOWNED: Final = ("--no-owner", "--no-privileges")
"""The role that restores the dump owns its tables."""

_OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise DumpError(f"{name} is not installed; it comes with PostgreSQL's clients (apt install postgresql-client)")
    return found


def _run(command: list[str], secret: dict[str, str]) -> None:
    # The programs are PostgreSQL's; what they are given is ours, and goes through no shell.
    ran = subprocess.run(  # noqa: S603
        command, env=os.environ | secret, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise DumpError(f"{Path(command[0]).name} failed: {_first_line(ran.stderr)}")


def _postgres_rows(connection: psycopg.Connection) -> Counts:
    named = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    counted: Counts = {}
    for (name,) in named.fetchall():
        (rows,) = connection.execute(_COUNT.format(sql.Identifier("public", name))).fetchone() or (0,)
        counted[name] = rows
    return counted


_TABLES: Final = (
    "SELECT name FROM sqlite_master AS own WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " AND NOT EXISTS (SELECT 1 FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'"
    " AND own.name LIKE sqlite_master.name || '%') ORDER BY name"
)
"""Without indices of words, whose rows are no rows of ours."""


def _sqlite_rows(file: Path, if_damaged: str = "") -> Counts:
    with _told(file, if_damaged), closing(sqlite3.connect(_readonly(file), uri=True, timeout=30)) as database:
        database.execute("BEGIN")
        named = database.execute(_TABLES).fetchall()
        return {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in named}  # noqa: S608


def _readonly(file: Path) -> str:
    return f"{file.absolute().as_uri()}?mode=ro"


@contextmanager
def _told(file: Path, if_damaged: str = "") -> Iterator[None]:
    """What SQLite says of ``file``, in one line, with the remedy where it is damaged."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        remedy = if_damaged if getattr(error, "sqlite_errorcode", 0) & 0xFF in sqlite.DAMAGED else ""
        raise DumpError(f"{file} cannot be used: {_first_line(str(error))}{remedy}") from None


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["it does not say why"])[0]
