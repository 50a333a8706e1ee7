"""Connections are held between transactions, so that one costs its BEGIN and COMMIT and no visit to a pool.

SQLAlchemy's pool makes them, bounds their number and has those that wait wait; from then on they lie here, the one used
last on top: its statements are prepared and its pages are in memory. A connection that an error came by goes back to
the pool, which knows whether it can still be used.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.exc import DBAPIError

from data.statement import told

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

_DURABLE: Final = "durable"
"""Whether a COMMIT waits for the disk, in what SQLAlchemy keeps for each connection."""


class Use(Enum):
    """A connection is taken for one use."""

    WRITING = auto()
    """One transaction that may write."""
    READING = auto()
    """One transaction, which on SQLite sees one moment."""
    AUTOCOMMIT = auto()
    """No transaction: each statement is one by itself."""


class HeldConnection:
    """A connection between two transactions or in one."""

    __slots__ = ("_driver", "_in_autocommit", "_info", "connection")

    def __init__(self, connection: Connection) -> None:
        self.connection: Final = connection
        self._driver: Final[Any] = connection.connection.driver_connection
        self._info: Final[Any] = connection.info
        self._in_autocommit = False

    @property
    def is_lost(self) -> bool:
        """Return whether the server has closed it while it was not used."""
        driver = self._driver
        if isinstance(driver, sqlite3.Connection):
            return False
        from data.postgres import is_dropped

        return is_dropped(driver)

    def begin(self, use: Use, *, durable: bool) -> None:
        """Begin what it was taken for. Raises DBAPIError."""
        driver = self._driver
        if isinstance(driver, sqlite3.Connection):
            self._begin_on_sqlite(driver, use, durable=durable)
        elif driver.autocommit is not (use is Use.AUTOCOMMIT):
            # psycopg sends the BEGIN itself, with the first statement.
            driver.autocommit = use is Use.AUTOCOMMIT
        self._in_autocommit = use is Use.AUTOCOMMIT

    def commit(self) -> Exception | None:
        """End it. Returns the error where that cannot be done, whatever it is: nothing may stay open."""
        connection = self.connection
        try:
            if connection.in_transaction():
                connection.commit()
            elif not self._in_autocommit:
                self._driver.commit()
        except connection.dialect.loaded_dbapi.Error as error:
            return told(connection, "COMMIT", error)
        except Exception as error:
            return error
        return None

    def rollback(self) -> bool:
        """Give up what was begun. Returns whether the connection can be used on."""
        connection = self.connection
        if connection.invalidated:
            return False
        try:
            if connection.in_transaction():
                connection.rollback()
            self._driver.rollback()
        except (DBAPIError, connection.dialect.loaded_dbapi.Error):
            return False
        return True

    def _begin_on_sqlite(self, driver: sqlite3.Connection, use: Use, *, durable: bool) -> None:
        info = self._info
        try:
            if use is Use.WRITING:
                if info.get(_DURABLE, True) is not durable:
                    # It cannot be changed inside of a transaction; a COMMIT whose sync fails has not happened.
                    driver.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                    info[_DURABLE] = durable
                driver.execute("BEGIN IMMEDIATE")
            elif use is Use.READING:
                driver.execute("BEGIN")
        except sqlite3.Error as error:
            raise told(self.connection, "BEGIN", error) from error


class HeldConnections:
    """The connections of one engine. May be shared by threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._free: deque[HeldConnection] = deque()
        self._waiting = 0
        self._counting = threading.Lock()

    def take(self) -> HeldConnection:
        """A connection, to be given back or discarded. Raises DBAPIError where none can be made, and TimeoutError of
        SQLAlchemy's pool where all of them are used for too long.
        """
        while True:
            try:
                held = self._free.pop()
            except IndexError:
                held = self._make()
            if not held.is_lost:
                return held
            held.connection.invalidate()
            self.discard(held)

    def give_back(self, held: HeldConnection) -> None:
        """Hold it for the next transaction, or hand it to a thread that waits for one."""
        self._free.append(held)
        if self._waiting:
            self._hand_on()

    def discard(self, held: HeldConnection) -> None:
        """Leave it to the pool, which makes another where it is broken."""
        held.connection.close()

    def close(self) -> None:
        """Close those that are not used now."""
        while self._hand_on():
            pass

    def _make(self) -> HeldConnection:
        with self._counting:
            self._waiting += 1
        try:
            # One may have come back before this thread was seen to wait.
            try:
                return self._free.pop()
            except IndexError:
                return HeldConnection(self._engine.connect())
        finally:
            with self._counting:
                self._waiting -= 1

    def _hand_on(self) -> bool:
        try:
            self.discard(self._free.pop())
        except IndexError:
            return False
        return True
