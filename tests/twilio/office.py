"""Callers of the shipped line who ask to be called back, and the carrier that calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from random import Random

import pytest
from twilio.rest import Client

from data.callbacks import CallbackRecord, recent_callbacks
from data.outbox import OutboxRecord, recent_rows
from data.vault import Cost, Vault
from ivr.call.callbacks import reserve
from ivr.call.lines import Lines
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.flow.line import Line
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import WsgiTransport
from ivr.worker.deliveries.call import CallDelivery
from ivr.worker.outbox import Outbox
from ivr.worker.tools import Tools
from tests.conftest import MakeServer, Now
from tests.line_server import CALLER, KEY, SID, LineServer, said
from tests.simulator.rest.account import client
from tests.webapps import said as said_in

PUBLIC = "http://ivr.test"
OTHER = "CA" + "2" * 32
THIRD = "CA" + "3" * 32


@dataclass
class Office:
    """The server, and an account at which it can make calls; ``callees`` are who answers them."""

    server: LineServer
    now: Now
    lines: Lines
    callees: dict[str, CalleeBehaviour | list[Step]] = field(default_factory=dict)
    heard: list[list[str]] = field(default_factory=list)
    """What was said in each call that was made last."""

    def ask(self, sid: str = SID, number: str = CALLER) -> None:
        """A caller stands in the service centre's queue, leaves it and asks to be called back."""
        assert "Combinado" in self.answer(sid, number)
        self.server.post("/twilio/status", CallStatus="completed", SequenceNumber="3", sid=sid, From=number)

    def answer(self, sid: str, number: str) -> str:
        """What a caller hears who does so, and confirms the number."""
        self.queue(sid, number)
        self.server.post("/twilio/wait/key?turn=4&state=transferencia&line=4003-0015", Digits="3", sid=sid, From=number)
        left = self.server.post("/twilio/turn/4", QueueResult="leave", QueueTime="20", sid=sid, From=number)
        if "tecle 1" not in said(left).lower():
            return said(left)
        return said(self.server.turn(5, sid, Digits="1", From=number))

    def queue(self, sid: str, number: str = CALLER) -> None:
        self.server.post("/twilio/voice", sid=sid, From=number)
        for turn, digits in ((1, "4"), (2, "3")):
            self.server.turn(turn, sid, Digits=digits, From=number)
        self.server.turn(3, sid, DialCallStatus="no-answer", From=number)

    def call(self) -> list[str]:
        """Call everybody who is due, to the end of each call; the destinations."""
        callees: Mapping[str, CalleeBehaviour | list[Step]] = self.callees
        switchboard = Switchboard(
            VirtualClock(self.now().astimezone(UTC)), WsgiTransport(self.server.app), callees=Callees(callees)
        )
        called = self.ring(client(switchboard))
        switchboard.run()
        self.heard = [said_in(party.call.transcript) for party in switchboard.calls()]
        return [each.destination for each in called]

    def ring(self, account: Client) -> list[CallbackRecord]:
        """Do what the worker does about callbacks over ``account``: whose turn it is, and their calls."""
        called = reserve(self.server.database, self.lines, self.now())
        vault = Vault(KEY, Cost.rehearsal())
        tools = Tools(self.server.database, vault, lambda: self.lines, TwilioCalls(lambda: account, PUBLIC))
        outbox = Outbox(self.server.database, [CallDelivery(tools)], "tests", Random(1), self.now)
        while outbox.step():
            pass
        return called

    def callbacks(self) -> list[CallbackRecord]:
        with self.server.database.reading() as connection:
            return recent_callbacks(connection, 10)

    def outbox(self) -> list[OutboxRecord]:
        with self.server.database.reading() as connection:
            return recent_rows(connection, 10)


@pytest.fixture
def office(make_server: MakeServer, shipped_line: Line, clock: Now) -> Office:
    server = make_server(shipped_line, public_url=PUBLIC, auth_token=DEMO_TOKEN)
    return Office(server, clock, Lines([shipped_line]))


VICTIM = "+5521991040175"
