"""A load worker calls when a master says, and tells it every three seconds what its calls came to.

Locust's WorkerRunner does the talking; what is ours stands in its reports under ``load``: the counts since the last
report, the mark of the job, and whether this is the last one.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any, TypedDict

import gevent
from locust.runners import STATE_STOPPED, WorkerRunner

from ivr.cli import INTERRUPTED
from ivr.cli.language import tell
from ivr.cli.load_run import environment_of
from ivr.errors import TargetError
from ivr.replay.load import LoadReport
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.cli.load_job import LoadJob
    from ivr.replay.load import LoadCounts

LAST_MESSAGES_SECONDS = 0.5
"""For which the process stays at the end: a thread of ZeroMQ's sends what was handed to it last."""


class LoadNews(TypedDict):
    """A load worker puts this into each report that Locust sends for it: ``over`` says that no other one follows."""

    mark: str
    counts: LoadCounts
    over: bool


def work(job: LoadJob, host: str, port: int, parent: int | None = None) -> None:
    """Call as the master at ``host`` and ``port`` says, until it says that the load is over.

    A worker that was forked by its master leaves the interrupt to it, and ends when ``parent`` is no more its parent;
    another one that is interrupted ends its calls and tells the master. Raises TargetError where no master answers in
    five minutes.
    """
    report = LoadReport()
    runners: list[WorkerRunner] = []

    def callers() -> Any:
        return job.callers_of(report, runners[0].worker_index)

    environment = environment_of(job, callers)

    def tell_master(data: dict[str, Any], **_: object) -> None:
        over = bool(runners) and runners[0].state == STATE_STOPPED
        data["load"] = LoadNews(mark=job.mark, counts=report.taken(), over=over)

    environment.events.report_to_master.add_listener(tell_master)  # type: ignore[no-untyped-call]
    if parent is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    else:
        tell(phrase("waits for the master at {host}:{port}", host=host, port=port), err=True)
        # Nothing is there to tell yet.
        waiting = gevent.signal_handler(signal.SIGINT, os._exit, INTERRUPTED)
    try:
        runner = environment.create_worker_runner(host, port)
    except ConnectionError:
        raise TargetError(
            message(
                "load-master-away",
                "no master of a load answers at {host}:{port}; start ivr load --master {host}:{port} there first",
                host=host,
                port=port,
            )
        ) from None
    runners.append(runner)

    def leave() -> None:
        runner.stop()
        data: dict[str, Any] = {}
        environment.events.report_to_master.fire(client_id=runner.client_id, data=data)  # type: ignore[no-untyped-call]
        runner.send_message("stats", data)
        environment.events.quitting.fire(environment=environment)  # type: ignore[no-untyped-call]
        runner.greenlet.kill(block=False)

    if parent is None:
        tell(phrase("calls as load worker {number}", number=runner.worker_index + 1), err=True)
        waiting.cancel()
        gevent.signal_handler(signal.SIGINT, leave)
    else:
        gevent.spawn(_end_without, parent)
    runner.greenlet.join()
    gevent.sleep(LAST_MESSAGES_SECONDS)


def _end_without(parent: int) -> None:
    """End this process at once when its parent has died: no figure of it would be read any more."""
    while os.getppid() == parent:
        gevent.sleep(0.5)
    os._exit(1)
