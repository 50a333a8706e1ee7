"""``python -m tests.faults.working``: a worker that is killed at any instant that is asked for.

The parent has imported everything. For each line ``N`` on its standard input it forks a child that works until none is
left to be sent, and that is killed (``kill -9``, by itself) at its N-th instant; NEVER is none. Instants lie before and
after each commit of a transaction that writes, and before and after each request to the carrier: what happens between
two of them no other process can tell apart. On its standard output stands ``killed`` or ``done`` for each child.

For ``stop N`` the child stops itself (SIGSTOP) at the N-th instant at which it holds no lock, and ``stopped`` is said;
it goes on for ``continue``.

Time is in a file that the test shares: each look that finds nothing lets some seconds pass.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import signal
import struct
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from data.callbacks import waiting_callbacks
from data.database import Database
from data.outbox import outbox_figures
from ivr.call.lines import Lines
from ivr.flow.folder import load_line
from ivr.settings import Settings
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker

IDLE_SECONDS = 20.0
"""Pass when nothing was to be done: a claim is over after three such looks."""

NEVER = "0"

LEAST_LOOKS = 3
"""By then a lease that was left is over, and it was looked whose turn it is."""

MOST_LOOKS = 100
"""Half an hour: whatever is still to be sent then is not going to be."""

_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


@dataclass(frozen=True)
class Plan:
    """What is worked with; ``clock`` is a file of eight bytes, the seconds since ``began`` (ISO)."""

    database_url: str
    line: str
    clock: str
    began: str
    api_url: str
    public_url: str
    account_sid: str
    auth_token: str


class SharedClock:
    """The time that test, worker and carrier share: it only grows, and whoever waits lets it pass."""

    real = False
    pace = 1.0

    def __init__(self, path: Path, began: datetime) -> None:
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 8)
        self._began = began

    def now(self) -> datetime:
        """The time, aware."""
        return self._began + timedelta(seconds=self.elapsed())

    def elapsed(self) -> float:
        """Seconds since it began."""
        seconds: float = struct.unpack("d", self._memory[:8])[0]
        return seconds

    def advance_to(self, elapsed: float) -> None:
        """Let time pass."""
        self._memory[:8] = struct.pack("d", max(elapsed, self.elapsed()))

    def hold_to_real_time(self) -> None:
        """No call here has a media stream."""

    def let_go_of_real_time(self) -> None:
        """No call here has a media stream."""


class Instants:
    """Counts the instants of a child, which dies at the one that it is told, a number or the first of that name, or is
    stopped there (``stop`` and a number). It is stopped where it holds no lock, and before it opens a connection.
    """

    def __init__(self, told: str) -> None:
        *stop, self._last = told.split(maxsplit=1) if told.startswith("stop ") else [told]
        self._stops = bool(stop)
        self._count = 0

    def pass_one(self, name: str) -> None:
        if self._stops and not name.startswith("after "):
            return
        self._count += 1
        if self._last in (name, str(self._count)):
            os.kill(os.getpid(), signal.SIGSTOP if self._stops else signal.SIGKILL)


class MortalDatabase(Database):
    """A database whose process may die before and after each commit."""

    instants = Instants(NEVER)

    def transaction(self, *, durable: bool = True) -> AbstractContextManager[Connection]:
        return self._mortal(super().transaction(durable=durable))

    @contextmanager
    def _mortal(self, transaction: AbstractContextManager[Connection]) -> Iterator[Connection]:
        with transaction as connection:
            yield connection
            self.instants.pass_one("before commit")
        self.instants.pass_one("after commit")


def _make_requests_mortal(instants: Instants) -> None:
    """Have this process die before or after a request of the vendor's client."""
    ask = TwilioHttpClient.request

    def request(self: TwilioHttpClient, *args: object, **options: object) -> Response:
        instants.pass_one("before request")
        answer = ask(self, *args, **options)
        instants.pass_one("after request")
        return answer

    TwilioHttpClient.request = request


def main() -> None:
    """Fork a child for each line of standard input, and say what became of it."""
    plan = Plan(**json.loads(sys.argv[1]))
    lines = Lines([load_line(Path(plan.line))])
    _load_what_children_need(lines)
    stopped = 0
    for word in sys.stdin:
        if word.strip() == "continue":
            pid = stopped
            os.kill(pid, signal.SIGCONT)
        else:
            pid = os.fork()
        if pid == 0:
            if sys.platform == "linux":
                ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
            _work(plan, lines, Instants(word.strip()))
            os._exit(0)
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            stopped, outcome = pid, "stopped"
        else:
            outcome = "killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed"
        os.write(1, f"{outcome}\n".encode())


def _load_what_children_need(lines: Lines) -> None:
    """The vendor's client and the tables of telephone numbers load what they need when they are first used."""
    assert Client("AC" + "0" * 32, "no token").calls is not None
    for engine in lines:
        assert engine.line.routing.table.callbacks.number_to_call("+5511987654321", [engine.line.header.number])


def _work(plan: Plan, lines: Lines, instants: Instants) -> None:
    clock = SharedClock(Path(plan.clock), datetime.fromisoformat(plan.began))
    database = MortalDatabase(plan.database_url)
    database.instants = instants
    settings = Settings(
        plan.database_url, b"no key is used here", Path(plan.line).parent, plan.public_url, plan.account_sid,
        plan.auth_token, api_url=plan.api_url, calls_per_second=999,
    )  # fmt: skip
    _make_requests_mortal(instants)
    tools = Tools.of(settings, database, lambda: lines)
    worker = Worker(tools, clock.now, Random(1), f"tests/{os.getpid()}")
    looks_without_work = 0
    for _ in range(MOST_LOOKS):
        if worker.step():
            looks_without_work += 1
            clock.advance_to(clock.elapsed() + IDLE_SECONDS)
            if looks_without_work > LEAST_LOOKS and not _is_anything_left(database, clock.now()):
                break
    database.close()


def _is_anything_left(database: Database, now: datetime) -> bool:
    """Whether a row is not settled, or a caller waits who is not being called."""
    with database.reading() as connection:
        waits = any(each.try_sid is None for each in waiting_callbacks(connection))
        return waits or outbox_figures(connection, now).oldest_seconds > 0


if __name__ == "__main__":
    main()
