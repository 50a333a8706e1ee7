"""Distribution gives waiting calls to free agents: one pure decision over all that wait, all agents, and one instant.

Theory of operation
===================

``distribute`` pairs calls and agents as if it took, again and again, the best pair of a waiting call and a free agent
who may be rung for it. Pairs are compared by

1. the call's **rank**: its contract, and how long it has waited (``routing.priority``);
2. whether the call comes back to the **front**;
3. whether the agent is the one whom the call **prefers**;
4. the agent's **level** for the call's destination, the highest first;
5. the time that the call has **waited**, the longest first;
6. the time that the agent has been **idle**, the longest first;
7. the ids of call and agent, so that two pairs are never equal.

For an overdue call, 5 comes before 3 and 4: that is why no call starves. Who may be rung for a call, and whom a call is
kept for or from, is told by ``routing.candidates``.

It follows that no call is left waiting while an agent is left free who may be rung for it, and that equal input, in
whatever order, gives the equal decision. Nothing is remembered: what an agent refused stands in the call. An assignment
is a wish; two processes that decide at once are told apart by the unique indexes of the offers that are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Final

from routing.agent_rules import PLAIN_RULES, AgentRules
from routing.assignments import Assignment, assigned, priority_steps
from routing.candidate import Candidate, CandidateState, Served
from routing.candidates import Candidates
from routing.priority import OVERDUE, Priority, priority_of
from routing.trace import TraceStep
from routing.waiting_calls import WaitingCall
from wording import phrase

Rules = Mapping[Served, AgentRules]
"""The rules of each destination; one that is not listed has PLAIN_RULES."""

_STATES: Final[Mapping[CandidateState, str]] = {
    "available": phrase("free"),
    "ringing": phrase("being rung"),
    "talking": phrase("talking"),
    "wrap-up": phrase("noting how a talk went"),
    "paused": phrase("away for a while"),
    "off": phrase("off duty"),
}


def distribute(
    waiting: Iterable[WaitingCall], agents: Iterable[Candidate], rules: Rules, now: datetime
) -> tuple[Assignment, ...]:
    """Return who is to be rung for which call at ``now``, the call that comes first in front; calls that are offered
    to somebody already are not to be among ``waiting``.
    """
    return _Distribution(agents, rules, now).run(waiting)


def why_waiting(call: WaitingCall, agents: Iterable[Candidate], rules: Rules, now: datetime) -> tuple[TraceStep, ...]:
    """Return the rules that gave the call its place, and for each agent who serves it why nobody was rung for it yet:
    what the agent does, or for whom the call is kept.
    """
    distribution = _Distribution(agents, rules, now)
    candidates = distribution.candidates(call.served)
    steps = priority_steps(call, candidates, now)
    for agent in sorted(distribution.agents, key=lambda each: each.id):
        if agent.level_of(call.served) is None:
            continue
        kept = candidates.keeps(call, agent.id, now) if agent.is_on_duty else None
        if kept:
            said = phrase("{agent}: {reason}", agent=agent.name, reason=kept)
        elif agent.is_free:
            said = phrase("{agent} is free, and takes a call that comes before this one", agent=agent.name)
        else:
            said = phrase("{agent} is {state}", agent=agent.name, state=_STATES[agent.state])
        steps.append(TraceStep("agent", said))
    if not candidates.levels:
        steps.append(TraceStep("agent", phrase("no agent on duty serves {destination}", destination=call.destination)))
    return tuple(steps)


@dataclass(slots=True)
class _Distribution:
    """One run. ``taken`` are the agents who have been given a call in it."""

    agents: Iterable[Candidate]
    rules: Rules
    now: datetime
    taken: set[int] = field(default_factory=set)
    free: int = 0
    found: dict[Served, Candidates] = field(default_factory=dict)
    given: dict[str, Assignment] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.agents = sorted(self.agents, key=lambda agent: (agent.idle_since or self.now, agent.id))
        self.free = sum(agent.is_free for agent in self.agents)

    def run(self, waiting: Iterable[WaitingCall]) -> tuple[Assignment, ...]:
        order: list[tuple[Priority, WaitingCall]] = sorted(
            ((priority_of(call, self.rules.get(call.served, PLAIN_RULES), self.now), call) for call in waiting),
            key=lambda each: each[0],
        )
        for (rank, _), group in groupby(order, key=lambda each: each[0][:2]):
            if not self.free:
                break
            calls = [call for _, call in group]
            if rank == OVERDUE:
                self._by_time(calls)
            else:
                self._by_level(calls)
        return tuple(self.given[call.id] for _, call in order if call.id in self.given)

    def candidates(self, served: Served) -> Candidates:
        found = self.found.get(served)
        if found is None:
            found = self.found[served] = Candidates.of(served, self.agents, self.rules.get(served, PLAIN_RULES))
        return found

    def _by_time(self, calls: list[WaitingCall]) -> None:
        """Each call in turn takes the best agent that is left."""
        for call in calls:
            candidates = self.candidates(call.served)
            chosen = self._preferred(call, candidates)
            if chosen is None:
                ways = (self._at(level, call, candidates) for level in sorted(candidates.free, reverse=True))
                chosen = next(filter(None, ways), None)
            if chosen is not None:
                self._give(call, chosen, candidates)

    def _by_level(self, calls: list[WaitingCall]) -> None:
        """Calls that ask for an agent first, then each level, the highest first, takes the calls in turn."""
        for call in calls:
            if call.preferred is not None:
                candidates = self.candidates(call.served)
                chosen = self._preferred(call, candidates)
                if chosen is not None:
                    self._give(call, chosen, candidates)
        every = {level for call in calls for level in self.candidates(call.served).free}
        for level in sorted(every, reverse=True):
            for call in calls:
                if not self.free:
                    return
                candidates = self.candidates(call.served)
                if level in candidates.free and call.id not in self.given:
                    chosen = self._at(level, call, candidates)
                    if chosen is not None:
                        self._give(call, chosen, candidates)

    def _preferred(self, call: WaitingCall, candidates: Candidates) -> Candidate | None:
        kept = candidates.kept_for(call, self.now)
        return next((agent for agent in self._left(candidates) if agent.id == kept), None) if kept is not None else None

    def _at(self, level: int, call: WaitingCall, candidates: Candidates) -> Candidate | None:
        """The agent of that level who is free longest, and who may be rung for the call."""
        free = candidates.free[level]
        while free and free[0].id in self.taken:
            free.popleft()
        if not free or candidates.kept_for(call, self.now) is not None:
            return None
        if not call.passed:
            return None if candidates.keeps_from_level(call, level, self.now) else free[0]
        left = (agent for agent in free if agent.id not in self.taken)
        return next((agent for agent in left if candidates.keeps(call, agent.id, self.now) is None), None)

    def _left(self, candidates: Candidates) -> Iterator[Candidate]:
        return (agent for free in candidates.free.values() for agent in free if agent.id not in self.taken)

    def _give(self, call: WaitingCall, agent: Candidate, candidates: Candidates) -> None:
        self.taken.add(agent.id)
        self.free -= 1
        self.given[call.id] = assigned(call, agent, candidates, self.now)
