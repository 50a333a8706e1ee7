"""The telephone company asks again what was not answered, and elsewhere what was answered too late.

Sources: Twilio, "Webhooks: connection overrides" (one retry where a connection broke), error 11205 (15 s in all),
"Availability and reliability" (the fallback address). What the simulated company does on its own stands in
tests/simulator/test_requests_of_the_carrier.py.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from ivr.replay.runner import Played
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Fallback
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import Request, Response, Transport, TransportError, WsgiTransport
from tests.faults.company import IDENTIFIED, setup_of
from tests.faults.rehearsed import play_shipped, shipped_scripts
from tests.faults.served import PUBLIC_URL
from tests.line_server import SID, LineServer

EVERY = 30
"""One script in so many is played twice here."""

TOO_LATE = 15.001


class Forgetful:
    """Every request is taken, and its answer lost once on its way back."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._lost: list[Request] = []

    def send(self, request: Request, timeout: float) -> Response:
        answer = self._inner.send(request, timeout)
        if request not in self._lost:
            self._lost.append(request)
            raise TransportError("the connection broke")
        self._lost.remove(request)
        return answer


def test_calls_go_alike_whether_requests_are_sent_once_or_twice() -> None:
    scripts = shipped_scripts()[::EVERY]
    once, _ = play_shipped(scripts)
    twice, _ = play_shipped(scripts, lambda setup: replace(setup, transport=Forgetful(setup.transport)))
    assert len(scripts) > 12
    for one, two in zip(once, twice, strict=True):
        assert two.requests == 2 * one.requests
        assert _trace(two) == _trace(one), one.title
        assert [failure for failure in two.failures if "webhook request" not in failure] == one.failures == []


def _trace(played: Played) -> list[dict[str, Any]]:
    """What happened, but for the requests that brought no answer."""
    return [event for event in played.transcript["events"] if event.get("status", "") is not None]


def _is_a_turn(path: str) -> bool:
    """A recording is fetched beside the turns, and a status is told after them."""
    return path != "/twilio/status" and not path.startswith("/audio/")


class Slow:
    """The answer to the ``number``-th turn (from 0) takes too long; ``asked`` is every address, in order."""

    def __init__(self, setup: CallSetup, number: int) -> None:
        self.asked: list[str] = []
        self._setup = setup
        self._number = number

    def send(self, request: Request, timeout: float) -> Response:
        path = urlsplit(request.url).path
        if _is_a_turn(path):
            self.asked.append(path)
        answer = self._setup.transport.send(request, timeout)
        if _is_a_turn(path) and len(self.asked) == self._number + 1:
            assert isinstance(self._setup.clock, VirtualClock)
            self._setup.clock.advance(TOO_LATE)
            raise TransportError("no answer in time", "timeout")
        return answer


@pytest.mark.parametrize("number", range(1 + len(IDENTIFIED)))
def test_a_late_answer_leads_to_the_fallback_once_and_to_people(undisturbed: LineServer, number: int) -> None:
    setup = setup_of(SID, WsgiTransport(undisturbed.app))
    slow = Slow(setup, number)
    carrier = replace(setup.carrier, fallback=Fallback(f"{PUBLIC_URL}/twilio/fallback"))
    transcript = place_call(replace(setup, transport=slow, carrier=carrier), ScriptedPhone(IDENTIFIED))
    turns = ["/twilio/voice", *(f"/twilio/turn/{turn}" for turn in range(1, number + 1))]
    assert slow.asked == [*turns, "/twilio/fallback"]
    (asked,) = [event for event in transcript.events if urlsplit(event.get("url", "")).path == "/twilio/fallback"]
    assert asked["params"]["ErrorCode"] == "11205"
    assert [event["to"] for event in transcript.events if event.kind == "dial"][-1] == "+551150900700"
    assert (transcript.status, transcript.error) == ("completed", None)
