"""Locust has the callers of a load call: here in one process, and as the environment that load workers share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from locust import User, constant_throughput, task
from locust.env import Environment

from ivr.cli.language import tell
from wording import phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from ivr.cli.load_job import LoadJob, MakeCaller
    from ivr.replay.load import LoadReport

GRACE_SECONDS = 60
"""For which calls that have begun may go on when the time is up."""

INTERRUPTED = phrase("interrupted: what follows is of the time until now")


def environment_of(job: LoadJob, callers: Callable[[], MakeCaller]) -> Environment:
    """Return Locust's environment for ``job``; ``callers`` is asked for what makes a caller when the first one begins.

    Each caller calls again and again, so that all of them together make ``job.rate`` calls a second.
    """
    made: list[MakeCaller] = []

    class Caller(User):
        wait_time = constant_throughput(job.rate / job.count)

        def on_start(self) -> None:
            if not made:
                made.append(callers())
            self.call = made[0]()

        @task
        def telephone(self) -> None:
            self.call()

    return Environment(user_classes=[Caller], stop_timeout=GRACE_SECONDS, catch_exceptions=False)


def run_here(job: LoadJob, report: LoadReport) -> tuple[float, bool]:
    """Have this process make the calls, and return the seconds that it took and whether it was at its limit."""
    runner = environment_of(job, lambda: job.callers_of(report)).create_local_runner()
    began = time.perf_counter()
    # They begin one after the other, so that calls come evenly.
    runner.start(job.count, spawn_rate=job.rate)
    try:
        time.sleep(job.seconds)
    except KeyboardInterrupt:
        tell(INTERRUPTED, err=True)
    runner.stop()
    took = time.perf_counter() - began
    runner.quit()
    return took, runner.cpu_warning_emitted
