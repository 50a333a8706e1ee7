"""The file of an embedded database: made for its owner's eyes only, looked for by every turn, never replaced."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import SQLAlchemyError

from data.unavailable import DatabaseUnavailableError

PAGES_BEFORE_A_TURN_CHECKPOINTS: Final = 10_000
"""Pages in the log (40 MB) from which the transaction that comes next brings them into the file, and waits for two
syncs of the disk; SQLite's own 1,000 are what 200 turns write (https://www.sqlite.org/wal.html#automatic_checkpoint).
"""

PAGES_MERGED: Final = 100
"""Pages of an index of words (4 kB) that are merged in one transaction, while other writers wait."""

DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
"""What SQLite says of a file that is no database, or not any more (https://www.sqlite.org/rescode.html)."""


sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type]
"""None is bound as it is. Without this the driver looks for an adapter in three places, for each None of each row."""


class File:
    """The file at ``path``. Nothing is touched before it is looked at."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = str(path)
        self._known: int | None = None

    def look(self) -> int:
        """Its number on the disk. The first time a file that is not there is made. Raises DatabaseUnavailableError.

        SQLite goes on writing into a file that was deleted or moved away, and all of it is lost with the process.
        """
        try:
            if self._known is None:
                self._make()
            found = os.stat(self._name)  # noqa: PTH116 - asked for by every turn, and a Path takes three times as long
        except OSError as error:
            if self._known is None:
                raise DatabaseUnavailableError(
                    f"the database file {self._path} cannot be made: {error.strerror}"
                ) from None
            raise DatabaseUnavailableError(
                f"the database file {self._path} is gone: {error.strerror}; put it back, each turn looks for it"
            ) from None
        if not stat.S_ISREG(found.st_mode):
            raise DatabaseUnavailableError(f"{self._path} is no file; put the database back, each turn looks for it")
        if self._known not in (None, found.st_ino):
            # SQLite would read the log of the one before (-wal) into it, and so spoil it.
            raise DatabaseUnavailableError(
                f"another file was put in the place of {self._path}; stop the line, delete the files -wal and -shm"
                " beside it, and start the line again"
            )
        return found.st_ino

    def used(self, number: int) -> None:
        """The file of that number is the database: one that was never read may still be exchanged for a good one."""
        self._known = number

    def _make(self) -> None:
        """Before SQLite does, readable by its owner only: customers' names are in it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self._path.touch(mode=0o600)


def configure(engine: Engine, wait_seconds: Callable[[], float]) -> None:
    """Have every connection of ``engine`` be durable, wait for locks and begin its transactions when we say so."""

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions by itself, late and DEFERRED; BEGIN is ours (see ``held_connections``).
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {round(wait_seconds() * 1000)}",
            "synchronous = FULL",  # unless a transaction says that it need not survive a power cut
            f"wal_autocheckpoint = {PAGES_BEFORE_A_TURN_CHECKPOINTS}",
            "foreign_keys = ON",
            "secure_delete = ON",  # what was deleted is overwritten, not only given up
        ):
            connection.execute(f"PRAGMA {pragma}")
        _keep_log(connection, wait_seconds())


def _keep_log(connection: sqlite3.Connection, seconds: float) -> None:
    """Keep a log beside the file. Where two processes begin on a new file at once, SQLite refuses one of them at once,
    whatever ``busy_timeout`` says.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


@contextmanager
def driver_of(engine: Engine) -> Iterator[sqlite3.Connection]:
    """A connection of SQLite's own, outside of any transaction."""
    fairy = engine.raw_connection()
    try:
        driver = fairy.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only called for SQLite
        yield driver
    finally:
        fairy.close()


def copy(source: Engine, target: Engine) -> None:
    """Everything that is in ``source``, into ``target``."""
    with driver_of(source) as from_, driver_of(target) as to:
        from_.backup(to)


def checkpoint(engine: Engine) -> None:
    """Bring the log into the file as far as no reader needs what stood there before. No writer waits for it."""
    # What goes wrong here goes wrong for the next turn as well, which tells of it; the log only grows meanwhile.
    with suppress(sqlite3.Error, SQLAlchemyError), driver_of(engine) as driver:
        driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def words_merged(connection: sqlite3.Connection, *, begun: bool) -> bool:
    """Merge a piece of each index of words, which else keeps those of deleted rows beside a mark that they are gone;
    return whether all is merged (https://www.sqlite.org/fts5.html#the_merge_command).

    To be asked again and again, each time in a transaction; the first time, nothing was ``begun``.
    """
    indices = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'")
    pages, merged = PAGES_MERGED if begun else -PAGES_MERGED, True
    for (name,) in indices.fetchall():
        before = connection.total_changes
        connection.execute(f'INSERT INTO "{name}"("{name}", rank) VALUES (\'merge\', ?)', (pages,))  # noqa: S608
        merged &= connection.total_changes - before < 2  # as its documentation says
    return merged


def clean(engine: Engine, *, rewrite: bool) -> None:
    """Take what was deleted out of the file and the log beside it. Raises DatabaseUnavailableError."""
    try:
        with driver_of(engine) as driver:
            if rewrite:
                driver.execute("VACUUM")
            (busy, *_) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise DatabaseUnavailableError(f"the database cannot be cleaned: {error}") from None
    if busy:
        raise DatabaseUnavailableError("the database cannot be cleaned: others are reading it; try again")
