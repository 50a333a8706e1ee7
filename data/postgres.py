"""Connections to PostgreSQL: they wait for no answer too long, find the server that takes writes, and know a pooler.

A server whose processes are stopped keeps its connections: the kernel goes on acknowledging what it is sent, so that
neither TCP's own timeouts nor the server's (``statement_timeout``) ever end the wait. So each connection counts the
seconds of every wait itself, the ping of the pool and the COMMIT included, and closes itself when they are over.
"""

from __future__ import annotations

import re
import select
import threading
import time
from collections.abc import Generator, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event

GRACE: Final = 0.5
"""Seconds more than ``statement_timeout``, by which a server that lives ends what takes too long."""

_SHORTEST_TIMEOUT: Final = 2
"""Seconds; libpq takes less for as much."""

Found = TypeVar("Found")


class Connection(psycopg.Connection[Any]):
    """A connection that answers within ``patience`` seconds or is closed; None waits as long as it takes.

    It is closed, too, where the server takes no writes any more: it was demoted, and another one is to be asked.
    """

    patience: float | None = None

    sets_locally: bytes | None = None
    """Behind a pooler, which lends another session to each transaction: the command that each one begins with, so that
    it waits no longer than others. Nothing that stays in a session may be relied on there.
    """

    def wait(self, gen: Generator[Any, Any, Found], *args: Any, **kwargs: Any) -> Found:
        """As psycopg's own, which every exchange with the server goes through."""
        bounded = gen if self.patience is None else self._bounded(gen, self.patience)
        try:
            return super().wait(bounded, *args, **kwargs)
        except psycopg.errors.ReadOnlySqlTransaction:
            self.pgconn.finish()
            raise

    def _start_query(self) -> PQGen[None]:
        begins = not self._autocommit and self.pgconn.transaction_status == TransactionStatus.IDLE
        yield from super()._start_query()
        if begins and self.sets_locally:
            yield from self._exec_command(self.sets_locally)

    def _bounded(self, gen: Generator[Any, Any, Found], seconds: float) -> Generator[Any, Any, Found]:
        until = time.monotonic() + seconds
        try:
            wanted = next(gen)
            while True:
                # Nothing is ready where the wait only looks up, as it does ten times a second.
                ready = yield wanted
                if not ready and time.monotonic() >= until:
                    self.pgconn.finish()
                    raise psycopg.OperationalError(f"the server did not answer within {seconds:g} s")
                wanted = gen.send(ready)
        except StopIteration as end:
            found: Found = end.value
            return found


class Connector:
    """Makes the connections of one engine: to the first of ``hosts`` (host and port each) that takes writes, or to the
    one that the URL names where there are none; and finds out whether a pooler stands between.

    The host that took writes last is asked first, and one that did not even refuse is asked last. Each connection waits
    ``wait_seconds`` for a lock, and ``patience`` seconds for an answer. Safe to share between threads.
    """

    def __init__(self, hosts: Sequence[tuple[str, str]], wait_seconds: float, patience: float) -> None:
        self._hosts = list(hosts)
        self._lock = threading.Lock()
        self._patience = patience
        whole = max(_SHORTEST_TIMEOUT, round(wait_seconds))
        self._named = {
            # Of several hosts that are gone, a turn has to wait for each.
            "connect_timeout": _SHORTEST_TIMEOUT if hosts else whole,
            # A server whose machine is gone does not even refuse.
            "tcp_user_timeout": whole * 1000,
            "keepalives_idle": whole,
            "keepalives_interval": 1,
            "keepalives_count": whole,
        }
        # A server that does answer ends what takes too long by itself, and nothing goes on for a client that gave up.
        self._settings = {
            "lock_timeout": round(wait_seconds * 1000),
            "statement_timeout": round(patience * 1000),
            "idle_in_transaction_session_timeout": 60_000,
        }

    def attach(self, engine: Engine) -> None:
        """Have ``engine`` connect by this connector and in no other way."""

        @event.listens_for(engine, "do_connect")
        def connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> Connection:
            return self.connect(*arguments, **named)

    def connect(self, *arguments: Any, **named: Any) -> Connection:
        """Return a connection made with what libpq is told (the section "Parameter Key Words" of
        https://www.postgresql.org/docs/current/libpq-connect.html). Raises psycopg.OperationalError, with what each of
        several hosts said in one line, where none can be had.
        """
        if not self._hosts:
            return self._connect(arguments, named)
        refusals = []
        for host in tuple(self._hosts):
            try:
                connection = self._connect(arguments, named | {"host": host[0], "port": host[1] or None})
            except psycopg.OperationalError as error:
                refusals.append(f"{':'.join(filter(None, host))}: {_reason(error)}")
                if isinstance(error, psycopg.errors.ConnectionTimeout):
                    self._move(host, to=len(self._hosts))
                continue
            self._move(host, to=0)
            return connection
        raise psycopg.OperationalError(f"none of {len(refusals)} hosts takes writes: {'; '.join(refusals)}")

    def _connect(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> Connection:
        connection = Connection.connect(*arguments, **(named | self._named))
        try:
            connection.patience = self._patience + GRACE
            # Whatever the server's own default is: what is written here is guarded statement by statement.
            connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
            connection.autocommit = True
            if is_pooled(connection):
                connection.prepare_threshold = None
                # One command of several settings that gives no rows.
                each_set = (f"PERFORM set_config('{name}', '{value}', true);" for name, value in self._settings.items())
                connection.sets_locally = f"DO $$ BEGIN {' '.join(each_set)} END $$".encode()
            else:
                connection.execute("; ".join(f"SET {name} = {value}" for name, value in self._settings.items()))
            connection.autocommit = False
        except BaseException:
            connection.close()
            raise
        return connection

    def _move(self, host: tuple[str, str], to: int) -> None:
        if self._hosts[:1] == [host] and to == 0:
            return
        with self._lock:
            others = [each for each in self._hosts if each != host]
            self._hosts = [*others[:to], host, *others[to:]]


def is_pooled(connection: psycopg.Connection[Any]) -> bool:
    """Return whether a pooler (PgBouncer and its like) answers instead of the server: it tells its clients a process
    number of its own making, since each of their transactions may be another process's.
    """
    row = connection.execute("SELECT pg_backend_pid()").fetchone()
    return row is None or row[0] != connection.info.backend_pid


def _reason(error: psycopg.Error) -> str:
    said = (str(error).splitlines() or [""])[0].strip().removeprefix("connection failed: ")
    # The host stands before it already.
    return re.sub(r"^connection to server (at|on socket) .* failed: ", "", said)


def is_dropped(connection: Connection) -> bool:
    """Return whether the server has closed ``connection`` while it was not used: then its socket can be read. Nothing
    is asked of the server, so that this may be looked at before each transaction.
    """
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))
