"""AI agents behind a websocket server on loopback: each path has one, which does what its test says."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import Server, ServerConnection, serve

from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import CarrierFaults, RelayFaults
from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from ivr.simulator.relay_settings import RelaySettings
from ivr.simulator.transcript import Transcript
from tests.webapps import WebApp, call

Message = dict[str, Any]

HASTY = RelaySettings(patience=0.8, pause=0.15)
"""Tests that wait for nothing need not wait for long."""

HANGS_UP = steps.HangUp()

says = steps.Speak
presses = steps.Press

SECONDS = 5.0
"""Real seconds after which a test gives up an agent that hangs."""


@dataclass
class Session:
    """One session as its agent lived it."""

    connection: ServerConnection
    heard: list[Message] = field(default_factory=list)
    closed: Event = field(default_factory=Event)

    @property
    def headers(self) -> Mapping[str, str]:
        """Return the headers of the handshake."""
        assert self.connection.request
        return dict(self.connection.request.headers.raw_items())

    @property
    def close_code(self) -> int | None:
        """What the websocket was closed with, once it is."""
        assert self.closed.wait(SECONDS)
        return self.connection.close_code

    def of_type(self, *kinds: str) -> list[Message]:
        """The messages of these types that came, in their order."""
        return [message for message in self.heard if message["type"] in kinds]

    def messages(self) -> Iterator[Message]:
        """Each message as it comes."""
        try:
            for raw in self.connection:
                self.heard.append(json.loads(raw))
                yield self.heard[-1]
        except ConnectionClosed:
            return

    def wait_for(self, kind: str, **fields: Any) -> Message:
        """The next message of that type with these fields."""
        for message in self.messages():
            if message["type"] == kind and fields.items() <= message.items():
                return message
        raise ConnectionClosed(None, None)

    def send(self, **message: Any) -> None:
        """Send a message as it stands."""
        self.raw(json.dumps(message))

    def raw(self, message: str | bytes) -> None:
        """Send anything."""
        self.connection.send(message)

    def say(self, *tokens: str, last: bool = True, **fields: Any) -> None:
        """Say an answer token by token."""
        for token in tokens[:-1]:
            self.send(type="text", token=token, last=False, **fields)
        self.send(type="text", token=tokens[-1], last=last, **fields)


Behaviour = Callable[[Session], object]


@dataclass
class AgentServer:
    """The agents of one module of tests."""

    server: Server
    behaviours: dict[str, Behaviour] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"ws://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.server.socket.getsockname()[1])

    @property
    def last(self) -> Session:
        """The latest session, once its agent has noticed that it is over."""
        assert self.sessions[-1].closed.wait(SECONDS)
        return self.sessions[-1]

    def behave(self, behaviour: Behaviour, path: str = "/agent") -> None:
        """Let the agent at ``path`` do that from now on."""
        self.behaviours[path] = behaviour

    def serve(self, connection: ServerConnection) -> None:
        """One session."""
        session = Session(connection)
        self.sessions.append(session)
        assert connection.request
        try:
            self.behaviours[connection.request.path.partition("?")[0]](session)
        except ConnectionClosed:
            pass
        finally:
            for _ in session.messages():
                pass
            connection.close()
            session.closed.set()


@contextmanager
def agent_server() -> Iterator[AgentServer]:
    """A server of agents, on a port of its own."""
    quiet = logging.Logger("quiet", logging.CRITICAL)
    agents: list[AgentServer] = []
    with serve(lambda connection: agents[0].serve(connection), "127.0.0.1", 0, logger=quiet) as server:
        agents.append(AgentServer(server))
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield agents[0]
        server.shutdown()
        thread.join()


def document(agents: AgentServer, attributes: str = "", inside: str = "", *, after: str = "") -> str:
    """The verbs of a document that hands the caller to the agent."""
    url = "" if "url=" in attributes else f"url='{agents.address}/agent'"
    relay = f"<ConversationRelay {url} {attributes}>{inside}</ConversationRelay>"
    return f"<Connect action='/after'>{relay}</Connect>{after}"


def app_with(agents: AgentServer, attributes: str = "", inside: str = "") -> WebApp:
    """An application that hands the caller to the agent, and says ``After.`` when the agent hands over."""
    app = WebApp().page("/voice", document(agents, attributes, inside))
    return app.page("/after", "<Say>After.</Say>")


def converse(
    app: WebApp, *steps: Step, faults: RelayFaults | None = None, settings: RelaySettings = HASTY, **options: Any
) -> Transcript:
    """A call to ``app``."""
    carrier = Carrier(relay=settings, faults=CarrierFaults(relay=faults or RelayFaults()))
    return call(app, *steps, carrier=carrier, **options)


def echoes(session: Session) -> None:
    """Repeat what the caller says, and hand over at ``bye``."""
    for message in session.messages():
        if message["type"] == "prompt" and message["last"]:
            if message["voicePrompt"] == "bye":
                session.say("Goodbye.")
                session.send(type="end", handoffData='{"reason": "bye"}')
            else:
                session.say("You said ", message["voicePrompt"], ".")
