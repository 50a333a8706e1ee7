"""Calls whose documents open media streams of the strict application, which a tunnel leads to its port."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.carrier_faults import NO_FAULTS, CarrierFaults
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import WsgiTransport
from ivr.simulator.tunnel import Tunnel
from tests.simulator.streams.strict_app import Session, StreamApp
from tests.webapps import AT, CALL_SID, CALLED, CALLER, WebApp

PACE = 5.0
"""So many times as fast as in life most of these calls go; the ratio of all times is kept."""

ENTRY = "https://media.example.com/voice"


@dataclass
class StreamCall:
    """One call, with what the webhook was told and the streams that came of it."""

    transcript: Transcript
    webhooks: WebApp
    sessions: list[Session] = field(default_factory=list)

    @property
    def codes(self) -> list[int]:
        return [warning.code for warning in self.transcript.warnings]

    @property
    def failing(self) -> list[int]:
        return [warning.code for warning in self.transcript.warnings if warning.failure]

    @property
    def told(self) -> list[dict[str, str]]:
        """What the stream's status callback was told."""
        return [one.form for one in self.webhooks.to("/told")]


def stream_call(
    app: StreamApp,
    path: str,
    *steps: Step,
    document: str = '<Connect><Stream {stream}><Parameter name="guest" value="Ana"/></Stream></Connect><Say>next</Say>',
    faults: CarrierFaults = NO_FAULTS,
    pace: float = PACE,
    webhooks: WebApp | None = None,
) -> StreamCall:
    """Make a call whose document opens a stream at ``path``, and return it with the sessions there."""
    webhooks = webhooks or WebApp()
    stream = f'url="{app.url(path)}" name="voice" statusCallback="/told"'
    webhooks.page("/voice", document.format(stream=stream)).page("/told", "").page("/next", "<Say>action</Say>")
    before = len(app.sessions)
    setup = CallSetup(
        url=ENTRY,
        transport=WsgiTransport(webhooks),
        from_=CALLER,
        to=CALLED,
        call_sid=CALL_SID,
        clock=VirtualClock(AT, pace),
        carrier=Carrier(faults=faults, tunnel=Tunnel.of(app.tunnel.items())),
    )
    transcript = place_call(setup, ScriptedPhone(steps))
    opens = path != "nowhere" and "{stream}" in document
    sessions = app.since(before) if opens else app.sessions[before:]
    assert all(one.ended.wait(5) for one in sessions)
    return StreamCall(transcript, webhooks, sessions)
