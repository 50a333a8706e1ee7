"""The place and the expected wait are what a waiting caller is told: a place that never grows, and an honest time.

The place of a call is one more than the number of calls of its destination that are before it in the order of the
distribution. A call of a better contract may come in between, so that the true place may grow; what is told does not:
it is the smallest that the caller was ever entitled to hear.

The expected wait of place ``p`` is ``p * h / n``: of ``n`` agents on duty, each of whom keeps a call for ``h`` seconds
on average, one becomes free every ``h / n`` seconds. It is unknown, and nothing is told, where no agent is on duty, or
fewer than FEWEST calls were answered of late.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from routing.agent_rules import AgentRules
from routing.candidate import Served
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


def expected_wait(place: int, handled: Sequence[float], agents: int) -> float | None:
    """Return the seconds until a call at ``place`` is answered, None where that is unknown.

    ``handled`` are the seconds (talk, hold and wrap-up) of calls of the destination that were answered of late, and
    ``agents`` those who serve it and are on duty, be they free or not.
    """
    if agents < 1 or len(handled) < FEWEST:
        return None
    return place * math.fsum(handled) / len(handled) / agents
