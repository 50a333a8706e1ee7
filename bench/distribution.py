"""This benchmark gives 1,000 waiting calls to 200 free agents, and plays a day of 10,000 calls and 40 agents."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from bench.measure import against
from bench.table import Row
from routing.candidate import Candidate
from routing.distribution import distribute
from routing.waiting_calls import WaitingCall
from tests.staffing.busy_days import differences, played

CALLS = 1000
AGENTS = 200
DESTINATIONS = 20
DAY_CALLS = 10_000
DAY_AGENTS = 40
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def run() -> list[Row]:
    """Return the row of the report."""
    chance = random.Random(14)
    calls = [_call(number, chance) for number in range(CALLS)]
    agents = [_agent(number, chance) for number in range(AGENTS)]
    if len(distribute(calls, agents, {}, NOW)) != AGENTS:
        raise RuntimeError("a free agent was left without a call")
    ratio = against(lambda: distribute(calls, agents, {}, NOW), lambda: _sorted(calls, agents), rounds=15)
    told = f"{1000 * ratio.floor:.2f} ms sorting them"
    return [
        Row(f"{CALLS:,} calls to {AGENTS} agents", f"{1000 * ratio.work:.1f} ms", told, f"{ratio.times:.0f}", "20 ms"),
        _day(),
    ]


def _day() -> Row:
    """A day of which no call is lost or talked to twice, or the report counts otherwise than another program."""
    began = time.perf_counter()
    day = played(DAY_CALLS, DAY_AGENTS, 14)
    seconds = time.perf_counter() - began
    wrong = differences(day, DAY_CALLS)
    if wrong:
        raise RuntimeError(f"{len(wrong)} things are wrong with the day: {wrong[0]}")
    return Row(f"a day of {DAY_CALLS:,} calls and {DAY_AGENTS} agents", f"{seconds:.1f} s, as counted")


def _call(number: int, chance: random.Random) -> WaitingCall:
    since = NOW - timedelta(seconds=chance.randrange(400))
    passed = {chance.randrange(AGENTS): NOW} if chance.random() < 0.1 else {}
    preferred = chance.randrange(AGENTS) if chance.random() < 0.1 else None
    return WaitingCall(
        f"TK{number:032x}",
        "4003-0015",
        f"suporte.{chance.randrange(DESTINATIONS)}",
        since,
        since,
        contract=chance.choice((None, None, None, "BSO", "SLA", "PRIME.ANA")),
        preferred=preferred,
        preferred_until=NOW + timedelta(seconds=5),
        passed=passed,
    )


def _agent(number: int, chance: random.Random) -> Candidate:
    skills = {("4003-0015", f"suporte.{each}"): chance.randint(1, 5) for each in chance.sample(range(DESTINATIONS), 6)}
    return Candidate(number, f"agent-{number}", skills, "available", NOW - timedelta(seconds=chance.randrange(3600)))


def _sorted(calls: list[WaitingCall], agents: list[Candidate]) -> None:
    sorted(calls, key=lambda call: (call.contract or "", call.since, call.id))
    sorted(agents, key=lambda agent: (agent.idle_since, agent.id))
