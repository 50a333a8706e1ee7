"""``Metrics`` is what ``/metrics`` tells: what the database counts, what stands in memory, and what the meters counted.

Figures of the database are read when they are asked for (every few seconds at most, see ``figures``), never on a turn.
While it is away they are left out, ``ivr_database_up`` is 0, and everything else is told all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from data.database import DatabaseUnavailableError
from routing.alarm_rules import ALARM_RULES

if TYPE_CHECKING:
    from pathlib import Path

    from data.attempts import Failures
    from data.budgets import Budgets
    from data.outbox import OutboxFigures
    from data.standing import Standing

CONTENT_TYPE: Final = "text/plain; version=0.0.4"


class Counted(NamedTuple):
    """One read of the database counts these: calls by line, status and destination, wrong passwords, rows of the
    outbox, for how many seconds work has been due that is not done, and the alarms of each kind that stand.
    """

    calls: list[tuple[str, str, str | None, int]]
    wrong: Failures
    outbox: OutboxFigures
    late: float
    alarms: dict[str, int]


class Metrics(Collector):
    """Collects the figures of one line's server.

    ``read`` gives the counts of the database, or raises DatabaseUnavailableError; ``standing`` is what this process
    knows of the database, ``health`` what ``/health`` says. ``meters`` is where the requests are counted.
    """

    def __init__(
        self,
        read: Callable[[], Counted],
        standing: Callable[[], Standing],
        health: Callable[[], dict[str, object]],
        budgets: Budgets,
        meters: Collector,
    ) -> None:
        self._read = read
        self._standing = standing
        self._health = health
        self._budgets = budgets
        self._registry = CollectorRegistry()
        self._registry.register(self)
        self._registry.register(meters)

    def text(self) -> bytes:
        """Return all figures in Prometheus's text format."""
        return generate_latest(self._registry)

    def collect(self) -> Iterator[Metric]:
        """Yield the figures that are read when they are asked for."""
        try:
            counted = self._read()
        except DatabaseUnavailableError:
            counted = None
        if counted is not None:
            yield from self._of_database(counted)
        health = self._health()
        yield _gauge(
            "ivr_degraded",
            "1 while the server does not answer as it should; /health says why.",
            int(health["status"] != "ok"),
        )
        menus = health["lines"] if isinstance(health["lines"], dict) else {}
        # A server that answers has a line.
        yield _gauge("ivr_webhooks_up", "1 where the process of the webhooks answers the pages'.", int(bool(menus)))
        up = GaugeMetricFamily(
            "ivr_database_up", "1 where a process has last found the database usable.", labels=["process"]
        )
        if menus:
            up.add_metric(["webhooks"], int("database" not in health))
        up.add_metric(["pages"], int(counted is not None and self._standing().state == "up"))
        yield up
        lines = GaugeMetricFamily("ivr_line", "1 for each line that answers, with its menu.", labels=["line", "menu"])
        for name, version in sorted(menus.items()):
            lines.add_metric([name, version], 1)
        yield lines

    def _of_database(self, counted: Counted) -> Iterator[Metric]:
        calls = GaugeMetricFamily(
            "ivr_calls",
            "Calls remembered, by line, status and destination.",
            labels=["line", "status", "destination"],
        )
        for line, status, destination, number in counted.calls:
            calls.add_metric([line, status, destination or ""], number)
        yield calls
        yield _gauge(
            "ivr_password_failures_hour", "Wrong passwords within the last hour, whoever called.", counted.wrong.hour
        )
        yield _gauge(
            "ivr_password_alarm",
            "1 while there are so many wrong passwords that somebody must look.",
            int(counted.wrong.alarming(self._budgets)),
        )
        outbox = GaugeMetricFamily(
            "ivr_outbox_rows", "What is to leave the system and is not settled, and dead letters.", labels=["state"]
        )
        for state in ("waiting", "sending", "unknown", "dead"):
            outbox.add_metric([state], getattr(counted.outbox, state))
        yield outbox
        yield _gauge(
            "ivr_outbox_oldest_seconds",
            "Age of the oldest row of the outbox that is not settled.",
            counted.outbox.oldest_seconds,
        )
        alarms = GaugeMetricFamily(
            "ivr_alarms",
            "Alarms that stand, by kind: what people must know of; ivr alarms lists them.",
            labels=["kind"],
        )
        for kind in ALARM_RULES:
            alarms.add_metric([kind], counted.alarms.get(kind, 0))
        yield alarms
        yield _gauge("ivr_due_work_late_seconds", "For how long the work that is due first has waited.", counted.late)


def meters_in(folder: Path | None, webhooks_pid: int) -> CollectorRegistry:
    """Return what the processes that count in ``folder`` have counted (None: nothing), and what the process of the
    webhooks takes of this machine (``ivr_webhooks_process_…``: memory, processor, open files).
    """
    registry = CollectorRegistry()
    if folder is not None:
        MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    ProcessCollector("ivr_webhooks", lambda: webhooks_pid, registry=registry)
    return registry


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)
