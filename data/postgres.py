"""Connections to a PostgreSQL server that wait for no answer longer than they were told to.

A server whose processes are stopped keeps its connections: the kernel goes on acknowledging what it is sent, so that
neither TCP's own timeouts nor the server's (``statement_timeout``) ever end the wait. So each connection counts the
seconds of every wait itself, the ping of the pool and the COMMIT included, and closes itself when they are over.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, Final, TypeVar

import psycopg
from sqlalchemy import Engine, event

LOCK_NOT_AVAILABLE: Final = "55P03"
"""PostgreSQL's words for what may be wrong (Appendix A of its manual)."""

UNDEFINED_TABLE: Final = "42P01"
INSUFFICIENT_PRIVILEGE: Final = "42501"
DAMAGED: Final = {"XX001", "XX002"}

GRACE: Final = 0.5
"""Seconds more than ``statement_timeout``, by which a server that lives ends what takes too long."""

Found = TypeVar("Found")


class Connection(psycopg.Connection[Any]):
    """A connection that answers within ``patience`` seconds or is closed; None waits as long as it takes."""

    patience: float | None = None

    def wait(self, gen: Generator[Any, Any, Found], *args: Any, **kwargs: Any) -> Found:
        """As psycopg's own, which every exchange with the server goes through."""
        if self.patience is None:
            return super().wait(gen, *args, **kwargs)
        return super().wait(self._bounded(gen, self.patience), *args, **kwargs)

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


def options(wait_seconds: float, patience: float | None) -> dict[str, Any]:
    """Return what libpq is told (https://www.postgresql.org/docs/current/libpq-connect.html)."""
    whole = max(1, round(wait_seconds))
    # A server that does answer ends what takes too long by itself, and nothing goes on for a client that gave up.
    running = f" -c statement_timeout={round(patience * 1000)}" if patience is not None else ""
    return {
        "connect_timeout": max(2, whole),  # less counts as 2 there, too
        # A server whose machine is gone does not even refuse.
        "tcp_user_timeout": whole * 1000,
        "keepalives_idle": whole,
        "keepalives_interval": 1,
        "keepalives_count": whole,
        "options": f"-c lock_timeout={round(wait_seconds * 1000)} -c idle_in_transaction_session_timeout=60000"
        + running,
    }


def be_patient(engine: Engine, patience: float | None) -> None:
    """Have every connection of ``engine`` wait for ``patience`` seconds and no longer."""

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, arguments: list[Any], named: dict[str, Any]) -> Connection:
        connection = Connection.connect(*arguments, **named)
        connection.patience = patience and patience + GRACE
        return connection
