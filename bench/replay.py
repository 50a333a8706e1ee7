"""This benchmark measures what testers wait for: every shipped call, two processes against one, and a call of ten turns
through the whole application against the same requests sent to it bare.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from app import create_app
from bench.commands import IVR
from bench.measure import Ratio, against, cpu_of
from bench.table import Row
from ivr.cli.lines import DEFAULT_LINE
from ivr.cli.targets import LocalLines
from ivr.replay.line_target import LineTarget
from ivr.replay.runner import play
from ivr.replay.script import Script, ScriptLines, read_scripts
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.base import Phone
from ivr.simulator.transcript import Transcript
from ivr.simulator.transports import Request, Transport

FLOWS = Path("flows")
SCRIPT = FLOWS / DEFAULT_LINE / "calls" / "consultancy.call.yaml"
TITLE = "Consultants for Protheus Backoffice"
CALLS = 60
ROUNDS = 5

GOAL_WHOLE = 3.0
GOAL_TWO_JOBS = 1.7
GOAL_OF_BARE = 2.0


def run() -> list[Row]:
    """Return the rows of the report: whole processes by the clock, and a call in process."""
    whole = against(lambda: _replay(2), lambda: cpu_of([sys.executable, "-c", "pass"], 1), 3)
    jobs = against(lambda: _replay(1), lambda: _replay(2), 3)
    processors = against(lambda: _counted([2]), lambda: _counted([1, 1]), 3)
    call = _ten_turns()
    bare = f"{whole.floor:.2f} s a bare Python"
    told = f"{1000 * call.floor / CALLS:.1f} ms the same requests bare"
    return [
        Row("ivr replay flows", f"{whole.work:.2f} s by the clock", bare, f"{whole.times:.0f}", f"{GOAL_WHOLE:g} s"),
        Row(
            "... by two jobs, of one",
            f"{jobs.floor:.2f} s by the clock",
            f"{jobs.work:.2f} s by one job; two that only count gain {processors.times:.2f}",
            f"{jobs.times:.2f}",
            f"{GOAL_TWO_JOBS}",
        ),
        Row(
            "a call of ten turns in process",
            f"{1000 * call.work / CALLS:.1f} ms",
            told,
            f"{call.times:.2f}",
            f"{GOAL_OF_BARE}",
        ),
    ]


def _replay(jobs: int) -> None:
    cpu_of([IVR, "replay", str(FLOWS), "--jobs", str(jobs)], 1)


def _counted(shares: list[int]) -> None:
    """Count in as many Pythons at a time as there are ``shares``, so many units each: what the processors allow."""
    counting = "for _ in range({} * 20_000_000): pass"
    started = [subprocess.Popen([sys.executable, "-c", counting.format(share)]) for share in shares]
    for process in started:
        process.wait()


def _ten_turns() -> Ratio:
    """The same requests go to applications of their own, so that none is asked for a turn that it has taken already."""
    lines = LocalLines(create_app, FLOWS)
    found = read_scripts([SCRIPT], ScriptLines(FLOWS, None, DEFAULT_LINE, lines.prompts))
    (script,) = (each for each in found if each.title == TITLE)
    # Each has a number of its own, and so an identity of its own.
    calls = [replace(script, number=number) for number in range(CALLS)]
    requests = _played(lines.target(DEFAULT_LINE), calls)
    targets = iter([lines.target(DEFAULT_LINE) for _ in range(ROUNDS)])
    transports = iter([lines.target(DEFAULT_LINE).setup(script).transport for _ in range(ROUNDS)])
    return against(lambda: _played(next(targets), calls), lambda: _sent(next(transports), requests), ROUNDS)


def _played(target: LineTarget, calls: list[Script]) -> list[Request]:
    requests: list[Request] = []

    def place(setup: CallSetup, phone: Phone) -> Transcript:
        transcript = place_call(setup, phone)
        requests.extend(each.request for each in transcript.exchanges)
        return transcript

    for script in calls:
        if not play(script, target, place=place).passed:
            raise RuntimeError(f"the benchmarked call '{TITLE}' failed")
    return requests


def _sent(transport: Transport, requests: list[Request]) -> None:
    for request in requests:
        if transport.send(request, 15).status != 200:
            raise RuntimeError("a benchmarked request failed")
