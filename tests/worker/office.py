"""The line, its worker, and the account that it calls with, where answers are lost and connections break.

The calls go through the vendor's own client to the simulated account, and their webhooks come to the line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

import pytest
from requests import ConnectionError, PreparedRequest, ReadTimeout, Response
from twilio.rest import Client
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from data.callbacks import CallbackRecord, ask_callback, recent_callbacks
from data.calls import NewCall, open_call, record_status
from data.database import Database
from data.outbox import OutboxFigures, OutboxRecord, outbox_figures, recent_rows
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.flow.line import Line
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.in_process import InProcess
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from ivr.worker.tools import Tools
from ivr.worker.worker import LOOK_SECONDS, Worker
from tests.conftest import Now
from tests.line_server import NUMBER, SID, LineServer

PUBLIC = "http://ivr.test"
CALLER = "+5511987654321"
API = "http://rest.test"

Fault = Literal["answer lost", "request lost", "no connection"] | int


class UnreliableApi(InProcess):
    """The simulated API, to which the next requests that make a call, or all that list them, go wrong."""

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__(rest_app(switchboard))
        self.making: list[Fault] = []
        self.listing: Fault | None = None
        self.requests: list[str] = []

    def send(self, request: PreparedRequest, *args: object, **options: object) -> Response:
        self.requests.append(request.method or "")
        fault = self.listing if request.method == "GET" else self.making.pop(0) if self.making else None
        match fault:
            case None:
                return super().send(request)
            case "answer lost":
                super().send(request)
                raise ReadTimeout
            case "request lost":
                raise ConnectionError("Connection aborted.")
            case "no connection":
                pool = HTTPConnectionPool("rest.test")
                raise ConnectionError(MaxRetryError(pool, "/", NewConnectionError(pool, "refused")))  # type: ignore[arg-type]
            case status if isinstance(status, int):
                response = Response()
                response.status_code = status
                response._content = b'{"code": 20003, "message": "no", "status": 400}'
                return response


@dataclass
class Office:
    """The line, its worker, and the account that it calls with."""

    server: LineServer
    now: Now
    clock: VirtualClock
    switchboard: Switchboard
    api: UnreliableApi
    tools: Tools
    worker: Worker
    callees: dict[str, CalleeBehaviour] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.server.database

    def promise(self, sid: str = SID, number: str = CALLER) -> None:
        """A caller is promised a call."""
        with self.database.transaction() as connection:
            open_call(connection, NewCall(sid, "ensaio", "v1", number, NUMBER, self.now(), "{}"))
            record_status(connection, sid, "completed", 3, 60, self.now())
            ask_callback(connection, CallbackRecord(sid, "ensaio", "gente", number, self.now()))

    def another_worker(self, clock: Callable[[], datetime]) -> Worker:
        """The worker of another process, whose clock may be another one."""
        return Worker(self.tools, clock, Random(2), "another")

    def pass_time(self, seconds: float, *, ringing: bool = False, look: float = LOOK_SECONDS) -> None:
        """Let the worker look once in so many seconds, and the telephones ring where they are to."""
        until = self.now() + timedelta(seconds=seconds)
        while True:
            while not self.worker.step():
                pass
            if ringing:
                self.switchboard.run()
            if self.now() >= until:
                return
            self.now.moment += timedelta(seconds=look)
            self.clock.advance(look)

    def tell(self, path: str, sid: str, **fields: str) -> None:
        """The carrier tells of a call that it makes for us."""
        answer = self.server.post(path, fields, sid=sid, AccountSid=DEMO_ACCOUNT, From=NUMBER, To=CALLER)
        assert answer.status_code == 200

    @property
    def made(self) -> int:
        """How many calls the carrier made."""
        return len(self.switchboard.calls())

    def callback(self) -> CallbackRecord:
        with self.database.reading() as connection:
            (found,) = recent_callbacks(connection, 10)
        return found

    def row(self) -> OutboxRecord:
        """The row that was written last."""
        return self.rows()[0]

    def rows(self) -> list[OutboxRecord]:
        with self.database.reading() as connection:
            return recent_rows(connection, 100)

    def figures(self) -> OutboxFigures:
        with self.database.reading() as connection:
            return outbox_figures(connection, self.now())


@pytest.fixture
def office(server_database: Database, server_vault: Vault, small_line: Line, clock: Now) -> Iterator[Office]:
    lines = Lines([small_line])
    server = LineServer(lines, server_database, clock, PUBLIC, DEMO_TOKEN, DEMO_ACCOUNT)
    time = VirtualClock(clock().astimezone(UTC))
    callees: dict[str, CalleeBehaviour] = {CALLER: CalleeBehaviour("answered", ring=1, talk=1)}
    switchboard = Switchboard(time, WsgiTransport(server.app), callees=lambda number: Callees(callees)(number))
    client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
    api = UnreliableApi(switchboard)
    client.http_client.session.mount(API, api)
    client.api.base_url = API
    tools = Tools(server_database, server_vault, lambda: lines, TwilioCalls(lambda: client, PUBLIC))
    worker = Worker(tools, clock, Random(1), "tests")
    yield Office(server, clock, time, switchboard, api, tools, worker, callees)
    client.http_client.session.close()
