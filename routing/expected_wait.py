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
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from routing.agent_rules import AgentRules
from routing.priority import priority_of
from routing.waiting_calls import WaitingCall

FEWEST: Final = 5
"""Calls of which a mean is made at least."""


def place_in_queue(call: WaitingCall, waiting: Iterable[WaitingCall], rules: AgentRules, now: datetime) -> int:
    """Return the place of a call among those that wait for its destination, from 1; callbacks count like calls."""
    mine = priority_of(call, rules, now)
    others = (each for each in waiting if each.served == call.served and each.id != call.id)
    return 1 + sum(priority_of(each, rules, now) < mine for each in others)


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
