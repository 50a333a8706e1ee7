"""The database: SQLite by default, PostgreSQL when several machines answer one line.

Both lose concurrent updates in silence with their default settings. So a transaction that writes on SQLite
begins with BEGIN IMMEDIATE, and nothing is written on either that trusts what was read before: a row is changed only
where it still is what it was (see ``calls``), read FOR UPDATE, or looked at under an advisory lock (see ``attempts``).
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, text
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from data import sqlite
from data.availability import Availability, first_line
from data.database_url import in_memory, parse_url
from data.engine import make_engine, make_twin
from data.held_connections import HeldConnection, HeldConnections, Use
from data.revision import is_newest
from data.standing import Standing
from data.unavailable import DatabaseUnavailableError as DatabaseUnavailableError

LOCK_WAIT_SECONDS = 3
"""Longest wait for a lock: the carrier hangs up on a webhook after 15 s, and callers long before."""

TURN_PATIENCE = 4.0
"""Seconds within which a server must answer each statement of a turn. It tells a lock that does not come before."""

COMMAND_PATIENCE = 300.0
"""The same for a command, which may look at every call of years, and must not hang for ever either."""

CONNECTIONS = 32

_MIGRATION_LOCK = 40030015


class Database:
    """Gives transactions on the database at ``url`` (``sqlite://`` in memory, ``sqlite:///file``, ``postgresql://``).

    It is made without touching the file or server: what is wrong with those is raised by the first transaction.
    ``patience`` is how many seconds a server may take for one answer. ``beside`` is the engine of another database in
    memory with the same tables, as a copy has it. May be shared by threads. Raises DatabaseUnavailableError for a URL
    that is none.
    """

    def __init__(
        self,
        url: str,
        *,
        patience: float = COMMAND_PATIENCE,
        connections: int = CONNECTIONS,
        beside: Engine | None = None,
    ) -> None:
        parsed = parse_url(url)
        self.dialect = parsed.get_backend_name()
        self._in_memory = in_memory(parsed)
        on_disk = self.dialect == "sqlite" and not self._in_memory
        self._file = sqlite.File(Path(str(parsed.database))) if on_disk else None
        if beside is not None:
            self._engine = make_twin(beside, lambda: LOCK_WAIT_SECONDS)
        else:
            self._engine = make_engine(parsed, lambda: LOCK_WAIT_SECONDS, patience, connections)
        self._held = HeldConnections(self._engine)
        # SQLite lets a writer wait by sleeping ever longer; threads of one process queue here instead, and wake
        # at once. In memory there is one connection for all, so readers queue too.
        self._queue = threading.RLock()
        self._availability = Availability(self.dialect, connections, self._reconnect)
        self._prepare: Callable[[], None] | None = None
        self._preparing = threading.Lock()
        self._preparer: int | None = None

    def __repr__(self) -> str:
        return f"Database({self._engine.url!r})"

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[Connection]:
        """A transaction that writes: committed when the block ends, rolled back when it raises.

        What is ``durable`` has survived a power cut when the block has ended. On SQLite that costs a sync of the disk,
        and what is not durable may be lost with the power, as if it had never been; it never is with the process, and
        nothing is half there. A server decides by itself (``synchronous_commit``), and waits for the disk as it is
        delivered.

        Raises DatabaseUnavailableError where others hold the database for longer than LOCK_WAIT_SECONDS, where
        the disk is full or the server is gone; nothing is changed then.
        """
        return _InUse(self, Use.WRITING, durable=durable)

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that only reads: on SQLite it waits for no writer and sees one moment."""
        return _InUse(self, Use.READING)

    def autocommit(self) -> AbstractContextManager[Connection]:
        """Give a connection without a transaction: every statement is one by itself, and reads what is committed by
        then. It is for turns, which trust nothing that they have read once they write.
        """
        return _InUse(self, Use.AUTOCOMMIT)

    def suspect(self) -> None:
        """Open the circuit breaker, since a turn waited in vain: until a transaction succeeds, one thread at a time
        attempts one, and the others are told at once that the database is away. Else every thread of the server would
        wait for it, and none would be left to answer.
        """
        self._availability.suspect()

    def standing(self) -> Standing:
        """Return whether the database answers, as far as memory knows: ask nothing, and never wait."""
        return self._availability.watch.standing()

    def prepare_by(self, prepare: Callable[[], None]) -> None:
        """Refuse every transaction before ``prepare``, which may migrate and fill it, has succeeded once.

        Until then everybody is told that it is away; ``recover`` does it as soon as the database is there.
        """
        self._prepare = prepare
        self._availability.watch.away("it was not looked at yet", writing=True)

    def recover(self) -> Standing:
        """Look whether the database is there again where it is thought to be away, and prepare it where it was not yet.

        To be asked every second or so by one thread that callers do not wait for. What other than
        DatabaseUnavailableError the preparation raises goes through.
        """
        try:
            if self._prepare:
                self._prepare_now()
            elif self.standing().state != "up":
                self._try()
        except DatabaseUnavailableError as error:
            if self._prepare and self.standing().state != "damaged":
                self._availability.watch.away(str(error), writing=True)
        return self.standing()

    def copy(self) -> Database:
        """A database of its own with the same content; only for ``sqlite://`` in memory (else ValueError)."""
        if not self._in_memory:
            raise ValueError("only a database in memory can be copied")
        twin = Database("sqlite://", beside=self._engine)
        with self._writer_slot():
            sqlite.copy(self._engine, twin._engine)
        return twin

    def migrate(self) -> None:
        """Bring the tables to the newest revision of ``data/migrations``; nothing happens where they are there."""
        with self.transaction() as connection:
            if self.dialect == "postgresql":
                # Several machines start at once after a deployment; the others find the work done.
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            if is_newest(connection):
                return
            from data.migrations import NewerTablesError, upgrade

            try:
                with self._unhurried(connection):
                    upgrade(connection)
            except NewerTablesError as error:
                raise DatabaseUnavailableError(str(error)) from None

    def create_tables(self, metadata: MetaData) -> None:
        """Make the tables of a new database as ``metadata`` has them, which is what all migrations lead to, in a
        fraction of their time. It cannot be migrated later: this is for data that ends with the process.
        """
        with self.transaction() as connection:
            metadata.create_all(connection)

    def leave_no_remains(self, *, rewrite: bool = False) -> None:
        """Take what was deleted out of a SQLite file and the log beside it; ``rewrite`` writes the whole file anew,
        while every other writer waits. On a server that is the server's own work (VACUUM), and nothing is done.

        Raises DatabaseUnavailableError where others use the file for too long; it may be asked for again.
        """
        if self._file:
            self._merge_words()
            with self._writer_slot():
                sqlite.clean(self._engine, rewrite=rewrite)

    def checkpoint(self) -> None:
        """Bring what is committed from the log of a SQLite file into the file, while turns go on; on a server, nothing.

        To be asked every second or so by one thread that callers do not wait for: a turn that commits does it only
        where that was not done for long (``sqlite.PAGES_BEFORE_A_TURN_CHECKPOINTS``).
        """
        if self._file and self.standing().state == "up":
            # A file that is gone is told by the turn that looks for it; none is made in its place here.
            with suppress(DatabaseUnavailableError):
                self._file.look()
                sqlite.checkpoint(self._engine)

    def close(self) -> None:
        """Close every connection; a database in memory is gone."""
        self._held.close()
        self._engine.dispose()

    def _merge_words(self) -> None:
        merged = begun = False
        while not merged:
            with self.transaction(durable=False) as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only called for SQLite
                merged, begun = sqlite.words_merged(driver, begun=begun), True

    def _try(self) -> None:
        """A statement that is no caller's. What could not be written is tried by writing nothing new."""
        if not self._availability.watch.by_writing:
            with self.reading() as connection:
                connection.execute(text("SELECT 1"))
            return
        with self.transaction() as connection:
            if self.dialect == "sqlite":
                kept = connection.execute(text("PRAGMA user_version")).scalar_one()
                connection.execute(text(f"PRAGMA user_version = {kept:d}"))

    def _prepare_now(self) -> None:
        with self._preparing:
            if self._prepare is None:
                return
            self._preparer = threading.get_ident()
            try:
                self._prepare()
            except SQLAlchemyError as error:
                raise DatabaseUnavailableError(f"the database cannot be prepared: {first_line(error)}") from error
            finally:
                self._preparer = None
            self._prepare = None
            self._availability.watch.good(writing=True)

    @contextmanager
    def _unhurried(self, connection: Connection) -> Iterator[None]:
        """A table of millions of rows takes its time to be changed."""
        if self.dialect != "postgresql":
            yield
            return
        driver: Any = connection.connection.driver_connection
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        patience, driver.patience = driver.patience, None
        try:
            yield
        finally:
            driver.patience = patience

    def _reconnect(self) -> None:
        if not self._in_memory:
            self._held.close()
            self._engine.dispose()

    def _await_writer_slot(self) -> None:
        """Take the one place from which this process writes to SQLite, waited for in a queue of threads."""
        if not self._queue.acquire(timeout=LOCK_WAIT_SECONDS):
            self._availability.locked()
            raise DatabaseUnavailableError(f"the database was busy for {LOCK_WAIT_SECONDS} s; try again")

    @contextmanager
    def _writer_slot(self) -> Iterator[None]:
        self._await_writer_slot()
        try:
            yield
        finally:
            self._queue.release()


class _InUse:
    """A connection of ``database`` in one use, from the beginning of the block to its end."""

    __slots__ = ("_attempting", "_database", "_durable", "_file_number", "_has_slot", "_held", "_use", "_writing")

    def __init__(self, database: Database, use: Use, *, durable: bool = True) -> None:
        self._database = database
        self._use = use
        self._durable = durable
        self._writing = use is Use.WRITING
        self._has_slot = database._in_memory or (self._writing and database.dialect == "sqlite")
        self._attempting: ExitStack | None = None

    def __enter__(self) -> Connection:
        database = self._database
        if database._prepare and database._preparer != threading.get_ident():
            raise DatabaseUnavailableError("the database was not there yet since the line was started")
        if database._availability.is_doubted(writing=self._writing):
            with ExitStack() as attempting:
                database._availability.admit(attempting, writing=self._writing)
                self._attempting = attempting.pop_all()
        if self._has_slot:
            try:
                database._await_writer_slot()
            except DatabaseUnavailableError:
                self._has_slot = False
                self._leave()
                raise
        try:
            self._file_number = database._file.look() if database._file else 0
            self._held = self._begun()
        except BaseException as error:
            self._leave()
            told = database._availability.judge(error, writing=self._writing)
            if told is error:
                raise
            raise told from error
        return self._held.connection

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        database, held = self._database, self._held
        try:
            failed = held.commit() if error is None else error
            if failed is None:
                database._held.give_back(held)
                if database._file:
                    database._file.used(self._file_number)
                database._availability.succeeded(writing=self._writing)
                return
            # What the block itself raised says nothing against the connection, unless the database said it.
            ours = error is not None and (isinstance(error, IntegrityError) or not isinstance(error, DBAPIError))
            is_whole = held.rollback() and ours
            (database._held.give_back if is_whole else database._held.discard)(held)
        finally:
            self._leave()
        told = database._availability.judge(failed, writing=self._writing)
        if told is not error:
            raise told from failed

    def _begun(self) -> HeldConnection:
        database = self._database
        try:
            held = database._held.take()
            try:
                held.begin(self._use, durable=self._durable)
            except BaseException:
                database._held.discard(held)
                raise
        except DBAPIError:
            database._availability.failed_to_begin(writing=self._writing)
            raise
        return held

    def _leave(self) -> None:
        if self._has_slot:
            self._database._queue.release()
        if self._attempting:
            self._attempting.close()
