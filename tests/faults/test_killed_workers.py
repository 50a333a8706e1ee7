"""A worker that is killed (``kill -9``) or stopped at each of its instants: no call is made twice, and none forgotten.

The carrier is the project's own simulated API, over HTTP; its calls come to the line in this process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from data.callbacks import CallbackRecord, ask_callback, recent_callbacks
from data.calls import NewCall, open_call, record_status
from data.database import Database
from data.outbox import OutboxRecord, recent_rows
from ivr.call.lines import Lines
from ivr.cli.worker import PATIENCE
from ivr.flow.folder import load_line
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from tests.databases import THOROUGHLY, one_of_both
from tests.faults.served import ROOT
from tests.faults.working import NEVER, Plan, SharedClock
from tests.line_server import NUMBER, LineServer
from tests.lines import TUESDAY, write_line

pytestmark = pytest.mark.network

PUBLIC = "http://ivr.test"
INSTANTS = [*map(str, range(1, 200))] if THOROUGHLY else ["7", "19", "before request", "after request", "31"]
"""``make faults`` kills at every instant, ``make test`` at some, among which are those about a request."""

STOPS = range(1, 200) if THOROUGHLY else [4, 5, 6]
"""Of the instants after a commit or a request: in ``make test`` those after the try was reserved, claimed and sent."""

LEAST_KILLS = 25 if THOROUGHLY else 4
"""A child that sends one call passes more instants: fewer kills would say that it does not die where it works."""


@dataclass
class Office:
    """The line, the account that calls for it, and the worker that is killed."""

    server: LineServer
    switchboard: Switchboard
    clock: SharedClock
    worker: subprocess.Popen[str]

    def promise(self, number: int) -> str:
        """Promise a caller a call, and return the number of their telephone."""
        sid, caller, now = f"CA{number:032x}", f"+55119876{number:05}", self.clock.now()
        with self.server.database.transaction() as connection:
            open_call(connection, NewCall(sid, "ensaio", "v1", caller, NUMBER, now, "{}"))
            record_status(connection, sid, "completed", 3, 60, now)
            ask_callback(connection, CallbackRecord(sid, "ensaio", "gente", caller, now))
        return caller

    def work(self, last_instant: str = NEVER) -> str:
        """Let a worker work until nothing is left to be sent, or until it is killed."""
        assert self.worker.stdin is not None
        assert self.worker.stdout is not None
        self.worker.stdin.write(f"{last_instant}\n")
        self.worker.stdin.flush()
        return self.worker.stdout.readline().strip()

    def made_to(self, number: str) -> list[str]:
        """The reservations of the calls that the carrier made to a telephone."""
        calls = [party.call for party in self.switchboard.calls() if party.call.setup.to == number]
        return [re.findall("reservation=(TR[0-9a-f]{32})", call.setup.url)[0] for call in calls]

    def callback_of(self, number: str) -> CallbackRecord:
        with self.server.database.reading() as connection:
            (found,) = [each for each in recent_callbacks(connection, 1000) if each.number == number]
        return found

    def row_of(self, number: str) -> OutboxRecord:
        with self.server.database.reading() as connection:
            (found,) = [each for each in recent_rows(connection, 1000) if each.recipient == number]
        return found


@pytest.fixture
def office(database_url: str, tmp_path: Path) -> Iterator[Office]:
    folder = write_line(tmp_path / "flows" / "ensaio")
    time = tmp_path / "clock"
    time.write_bytes(bytes(8))
    clock = SharedClock(time, TUESDAY)
    database = Database(database_url, patience=PATIENCE)
    server = LineServer(Lines([load_line(folder)]), database, clock.now, PUBLIC, DEMO_TOKEN, DEMO_ACCOUNT)
    callees = Callees(default=CalleeBehaviour("answered", ring=1, talk=1))
    switchboard = Switchboard(clock, WsgiTransport(server.app), callees=callees)
    with rest_server(switchboard) as api:
        plan = Plan(database_url, str(folder), str(time), TUESDAY.isoformat(), api, PUBLIC, DEMO_ACCOUNT, DEMO_TOKEN)
        command = [sys.executable, "-m", "tests.faults.working", json.dumps(asdict(plan))]
        worker = subprocess.Popen(
            command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ}
        )
        yield Office(server, switchboard, clock, worker)
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.close()
        worker.wait(60)
        worker.stdout.close()
    database.close()


def test_a_worker_killed_at_any_instant_calls_once_and_forgets_none(office: Office) -> None:
    killed = 0
    for number, instant in enumerate(INSTANTS):
        caller = office.promise(number)
        outcome = office.work(instant)
        assert outcome in {"killed", "done"}
        if outcome == "killed":
            killed += 1
            # The call rings, and its webhooks come, while no worker is there; or only after the next one has looked.
            if killed % 2:
                office.switchboard.run()
            assert office.work() == "done"
        office.switchboard.run()
        made, row = office.made_to(caller), office.row_of(caller)
        assert made == [row.id], f"killed at instant {instant}: {len(made)} calls"
        assert (row.state, row.carrier_sid is not None) == ("sent", True)
        callback = office.callback_of(caller)
        assert (callback.note, callback.tries) == ("reached", 1), f"killed at instant {instant}"
        if outcome != "killed":
            assert outcome == "done"
            break
    print(f"{killed} kills; each caller was called once")
    assert killed >= LEAST_KILLS


@one_of_both("sqlite")
def test_a_worker_stopped_at_any_instant_that_wakes_much_later_calls_once(office: Office) -> None:
    stopped = 0
    for number, instant in enumerate(STOPS):
        caller = office.promise(number)
        outcome = office.work(f"stop {instant}")
        if outcome == "stopped":
            stopped += 1
            # Another one works meanwhile, and takes over what this one has claimed.
            assert office.work() == "done"
            assert office.work("continue") == "done"
        else:
            assert outcome == "done"
        office.switchboard.run()
        made, row, callback = office.made_to(caller), office.row_of(caller), office.callback_of(caller)
        assert made == [row.id], f"stopped at instant {instant}: {len(made)} calls"
        assert (row.state, callback.note, callback.tries) == ("sent", "reached", 1), f"stopped at instant {instant}"
        if outcome == "done":
            break
    print(f"{stopped} stops; each caller was called once")
    assert stopped >= len(STOPS) if not THOROUGHLY else stopped >= LEAST_KILLS / 3
