"""An account with the vendor's own client beside a small voice application, all in this process."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from twilio.rest import Client

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.phones.base import Phone
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step
from ivr.simulator.rest.account import AccountSeed
from ivr.simulator.rest.app import rest_app
from ivr.simulator.rest.callees import CalleeBehaviour, Callees
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport
from tests.simulator.rest.shapes import CheckedInProcess
from tests.webapps import AT, CALL_SID, CALLED, CALLER, ENTRY, WebApp

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

API = "http://rest.test"
AGENT = "+5511900000001"
BASE = f"/2010-04-01/Accounts/{DEMO_ACCOUNT}"


@dataclass
class Account:
    """``app`` answers the webhooks; ``during`` are things that it does while it answers a path, each once."""

    app: WebApp = field(default_factory=WebApp)
    callees: Mapping[str, CalleeBehaviour | Sequence[Step]] = field(default_factory=dict)
    during: list[tuple[str, Callable[[], object]]] = field(default_factory=list)
    carrier: Carrier = field(default_factory=lambda: Carrier(calls_per_second=math.inf))
    seed: AccountSeed = field(default_factory=AccountSeed)

    def __post_init__(self) -> None:
        self.clock = VirtualClock(AT)
        self.transport = WsgiTransport(self._serve)
        self.carrier = self.seed.applied_to(self.carrier)
        self.switchboard = Switchboard(
            self.clock,
            self.transport,
            carrier=self.carrier,
            callees=Callees({**self.seed.callees, **self.callees}),
            account=self.seed,
        )
        self.client = client(self.switchboard, self.carrier.account_sid, self.carrier.auth_token)

    def when(self, path: str, act: Callable[[], object]) -> None:
        """The application does ``act`` while it answers ``path`` for the next time."""
        self.during.append((path, act))

    def incoming(self, *steps: Step, phone: Phone | None = None) -> Transcript:
        """Somebody who follows ``steps`` calls the application; then everything happens that comes of it."""
        setup = CallSetup(ENTRY, self.transport, CALLER, CALLED, CALL_SID, self.clock, self.carrier)
        return self.switchboard.place_call(setup, phone or ScriptedPhone(steps))

    def dial(self, **options: Any) -> str:
        """The application calls the agent; returns the call's identifier."""
        if "url" not in options and "twiml" not in options:
            options["url"] = "http://app.test/agent"
        sid: str = self.client.calls.create(**{"to": AGENT, "from_": CALLED, **options}).sid
        return sid

    def transcript(self, sid: str) -> Transcript:
        """What happened in a call."""
        party = self.switchboard.call(sid)
        assert party
        return party.call.transcript

    def _serve(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for occasion in self.during:
            if occasion[0] == environ["PATH_INFO"]:
                self.during.remove(occasion)
                occasion[1]()
                break
        return self.app(environ, start_response)


def client(switchboard: Switchboard, sid: str = DEMO_ACCOUNT, token: str = DEMO_TOKEN) -> Client:
    """The vendor's client, pointed at the switchboard."""
    made = Client(sid, token)
    made.http_client.session.mount(API, CheckedInProcess(rest_app(switchboard)))
    made.api.base_url = API
    return made
