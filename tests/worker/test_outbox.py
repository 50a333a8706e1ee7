"""What leaves the system is sent once: answers are lost, connections break, carriers refuse, desks close meanwhile.

The calls go through the vendor's own client to the simulated account, and their webhooks come to the line.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from typing import Literal

import pytest
from requests import ConnectionError, PreparedRequest, ReadTimeout, Response
from sqlalchemy import update
from twilio.rest import Client
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NewConnectionError

from data.callbacks import CALLBACK, CallbackRecord, ask_callback, recent_callbacks
from data.calls import NewCall, open_call, record_status
from data.closures import NewClosure, close_destination
from data.database import Database
from data.outbox import OUTBOX, OutboxFigures, OutboxRecord, outbox_figures, recent_rows
from data.sweep import sweep
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.flow.line import Line
from ivr.settings import Settings
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.in_process import InProcess
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from ivr.worker.backoff import MOST_TRIES
from ivr.worker.tools import Tools
from ivr.worker.worker import LOOK_SECONDS, Worker
from tests.conftest import Now
from tests.databases import one_of_both
from tests.line_server import KEY, NUMBER, SID, LineServer

pytestmark = one_of_both("sqlite")

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
        with self.database.reading() as connection:
            return recent_rows(connection, 10)[0]

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
    tools = Tools(server_database, server_vault, lambda: lines, TwilioCalls(client, PUBLIC))
    worker = Worker(tools, clock, Random(1), "tests")
    yield Office(server, clock, time, switchboard, api, worker, callees)
    client.http_client.session.close()


def test_a_caller_who_was_promised_a_call_is_called_by_itself(office: Office) -> None:
    office.promise()
    office.pass_time(12, ringing=True)
    assert (office.made, office.callback().note, office.row().state) == (1, "reached", "sent")


@pytest.mark.parametrize("ringing", [True, False])
def test_a_call_whose_answer_was_lost_is_not_made_again(office: Office, ringing: bool) -> None:
    office.api.making = ["answer lost"]
    office.promise()
    office.pass_time(1)
    assert office.row().state == "unknown"
    office.pass_time(300, ringing=ringing, look=10)
    office.switchboard.run()
    assert (office.made, office.callback().note, office.row().state) == (1, "reached", "sent")


def test_a_request_that_was_lost_is_sent_again_when_the_list_shows_no_call(office: Office) -> None:
    office.api.making = ["request lost"]
    office.promise()
    office.pass_time(100, look=10)
    # The carrier's list does not show it; but it may still be about to.
    assert (office.made, office.row().state) == (0, "unknown")
    office.pass_time(60, ringing=True, look=10)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 1)


def test_while_the_carrier_does_not_say_a_call_is_not_made_again(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost"], "no connection"
    office.promise()
    office.pass_time(3600, look=120)
    sweep(office.database, office.now())
    row = office.row()
    assert (office.made, row.state, row.tries) == (0, "unknown", 1)
    assert row.note == "Twilio does not list the account's calls (ConnectionError)"
    assert office.figures() == OutboxFigures(0, 0, 1, 0, oldest_seconds=3600)
    # It is asked less and less often, and goes on when it answers again.
    assert office.api.requests.count("GET") < 15
    office.api.listing = None
    office.pass_time(720, ringing=True, look=120)
    assert (office.made, office.callback().note) == (1, "reached")


@pytest.mark.parametrize("fault", ["no connection", 401, 429])
def test_what_was_certainly_not_sent_is_sent_again_later(office: Office, fault: Fault) -> None:
    office.api.making = [fault, fault, fault]
    office.promise()
    office.pass_time(1)
    assert office.row().state == "waiting"
    assert "GET" not in office.api.requests
    office.pass_time(90, ringing=True, look=5)
    row = office.row()
    assert (office.made, row.state, row.tries, office.callback().tries) == (1, "sent", 4, 1)


def test_an_error_of_the_carriers_servers_proves_nothing(office: Office) -> None:
    office.api.making = [503]
    office.promise()
    office.pass_time(1)
    assert (office.row().state, office.row().note) == ("unknown", "Twilio answered HTTP 503")


def test_what_is_refused_for_good_is_a_dead_letter_and_a_try(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.api.making = [400]
    office.promise()
    office.pass_time(1)
    assert (office.row().state, office.callback().note) == ("dead", "not reached: failed")
    assert office.figures().dead == 1
    (told,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert told.getMessage() == "dead letter"
    assert CALLER not in caplog.text
    # The callback has its second try all the same.
    office.pass_time(700, ringing=True, look=20)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 2)


def test_a_dead_letter_that_a_person_retries_is_sent(office: Office) -> None:
    office.api.making = [401 for _ in range(2 * MOST_TRIES)]
    office.promise()
    office.pass_time(3 * 3600, look=180)
    row = office.row()
    assert (row.state, row.tries, office.callback().note) == ("dead", MOST_TRIES, "not reached in 2 tries: failed")
    assert office.worker.outbox.retry(row.id, office.now()) is None
    office.pass_time(1, ringing=True)
    assert (office.made, office.row().state, office.callback().note) == (1, "sent", "reached")
    assert office.worker.outbox.retry(row.id, office.now()) == "it is sent"


def test_a_dead_letter_of_a_callback_that_was_reached_is_too_late(office: Office) -> None:
    office.api.making = [400]
    office.promise()
    office.pass_time(1)
    dead = office.row()
    office.pass_time(700, ringing=True, look=20)
    assert office.callback().note == "reached"
    told = office.worker.outbox.retry(dead.id, office.now())
    assert told == "it is too late: what it was for is done, over, or tried otherwise"
    assert office.made == 1


def test_an_unknown_row_that_a_person_retries_or_drops_is_settled(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost", "request lost"], "no connection"
    office.promise()
    office.pass_time(60, look=10)
    assert office.worker.outbox.retry(office.row().id, office.now()) is None
    office.pass_time(60)
    row = office.row()
    assert (row.state, row.tries) == ("unknown", 2)
    assert office.worker.outbox.drop(row.id, office.now()) is None
    assert (office.row().state, office.callback().note) == ("dropped", "not reached: failed")
    assert office.worker.outbox.drop("TR" + "0" * 32, office.now()) == "there is no such row"


def test_a_call_that_waits_while_its_desk_closes_is_made_when_it_opens(office: Office) -> None:
    office.api.making = ["no connection"]
    office.promise()
    office.pass_time(1)
    closed = office.now() + timedelta(minutes=30)
    with office.database.transaction() as connection:
        close_destination(connection, NewClosure("ensaio", "gente", "flood", office.now(), closed, "Bia"))
    office.pass_time(60, ringing=True, look=10)
    assert (office.made, office.row().state, office.row().note) == (0, "dropped", "its desk is closed by now")
    assert (office.callback().tries, office.callback().try_sid) == (0, None)
    office.pass_time(1800, ringing=True, look=60)
    assert (office.made, office.callback().note, office.callback().tries) == (1, "reached", 1)


def test_a_caller_who_is_erased_while_a_call_waits_is_not_called(office: Office) -> None:
    office.api.making = ["no connection"]
    office.promise()
    office.pass_time(1)
    with office.database.transaction() as connection:
        connection.execute(update(CALLBACK).values(number="", ended_at=office.now(), note="erased on request"))
        connection.execute(update(OUTBOX).values(recipient=""))
    office.pass_time(60)
    assert (office.made, office.row().state) == (0, "dropped")


def test_a_status_that_comes_before_the_answer_proves_the_call(office: Office) -> None:
    office.api.making, office.api.listing = ["request lost"], "no connection"
    office.promise()
    office.pass_time(1)
    path = f"/twilio/status?reservation={office.row().id}"
    sid = "CA" + "9" * 32
    office.tell(path, sid, CallStatus="initiated", SequenceNumber="0")
    assert (office.row().state, office.row().carrier_sid, office.callback().try_sid) == ("sent", sid, sid)
    office.tell(path, sid, CallStatus="busy", SequenceNumber="1")
    assert office.callback().note == "not reached: busy"


def test_a_reservation_of_none_of_ours_changes_nothing(office: Office) -> None:
    office.promise()
    office.pass_time(1)
    before = office.row(), office.callback()
    for written in ("TR" + "0" * 32, "x", ""):
        path = f"/twilio/status?reservation={written}"
        office.tell(path, "CA" + "9" * 32, CallStatus="busy", SequenceNumber="1")
    assert (office.row(), office.callback()) == before


def test_a_call_of_ours_to_the_same_number_from_before_is_not_taken_for_it(office: Office) -> None:
    # The first try was made and not answered; the second request is lost ten minutes later.
    office.callees[CALLER] = CalleeBehaviour("busy")
    office.promise()
    office.pass_time(5, ringing=True)
    assert office.callback().note == "not reached: busy"
    office.callees[CALLER] = CalleeBehaviour("answered", ring=1, talk=1)
    office.api.making = ["request lost"]
    office.pass_time(900, ringing=True, look=20)
    assert (office.made, office.callback().note, office.callback().tries) == (2, "reached", 2)


def test_without_an_account_callbacks_wait_and_nothing_is_tried(
    server_database: Database, server_vault: Vault, small_line: Line, clock: Now, office: Office
) -> None:
    office.promise()
    worker = Worker(Tools(server_database, server_vault, lambda: Lines([small_line])), clock, Random(1), "another")
    for _ in range(30):
        worker.step()
        clock.moment += timedelta(seconds=1)
    assert (office.callback().tries, office.callback().try_sid) == (0, None)


@pytest.mark.parametrize(
    ("public_url", "api_url", "is_set_up"),
    [
        ("https://line.example.com", None, True),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5099", True),
        ("http://127.0.0.1:5000", None, False),
        (None, None, False),
    ],
)
def test_calls_are_asked_for_only_where_their_webhooks_are_reached(
    public_url: str | None, api_url: str | None, is_set_up: bool, tmp_path: Path, office: Office
) -> None:
    settings = Settings("sqlite://", KEY, tmp_path, public_url, DEMO_ACCOUNT, DEMO_TOKEN, api_url=api_url)
    tools = Tools.of(settings, office.database, lambda: Lines([]))
    assert (tools.calls is not None) is is_set_up
    assert tools.delete_recording is not None
