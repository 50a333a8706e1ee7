"""``Scheduler`` does a server's periodic jobs in a thread: abandoned calls, edited menus, a database that is away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from types import TracebackType

from ivr.logs import place_of
from value_class import value_class

log = logging.getLogger(__name__)

STOP_SECONDS = 10
"""How long the end of the process waits for a job that is being done. One that takes longer is cut off with the
process; each works in transactions, so nothing is left half done."""


@value_class
class Job:
    """A job is done every ``every`` seconds, the first time at once or, without ``at_once``, after as many. ``do`` gets
    the moment (aware); what it raises is logged.
    """

    name: str
    every: float
    do: Callable[[datetime], object]
    at_once: bool = True


class Scheduler:
    """Does jobs one after the other in one thread of its own, which never keeps the process alive.

    ``clock`` gives aware instants. Each job is done when the server opens, and then ``every`` seconds after it was
    begun; one that was missed meanwhile is done once, not as often as it was missed. As a context: started inside,
    stopped afterwards.
    """

    def __init__(self, jobs: Iterable[Job], clock: Callable[[], datetime]) -> None:
        self._jobs = tuple(jobs)
        self._clock = clock
        self._next: dict[str, datetime] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="scheduler", daemon=True)

    def __enter__(self) -> Scheduler:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the thread; once only."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no further job. Returns when the job that is being done has ended, or after STOP_SECONDS."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(STOP_SECONDS)

    def do_due(self) -> float:
        """Do each job that is due by the clock, and return the seconds until the next one is."""
        for job in self._jobs:
            now = self._clock()
            pause = timedelta(seconds=job.every)
            due = self._next.setdefault(job.name, now if job.at_once else now + pause)
            # A clock that was put back must not put off a job for as long.
            if (now >= due or due - now > pause) and not self._stopping.is_set():
                self._next[job.name] = now + pause
                _do(job, now)
        now = self._clock()
        waits = [(due - now).total_seconds() for due in self._next.values()]
        return max(0.0, min(waits, default=0.0))

    def _work(self) -> None:
        while self._jobs and not self._stopping.wait(self.do_due()):
            pass


def _do(job: Job, now: datetime) -> None:
    try:
        job.do(now)
    except Exception as error:
        # The text of an error may hold what is stored; its kind and place may not. The next time may go better.
        log.error("chore failed", extra={"chore": job.name, "error": type(error).__name__, "at": place_of(error)})
