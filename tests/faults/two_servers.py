"""A floor of agents in real seconds: two real servers of one database, which a test may kill, and telephones.

The carrier is the project's own simulated API, over HTTP; it asks whichever server answers, as behind a load balancer.
"""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from twilio.rest import Client

from data.agent_skills import Skill, set_skill
from data.agent_states import AgentState
from data.agents import add_agent, ask_state, find_agent
from data.database import Database
from data.lease import LEASE, WORKER, holder_of
from data.offers import OfferRecord, offers_of
from data.roles import Role
from data.talk_events import events_of
from data.talks import TalkRecord, talks_of_call
from data.users import add_user, password_hash, set_password
from data.waiting import WaitingRecord, all_waiting
from ivr.channels.twilio.talk_carrier import TwilioTalks
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier, StatusCallback
from ivr.simulator.clock import RealClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.rest.party import Party
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transports import Request, Response, TransportError
from ivr.simulator.verbs.exits import CallEnded
from tests.faults.served import PUBLIC_URL
from tests.line_server import KEY, NUMBER
from tests.lines import write_line
from tests.machines.programs import await_that
from tests.talks.floor import QUEUE, Person
from tests.web.browsing import _TOKEN, HTML, PASSWORD, VAULT

IVR = Path(sys.executable).with_name("ivr")
PATIENCE = 60

JUST_NOW = timedelta(seconds=0.2)


class Server:
    """``ivr serve`` with its process of the pages, in which its worker runs, as on a machine of its own."""

    def __init__(self, folder: Path, environ: dict[str, str]) -> None:
        folder.mkdir()
        self._log = folder / "log.txt"
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [IVR, "serve", "--port", "0"],
                cwd=folder,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        greeting = ""
        assert self._process.stdout is not None
        for row in self._process.stdout:
            greeting += row
            if row.startswith("Ctrl-C"):
                break
        webhooks = re.search(r"webhooks +(http://\S+)", greeting)
        pages = re.search(r"open this +(http://\S+)/ ", greeting)
        assert webhooks, greeting + self.log
        assert pages, greeting + self.log
        self.webhooks, self.pages = webhooks[1], pages[1]
        await_that(self._children, f"no process of the pages: {self.log}")
        (self.pages_pid,) = self._children()

    def _children(self) -> list[int]:
        listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], check=True, capture_output=True, text=True).stdout
        pairs = [row.split() for row in listed.splitlines()]
        return [int(pid) for parent, pid in pairs if int(parent) == self._process.pid]

    @property
    def log(self) -> str:
        """What both its processes logged."""
        return self._log.read_text()

    def kill(self) -> None:
        """The machine is gone: ``kill -9`` of both processes. That of the pages goes first: where the other one is gone
        it ends by itself, and gives the lease up.
        """
        for pid in (self.pages_pid, self._process.pid):
            os.kill(pid, signal.SIGKILL)
        self._process.communicate(timeout=PATIENCE)

    def act(self, login: str, what: str) -> None:
        """Log in and do something at the agent's page, as its script does."""
        with requests.Session() as browser:
            found = _TOKEN.search(browser.get(f"{self.pages}/login", headers=HTML, timeout=PATIENCE).text)
            assert found
            headers = {"Origin": self.pages, "X-CSRF-Token": found[1]}
            form = {"name": login, "password": PASSWORD}
            browser.post(f"{self.pages}/login", data=form, headers=headers, timeout=PATIENCE)
            found = _TOKEN.search(browser.get(f"{self.pages}/agent/{login}", headers=HTML, timeout=PATIENCE).text)
            assert found
            headers["X-CSRF-Token"] = found[1]
            at = f"{self.pages}/agent/{login}/acts"
            answer = browser.post(at, json={"do": what}, headers=headers, timeout=PATIENCE)
        assert answer.status_code == 200, answer.text

    def end(self) -> None:
        """End it as its user would; nothing happens where it was killed."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.communicate(timeout=PATIENCE)


class Balanced:
    """The carrier's way to the line: each request to the next server, and to the other where that one is gone."""

    def __init__(self, servers: list[Server]) -> None:
        self._servers = servers
        self._http = HttpTransport()
        self._turns = itertools.count()

    def send(self, request: Request, timeout: float) -> Response:
        first = next(self._turns)
        for turn in (first, first + 1):
            at = self._servers[turn % 2].webhooks
            try:
                answer = self._http.send(replace(request, url=request.url.replace(PUBLIC_URL, at, 1)), timeout)
            except TransportError:
                continue
            return replace(answer, url=request.url)
        raise TransportError("no server answers", "connection")

    def close(self) -> None:
        self._http.close()


@dataclass
class SharedFloor:
    """Agents and callers at telephones, in real seconds; what is asked of it stands in the database."""

    servers: list[Server]
    database: Database
    switchboard: Switchboard
    way: Balanced
    talks: TwilioTalks
    people: dict[str, Person] = field(default_factory=dict)

    def agent(self, login: str, state: AgentState, reason: str | None = None) -> int:
        phone = Person(f"+55115555{len(self.people):04}", 1.0, ["1"])
        self.people[phone.number] = phone
        with self.database.transaction() as connection:
            user = add_user(connection, login, login.title(), Role.AGENT)
            set_password(connection, user.id, password_hash(VAULT, user.id, PASSWORD))
            add_agent(connection, user, phone.number, None, now(), "test")
            set_skill(connection, Skill(user.id, "ensaio", QUEUE, 1))
            ask_state(connection, user.id, AgentState.AVAILABLE, None, now(), "test")
            ask_state(connection, user.id, state, reason, now(), "test")
        return user.id

    def caller(self, number: int) -> Party:
        phone = Person(f"+551198765{number:04}", keys=["#", "3"])
        self.people[phone.number] = phone
        setup = CallSetup(
            url=f"{PUBLIC_URL}/twilio/voice",
            transport=self.way,
            from_=phone.number,
            to=NUMBER,
            call_sid=f"CA{number:032x}",
            clock=self.switchboard.clock,
            carrier=self.switchboard.carrier,
        )
        with self.switchboard.held():
            return self.switchboard.connect(setup, phone)

    def hang_up(self, party: Party) -> None:
        with self.switchboard.held():
            self.switchboard.interrupt(party, CallEnded("caller"))

    def legs(self, user_id: int) -> list[Party]:
        """The calls to an agent's telephone."""
        with self.database.reading() as connection:
            agent = find_agent(connection, user_id)
        assert agent is not None
        with self.switchboard.held():
            return [each for each in self.switchboard.calls() if each.call.setup.to == agent.telephone]

    def state(self, user_id: int) -> AgentState:
        with self.database.reading() as connection:
            agent = find_agent(connection, user_id)
        assert agent is not None
        return agent.state

    def await_state(self, user_id: int, state: AgentState) -> None:
        await_that(lambda: self.state(user_id) is state, f"an agent does not come to {state.value}", 20)

    def waiting(self) -> list[WaitingRecord]:
        with self.database.reading() as connection:
            return all_waiting(connection)

    def talk(self, party: Party) -> TalkRecord | None:
        """The one talk of a call."""
        with self.database.reading() as connection:
            found = talks_of_call(connection, party.sid)
        assert len(found) <= 1
        return found[0] if found else None

    def talking(self, party: Party) -> TalkRecord:
        """The talk of a call, as soon as both hear each other."""

        def begun() -> bool:
            talk = self.talk(party)
            return talk is not None and talk.started_at is not None

        await_that(begun, f"no talk: {self.waiting()} {[each.log for each in self.servers]}", 20)
        talk = self.talk(party)
        assert talk is not None
        return talk

    def offers(self, entry: str) -> list[OfferRecord]:
        with self.database.reading() as connection:
            return offers_of(connection, [entry])

    def happened(self, talk: TalkRecord) -> list[str]:
        with self.database.reading() as connection:
            return [each.kind for each in events_of(connection, talk.id)]

    def room(self, talk: TalkRecord) -> list[str]:
        """Who is in the conference of a talk, by label, as the carrier shows it."""
        found = self.talks.room(talk.room)
        return sorted(each.label or "" for each in found.present) if found else []

    def awaited_worker(self) -> Server:
        """The server that works, as soon as it has renewed its lease: from then on others wait the longest for it."""
        found: list[Server] = []

        def renewed() -> bool:
            with self.database.reading() as connection:
                holder = holder_of(connection, WORKER, now() + LEASE - JUST_NOW)
            pid = int(holder.split("/")[1]) if holder else 0
            found[:] = [each for each in self.servers if each.pages_pid == pid]
            return bool(found)

        await_that(renewed, "no server works", 20)
        return found[0]


def now() -> datetime:
    return datetime.now(UTC)


@contextmanager
def two_servers(database_url: str, folder: Path) -> Iterator[SharedFloor]:
    """Start both on the small line, one after the other; they end with this."""
    write_line(folder / "flows" / "ensaio")
    servers: list[Server] = []
    people: dict[str, Person] = {}
    with ExitStack() as closing:
        database = Database(database_url)
        closing.callback(database.close)
        way = Balanced(servers)
        closing.callback(way.close)
        carrier = Carrier(DEMO_ACCOUNT, DEMO_TOKEN, status_callback=StatusCallback(f"{PUBLIC_URL}/twilio/status"))
        switchboard = Switchboard(RealClock(), way, carrier=carrier, callees=lambda number: people[number])
        switchboard.numbers.add(NUMBER)
        api = closing.enter_context(rest_server(switchboard))
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
        environ = clean | {
            "IVR_DATABASE_URL": database_url,
            "IVR_SECRET_KEY": KEY.decode(),
            "IVR_FLOWS": str(folder / "flows"),
            "IVR_PUBLIC_URL": PUBLIC_URL,
            "TWILIO_ACCOUNT_SID": DEMO_ACCOUNT,
            "TWILIO_AUTH_TOKEN": DEMO_TOKEN,
            "TWILIO_API_URL": api,
            "PYTHONUNBUFFERED": "1",
        }
        for name in ("um", "dois"):
            servers.append(Server(folder / name, environ))
            closing.callback(servers[-1].end)
        calls = threading.Thread(target=switchboard.serve, name="calls", daemon=True)
        calls.start()
        closing.callback(calls.join, PATIENCE)
        closing.callback(switchboard.close)
        client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
        client.api.base_url = api
        closing.callback(client.http_client.session.close)
        yield SharedFloor(servers, database, switchboard, way, TwilioTalks(lambda: client, PUBLIC_URL), people)
