"""Two PostgreSQL servers with synchronous replication: what the first one acknowledged, the second one has."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.faults.breakable import children
from tests.machines.programs import await_that, free_port
from tests.postgres import OWNER, PostgresServer

_BELOW = Path("/tmp")


class ReplicatedPostgres:
    """A primary and its standby on loopback. Raises NoPostgresError.

    Neither syncs its disk: here servers die, and no machine does.
    """

    def __init__(self) -> None:
        self._ports = (free_port(), free_port())
        settings = {"listen_addresses": "127.0.0.1", "fsync": "off", "full_page_writes": "off"}
        self.primary = PostgresServer.private(_BELOW, **settings, port=str(self._ports[0]))
        try:
            self.database = self.primary.create().rpartition("/")[2].partition("?")[0]
            self.standby = PostgresServer.standby_of(self.primary, _BELOW, **settings, port=str(self._ports[1]))
        except BaseException:
            self.primary.stop()
            raise
        self._replicate()

    @property
    def url(self) -> str:
        """Of both, as the line is told: whichever takes writes."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self._ports)
        return f"postgresql://{OWNER}@{hosts}/{self.database}"

    def kill_primary(self) -> None:
        """``kill -9`` of every process that serves somebody, and the end of the one that would start others."""
        pid = self.primary.pid or 0
        os.kill(pid, signal.SIGSTOP)
        for each in children(pid):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        # By SIGQUIT rather than SIGKILL it still takes its shared memory away.
        os.kill(pid, signal.SIGQUIT)
        os.kill(pid, signal.SIGCONT)

    def kill_standby(self) -> None:
        """The primary goes on, and waits with each commit for one who would confirm it."""
        self.standby.stop()

    def promote(self) -> None:
        """Make a primary of the standby."""
        with psycopg.connect(self.standby.url, autocommit=True) as connection:
            connection.execute("SELECT pg_promote()")

    def stop(self) -> None:
        """The end of both."""
        self.standby.stop()
        self.primary.stop()

    def _replicate(self) -> None:
        with psycopg.connect(self.primary.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
            await_that(
                lambda: connection.execute("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone(),
                "the standby does not follow",
            )
