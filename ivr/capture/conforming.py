"""Plays the calls of a capture on the simulator, with a stand-in for the app and for the people, and compares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from ivr.capture.captured_caller import CapturedCaller
from ivr.capture.captured_calls import Capture, CapturedCall, CapturedRequest
from ivr.capture.differences import CallDifference, Differences, SimulatedRequest
from ivr.capture.socket_differences import SocketDifferences
from ivr.capture.stand_in_app import StandInApp
from ivr.capture.stand_in_socket import StandInSockets
from ivr.simulator import extra_fields
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import API_VERSION, DEMO_TOKEN, Carrier, Fallback, StatusCallback
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.outbound_call import OutboundCall
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import FORM
from ivr.simulator.verbs.detection import Detection
from wording import Message, phrase

TOLERANCE: Final = 3.0
"""Seconds by which a gap may differ where nobody says otherwise: how fast a text is spoken is a guess."""

PACE: Final = 10.0
"""How many seconds of a media stream pass in one: it goes by the wall clock, and so does a call that has one."""

EVENTS: Final = {"queued": "initiated", "initiated": "initiated", "ringing": "ringing", "in-progress": "answered"}
"""The event of a status callback by the status that it tells; every other one is completed."""


@dataclass(frozen=True)
class ConformedCall:
    """One call that was played again: its differences, and what a person has to know of the comparison."""

    call: CapturedCall
    differences: Sequence[CallDifference]
    notes: Sequence[Message] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return what programs read of it."""
        return {
            "call_sid": self.call.sid,
            "requests": len(self.call.requests),
            "differences": [each.as_dict() for each in self.differences],
            "notes": [str(each) for each in self.notes],
        }


def conform(capture: Capture, tolerance: float = TOLERANCE) -> list[ConformedCall]:
    """Return what became of each call of the capture."""
    return [_conformed(capture, call, tolerance) for call in capture.calls]


def _conformed(capture: Capture, call: CapturedCall, tolerance: float) -> ConformedCall:
    if not call.steering:
        return ConformedCall(call, (), (phrase("only callbacks of it are in the capture: nothing can be played"),))
    first = call.steering[0]
    base = capture.public_url or first.base
    app = StandInApp(call, base)
    clock = VirtualClock(capture.at + timedelta(seconds=call.requests[0].t), PACE)
    sockets = StandInSockets(call.sockets, clock.elapsed)
    setup = replace(_setup(call, base, app, clock), sockets=sockets)
    transcript = place_call(setup, CapturedCaller(call, clock, sockets))
    differences = Differences(call, _requests(transcript, app), tolerance)
    found = [*differences.all(), *SocketDifferences(sockets, differences.renaming).all()]
    return ConformedCall(call, found, tuple(_notes(call, app, transcript, found)))


def _setup(call: CapturedCall, base: str, app: StandInApp, clock: VirtualClock) -> CallSetup:
    first = call.steering[0]
    params = first.params
    from_ = params.get("From", "")
    carrier = Carrier(
        account_sid=params.get("AccountSid", ""),
        auth_token=DEMO_TOKEN,
        direction=params.get("Direction", "inbound"),
        method=first.method,
        fallback=_fallback(call, base),
        status_callback=_status_callback(call, base),
        api_version=params.get("ApiVersion", API_VERSION),
        fields=tuple(
            (name, value)
            for name, value in params.items()
            if extra_fields.fault(name, from_client=from_.startswith("client:")) is None and name != "ParentCallSid"
        ),
    )
    return CallSetup(
        url=base.rstrip("/") + first.url,
        transport=app,
        from_=from_,
        to=params.get("To", ""),
        call_sid=call.sid,
        clock=clock,
        carrier=carrier,
        outbound=_outbound(params.get("AnsweredBy")),
    )


def _status_callback(call: CapturedCall, base: str) -> StatusCallback | None:
    """The number's own, where the capture has it: the one that tells of the caller's leg."""
    told = [
        each for each in call.requests if "CallbackSource" in each.params and each.params.get("CallSid") == call.sid
    ]
    if not told:
        return None
    events = dict.fromkeys(EVENTS.get(each.params.get("CallStatus", ""), "completed") for each in told)
    return StatusCallback(base.rstrip("/") + told[0].url, told[0].method, tuple(events))


def _fallback(call: CapturedCall, base: str) -> Fallback | None:
    asked = next((each for each in call.steering if "ErrorUrl" in each.params), None)
    return Fallback(base.rstrip("/") + asked.url, asked.method) if asked else None


def _outbound(answered_by: str | None) -> OutboundCall | None:
    """A call of the app's rings only where machine detection tells who picked up; else it is answered already."""
    return OutboundCall(60.0, Detection(to_the_end="machine_end" in answered_by)) if answered_by else None


def _requests(transcript: Transcript, app: StandInApp) -> list[SimulatedRequest]:
    """The requests that name a call, and went to the app."""
    times = [event.t for event in transcript.events if event.kind == "request"]
    made = []
    for t, exchange in zip(times, transcript.exchanges, strict=True):
        request = exchange.request
        headers = request.headers
        if request.method == "POST":
            headers = (*headers, ("Content-Type", FORM))
        told = SimulatedRequest(t, request.method, request.url, request.params, headers)
        if app.is_of_the_app(request.url) and "CallSid" in told.params:
            made.append(told)
    return made


def _notes(
    call: CapturedCall, app: StandInApp, transcript: Transcript, found: Sequence[CallDifference]
) -> list[Message]:
    notes = [
        phrase("the simulator stopped at <{verb}>, which it does not play", verb=notice.unperformed)
        for notice in transcript.warnings
        if notice.unperformed
    ]
    if transcript.error:
        notes.append(
            phrase(
                "the simulator met error {code}: {what}",
                code=transcript.error.code,
                what=transcript.error.message,
            )
        )
    notes += [_cut(each) for each in app.cut]
    moved = any(each.kind == "missing request" and not _called_back(call, each.n) for each in found)
    if moved and not notes:
        notes.append(
            phrase(
                "a request that no document leads to may have come of the app's own requests to the vendor's API, which"
                " are not in a capture"
            )
        )
    return notes


def _cut(request: CapturedRequest) -> Message:
    return phrase(
        "the answer to request {n} is not in the capture as it was (line {line}): the simulator heard nothing",
        n=request.n,
        line=request.line,
    )


def _called_back(call: CapturedCall, n: int | None) -> bool:
    return any(each.n == n and each.callback for each in call.requests)
