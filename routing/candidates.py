"""Candidates are the agents on duty who serve one destination; they tell which of them a waiting call is kept from.

A call is kept for somebody only while that one is on duty, so that it never waits for an agent who will not come:

* for its preferred agent until ``preferred_until``, unless that one refused or missed it;
* from an agent who refused or missed it, while anybody else on duty serves the destination. Where nobody else does,
  that agent is asked again, ``again`` seconds later: better the same agent than no agent;
* from agents of a level for the seconds that ``levels`` says, while a better one on duty has not refused or missed it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.agent_rules import AgentRules
from routing.candidate import Candidate, Served, names_of
from routing.waiting_calls import WaitingCall
from wording import Message, phrase


@dataclass(slots=True)
class Candidates:
    """The candidates of one destination: their levels by id, and the free ones of each level, idle longest first."""

    rules: AgentRules
    levels: dict[int, int] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    free: dict[int, deque[Candidate]] = field(default_factory=dict)

    @classmethod
    def of(cls, served: Served, agents: Iterable[Candidate], rules: AgentRules) -> Candidates:
        """Gather those of ``agents`` who are on duty and serve the destination, and keep their order."""
        found = cls(rules)
        names = names_of(served)
        for agent in agents:
            skills = agent.skills
            for name in names:
                if name in skills:
                    if agent.is_on_duty:
                        found._add(agent, skills[name])
                    break
        return found

    def _add(self, agent: Candidate, level: int) -> None:
        self.levels[agent.id] = level
        self.names[agent.id] = agent.name
        if agent.is_free:
            self.free.setdefault(level, deque()).append(agent)

    def kept_for(self, call: WaitingCall, now: datetime) -> int | None:
        """Return the id of the agent who alone is asked for the call; None where all are."""
        if call.preferred is None or call.preferred_until is None or now >= call.preferred_until:
            return None
        return call.preferred if call.preferred in self.levels and call.preferred not in call.passed else None

    def keeps(self, call: WaitingCall, agent: int, now: datetime) -> Message | None:
        """Return why the call is kept from a candidate now; None where the candidate may be rung for it."""
        kept = self.kept_for(call, now)
        if kept is not None:
            return None if kept == agent else kept_in_words(self.names[kept], call, now)
        if agent in call.passed:
            if not self.levels.keys() <= call.passed.keys():
                return phrase("refused or missed it, and others on duty serve it")
            if now < call.passed[agent] + timedelta(seconds=self.rules.again):
                return phrase("refused or missed it, and is asked again after {seconds} s", seconds=self.rules.again)
        return self.keeps_from_level(call, self.levels[agent], now)

    def keeps_from_level(self, call: WaitingCall, level: int, now: datetime) -> Message | None:
        """Return why the call is kept from candidates of a level now; None where it is not."""
        seconds = self.rules.levels.get(level)
        if not seconds or now >= call.entered + timedelta(seconds=seconds):
            return None
        best = max((each for agent, each in self.levels.items() if agent not in call.passed), default=level)
        if best <= level:
            return None
        return phrase(
            "kept from level {level} for {seconds} s, since better ones serve it", level=level, seconds=seconds
        )


def kept_in_words(agent: str, call: WaitingCall, now: datetime) -> Message:
    """Return that the call is kept for the agent, and for how much longer."""
    left = call.preferred_until - now if call.preferred_until else timedelta()
    return phrase("kept for {agent} for {seconds} s more", agent=agent, seconds=max(round(left.total_seconds()), 0))
