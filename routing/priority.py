"""A waiting call's priority is its place in the order of all that wait: by rank, which rises with the time waited.

The rule
========

Let ``r`` be the rank of the call's contract (0 for the first of ``contracts``, the number of them for a call without
one), ``s`` the ``rise`` of its destination, and ``w`` the seconds that it has waited since ``since``::

    rank      = r - floor(w / s)           while that is 0 or more
    overdue   = since + (r + 1) * s        from that moment on its rank is -1

A lower rank comes first. Within a rank come first the calls that were marked ``front``. What then decides is up to
distribution while the rank is 0 or more (the level of the agent, then the time waited); **overdue calls are taken in
the order in which they became overdue**, whatever the level.

Why no call starves
===================

Let ``c`` become overdue at ``d``. It stays overdue, and so it comes before every call that is not. Another overdue call
comes before it only if that one

* became overdue before ``d``: then it began to wait before ``d - s``, since every call needs at least one ``s``. These
  calls are there already when ``c`` becomes overdue; they are finitely many, and no new one can come; or
* is marked ``front``: it had been given to an agent, whose telephone was lost.

So once ``c`` is overdue, each agent who becomes free and may take both leaves one call fewer before it: with ``k``
calls before it at ``d``, and ``f`` that come back to the front, the ``k + f + 1``-th free agent who fits takes it at
the latest. And ``d`` is at most ``since + (number of contracts + 1) * s``: 240 seconds with nothing written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from routing.agent_rules import AgentRules
from routing.waiting_calls import WaitingCall

OVERDUE: Final = -1
"""The rank of a call that has waited so long that only the time counts."""


class Priority(NamedTuple):
    """A priority is smaller for a call that comes earlier; two calls never have the same one."""

    rank: int
    behind: bool
    """Whether it is not marked ``front``."""
    time: datetime
    """When it became overdue; while it is not, since when it waits."""
    call: str

    @property
    def is_overdue(self) -> bool:
        """Return whether only the time counts."""
        return self.rank == OVERDUE


def priority_of(call: WaitingCall, rules: AgentRules, now: datetime) -> Priority:
    """Return where the call stands at ``now``; a clock that went back counts as no time."""
    contract = rules.rank_of(call.contract)
    risen = max(int((now - call.since).total_seconds()), 0) // rules.rise
    if risen > contract:
        overdue = call.since + timedelta(seconds=(contract + 1) * rules.rise)
        return Priority(OVERDUE, not call.front, overdue, call.id)
    return Priority(contract - risen, not call.front, call.since, call.id)
