"""The master of a load tells load workers when to call and when to stop, and adds up what they tell.

Locust's MasterRunner listens, spreads the callers, and notices by its heartbeats a worker that is silent. A process
that reaches its port may tell it anything: it is for a network of one's own.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gevent
from gevent.event import Event
from locust.exception import RPCError

from ivr.cli.language import tell
from ivr.cli.load_run import GRACE_SECONDS, INTERRUPTED, environment_of
from ivr.errors import TargetError
from wording import counted, message, phrase

if TYPE_CHECKING:
    from ivr.cli.load_job import LoadJob, MakeCaller
    from ivr.replay.load import LoadReport

WAIT_SECONDS = 300
"""For load workers to come; they themselves look for a master as long."""

LAST_REPORT_SECONDS = GRACE_SECONDS + 10
"""For the last report of each, which comes when its calls have ended."""


@dataclass
class _Known:
    """A load worker as the master knows it; ``number`` is told from 1 on."""

    number: int
    over: bool = False
    silent: bool = False
    gone: bool = False
    """Whether it was told that this one ended before the load did."""


class LoadMaster:
    """Leads load workers, and adds what they tell to ``report``.

    Its runner listens at ``host`` and ``port`` (0: a free one, see ``port``). Raises TargetError where it cannot.
    """

    def __init__(self, job: LoadJob, report: LoadReport, host: str, port: int) -> None:
        self._job = job
        self._report = report
        self._known: dict[str, _Known] = {}
        self._strangers: list[int] = []
        self._interrupted = Event()
        self._interrupts = 0
        environment = environment_of(job, _no_callers)
        try:
            self._runner = environment.create_master_runner(host, port)
        except (RPCError, SystemExit):
            raise TargetError(
                message(
                    "load-port-taken",
                    "the master of a load cannot listen at {host}:{port}: another process does, or it is no address of"
                    " this machine",
                    host=host,
                    port=port,
                )
            ) from None
        self.port: int = self._runner.server.port
        environment.events.worker_report.add_listener(self._take)  # type: ignore[no-untyped-call]

    def lead(self, workers: int, lost: Callable[[], int] = lambda: 0) -> float:
        """Wait for ``workers`` to come, have them call for the job's seconds, and return the seconds that it took.

        ``lost`` counts those that can come no more. Raises TargetError where too few come, or one was started with
        other options or scripts.
        """
        handler = gevent.signal_handler(signal.SIGINT, self._interrupt)
        starting = None
        try:
            began = time.perf_counter()
            self._wait_for(workers, lost)
            if not self._interrupted.is_set():
                began = time.perf_counter()
                starting = gevent.spawn(self._runner.start, self._job.count, self._job.rate)
            while not self._interrupted.wait(0.2) and time.perf_counter() - began < self._job.seconds:
                self._look()
                self._tell_who_left()
                if all(each.over or each.silent for each in self._known.values()):
                    break
            if self._interrupted.is_set():
                tell(INTERRUPTED, err=True)
            self._finish()
            return time.perf_counter() - began
        finally:
            if starting is not None:
                starting.kill()
            handler.cancel()
            self._runner.quit()

    @property
    def was_busy(self) -> bool:
        """Return whether a load worker was at the limit of its core."""
        return bool(self._runner.worker_cpu_warning_emitted)

    @property
    def lost(self) -> int:
        """Return how many load workers never told their last figures."""
        return sum(not each.over for each in self._known.values())

    def _interrupt(self) -> None:
        self._interrupts += 1
        self._interrupted.set()

    def _take(self, client_id: str, data: dict[str, Any], **_: object) -> None:
        """Take in what a load worker tells: the listener of Locust's event of a report."""
        news = data.get("load")
        if news is None:
            return
        known = self._known.get(client_id)
        if known is None:
            number = self._runner.get_worker_index(client_id) + 1  # type: ignore[no-untyped-call]
            known = self._known[client_id] = _Known(number)
        if news["mark"] != self._job.mark:
            self._strangers.append(known.number)
            return
        self._report.add(news["counts"])
        known.over = news["over"]

    def _wait_for(self, workers: int, lost: Callable[[], int]) -> None:
        until = time.perf_counter() + WAIT_SECONDS
        while len(self._known) < workers and not self._interrupted.wait(0.1):
            if lost() or time.perf_counter() > until:
                raise TargetError(
                    message(
                        "load-workers-missing",
                        "{came} of {asked} load workers came; start ivr load --worker on each machine",
                        came=len(self._known),
                        asked=workers,
                    )
                )
        self._refuse_strangers()

    def _look(self) -> None:
        """Tell of load workers that are silent, and of those that are heard again or have left."""
        self._refuse_strangers()
        silent = {client.id for client in self._runner.clients.missing}
        for client_id, known in self._known.items():
            if known.over:
                continue
            if client_id in silent and not known.silent:
                told = phrase(
                    "load worker {number} is not heard any more: what it did since its last report is not counted, and"
                    " its callers are away",
                    number=known.number,
                )
                tell(told, err=True)
            elif known.silent and client_id not in silent:
                tell(phrase("load worker {number} is heard again", number=known.number), err=True)
            known.silent = client_id in silent

    def _tell_who_left(self) -> None:
        for known in self._known.values():
            if known.over and not known.gone:
                known.gone = True
                tell(phrase("load worker {number} has left; its figures are whole", number=known.number), err=True)

    def _refuse_strangers(self) -> None:
        if self._strangers:
            raise TargetError(
                message(
                    "load-worker-differs",
                    "load worker {number} was started with other options or call scripts than its master; start each"
                    " with the same",
                    number=self._strangers[0],
                )
            )

    def _finish(self) -> None:
        """Have all stop when their calls have ended, and wait for what they tell last; a second interrupt waits for
        nothing.
        """
        self._runner.send_message("quit")
        until = time.perf_counter() + LAST_REPORT_SECONDS
        while self._interrupts < 2 and time.perf_counter() < until:
            self._look()
            if all(each.over or each.silent for each in self._known.values()):
                break
            gevent.sleep(0.05)
        if self.lost:
            told = counted(
                "the last figures of {number} load worker are lost",
                "the last figures of {number} load workers are lost",
                self.lost,
            )
            tell(told, err=True)


def _no_callers() -> MakeCaller:
    raise AssertionError("the master of a load makes no call itself")
