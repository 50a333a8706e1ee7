"""The whole server as Twilio meets it: requests go through WSGI and are signed by Twilio's own library."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lxml import etree
from sqlalchemy import event, text
from twilio.request_validator import RequestValidator
from werkzeug.test import Client, TestResponse

from app import create_app, create_pages, webhooks_front
from data.budgets import Budgets
from data.calls import CallRecord, find_call
from data.database import Database
from data.sqlite import driver_of
from data.turns import TurnRecord, turns_of
from data.vault import Cost
from ivr.call.announcements import Announcements
from ivr.call.lines import Lines
from ivr.call.rota_swaps import RotaSwaps
from ivr.channels.webhook_report import WebhookReport, log_turn
from ivr.settings import Settings
from ivr.web.health import Health
from ivr.web.meter import Meter
from tests.behind_front import BehindFront

KEY = b"a key of the tests, 32 bytes....."
SID = "CA" + "1" * 32
ACCOUNT = "AC" + "a" * 32
CALLER = "+5511987654321"
NUMBER = "+551140030015"
FORM = "application/x-www-form-urlencoded; charset=utf-8"

PADARIA = "11222333000181"
"""Of the demo data: Ana keys 1234 and is fine, Carla keys 2468 and is blocked."""


class LocalClient(Client):
    """A client of this machine: the connection comes from its own address."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        kwargs["environ_overrides"] = {"REMOTE_ADDR": "127.0.0.1"} | (kwargs.get("environ_overrides") or {})
        return super().open(*args, **kwargs)


@dataclass
class LineServer:
    """One application; ``post`` is a request that Twilio signs."""

    lines: Lines
    database: Database
    clock: Callable[[], datetime]
    public_url: str | None
    auth_token: str | None
    account_sid: str | None
    guesses: Budgets = field(default_factory=Budgets)
    auth_token_previous: str | None = None
    pages_url: str | None = None
    second_person: bool = False
    follows: bool = False
    """Whether the pages say that callers hear the folder; asked for when the first page is."""
    send_now: Callable[[str], None] | None = None
    client: Client = field(init=False)
    meter: Meter = field(init=False)
    announcements: Announcements = field(init=False)
    swaps: RotaSwaps = field(init=False)

    def __post_init__(self) -> None:
        self.settings = Settings(
            database_url="sqlite://",
            secret_key=KEY,
            flows=Path("flows"),
            public_url=self.public_url,
            account_sid=self.account_sid,
            auth_token=self.auth_token,
            auth_token_previous=self.auth_token_previous,
            guesses=self.guesses,
            pages_url=self.pages_url,
            second_person=self.second_person,
        )
        meter = self.meter = Meter()

        def report(answered: WebhookReport) -> None:
            meter.report(answered)
            log_turn(answered)

        self.announcements = Announcements(self.database)
        self.swaps = RotaSwaps(self.database)
        self.app = create_app(
            self.settings,
            clock=self.clock,
            database=self.database,
            lines=self.lines,
            cost=Cost.rehearsal(),
            report=report,
            announcements=self.announcements,
            swaps=self.swaps,
            send_now=self.send_now,
        )
        self.client = Client(self.app)

    @cached_property
    def pages(self) -> Client:
        """The pages, whose figures are always fresh; few tests ask for one."""
        pages = create_pages(
            self.settings,
            clock=self.clock,
            database=self.database,
            lines=lambda: self.lines,
            health=Health(self.lines, self.database.standing).told,
            meters=self.meter.counted,
            stopwatch=itertools.count(step=1000).__next__,
            cost=Cost.rehearsal(),
            follows=self.follows,
        )
        return LocalClient(pages)

    def hurry(self, seconds: float) -> None:
        """Ask through the front from now on, which waits so long for an answer."""
        self.client = Client(BehindFront(webhooks_front(self.app, self.settings, deadline=seconds)))

    def sign(self, path: str, form: Mapping[str, str]) -> str:
        """The signature of a POST of ``form`` to the public URL followed by ``path``."""
        signature: str = RequestValidator(self.auth_token).compute_signature(f"{self.public_url}{path}", form)
        return signature

    def post(self, path: str, form: Mapping[str, str] | None = None, *, sid: str = SID, **fields: str) -> TestResponse:
        """A request as Twilio would send it: the usual fields, those of ``form`` and ``fields``, and its signature."""
        usual = {"CallSid": sid, "AccountSid": ACCOUNT, "From": CALLER, "To": NUMBER, "CallStatus": "in-progress"}
        sent = usual | dict(form or {}) | fields
        headers = {"X-Twilio-Signature": self.sign(path, sent)} if self.auth_token else {}
        return self.raw(path, urlencode(sent), headers)

    def raw(self, path: str, body: str | bytes, headers: Mapping[str, str] | None = None) -> TestResponse:
        """A request as anybody may send it."""
        return self.client.post(path, data=body, headers=dict(headers or {}), content_type=FORM)

    def start(self, sid: str = SID) -> TestResponse:
        """A call comes in."""
        return self.post("/twilio/voice", sid=sid)

    def turn(self, number: int, sid: str = SID, **fields: str) -> TestResponse:
        """What a caller did, told as the turn ``number``."""
        return self.post(f"/twilio/turn/{number}", fields, sid=sid)

    def followed(self, answer: TestResponse, sid: str = SID) -> TestResponse:
        """What is answered in the end where an answer redirects: Twilio asks there, without what was keyed."""
        while (redirect := twiml(answer).findtext("Redirect")) is not None:
            answer = self.post(redirect, sid=sid)
        return answer

    def keys(self, *entries: str, sid: str = SID) -> TestResponse:
        """A whole call: it begins, and each entry is one turn."""
        answer = self.start(sid)
        for number, digits in enumerate(entries, 1):
            answer = self.turn(number, sid, Digits=digits)
        return answer

    def call(self, sid: str = SID) -> CallRecord | None:
        """The call as it is stored."""
        with self.database.reading() as connection:
            return find_call(connection, sid)

    def turns(self, sid: str = SID) -> list[TurnRecord]:
        """The turns as they are stored."""
        with self.database.reading() as connection:
            return turns_of(connection, sid)

    def calls(self) -> int:
        """How many calls are stored."""
        with self.database.reading() as connection:
            return int(connection.execute(text("SELECT count(*) FROM call")).scalar_one())


def twiml(answer: TestResponse) -> etree._Element:
    """The answer as TwiML; it is a document that Twilio takes."""
    assert answer.status_code == 200
    assert answer.mimetype == "text/xml"
    assert len(answer.data) < 64 * 1024
    root = etree.fromstring(answer.data)
    assert root.tag == "Response"
    return root


def said(answer: TestResponse) -> str:
    """Everything that is spoken in the answer, said or played."""
    texts = ((each.tag == "Say", each.text or "") for each in twiml(answer).iter("Say", etree.Comment))
    spoken = (text for is_said, text in texts if is_said or text.startswith(" says: "))
    return " ".join(text.removeprefix(" says: ").strip() for text in spoken)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """The SQL that is sent to the database, statement by statement."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(database._engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database._engine, "before_cursor_execute", note)


@contextmanager
def sql(database: Database) -> Iterator[list[str]]:
    """All that SQLite is asked to execute on a database in memory, BEGIN and COMMIT too, and not what a trigger does
    of that by itself: of it SQLite tells as comments, and of its index of words what that asks itself.
    """
    sent: list[str] = []

    triggered = False

    def tell(statement: str) -> None:
        nonlocal triggered
        if statement.startswith("--") or "'ticket_words_" in statement or statement == "PRAGMA 'main'.data_version":
            triggered = True
        elif not (triggered and sent and statement == sent[-1]):  # told again as a trigger goes on in it
            triggered = False
            sent.append(statement)

    with driver_of(database._engine) as driver:
        driver.set_trace_callback(tell)
        try:
            yield sent
        finally:
            driver.set_trace_callback(None)
