"""The place and the expected wait are what a waiting caller is told: a place that never grows, and an honest time.

The place of a call is one more than the number of calls of its destination that are before it in the order of the
distribution. A call of a better contract may come in between, so that the true place may grow; what is told does not:
it is the smallest that the caller was ever entitled to hear.

The expected wait
=================

Where agents serve one destination, the wait of place ``p`` is ``p * h / n``: of ``n`` agents on duty, each of whom
keeps a call for ``h`` seconds on average, one becomes free every ``h / n`` seconds. Agents who serve several take the
calls of all of them, in one order, so that what waits elsewhere is before a caller, too. It is counted as water that is
poured: each agent is a vessel, each waiting call the ``h`` of its destination. In the order of the distribution each
call is poured into the vessels of the agents who serve it, the lowest first; the level at which it stands then is its
wait. Calls that agents of their own can take fill those first, and keep the shared ones free for others; where nobody
is shared the level is ``p * h / n`` again.

It is unknown, and nothing is told, where no agent is on duty, or fewer than FEWEST calls were answered of late.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from routing.agent_rules import AgentRules
from routing.candidate import Candidate, Served
from routing.priority import priority_of
from routing.waiting_calls import WaitingCall

FEWEST: Final = 5
"""Calls of which a mean is made at least."""


def places_in_queues(
    waiting: Iterable[WaitingCall], rules_of: Callable[[Served], AgentRules], now: datetime
) -> dict[str, int]:
    """Return the place of each call among those that wait for its destination, from 1; callbacks count like calls."""
    queues: defaultdict[Served, list[WaitingCall]] = defaultdict(list)
    for call in waiting:
        queues[call.served].append(call)
    places: dict[str, int] = {}
    for served, calls in queues.items():
        rules = rules_of(served)
        ordered = sorted(calls, key=lambda call: priority_of(call, rules, now))
        places |= {call.id: place for place, call in enumerate(ordered, 1)}
    return places


def told_place(place: int, told_before: int | None) -> int:
    """Return the place to tell: never a greater one than was told before."""
    return place if told_before is None else min(place, told_before)


def expected_waits(
    waiting: Iterable[WaitingCall],
    rules_of: Callable[[Served], AgentRules],
    agents: Iterable[Candidate],
    handled: Mapping[Served, Sequence[float]],
    now: datetime,
) -> dict[str, float]:
    """Return the seconds until each call of ``waiting`` is answered; a call of which that is unknown is not in it.

    ``handled`` are the seconds (talk, hold and wrap-up) of calls of each destination that were answered of late, and
    ``agents`` those whom the line has: they count who serve a destination and are on duty, be they free or not.
    """
    calls = sorted(waiting, key=lambda call: priority_of(call, rules_of(call.served), now))
    vessels = _vessels({call.served for call in calls}, agents)
    means = {served: math.fsum(seconds) / len(seconds) for served, seconds in handled.items() if len(seconds) >= FEWEST}
    every = [seconds for each in handled.values() for seconds in each]
    usual = math.fsum(every) / len(every) if every else 0.0
    found: dict[str, float] = {}
    for call in calls:
        serving = vessels.get(call.served)
        if not serving:
            continue
        level = _pour(means.get(call.served, usual), serving)
        if call.served in means:
            found[call.id] = level
    return found


@dataclass(slots=True)
class _Vessels:
    """So many agents serve the same destinations; each of them is filled up to ``level``."""

    agents: int
    level: float = 0.0


def _vessels(served: Collection[Served], agents: Iterable[Candidate]) -> dict[Served, list[_Vessels]]:
    """The vessels of each destination; those who serve the same ones are alike."""
    alike: Counter[tuple[Served, ...]] = Counter()
    for agent in agents:
        if agent.is_on_duty:
            alike[tuple(sorted(each for each in served if agent.level_of(each) is not None))] += 1
    found: defaultdict[Served, list[_Vessels]] = defaultdict(list)
    for serves, number in alike.items():
        each = _Vessels(number)
        for destination in serves:
            found[destination].append(each)
    return found


def _pour(work: float, vessels: list[_Vessels]) -> float:
    """Pour ``work`` into the vessels, the lowest first; return the level at which it stands then."""
    vessels.sort(key=lambda each: each.level)
    width, filled = 0, 0
    level = vessels[0].level
    while filled < len(vessels):
        # As far up as the next vessel stands, where there is enough for all that are this low.
        room = (vessels[filled].level - level) * width
        if room > work:
            break
        work -= room
        level = vessels[filled].level
        width += vessels[filled].agents
        filled += 1
    level += work / width
    for each in vessels[:filled]:
        each.level = level
    return level
