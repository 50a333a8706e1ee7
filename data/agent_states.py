"""Tells what an agent can be, and from which state to which one an agent may go: a table, and no database.

An agent is engaged while ringing, talking or in wrap-up. A state that is asked for meanwhile is kept as wanted, and
takes effect when the engagement ends. Nobody is taken out of a state by the line, but for a wrap-up whose time is over
and for whoever let calls ring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum
from typing import Final

from value_class import value_class

MAX_IGNORED: Final = 2
"""After so many calls in a row that an agent let ring the agent is paused."""

MISSED: Final = "missed calls"
"""Why the line pauses an agent who let calls ring."""

UNREACHABLE: Final = "no connection"
"""Why the line pauses an agent whose telephone took a call and never came into the talk."""


class AgentState(Enum):
    """A state is what an agent does now; its value is what is stored and typed."""

    AVAILABLE = "available"
    RINGING = "ringing"
    TALKING = "talking"
    WRAP_UP = "wrap-up"
    PAUSED = "paused"
    OFF = "off"


CHANGES: Final[Mapping[AgentState, frozenset[AgentState]]] = {
    AgentState.OFF: frozenset({AgentState.AVAILABLE, AgentState.PAUSED}),
    AgentState.AVAILABLE: frozenset({AgentState.RINGING, AgentState.PAUSED, AgentState.OFF}),
    # A pause may be given another reason.
    AgentState.PAUSED: frozenset({AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFF}),
    AgentState.RINGING: frozenset({AgentState.TALKING, AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFF}),
    AgentState.TALKING: frozenset({AgentState.WRAP_UP, AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFF}),
    AgentState.WRAP_UP: frozenset({AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFF}),
}
"""From each state the states that may follow."""

ENGAGED: Final = frozenset({AgentState.RINGING, AgentState.TALKING, AgentState.WRAP_UP})
"""The states in which an agent has a call, or has just had one."""

ASKED_FOR: Final = frozenset({AgentState.AVAILABLE, AgentState.PAUSED, AgentState.OFF})
"""The states that a person asks for; calls bring the others."""


@value_class
class AgentStanding:
    """A standing is where an agent stands: the state, since when, and what is remembered with it.

    ``idle_since`` is since when the agent has had nothing to do, counting from the last talk or ring that was not
    answered, or from coming on duty. ``wanted_state`` was asked for while the agent was engaged. ``ignored`` counts the
    calls in a row that were let ring. ``wrap_until`` is when a wrap-up ends by itself.
    """

    state: AgentState
    reason: str | None
    since: datetime
    idle_since: datetime | None = None
    wanted_state: AgentState | None = None
    wanted_reason: str | None = None
    ignored: int = 0
    wrap_until: datetime | None = None

    def changed(
        self, to: AgentState, reason: str | None, now: datetime, wrap_until: datetime | None = None
    ) -> AgentStanding | None:
        """Return the standing after a change to ``to`` at ``now`` (aware); None where the table has no such change.

        A moment never lies before the one at which the present state began, whatever the clock says.
        """
        if to not in CHANGES[self.state]:
            return None
        at = max(now, self.since)
        after = replace(
            self,
            state=to,
            reason=reason if to is AgentState.PAUSED else None,
            since=at,
            wrap_until=wrap_until if to is AgentState.WRAP_UP else None,
        )
        if to not in ENGAGED:
            after = replace(after, wanted_state=None, wanted_reason=None)
        if self.state in (AgentState.OFF, AgentState.PAUSED):
            after = replace(after, ignored=0)
        if to is AgentState.RINGING or (to is AgentState.AVAILABLE and self.state is AgentState.RINGING):
            return after
        return replace(after, idle_since=at if to is AgentState.AVAILABLE else None)

    def asked(self, to: AgentState, reason: str | None, now: datetime) -> AgentStanding | None:
        """Return the standing after a person asked for ``to``: at once, or, of an agent who is ringing or talking, kept
        as wanted. Who is in wrap-up ends it so. None where nothing can be made of it.
        """
        if to not in ASKED_FOR:
            return None
        if self.state in (AgentState.RINGING, AgentState.TALKING):
            if to is AgentState.AVAILABLE:
                return replace(self, wanted_state=None, wanted_reason=None)
            return replace(self, wanted_state=to, wanted_reason=reason if to is AgentState.PAUSED else None)
        return self.changed(to, reason, now)

    def rang(self, *, ignored: bool, now: datetime) -> AgentStanding:
        """Return the standing after a ring that was ``ignored``, or that was answered or refused. One ignored puts the
        agent behind the others who are free, and MAX_IGNORED in a row pause the agent.
        """
        if not ignored:
            return replace(self, ignored=0)
        if self.state not in (AgentState.RINGING, AgentState.AVAILABLE):
            return self  # the ring was ended before it is counted, by what the agent asked for
        counted = replace(self, ignored=self.ignored + 1, idle_since=max(now, self.since) if self.idle_since else None)
        if counted.ignored < MAX_IGNORED:
            return counted
        if counted.state is AgentState.AVAILABLE:
            return counted.changed(AgentState.PAUSED, MISSED, now) or counted
        return counted.released(AgentState.PAUSED, MISSED, now) or counted

    def released(
        self, to: AgentState, reason: str | None, now: datetime, wrap_until: datetime | None = None
    ) -> AgentStanding | None:
        """Return the standing after the engagement went over to ``to``; None where the agent is not engaged.

        What the agent asked for meanwhile takes effect now, unless a wrap-up follows first.
        """
        if self.state not in ENGAGED:
            return None
        if to is not AgentState.WRAP_UP and self.wanted_state is not None:
            return self.changed(self.wanted_state, self.wanted_reason, now)
        return self.changed(to, reason, now, wrap_until)
