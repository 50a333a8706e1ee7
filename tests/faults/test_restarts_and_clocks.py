"""A server that is started again goes on with every call where it stands; a clock that jumps breaks none."""

from __future__ import annotations

import itertools
import logging
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ivr.flow.folder import line_names, load_line
from ivr.flow.nodes import hangup
from ivr.replay.runner import play
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.transports import Request, Response, Transport
from tests.databases import THOROUGHLY
from tests.faults.rehearsed import CallTarget, play_shipped, shipped_scripts
from tests.faults.served import FLOWS

EVERY = 24
"""One script in so many is played by a clock that jumps."""

STRIDE = 1 if THOROUGHLY else 7
"""One script in so many is played to a server that is started again; with ``make faults`` in every state that waits."""


class Restarting:
    """Starts the server again before a request, wherever a call waits for the first time in a state."""

    def __init__(self, inner: Transport, target: CallTarget, waited: set[str]) -> None:
        self._inner = inner
        self._target = target
        self._waited = waited
        self._state = ""

    def send(self, request: Request, timeout: float) -> Response:
        if self._state not in self._waited and request.url.count("/twilio/turn/"):
            self._waited.add(self._state)
            self._target.apps[-1].restart()
            self._target.apps[0].restart()
        answer = self._inner.send(request, timeout)
        self._state = (answer.headers.get("X-IVR-States") or self._state).rpartition(",")[2]
        return answer


@pytest.mark.parametrize("name", line_names(FLOWS))
def test_a_call_waiting_in_any_state_goes_on_after_a_restart(name: str) -> None:
    waited = {""}

    def restarted(setup: CallSetup) -> CallSetup:
        return replace(setup, transport=Restarting(setup.transport, target, waited))

    target = CallTarget(name, restarted)
    # After a goodbye no turn comes.
    states = load_line(FLOWS / name).states.items()
    waiting = {state for state, node in states if node.waits and not isinstance(node, hangup.Hangup)}
    failures = []
    for script in shipped_scripts()[::STRIDE]:
        if script.line == name and not waiting <= waited:
            failures += play(script, target).failures
    assert failures == []
    assert len(waiting & waited) > len(waiting) / 2
    assert not THOROUGHLY or waiting - waited == set()


class JumpingClock(VirtualClock):
    """Whoever asks it is told now an hour more, now an hour less."""

    _jumps = itertools.cycle((timedelta(hours=1), timedelta(hours=-1), timedelta()))

    def now(self) -> datetime:
        return super().now() + next(self._jumps)


def test_a_clock_that_jumps_an_hour_back_and_forth_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    played, _ = play_shipped(shipped_scripts()[::EVERY], make_clock=JumpingClock)
    assert {each.transcript["status"] for each in played} == {"completed"}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []
