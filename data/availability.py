"""``Availability`` judges by what each transaction meets whether a database can be used, and refuses it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from data import sqlite, sqlstate
from data.circuit_breaker import CircuitBreaker
from data.standing import Watch
from data.unavailable import DatabaseUnavailableError, TransactionConflictError


class Availability:
    """Of one database, shared by threads. ``connections`` is how many there may be; ``reconnect`` gives up all that are
    held.
    """

    def __init__(self, dialect: str, connections: int, reconnect: Callable[[], None]) -> None:
        self._dialect = dialect
        self._connections = connections
        self._reconnect = reconnect
        self._away = CircuitBreaker()
        self._locked = CircuitBreaker()
        self.watch = Watch()
        """What is known of it, for those who only look."""

    def is_doubted(self, *, writing: bool) -> bool:
        """Return whether a breaker is open, so that ``admit`` decides which thread may go on."""
        return self._away.is_open or (writing and self._locked.is_open)

    def suspect(self) -> None:
        """Open the breaker: a turn waited in vain."""
        self._away.open()
        self.watch.suspect()

    def locked(self) -> None:
        """Open the breaker of those who write: a lock did not come in time."""
        self._locked.open()

    def admit(self, stack: ExitStack, *, writing: bool) -> None:
        """Let this thread attempt to use a database that is thought to be away, until ``stack`` is closed, or raise
        DatabaseUnavailableError.
        """
        for breaker in (self._away, self._locked) if writing else (self._away,):
            # The thread that attempts may hang on a connection to a server that is gone: the next makes another.
            if not stack.enter_context(breaker.attempt(on_lost=self._reconnect)):
                raise DatabaseUnavailableError("the database does not answer; somebody is trying whether it does again")

    def failed_to_begin(self, *, writing: bool) -> None:
        """Open a breaker: what is gone costs each thread that looks for it the whole wait, and so does a held lock."""
        if self._dialect == "postgresql":
            self._away.open()
        elif writing:
            self._locked.open()

    def succeeded(self, *, writing: bool) -> None:
        """Close the breakers: a transaction has succeeded."""
        self._away.close()
        if writing:
            self._locked.close()
        self.watch.good(writing=writing)

    def judge(self, error: BaseException, *, writing: bool) -> BaseException:
        """Return ``error`` in one line where the database cannot be used, else as it is: a lock that does not come, a
        full disk or a server that is gone is no mistake of the code that asked.
        """
        match error:
            case TransactionConflictError():
                return error
            case DatabaseUnavailableError():
                self.watch.away(str(error), writing=writing)
                return error
            case IntegrityError() | DataError():
                return error
            case DBAPIError():
                return self._unusable(error, writing=writing)
            case PoolTimeoutError():
                self._away.open()
                said = f"all {self._connections} connections to the database are busy; try again"
                self.watch.away(said, writing=writing)
                return DatabaseUnavailableError(said)
        return error

    def _unusable(self, error: DBAPIError, *, writing: bool) -> Exception:
        said_by_server = getattr(error.orig, "sqlstate", None)
        unusable = said_by_server in (sqlstate.UNDEFINED_TABLE, sqlstate.INSUFFICIENT_PRIVILEGE)
        if isinstance(error, ProgrammingError) and not unusable:
            return error
        if said_by_server == sqlstate.STALE_PLAN:
            # So it is on every other connection that is held; a new one prepares anew.
            self._reconnect()
        if said_by_server in sqlstate.CONFLICTS:
            return TransactionConflictError(f"the database cannot be used: {first_line(error.orig)}")
        if error.connection_invalidated:
            self._away.open()
        if said_by_server == sqlstate.LOCK_NOT_AVAILABLE:
            (self._locked if writing else self._away).open()
        # The lines that follow the first may tell what was in a row (PostgreSQL's DETAIL).
        told = first_line(error.orig)
        said = f"the database cannot be used: {told}"
        sqlite_code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if said_by_server in sqlstate.DAMAGED or sqlite_code in sqlite.DAMAGED:
            said = f"the database is damaged: {told}; nothing was written to it; restore a good copy of it"
            self.watch.damaged(said, writing=writing)
        else:
            self.watch.away(said, writing=writing)
        return DatabaseUnavailableError(said)


def first_line(error: BaseException | None) -> str:
    """Return the first line of what ``error`` says."""
    return (str(error).splitlines() or [""])[0].strip()
