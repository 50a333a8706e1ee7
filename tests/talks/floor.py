"""A floor of agents: the line, its worker, the account, callers and agents at telephones, all on one virtual clock.

Requests of the line go through the vendor's own client to the simulated account, and the account's webhooks come to the
line, signed. What people do is told second by second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import pytest
from twilio.rest import Client

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import Agent, add_agent, ask_state, find_agent
from data.database import Database
from data.offers import OfferRecord, offers_of
from data.outbox import OutboxRecord, recent_rows
from data.roles import Role
from data.talk_events import events_of
from data.talks import TalkRecord, talks_of_call
from data.users import add_user
from data.vault import Vault
from data.waiting import WaitingRecord, all_waiting
from ivr.call.lines import Lines
from ivr.call.talks.acts import TalkActs
from ivr.call.talks.carrier import Present
from ivr.call.talks.supervising import Supervision
from ivr.channels.twilio.outgoing_calls import TwilioCalls
from ivr.channels.twilio.talk_carrier import TwilioTalks
from ivr.flow.line import Line
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier, StatusCallback
from ivr.simulator.clock import VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transcript import Event
from ivr.simulator.transports import Request, Response, TransportError, WsgiTransport
from ivr.simulator.verbs.exits import CallEnded
from ivr.worker.at_once import AtOnce
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.conftest import Now
from tests.line_server import NUMBER, LineServer
from tests.worker.office import API, PUBLIC, UnreliableApi

QUEUE = "mesa.fila"


class LossyTransport:
    """The way of the carrier to the line, on which requests get lost that have one of ``lost`` in what they ask."""

    def __init__(self, transport: WsgiTransport) -> None:
        self._transport = transport
        self.lost: set[str] = set()

    def send(self, request: Request, timeout: float) -> Response:
        asked = f"{request.url} {request.params}"
        if any(each in asked for each in self.lost):
            raise TransportError("lost")
        return self._transport.send(request, timeout)


@dataclass
class Person:
    """Somebody at a telephone: picks up after ``ring`` seconds (None: never), and presses ``keys`` one by one, each
    when a gather listens for one.
    """

    number: str
    ring: float | None = 2.0
    keys: list[str] = field(default_factory=list)
    busy: bool = False
    heard: list[str] = field(default_factory=list)

    def act(self, moment: Moment) -> Act | None:
        if moment.kind == "ringing" and moment.legs and moment.legs[0].noun == "Number":
            if self.busy:
                return acts.Busy()
            return acts.NoAnswer() if self.ring is None else acts.Answered(after=self.ring)
        if moment.kind == "gather" and self.keys and moment.queue is None:
            return acts.Press(self.keys.pop(0), after=0.5)
        return None

    def notice(self, event: Event) -> None:
        if event.kind == "say":
            self.heard.append(str(event.details["text"]))

    def ended(self) -> str | None:
        return None


@dataclass
class Floor:
    """``second`` lets one second pass: the worker looks, and whoever is due goes on."""

    server: LineServer
    time: VirtualClock
    switchboard: Switchboard
    api: UnreliableApi
    tools: Tools
    worker: Worker
    way: LossyTransport
    people: dict[str, Person] = field(default_factory=dict)
    works: bool = True
    acts: TalkActs = field(init=False)
    supervision: Supervision = field(init=False)

    def __post_init__(self) -> None:
        sender = AtOnce(self.tools, self.time.now, Random(5), "pages")
        self.acts = TalkActs(self.database, self.server.lines, self.time.now, sender)
        self.supervision = Supervision(self.database, self.time.now, sender)

    @property
    def database(self) -> Database:
        return self.server.database

    def agent(
        self,
        login: str,
        *keys: str,
        destination: str = QUEUE,
        level: int = 1,
        ring: float | None = 2.0,
        busy: bool = False,
    ) -> int:
        """An agent who is free, whose telephone gives these keys to whoever asks."""
        number = f"+55115555{len(self.people):04}"
        self.people[number] = Person(number, ring, list(keys), busy)
        with self.database.transaction() as connection:
            user = add_user(connection, login, login.title(), Role.AGENT)
            add_agent(connection, user, number, None, self.time.now(), "test")
            set_skill(connection, Skill(user.id, "ensaio", destination, level))
            ask_state(connection, user.id, AgentState.AVAILABLE, None, self.time.now(), "test")
        return user.id

    def telephone(self, user_id: int) -> Person:
        with self.database.reading() as connection:
            agent = find_agent(connection, user_id)
        assert agent is not None
        return self.people[agent.telephone]

    def state(self, user_id: int) -> str:
        return self.agent_row(user_id).state.value

    def agent_row(self, user_id: int) -> Agent:
        with self.database.reading() as connection:
            agent = find_agent(connection, user_id)
        assert agent is not None
        return agent

    def caller(self, number: int = 1, *keys: str) -> Party:
        """A caller who keys the way into the queue."""
        phone = Person(f"+551198765{number:04}", keys=list(keys or ("#", "3")))
        self.people[phone.number] = phone
        setup = CallSetup(
            url=f"{PUBLIC}/twilio/voice",
            transport=self.way,
            from_=phone.number,
            to=NUMBER,
            call_sid=f"CA{number:032x}",
            clock=self.time,
            carrier=self.switchboard.carrier,
        )
        with self.switchboard.held():
            party = self.switchboard.connect(setup, phone, thinks=False)
            self.switchboard.numbers |= {NUMBER}
        return party

    def heard(self, party: Party) -> str:
        return " ".join(self.people[party.call.setup.from_].heard)

    def legs(self, user_id: int) -> list[Party]:
        """The calls to an agent's telephone, the oldest first."""
        number = self.agent_row(user_id).telephone
        return [each for each in reversed(self.switchboard.calls()) if each.call.setup.to == number]

    def pass_time(self, seconds: float, step: float = 1.0) -> None:
        until = self.time.elapsed() + seconds
        while self.time.elapsed() < until:
            self.second(min(step, until - self.time.elapsed()))

    def second(self, length: float = 1.0) -> None:
        if self.works:
            for _ in range(50):
                if self.worker.step():
                    break
        until = self.time.elapsed() + length
        with self.switchboard.held():
            while True:
                party = min(self.switchboard._live.values(), key=lambda one: one.due, default=None)
                if party is None or party.due > until:
                    break
                self.time.advance_to(party.due)
                self.switchboard._advance(party)
            self.time.advance_to(until)

    def tell(self, path: str, sid: str, **fields: str) -> str:
        """The carrier asks a webhook about a call; what is answered."""
        answer = self.server.post(path, fields, sid=sid, AccountSid=DEMO_ACCOUNT)
        assert answer.status_code == 200
        return answer.text

    def hang_up(self, party: Party) -> None:
        """Whoever is at that telephone hangs up."""
        with self.switchboard.held():
            self.switchboard.interrupt(party, CallEnded("caller"))

    def waiting(self) -> list[WaitingRecord]:
        with self.database.reading() as connection:
            return all_waiting(connection)

    def talking(self, login: str = "ana", destination: str = QUEUE) -> tuple[int, Party]:
        """An agent and a caller who talk."""
        agent = self.agent(login, "1", destination=destination)
        party = self.caller()
        self.pass_time(20)
        assert self.state(agent) == "talking"
        return agent, party

    def talk(self, party: Party) -> TalkRecord:
        """The last talk of a call."""
        return self.talks(party)[-1]

    def present(self, room: str, label: str) -> Present | None:
        """Whoever has that label in the conference, as the carrier shows it."""
        assert self.tools.talks is not None
        found = self.tools.talks.room(room)
        return found.labelled(label) if found else None

    def talks(self, party: Party) -> list[TalkRecord]:
        with self.database.reading() as connection:
            return talks_of_call(connection, party.sid)

    def offers(self, entry: WaitingRecord) -> list[OfferRecord]:
        with self.database.reading() as connection:
            return offers_of(connection, [entry.id])

    def happened(self, talk: str) -> list[str]:
        with self.database.reading() as connection:
            return [each.kind for each in events_of(connection, talk)]

    def rows(self) -> list[OutboxRecord]:
        with self.database.reading() as connection:
            return recent_rows(connection, 100)

    def room(self, talk: str) -> list[str]:
        """Who is in the conference of that name, by label."""
        carrier = self.tools.talks
        assert carrier is not None
        room = carrier.room(talk)
        return sorted(each.label or "" for each in room.present) if room else []


def make_floor(database: Database, vault: Vault, line: Line, clock: Callable[[], datetime]) -> Iterator[Floor]:
    time = VirtualClock(clock().astimezone(UTC))
    lines = Lines([line])
    carrier = Carrier(
        account_sid=DEMO_ACCOUNT, auth_token=DEMO_TOKEN, status_callback=StatusCallback(f"{PUBLIC}/twilio/status")
    )
    people: dict[str, Person] = {}
    senders: list[AtOnce] = []

    def now() -> datetime:
        return time.now()

    server = LineServer(lines, database, now, PUBLIC, DEMO_TOKEN, DEMO_ACCOUNT, send_now=lambda row: senders[0](row))
    way = LossyTransport(WsgiTransport(server.app))
    switchboard = Switchboard(time, way, carrier=carrier, callees=lambda number: people[number])
    client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
    api = UnreliableApi(switchboard)
    client.http_client.session.mount(API, api)
    client.api.base_url = API
    talks = TwilioTalks(lambda: client, PUBLIC)
    tools = Tools(database, vault, lambda: lines, TwilioCalls(lambda: client, PUBLIC), talks=talks)
    senders.append(AtOnce(tools, now, Random(3), "webhooks"))
    worker = Worker(tools, now, Random(1), "tests")
    yield Floor(server, time, switchboard, api, tools, worker, way, people)
    client.http_client.session.close()


@pytest.fixture
def floor(server_database: Database, server_vault: Vault, small_line: Line, clock: Now) -> Iterator[Floor]:
    yield from make_floor(server_database, server_vault, small_line, clock)
