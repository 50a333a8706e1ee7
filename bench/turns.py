"""This benchmark measures a durable, signed turn of ``ivr serve`` on SQLite against two views on the same server."""

from __future__ import annotations

import statistics
import sys
import tempfile
from contextlib import ExitStack

from bench.commands import IVR
from bench.serving import serving
from bench.signed_calls import TOKEN, Answers, Callers
from bench.table import Row

CONNECTIONS = 16
CALLS = 60
ROUNDS = 5
GOAL_OF_BARE = 0.30
GOAL_OF_VENDOR = 0.55
GOAL_P99 = 0.020
SERVED = {
    "line": [IVR, "serve", "--port", "0"],
    "bare": [sys.executable, "-m", "bench.sample", "bare"],
    "vendor": [sys.executable, "-m", "bench.sample", "vendor"],
}


def run() -> list[Row]:
    """Return the rows of the report. Each server has one processor, and the callers have another."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        callers = {}
        for name, command in SERVED.items():
            port = stack.enter_context(serving(command, folder, on_one_processor=True, TWILIO_AUTH_TOKEN=TOKEN))
            callers[name] = Callers(port, CONNECTIONS)
            stack.callback(callers[name].close)
        rounds: dict[str, list[Answers]] = {name: [] for name in SERVED}
        for number in range(ROUNDS + 1):
            for name, each in callers.items():
                # The first round warms up.
                found = each.play(each.calls(number, CALLS))
                if number:
                    rounds[name].append(found)
        rates = {name: statistics.median(each.rate for each in found) for name, found in rounds.items()}
        line = callers["line"]
        half = line.play(line.calls(ROUNDS + 1, 2 * CALLS), every=2 / rates["line"])
        errors = half.errors + sum(each.errors for found in rounds.values() for each in found)
    told = f"{rates['line']:.0f} turns/s"
    return [
        Row(
            "a durable signed turn, of the bare view",
            told,
            f"{rates['bare']:.0f}/s bare Flask view",
            f"{rates['line'] / rates['bare']:.2f}",
            f"{GOAL_OF_BARE:.2f}",
        ),
        Row(
            "a durable signed turn, of a stateless view",
            told,
            f"{rates['vendor']:.0f}/s in the vendor's style",
            f"{rates['line'] / rates['vendor']:.2f}",
            f"{GOAL_OF_VENDOR:.2f}",
        ),
        Row(
            "... p99 at half that load",
            f"{1000 * half.p99:.1f} ms, {errors} errors",
            f"{half.rate:.0f} turns/s asked",
            "",
            f"{1000 * GOAL_P99:.0f} ms",
        ),
    ]
