"""A simulated day has our own distribution give calls to agents, on a clock of its own, from event to event.

Theory of operation
===================

A heap holds what happens next: a call comes, a caller's patience ends, an agent comes, goes, accepts a call, refuses or
misses it, ends a talk, has noted it down. After each event ``routing.distribution.distribute`` is asked with all calls
that wait and all agents, just as the line asks it; each of its assignments begins to ring. So what is measured is the
decision that callers get, with the rings, refusals and reserved calls that no formula knows.

Nothing is random here but what ``chance`` says. Everything that happened is in ``SimulatedDay.events``, in order; the
queue entries and the agents' times are kept apart from them, so that either can be counted against the other.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Final, Literal

from ivr.staffing.arrivals import Arrival
from ivr.staffing.simulated_day import AgentHabits, Attendance, DayEvent, EventKind, SimulatedDay
from routing.agent_rules import PLAIN_RULES, AgentRules
from routing.agent_time import AgentTime
from routing.candidate import Candidate, CandidateState, Served
from routing.distribution import distribute
from routing.queue_entries import EntryOutcome, QueueEntry
from routing.waiting_calls import WaitingCall

MISSES_UNTIL_PAUSE: Final = 2
"""Rings in a row that an agent may miss; then the agent is paused."""


@dataclass(slots=True)
class _Waiting:
    call: WaitingCall
    arrival: Arrival
    since: float
    entered: float
    ringing: int | None = None


@dataclass(slots=True)
class _Agent:
    attendance: Attendance
    candidate: Candidate
    since: float = 0.0
    missed: int = 0
    leaves: bool = False
    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(slots=True)
class QueueSimulation:
    """Plays one day. ``begins`` is the instant of second 0; ``rules`` are those of each destination of the line."""

    line: str
    begins: datetime
    rules: Mapping[str, AgentRules]
    chance: Random
    habits: AgentHabits
    _now: float = 0.0
    _heap: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _number: count[int] = field(default_factory=count)
    _waiting: dict[str, _Waiting] = field(default_factory=dict)
    _agents: dict[int, _Agent] = field(default_factory=dict)
    _served: dict[Served, AgentRules] = field(default_factory=dict)
    _events: list[DayEvent] = field(default_factory=list)
    _entries: list[QueueEntry] = field(default_factory=list)

    def play(self, arrivals: Iterable[Arrival], attendances: Iterable[Attendance]) -> SimulatedDay:
        """Return what becomes of the calls when these agents come; a call that waits for ever ends as closed."""
        self._served = {(self.line, name): each for name, each in self.rules.items()}
        for attendance in attendances:
            candidate = Candidate(attendance.agent, f"agent-{attendance.agent}", attendance.skills)
            self._agents[attendance.agent] = _Agent(attendance, candidate)
            for begin, end in attendance.spans:
                self._at(begin, self._comes, attendance.agent)
                self._at(end, self._goes, attendance.agent)
        for number, arrival in enumerate(sorted(arrivals, key=lambda each: each.second)):
            self._at(arrival.second, self._come, f"call-{number}", arrival)
        while self._heap:
            self._now, _, happens = heapq.heappop(self._heap)
            happens()
            self._distribute()
        for waiting in list(self._waiting.values()):
            self._leaves(waiting, "closed")
        for agent in self._agents.values():
            self._become(agent, "off")
        times = {number: _time(agent.spent) for number, agent in self._agents.items()}
        return SimulatedDay(tuple(self._events), tuple(self._entries), times)

    def _distribute(self) -> None:
        waiting = [each.call for each in self._waiting.values() if each.ringing is None]
        candidates = [agent.candidate for agent in self._agents.values()]
        if not waiting or not any(each.is_free for each in candidates):
            return
        for each in distribute(waiting, candidates, self._served, self._instant()):
            self._ring(self._waiting[each.call.id], self._agents[each.agent.id])

    # What happens, one after the other.

    def _come(self, name: str, arrival: Arrival) -> None:
        self._enter(name, arrival, self._now, front=False)

    def _comes(self, number: int) -> None:
        agent = self._agents[number]
        agent.leaves, agent.missed = False, 0
        if agent.candidate.state in {"off", "paused"}:
            self._become(agent, "available")

    def _goes(self, number: int) -> None:
        agent = self._agents[number]
        agent.leaves = True
        if agent.candidate.state in {"available", "paused"}:
            self._become(agent, "off")

    def _impatient(self, waiting: _Waiting) -> None:
        if self._waiting.get(waiting.call.id) is waiting:
            self._leaves(waiting, "abandoned")

    def _look(self) -> None:
        """A call was kept for or from an agent until now: distribution is asked again."""

    def _answered(self, waiting: _Waiting, agent: _Agent) -> None:
        if not self._rings(waiting, agent):
            return
        agent.missed = 0
        del self._waiting[waiting.call.id]
        self._say("started", waiting, agent)
        self._become(agent, "talking")
        if self.habits.loses and self.chance.random() < self.habits.loses:
            self._at(self._now + waiting.arrival.talk * self.chance.random(), self._lost, waiting, agent, self._now)
        else:
            self._at(self._now + waiting.arrival.talk, self._talked, waiting, agent, self._now)

    def _refused(self, waiting: _Waiting, agent: _Agent) -> None:
        if self._rings(waiting, agent):
            self._pass(waiting, agent, "refused")
            self._free(agent)

    def _missed(self, waiting: _Waiting, agent: _Agent) -> None:
        if not self._rings(waiting, agent):
            return
        self._pass(waiting, agent, "missed")
        agent.missed += 1
        if agent.missed < MISSES_UNTIL_PAUSE or agent.leaves:
            self._free(agent)
        else:
            self._become(agent, "paused")
            self._at(self._now + self.habits.pause, self._back, agent)

    def _back(self, agent: _Agent) -> None:
        if agent.candidate.state == "paused":
            agent.missed = 0
            self._free(agent)

    def _lost(self, waiting: _Waiting, agent: _Agent, since: float) -> None:
        self._say("lost", waiting, agent)
        self._ended(waiting, self._now - since, 0.0, since)
        self._free(agent)
        # The place is kept; the entry is a new one, which no longer has the patience of the first.
        self._enter(f"{waiting.call.id}+", replace(waiting.arrival, patience=None), waiting.since, front=True)

    def _talked(self, waiting: _Waiting, agent: _Agent, since: float) -> None:
        self._say("ended", waiting, agent)
        wrap = min(waiting.arrival.wrap, self._rules(waiting).wrap_up)
        self._ended(waiting, self._now - since, wrap, since)
        self._become(agent, "wrap-up")
        self._at(self._now + wrap, self._free, agent)

    # What the events above are made of.

    def _enter(self, name: str, arrival: Arrival, since: float, *, front: bool) -> None:
        rules = self.rules.get(arrival.destination, PLAIN_RULES)
        call = WaitingCall(
            name,
            self.line,
            arrival.destination,
            self._instant(since),
            self._instant(),
            contract=arrival.contract,
            preferred=arrival.preferred,
            preferred_until=self._instant(self._now + rules.preferred) if arrival.preferred is not None else None,
            front=front,
        )
        waiting = self._waiting[name] = _Waiting(call, arrival, since, self._now)
        self._say("entered", waiting)
        if arrival.patience is not None:
            self._at(self._now + arrival.patience, self._impatient, waiting)
        for seconds in {*rules.levels.values(), rules.preferred if arrival.preferred is not None else 0} - {0}:
            self._at(self._now + seconds, self._look)

    def _ring(self, waiting: _Waiting, agent: _Agent) -> None:
        waiting.ringing = agent.candidate.id
        self._say("offered", waiting, agent)
        self._become(agent, "ringing")
        fate, habits = self.chance.random(), self.habits
        ring = self._rules(waiting).ring
        if fate < habits.misses:
            self._at(self._now + ring, self._missed, waiting, agent)
        elif fate < habits.misses + habits.refuses:
            self._at(self._now + min(habits.accept, ring), self._refused, waiting, agent)
        else:
            self._at(self._now + min(habits.accept, ring), self._answered, waiting, agent)

    def _rings(self, waiting: _Waiting, agent: _Agent) -> bool:
        """Whether the agent is still rung for the call: the caller may have gone, and another call have come."""
        there = self._waiting.get(waiting.call.id) is waiting
        return there and waiting.ringing == agent.candidate.id and agent.candidate.state == "ringing"

    def _pass(self, waiting: _Waiting, agent: _Agent, how: Literal["refused", "missed"]) -> None:
        self._say(how, waiting, agent)
        waiting.ringing = None
        passed = {**waiting.call.passed, agent.candidate.id: self._instant()}
        waiting.call = replace(waiting.call, passed=passed)
        self._at(self._now + self._rules(waiting).again, self._look)

    def _leaves(self, waiting: _Waiting, how: EntryOutcome) -> None:
        del self._waiting[waiting.call.id]
        self._say("left", waiting)
        self._entry(waiting, how, self._now - waiting.entered)
        if waiting.ringing is not None:
            agent = self._agents[waiting.ringing]
            self._say("caller-gone", waiting, agent)
            self._free(agent)

    def _ended(self, waiting: _Waiting, talk: float, wrap: float, since: float) -> None:
        self._entry(waiting, "answered", since - waiting.entered, talk, wrap)

    def _entry(self, waiting: _Waiting, how: EntryOutcome, wait: float, talk: float = 0.0, wrap: float = 0.0) -> None:
        entered = self._instant(waiting.entered)
        self._entries.append(QueueEntry(waiting.arrival.destination, entered, how, wait, talk, 0.0, wrap))

    def _free(self, agent: _Agent) -> None:
        self._become(agent, "off" if agent.leaves else "available")

    def _become(self, agent: _Agent, state: CandidateState) -> None:
        agent.spent[agent.candidate.state] += self._now - agent.since
        agent.since = self._now
        idle = agent.candidate.idle_since
        came = agent.candidate.state not in {"available", "ringing"}
        if state == "available" and (came or idle is None):
            idle = self._instant()
        agent.candidate = replace(agent.candidate, state=state, idle_since=idle)

    def _say(self, kind: EventKind, waiting: _Waiting, agent: _Agent | None = None) -> None:
        self._events.append(DayEvent(self._now, kind, waiting.call.id, agent.candidate.id if agent else None))

    def _at(self, second: float, happens: Callable[..., None], *what: object) -> None:
        event: tuple[float, int, Callable[[], None]] = (second, next(self._number), partial(happens, *what))
        heapq.heappush(self._heap, event)

    def _instant(self, second: float | None = None) -> datetime:
        return self.begins + timedelta(seconds=self._now if second is None else second)

    def _rules(self, waiting: _Waiting) -> AgentRules:
        return self.rules.get(waiting.arrival.destination, PLAIN_RULES)


def _time(spent: Mapping[str, float]) -> AgentTime:
    names = {"talking": "talk", "wrap-up": "wrap", "available": "available", "ringing": "ringing", "paused": "paused"}
    return AgentTime(**{name: spent.get(state, 0.0) for state, name in names.items()})
