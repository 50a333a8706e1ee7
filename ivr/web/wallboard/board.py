"""A board is how a line stands at one moment: calls, queues, agents, talks, closures, and what waits for people.

All of it is read of the database, so that it is the same whichever process answers calls or shows the page.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from data.agent_skills import Skill, skills_by_agent
from data.agent_states import ENGAGED, AgentState
from data.agents import Agent, all_agents
from data.callbacks import CallbackRecord, waiting_callbacks
from data.closures import ClosureRecord, standing_closures
from data.live_calls import OpenCall, open_calls_now
from data.messages import MessageRecord, unheard_messages
from data.talks import TalkRecord, open_talks
from data.waiting import WaitingRecord, all_waiting
from ivr.flow.line import Line
from routing.candidate import names_of
from value_class import value_class

MOST_MESSAGES = 20


@value_class
class CallsNow:
    """The calls that go on, by what they do; ``trials`` of them were made at telephones of the pages."""

    menu: int
    ringing: int
    waiting: int
    talking: int
    trials: int
    states: tuple[tuple[str, int], ...]
    """The states of the menu in which most callers stand, with how many."""

    @property
    def all(self) -> int:
        """Return how many there are."""
        return self.menu + self.ringing + self.waiting + self.talking


@value_class
class QueueNow:
    """The queue of a destination: who waits, since when the longest does, and its agents by what they do."""

    destination: str
    waiting: int
    longest: datetime | None
    callbacks: int
    free: int
    engaged: int
    paused: int

    @property
    def is_deserted(self) -> bool:
        """Return whether callers wait and no agent on duty could answer them."""
        return bool(self.waiting) and not (self.free or self.engaged)


@value_class
class AgentNow:
    """An agent with the talk that goes on, if one does; ``is_trial`` where its caller is at a telephone of a page."""

    agent: Agent
    talk: TalkRecord | None
    is_trial: bool


@value_class
class Board:
    """A board of one line."""

    at: datetime
    calls: CallsNow
    queues: tuple[QueueNow, ...]
    agents: tuple[AgentNow, ...]
    closures: tuple[ClosureRecord, ...]
    callbacks: tuple[CallbackRecord, ...]
    messages: tuple[MessageRecord, ...]


def read_board(connection: Connection, line: Line, now: datetime) -> Board:
    """Read the board of ``line`` at ``now`` (aware)."""
    waiting = [each for each in all_waiting(connection) if each.line == line.name]
    talks = [each for each in open_talks(connection) if each.line == line.name]
    skills = skills_by_agent(connection, line.name)
    agents = [each for each in all_agents(connection) if each.may_serve and each.user_id in skills]
    callbacks = [each for each in waiting_callbacks(connection) if each.line == line.name]
    talk_of = {each.user_id: each for each in talks}
    calls = open_calls_now(connection, line.name, now)
    trials = {each.sid for each in calls if each.is_trial}
    return Board(
        now,
        _calls(calls, line, waiting, talks),
        tuple(_queues(line, waiting, callbacks, agents, skills)),
        tuple(_agent(agent, talk_of.get(agent.user_id), trials) for agent in agents),
        tuple(standing_closures(connection, line.name, now)),
        tuple(callbacks),
        tuple(unheard_messages(connection, line.name, MOST_MESSAGES)),
    )


def _agent(agent: Agent, talk: TalkRecord | None, trials: Collection[str]) -> AgentNow:
    return AgentNow(agent, talk, talk is not None and talk.call_sid in trials)


def _calls(
    calls: Sequence[OpenCall], line: Line, waiting: Sequence[WaitingRecord], talks: Sequence[TalkRecord]
) -> CallsNow:
    queued, talking = {each.call_sid for each in waiting}, {each.call_sid for each in talks}
    counts: Counter[str] = Counter()
    states: Counter[str] = Counter()
    trials = 0
    for call in calls:
        trials += call.is_trial
        state = _state(call.position)
        node = line.states.get(state)
        if call.sid in talking:
            counts["talking"] += 1
        elif call.sid in queued:
            counts["waiting"] += 1
        elif node is not None and node.rings:
            counts["ringing"] += 1
        else:
            counts["menu"] += 1
            states[state] += 1
    return CallsNow(
        counts["menu"], counts["ringing"], counts["waiting"], counts["talking"], trials, tuple(states.most_common(5))
    )


def _state(position: str) -> str:
    """The state of a stored position; nothing where it was forgotten."""
    return str(json.loads(position).get("state", "")) if position else ""


def _queues(
    line: Line,
    waiting: Sequence[WaitingRecord],
    callbacks: Sequence[CallbackRecord],
    agents: Sequence[Agent],
    skills: Mapping[int, Sequence[Skill]],
) -> Iterator[QueueNow]:
    """Each destination for which somebody waits, or whom an agent on duty serves, in the order of routing.yaml."""
    waits: dict[str, list[WaitingRecord]] = {}
    for entry in waiting:
        if entry.kind == "call":
            waits.setdefault(entry.destination, []).append(entry)
    promised = Counter(each.destination for each in callbacks)
    by_scope: dict[str, dict[int, AgentState]] = {}
    for agent in agents:
        if agent.state is not AgentState.OFF:
            for skill in skills[agent.user_id]:
                by_scope.setdefault(skill.destination, {})[agent.user_id] = agent.state
    for destination in line.routing.table.destinations:
        here, later = waits.get(destination, []), promised[destination]
        found: dict[int, AgentState] = {}
        for _, scope in names_of((line.name, destination)):
            found |= by_scope.get(scope, {})
        serving = list(found.values())
        if not (here or later or serving):
            continue
        yield QueueNow(
            destination,
            len(here),
            min((each.since for each in here), default=None),
            later,
            serving.count(AgentState.AVAILABLE),
            sum(state in ENGAGED for state in serving),
            serving.count(AgentState.PAUSED),
        )
