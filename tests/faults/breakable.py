"""A PostgreSQL server of one test's own, to be stopped, frozen and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.postgres import _SETTINGS, PostgresServer, _binaries, _user

PATIENCE = 60.0


class BreakableServer:
    """A private server with ``settings`` besides those of all private ones. Raises NoPostgresError."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self._server = PostgresServer.private(Path("/tmp"), **settings)
        self._before: list[PostgresServer] = []
        assert self._server.log is not None
        self._folder = self._server.log.parent

    def create(self) -> str:
        """A new, empty database; its URL."""
        return self._server.create()

    @property
    def pid(self) -> int:
        assert self._server.pid is not None
        return self._server.pid

    def crash(self) -> None:
        """It ends without writing anything down (``pg_ctl stop -m immediate``)."""
        os.kill(self.pid, signal.SIGQUIT)
        self._await_end()

    def start(self) -> None:
        """It is there again, and has recovered."""
        self._before.append(self._server)
        self._server = PostgresServer._started(self._folder, _binaries(), _user(), _SETTINGS | self._settings)

    def recover(self, url: str) -> None:
        """Until it takes work at ``url`` again; one that has given up is started."""
        until = time.monotonic() + PATIENCE
        while True:
            if not self.alive:
                self.start()
            try:
                psycopg.connect(url, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)

    def freeze(self) -> None:
        """Whoever connects is accepted by the kernel, and nobody answers any more."""
        for pid in (self.pid, *self.backends()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        for pid in (*self.backends(), self.pid):
            with contextlib.suppress(ProcessLookupError):  # a backend may end between the list and its signal
                os.kill(pid, signal.SIGCONT)

    @property
    def alive(self) -> bool:
        """Whether it runs; one that cannot recover ends itself."""
        return (self._folder / "data" / "postmaster.pid").exists()

    def backends(self, wanted: str = "") -> Iterator[int]:
        """Its processes whose titles hold ``wanted``."""
        return children(self.pid, wanted)

    def stop(self) -> None:
        """The end of it, and of its folder."""
        for server in (self._server, *reversed(self._before)):
            server.stop()

    def _await_end(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.alive:
            if time.monotonic() > until:
                raise TimeoutError("the server does not end")
            time.sleep(0.02)


def children(pid: int, wanted: str = "") -> Iterator[int]:
    """The processes that ``pid`` started and whose titles hold ``wanted``."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            title = (folder / "cmdline").read_bytes().decode()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if parent == pid and wanted in title:
            yield int(folder.name)
