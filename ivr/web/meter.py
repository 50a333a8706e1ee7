"""``Meter`` counts requests and turns with ``prometheus-client``; ``MeterFiles`` are what processes share of it.

A process that answers webhooks counts in a file that it maps into memory, one a process, and the process of the pages
adds up what stands in the files of all of them, also of one that has ended: so a counter never goes back while
``ivr serve`` runs, and asking for metrics takes nothing from a process that answers calls. The library chooses between
files and plain memory when it is imported, by an environment variable; so ``MeterFiles.make`` comes first of all.

Labels hold words of ours and of the menus only: webhooks, results, lines, triggers, statuses.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from value_class import value_class

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

    from ivr.channels.webhook_report import WebhookReport

log = logging.getLogger(__name__)

VARIABLE: Final = "PROMETHEUS_MULTIPROC_DIR"

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - the folder made there is this user's alone
"""Files there are memory: a disk that hangs holds up no turn that is counted."""

FILE_BYTES: Final = 512 * 1024
"""Of each kind and process, taken at once. All series of both shipped lines take a tenth. What is mapped without being
there kills the process that writes to it when the disk is full."""

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds. At 4 a turn is answered with a moment and the same turn again; at 15 the carrier gives up."""


@value_class
class MeterFiles:
    """A folder in which the processes of one ``ivr serve`` count. It goes when the last of them ends."""

    folder: Path | None

    @classmethod
    def make(cls) -> MeterFiles:
        """Make the folder, and have this process and those that it starts count there. Where there is no room for it,
        that is logged, and each process counts for itself: calls are answered all the same.

        Raises RuntimeError where the library was imported before, which would count for this process alone.
        """
        if "prometheus_client" in sys.modules:
            raise RuntimeError("prometheus_client was imported before the folder that its files stand in was made")
        there = MEMORY if os.access(MEMORY, os.W_OK | os.X_OK) else None
        try:
            folder = Path(tempfile.mkdtemp(prefix="ivr-meter-", dir=there))
            _take_room(folder)
        except OSError as error:
            log.error("webhooks are not counted", extra={"why": error.strerror})
            return cls(None)
        os.environ[VARIABLE] = str(folder)
        return cls(folder)

    def remove(self) -> None:
        """Remove the folder with all that was counted."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def _take_room(folder: Path) -> None:
    """Make the files of this process, with all the room that they need. Raises OSError where there is none."""
    for kind in ("counter", "histogram"):
        with (folder / f"{kind}_{os.getpid()}.db").open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, FILE_BYTES)


class Meter:
    """Counts what this process answers. Safe to share between threads; waits for nothing but other counts."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram

        self.counted = registry = CollectorRegistry()
        """What this process counted, where it counts for itself alone."""

        self._seconds = Histogram(
            "ivr_webhook_seconds",
            "Seconds from the arrival of a webhook's request to its answer, by webhook and how it was answered.",
            ("webhook", "result"),
            buckets=BUCKETS,
            registry=registry,
        )
        self._turns = Counter(
            "ivr_turns",
            "Turns taken, by line, what the caller or the carrier did, and what came of it.",
            ("line", "event", "outcome"),
            registry=registry,
        )
        self._refused = Counter(
            "ivr_refused_requests",
            "Requests refused before a webhook saw them, by status: 403 without a right signature, 413 too large.",
            ("status",),
            registry=registry,
        )
        # A label's child is looked up under the library's lock; ours are few, and the words that choose them are kept.
        self._timers: dict[tuple[str, str], Histogram] = {}
        self._counters: dict[tuple[str, str, str], Counter] = {}

    def report(self, report: WebhookReport) -> None:
        """Count one answered request, and its turn where it took one."""
        answered = (report.webhook, report.result)
        timer = self._timers.get(answered)
        if timer is None:
            timer = self._timers[answered] = self._seconds.labels(*answered)
        timer.observe(report.seconds)
        turn = report.turn
        if turn is None or turn.how == "repeated":
            return
        told = (turn.line, turn.event, turn.outcome)
        counter = self._counters.get(told)
        if counter is None:
            counter = self._counters[told] = self._turns.labels(*told)
        counter.inc()

    def refused(self, status: int) -> None:
        """Count a request that was refused."""
        self._refused.labels(str(status)).inc()
