"""Load workers of this machine are processes that ``ivr load --processes`` forks before it listens for them."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Final

import gevent
from gevent.os import waitpid

_RECORD: Final = 6
"""Bytes of a port in the pipe; one record is written for each process."""


class LoadProcesses:
    """Forks processes and tells them the port of their master, which does not listen before they are forked: a socket
    of ZeroMQ's bears no fork.
    """

    def __init__(self) -> None:
        self._read, self._write = os.pipe()
        self._running: list[int] = []
        self._count = 0

    def fork(self, count: int) -> bool:
        """Fork ``count`` processes; return whether this is one of them."""
        sys.stdout.flush()
        sys.stderr.flush()
        for _ in range(count):
            forked = gevent.fork()
            if not forked:
                os.close(self._write)
                return True
            self._running.append(forked)
        self._count = count
        return False

    def port(self) -> int | None:
        """Return the port that the parent told, in a forked process; None where the parent ended before."""
        told = os.read(self._read, _RECORD)
        return int(told) if told else None

    def tell(self, port: int) -> None:
        """Tell every forked process the port of its master."""
        os.write(self._write, f"{port:{_RECORD}}".encode() * self._count)

    def ended(self) -> int:
        """Return how many of the processes have ended."""
        for pid in list(self._running):
            done, _ = waitpid(pid, os.WNOHANG)
            if done:
                self._running.remove(pid)
        return self._count - len(self._running)

    def end(self, seconds: float) -> None:
        """Wait until each has ended, and end those by force that have not in ``seconds``."""
        os.close(self._write)
        until = time.monotonic() + seconds
        while self.ended() < self._count and time.monotonic() < until:
            gevent.sleep(0.05)
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
            waitpid(pid, 0)
