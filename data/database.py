"""The database: SQLite by default, PostgreSQL when several machines answer one line.

Both lose concurrent updates with their default settings, and tell nobody. So a transaction that writes on SQLite
begins with BEGIN IMMEDIATE, and nothing is written on either that trusts what was read before: a row is changed only
where it still is what it was (see ``calls``), read FOR UPDATE, or looked at under an advisory lock (see ``attempts``).
"""

from __future__ import annotations

import re
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from data.suspicion import Suspicion

LOCK_WAIT_SECONDS = 3
"""Longest wait for a lock: the telephone company hangs up on a webhook after 15 s, and callers long before."""

CONNECTIONS = 32

LOCK_NOT_AVAILABLE: Final = "55P03"
"""PostgreSQL's word for a lock that was waited for in vain (Appendix A of its manual)."""

_MIGRATION_LOCK = 40030015

_POSTGRESQL: Final = {
    "connect_timeout": LOCK_WAIT_SECONDS,
    # A server whose machine is gone does not even refuse.
    "tcp_user_timeout": LOCK_WAIT_SECONDS * 1000,
    "keepalives_idle": LOCK_WAIT_SECONDS,
    "keepalives_interval": 1,
    "keepalives_count": LOCK_WAIT_SECONDS,
    "options": f"-c lock_timeout={LOCK_WAIT_SECONDS * 1000} -c idle_in_transaction_session_timeout=60000",
}
"""What libpq is told (https://www.postgresql.org/docs/current/libpq-connect.html)."""


class DatabaseUnavailableError(Exception):
    """The database cannot be used now; the text says why and what to do, and never holds the URL's password."""


class Database:
    """Gives transactions on the database at ``url`` (``sqlite://`` in memory, ``sqlite:///file``, ``postgresql://``).

    May be shared by threads. Raises DatabaseUnavailableError for a URL that cannot be used.
    """

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.dialect = parsed.get_backend_name()
        self._in_memory = self.dialect == "sqlite" and parsed.database in {None, "", ":memory:"}
        self._file = Path(str(parsed.database)) if self.dialect == "sqlite" and not self._in_memory else None
        self._inode: int | None = None
        if self._file:
            _make_private(self._file)
        self._engine = _engine(parsed, self._in_memory)
        self._writing = self._engine.execution_options(begins="BEGIN IMMEDIATE")
        # SQLite lets a writer wait by sleeping ever longer; threads of one process queue here instead, and wake
        # at once. In memory there is one connection for all, so readers queue too.
        self._queue = threading.RLock()
        self._away = Suspicion()
        self._locked = Suspicion()

    def __repr__(self) -> str:
        return f"Database({self._engine.url!r})"

    def transaction(self) -> AbstractContextManager[Connection]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        Raises DatabaseUnavailableError where others hold the database for longer than LOCK_WAIT_SECONDS, where
        the disk is full or the server is gone; nothing is changed then.
        """
        return self._connected(self._writing, alone=self.dialect == "sqlite")

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads: on SQLite it waits for no writer and sees one moment."""
        return self._connected(self._engine, alone=self._in_memory)

    def suspect(self) -> None:
        """Somebody waited in vain. Until a transaction succeeds, one at a time tries, and the others are told at once
        that the database is away: else every thread of the house would wait for it, and nobody be left to answer.
        """
        self._away.raise_()

    def copy(self) -> Database:
        """A database of its own with the same content; only for ``sqlite://`` in memory (else ValueError)."""
        if not self._in_memory:
            raise ValueError("only a database in memory can be copied")
        twin = Database("sqlite://")
        with self._turn(alone=True), _driver(self._engine) as source, _driver(twin._engine) as target:
            source.backup(target)
        return twin

    def is_new(self) -> bool:
        """True where no migration ever ran here."""
        with self.reading() as connection:
            return not inspect(connection).has_table("alembic_version")

    def migrate(self) -> None:
        """Bring the tables to the newest revision of ``data/migrations``; nothing happens where they are there."""
        from data.migrations import upgrade

        with self.transaction() as connection:
            if self.dialect == "postgresql":
                # Several machines start at once after a deployment; the others find the work done.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            upgrade(connection)

    def leave_no_remains(self, *, rewrite: bool = False) -> None:
        """Take what was deleted out of a SQLite file and the log beside it; ``rewrite`` writes the whole file anew,
        while everybody else waits. On a server that is the server's own work (VACUUM), and nothing is done.

        Raises DatabaseUnavailableError where others use the file for too long; it may be asked for again.
        """
        if self.dialect != "sqlite" or self._in_memory:
            return
        try:
            with self._turn(alone=True), _driver(self._engine) as driver:
                if rewrite:
                    driver.execute("VACUUM")
                (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise DatabaseUnavailableError(f"the database cannot be cleaned: {error}") from None
        if busy:
            raise DatabaseUnavailableError("the database cannot be cleaned: others are reading it; try again")

    def close(self) -> None:
        """Close every connection; a database in memory is gone."""
        self._engine.dispose()

    @contextmanager
    def _connected(self, engine: Engine, *, alone: bool) -> Iterator[Connection]:
        writing = engine is self._writing
        with ExitStack() as stack:
            for suspicion in (self._away, self._locked) if writing else (self._away,):
                # Whoever tries may hang on a connection that nobody answers any more; the next one takes a new one.
                if not stack.enter_context(suspicion.trial(lost=self._reconnect)):
                    raise DatabaseUnavailableError(
                        "the database does not answer; somebody is trying whether it does again"
                    )
            stack.enter_context(self._turn(alone=alone))
            stack.enter_context(self._told_in_one_line(writing=writing))
            self._look_at_file()
            try:
                connection = stack.enter_context(engine.begin())
            except DBAPIError:
                # What is gone costs everybody who looks for it the whole wait, and so does a lock that is held.
                if self.dialect == "postgresql":
                    self._away.raise_()
                elif writing:
                    self._locked.raise_()
                raise
            yield connection
        self._away.drop()
        if writing:
            self._locked.drop()

    def _reconnect(self) -> None:
        if not self._in_memory:
            self._engine.dispose()

    def _look_at_file(self) -> None:
        """SQLite goes on writing into a file that was deleted or moved away, and all of it is lost with the process."""
        if self._file is None:
            return
        try:
            found = self._file.stat()
        except OSError as error:
            raise DatabaseUnavailableError(
                f"the database file {self._file} is gone: {error.strerror}; put it back, each turn looks for it"
            ) from None
        if not stat.S_ISREG(found.st_mode):
            raise DatabaseUnavailableError(f"{self._file} is no file; put the database back, each turn looks for it")
        self._inode = self._inode or found.st_ino
        if found.st_ino != self._inode:
            # SQLite would read the log of the one before (-wal) into it, and so spoil it.
            raise DatabaseUnavailableError(
                f"another file was put in the place of {self._file}; stop the line, delete the files -wal and -shm"
                " beside it, and start the line again"
            )

    @contextmanager
    def _told_in_one_line(self, *, writing: bool) -> Iterator[None]:
        """A lock that does not come, a full disk, a server that is gone: not a mistake of whoever asked."""
        try:
            yield
        except (IntegrityError, DataError, ProgrammingError):
            raise
        except DBAPIError as error:
            if error.connection_invalidated:
                self._away.raise_()
            if getattr(error.orig, "sqlstate", None) == LOCK_NOT_AVAILABLE:
                (self._locked if writing else self._away).raise_()
            # The lines that follow the first may tell what was in a row (PostgreSQL's DETAIL).
            told = (str(error.orig).splitlines() or [""])[0].strip()
            raise DatabaseUnavailableError(f"the database cannot be used: {told}") from error
        except PoolTimeoutError as error:
            self._away.raise_()
            raise DatabaseUnavailableError(
                f"all {CONNECTIONS} connections to the database are busy; try again"
            ) from error

    @contextmanager
    def _turn(self, *, alone: bool) -> Iterator[None]:
        if not alone:
            yield
            return
        if not self._queue.acquire(timeout=LOCK_WAIT_SECONDS):
            self._locked.raise_()
            raise DatabaseUnavailableError(f"the database was busy for {LOCK_WAIT_SECONDS} s; try again")
        try:
            yield
        finally:
            self._queue.release()


def _parse(url: str) -> URL:
    try:
        # Hosts of databases hand out postgres://, which SQLAlchemy does not know.
        parsed = make_url(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))
    except ArgumentError:
        raise DatabaseUnavailableError(
            "the database URL cannot be read; write sqlite:///path/to/file or postgresql://user:password@host/name"
        ) from None
    if parsed.get_backend_name() not in {"sqlite", "postgresql"}:
        raise DatabaseUnavailableError(
            f"the database '{parsed.get_backend_name()}' is not supported; use sqlite or postgresql"
        )
    return parsed


def _make_private(path: Path) -> None:
    """Create the file before SQLite does, readable by its owner only: customers' names are in it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailableError(f"the database file {path} cannot be made: {error.strerror}") from None


def _engine(url: URL, in_memory: bool) -> Engine:
    # hide_parameters: the text of an SQLAlchemy error otherwise repeats what was bound, documents included.
    options: dict[str, Any] = {"hide_parameters": True}
    if in_memory:
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        options |= {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": LOCK_WAIT_SECONDS}
    if url.get_backend_name() == "postgresql":
        options |= {"pool_pre_ping": True, "connect_args": _POSTGRESQL}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise DatabaseUnavailableError(
            f"the driver for {url.drivername} is not installed ({error}); write postgresql:// without a driver"
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    return engine


def _configure(connection: sqlite3.Connection, _: object) -> None:
    # The driver would begin transactions by itself, late and DEFERRED; BEGIN is ours (see _begin).
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {LOCK_WAIT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",  # a turn that was answered survives a power cut
        "foreign_keys = ON",
        "secure_delete = ON",  # what was deleted is overwritten, not only given up
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begins", "BEGIN"))


@contextmanager
def _driver(engine: Engine) -> Iterator[sqlite3.Connection]:
    fairy = engine.raw_connection()
    try:
        driver = fairy.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only called for SQLite
        yield driver
    finally:
        fairy.close()
