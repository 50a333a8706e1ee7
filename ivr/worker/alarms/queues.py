"""``QueuesWithoutAgents`` finds open destinations that agents of ours serve, while none of them is on duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from data.agent_skills import skills_by_agent
from data.agents import all_agents
from data.closures import standing_closures
from data.waiting import all_waiting
from ivr.call.routing_context import closures_of
from ivr.call.talks.distributing import candidates
from ivr.worker.alarms.condition import AlarmCondition
from routing.agent_rules import PLAIN_RULES
from routing.alarm_rules import NO_AGENTS, AlarmFinding
from routing.candidate import names_of
from routing.candidates import Candidates
from routing.context import RoutingContext
from routing.decide import route
from routing.decisions import Ring
from routing.targets import Queue

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from ivr.flow.line import Line


class QueuesWithoutAgents(AlarmCondition):
    """Looks at destinations whose queues agents serve: the others have telephones of their own."""

    kind: ClassVar[str] = NO_AGENTS

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return each destination to which callers may come, and of which no agent on duty takes calls."""
        lines = {engine.line.name: engine.line for engine in self._tools.lines()}
        agents = {agent.user_id: agent for agent in all_agents(connection) if agent.may_serve}
        if not agents:
            return
        serving = candidates(connection, lines, agents, now)
        waiting = Counter((each.line, each.destination) for each in all_waiting(connection) if each.kind == "call")
        for name, line in lines.items():
            skills = skills_by_agent(connection, name)
            served = {user: {skill.destination for skill in skills[user]} for user in skills.keys() & agents.keys()}
            context = None
            for destination, written in line.routing.table.destinations.items():
                if not any(isinstance(target, Queue) for target in written.targets):
                    continue
                names = {each for _, each in names_of((name, destination))}
                who = [user for user, known in served.items() if known & names]
                if not who or Candidates.of((name, destination), serving, PLAIN_RULES).levels:
                    continue
                context = context or RoutingContext(closures_of(standing_closures(connection, name, now)))
                if waiting[name, destination] or _is_open(line, destination, context, now):
                    figures = {"agents": len(who), "waiting": waiting[name, destination]}
                    yield AlarmFinding(self.kind, name, destination, figures)


def _is_open(line: Line, destination: str, context: RoutingContext, now: datetime) -> bool:
    decision = route(line.routing.table, destination, now.astimezone(line.header.zone), context=context)
    if not isinstance(decision, Ring):
        return False
    return decision.progress.destination == destination and not decision.progress.on_call
