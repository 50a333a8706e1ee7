"""``SupervisedProcess`` runs what must not disturb calls in a process of its own, and restarts it with back-off."""

from __future__ import annotations

import logging
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds from an end to the next start: twice as long each time it ends before it ran for as long as the longest."""

STOP_SECONDS = 1.0
"""For which a process may take to end, where nothing else is said."""


class SupervisedProcess:
    """Keeps ``command`` running: a thread waits for its end, and starts it again after a pause that doubles.

    The process inherits the files ``fds``. It is to end when its standard input does: so it never outlives this one,
    however this one ends. It is no member of the terminal's group, so that Ctrl-C reaches this process alone.
    As a context: started inside, ended afterwards, and killed where it takes longer than ``stop_seconds`` to end.
    ``stopwatch`` gives seconds that only grow.
    """

    def __init__(
        self,
        command: Sequence[str],
        fds: Sequence[int],
        name: str,
        stop_seconds: float = STOP_SECONDS,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stopwatch = stopwatch
        self._command = tuple(command)
        self._fds = tuple(fds)
        self._name = name
        self._stop_seconds = stop_seconds
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._supervise, name=f"keeps {name}", daemon=True)

    def __enter__(self) -> SupervisedProcess:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        if self._process is not None:
            self._end(self._process)
        self._thread.join(self._stop_seconds)

    def is_running(self) -> bool:
        """Return whether the process is running now."""
        process = self._process
        return process is not None and process.poll() is None

    def _supervise(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = self._stopwatch()
            try:
                # The command is our own; nothing of a request is in it.
                process = subprocess.Popen(  # noqa: S603
                    self._command, stdin=subprocess.PIPE, pass_fds=self._fds, start_new_session=True
                )
            except OSError as error:
                log.error("process not started", extra={"chore": self._name, "why": error.strerror})
            else:
                self._process = process
                if self._stopping.is_set():
                    self._end(process)
                code = process.wait()
                if not self._stopping.is_set():
                    log.error("process ended", extra={"chore": self._name, "outcome": code})
            pause = FIRST_PAUSE if self._stopwatch() - began > LONGEST_PAUSE else min(2 * pause, LONGEST_PAUSE)
            self._stopping.wait(pause)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None  # noqa: S101 - it was made with a pipe
        process.stdin.close()
        try:
            process.wait(self._stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
