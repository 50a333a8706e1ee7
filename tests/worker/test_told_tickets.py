"""What happens to a ticket is told to the company's own receiver: signed, each once it was taken, in its order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from data.contact import CONTACT
from data.database import Database
from data.outbox import OutboxRecord, claim_sending, find_row, recent_rows
from data.sweep import sweep
from data.ticket_events import TOLD, TOLD_KEPT
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.settings import Settings
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from ivr.webhook_receiver import TICKETS, WebhookReceiver, read_receiver
from ivr.worker.deliveries.ticket_event import TicketEventDelivery
from ivr.worker.outbox import Outbox
from ivr.worker.signed_webhook import SignedWebhook
from ivr.worker.tools import Tools
from tests.conftest import Now
from tests.service_desk.conftest import MONDAY, RULES
from tests.worker.receiver import SECRET, Receiver, receiving

ONE, ANOTHER = "5071343114", "5071343115"
SECRET_TEXT = "a-canary-that-people-wrote"


@dataclass
class Told:
    """A service desk whose line tells events, the worker's outbox, and a receiver."""

    database: Database
    line: Line
    new: NewTicket
    receiver: Receiver
    now: Now
    tools: Tools

    def open(self, number: str = ONE) -> None:
        with self.database.transaction() as connection:
            open_ticket(connection, self.line, self.new, number, self.now())

    def act(self, kind: EventKind, number: str = ONE) -> None:
        self.now.moment += timedelta(minutes=1)
        with self.database.transaction() as connection:
            act = TicketAct(kind, TicketParty.STAFF, "Ana", text=SECRET_TEXT)
            act_on(connection, self.line, ticket_for(connection, number), act, self.now())

    def send(self, seconds: int = 0) -> None:
        """Let the worker send what is due, for so many seconds."""
        outbox = Outbox(self.database, [TicketEventDelivery(self.tools)], "tests", Random(1), self.now)
        until = self.now() + timedelta(seconds=seconds)
        while True:
            while outbox.step():
                pass
            if self.now() >= until:
                return
            self.now.moment += timedelta(seconds=1)

    def told(self, number: str = ONE) -> list[str]:
        """Events of a ticket as the receiver was asked to take them."""
        return [each.told["event"] for each in self.receiver.posted if each.told["number"] == number]

    def places(self) -> list[int]:
        """Positions of the first ticket's events, as they were posted."""
        return [each.told["position"] for each in self.receiver.posted if each.told["number"] == ONE]

    def rows(self) -> list[OutboxRecord]:
        with self.database.reading() as connection:
            return [each for each in recent_rows(connection, 100) if each.kind == TOLD]


@pytest.fixture
def told(server_database: Database, server_vault: Vault, shipped_line: Line, clock: Now) -> Iterator[Told]:
    line = replace(shipped_line, routing=replace(shipped_line.routing, tickets=replace(RULES, tells_events=True)))
    with server_database.reading() as connection:
        contact = connection.execute(select(CONTACT).order_by(CONTACT.c.id)).first()
    assert contact is not None
    new = NewTicket(
        contact.company_id, contact.id, "portal", Area.SUSTENTACAO, "suporte", Severity.MEDIUM,
        TicketParty.CUSTOMER, contact.name, SECRET_TEXT, SECRET_TEXT,
    )  # fmt: skip
    clock.moment = MONDAY
    with receiving() as receiver:
        receiver.secret = SECRET
        hook = SignedWebhook(WebhookReceiver(receiver.url, SECRET, prefix=TICKETS), clock)
        tools = Tools(server_database, server_vault, lambda: Lines([line]), ticket_events=hook)
        yield Told(server_database, line, new, receiver, clock, tools)


def test_each_event_is_told_signed_and_without_what_people_wrote(told: Told) -> None:
    told.open()
    told.act(EventKind.SOLUTION_SENT)
    told.send()
    assert told.told() == ["opened", "analysis-begun", "solution-sent"]
    assert all(each.is_signed_with(SECRET) for each in told.receiver.posted)
    assert [each.delivery for each in told.receiver.posted] == [f"TE{ONE}{place:06d}" for place in range(3)]
    assert told.receiver.posted[0].told == {
        "number": ONE, "position": 0, "event": "opened", "by": "customer", "at": "2026-03-09T10:00:00-03:00",
        "line": "4003-0015", "state": "opened", "severity": 3, "area": "sustentacao",
        "forecast": "2026-03-11T16:00:00-03:00",
    }  # fmt: skip
    sent = b"".join(each.body for each in told.receiver.posted)
    assert SECRET_TEXT.encode() not in sent
    assert told.new.author.encode() not in sent


def test_an_event_waits_for_the_one_before_it_and_no_other_ticket_does(told: Told) -> None:
    told.open()
    told.send()
    told.act(EventKind.ACTIVITY_NOTED)
    told.act(EventKind.ACTIVITY_NOTED)
    told.open(ANOTHER)
    told.receiver.answers = [(500, {})]
    told.send()
    assert told.places() == [0, 1]
    assert told.told(ANOTHER) == ["opened"]
    told.receiver.answers = [(503, {}), (429, {})]
    told.send(120)
    assert told.places() == [0, 1, 1, 1, 1, 2]
    assert {each.state for each in told.rows()} == {"sent"}


def test_after_an_event_was_given_up_the_later_ones_are_sent(told: Told) -> None:
    told.open()
    told.act(EventKind.ACTIVITY_NOTED)
    told.receiver.answers = [(302, {"Location": "http://127.0.0.1:1/"})]
    told.send(5)
    assert told.told() == ["opened", "activity-noted"]
    states = {each.id: (each.state, each.note) for each in told.rows()}
    assert states[f"TE{ONE}000000"] == (
        "dead", "the receiver answered 302, a redirect, which is not followed; name its last address",
    )  # fmt: skip
    assert states[f"TE{ONE}000001"][0] == "sent"


def test_an_answer_that_was_lost_is_sent_again_under_its_name(told: Told) -> None:
    told.open()
    with told.database.transaction() as connection:
        row = find_row(connection, f"TE{ONE}000000")
        assert row is not None
        claim_sending(connection, row, "a process that died", told.now(), timedelta(seconds=60))
    told.act(EventKind.ACTIVITY_NOTED)
    told.send()
    assert told.told() == []
    told.send(90)
    assert told.told() == ["opened", "activity-noted"]


def test_an_address_of_a_private_network_is_told_nothing(told: Told) -> None:
    told.open()
    hook = SignedWebhook(WebhookReceiver("https://10.1.2.3/", SECRET, prefix=TICKETS), told.now)
    told.tools = replace(told.tools, ticket_events=hook)
    told.send()
    (row,) = told.rows()
    assert (row.state, row.note) == (
        "dead", "10.1.2.3 is in a private network; set IVR_TICKETS_PRIVATE=yes where that is meant",
    )  # fmt: skip


def test_a_line_that_tells_nothing_writes_no_row(told: Told) -> None:
    told.line = replace(told.line, routing=replace(told.line.routing, tickets=RULES))
    told.open()
    told.act(EventKind.SOLUTION_SENT)
    assert told.rows() == []


def test_rows_wait_where_no_receiver_is_named(told: Told) -> None:
    told.open()
    told.tools = replace(told.tools, ticket_events=None)
    told.send(5)
    assert [(each.state, each.tries) for each in told.rows()] == [("waiting", 0)]
    assert SECRET_TEXT not in json.dumps([each.content for each in told.rows()])


def test_the_settings_name_the_receiver() -> None:
    environ = {"IVR_TICKETS_URL": "https://t.example.com/x", "IVR_TICKETS_SECRET": "x" * 16}
    settings = Settings.from_environment(environ)
    assert settings.ticket_events is not None
    assert "t.example.com" not in repr(settings)
    faults: list[str] = []
    assert read_receiver(environ | {"IVR_TICKETS_SECRET": "x"}, faults, TICKETS) is None
    assert faults[0].startswith("IVR_TICKETS_SECRET: required with IVR_TICKETS_URL")


def test_a_settled_row_is_dropped_after_its_days_and_one_that_waits_is_not(told: Told) -> None:
    told.open()
    told.send()
    told.act(EventKind.ACTIVITY_NOTED)
    sweep(told.database, told.now() + TOLD_KEPT - timedelta(minutes=2))
    assert len(told.rows()) == 2
    sweep(told.database, told.now() + TOLD_KEPT)
    assert [row.state for row in told.rows()] == ["waiting"]
