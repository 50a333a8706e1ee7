"""This benchmark measures the simulator: 1,000 scripted calls of ten steps against a bare loop of the same requests."""

from __future__ import annotations

from datetime import UTC, datetime

from bench.floor import bare_app
from bench.measure import against
from bench.table import Row
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import Request, WsgiTransport

CALLS = 1000
STEPS = 10


def run() -> list[Row]:
    """Return the row of the report."""
    transport = WsgiTransport(bare_app())
    ratio = against(lambda: _simulated(transport), lambda: _bare(transport), rounds=3)
    told = f"{ratio.floor:.2f} s the same requests bare"
    return [Row(f"{CALLS} calls of {STEPS} steps", f"{ratio.work:.2f} s", told, f"{ratio.times:.1f}", "3.0")]


def _simulated(transport: WsgiTransport) -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for number in range(CALLS):
        played: list[steps.Step] = [
            *(steps.Press("1", where="bench") for _ in range(STEPS)),
            steps.HangUp(where="bench"),
        ]
        setup = CallSetup(
            "http://localhost/voice", transport, "+5511987654321", "+551140030015", f"CA{number:032x}", VirtualClock(at)
        )
        if not place_call(setup, ScriptedPhone(played)).passed:
            raise RuntimeError("a benchmarked call failed")


def _bare(transport: WsgiTransport) -> None:
    for number in range(CALLS):
        form = {"CallSid": f"CA{number:032x}", "From": "+5511987654321", "To": "+551140030015", "Digits": "1"}
        for _ in range(STEPS + 1):
            transport.send(Request("POST", "http://localhost/voice", tuple(form.items())), 15)
