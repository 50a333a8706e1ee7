"""``ShownAgent`` is an agent as the page shows one, ``StretchRow`` a state of a day, in the language of the request."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from data.agent_skills import skills_by_agent
from data.agent_states import AgentState
from data.agents import all_agents
from ivr.call.agents import cause_words, lasted, state_words
from ivr.web.shell.languages import language
from value_class import value_class
from wording import Message
from wording.catalogues import put

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from data.agent_history import StateStretch
    from data.agent_skills import Skill
    from data.agents import Agent


@value_class
class ShownAgent:
    """An agent with what is shown of the state: ``told`` in words, ``wanted`` what comes after the present call, for
    how long it has ``lasted``, and the ``skills``.
    """

    agent: Agent
    told: str
    wanted: str
    lasted: str
    skills: Sequence[Skill]

    @property
    def state(self) -> AgentState:
        """Return the state, by which a style is chosen."""
        return self.agent.state


@value_class
class StretchRow:
    """A stretch of a day: when it began, for how long it lasted, what the agent did, and who or what caused it."""

    since: datetime
    lasted: str
    state: AgentState
    told: str
    cause: str


@value_class
class StateTotal:
    """For how long an agent was in one state on a day."""

    state: AgentState
    told: str
    lasted: str


def agent_rows(connection: Connection, now: datetime) -> list[ShownAgent]:
    """Return every agent at ``now`` (aware), by login."""
    skills = skills_by_agent(connection)
    return [_row(agent, skills.get(agent.user_id, []), now) for agent in all_agents(connection)]


def stretch_rows(stretches: Sequence[StateStretch], begin: datetime, end: datetime) -> list[StretchRow]:
    """Return what the page tells of the stretches between two moments, in the zone of ``begin``."""
    return [
        StretchRow(
            max(each.since, begin).astimezone(begin.tzinfo),
            put(lasted(_length(each, begin, end)), language()),
            each.state,
            put(state_words(each.state, each.reason), language()),
            _told(cause_words(each.cause)),
        )
        for each in stretches
    ]


def state_totals(stretches: Sequence[StateStretch], begin: datetime, end: datetime) -> list[StateTotal]:
    """Return for how long each state lasted between two moments; those that did not occur are left out."""
    totals: dict[AgentState, timedelta] = {}
    for each in stretches:
        totals[each.state] = totals.get(each.state, timedelta(0)) + _length(each, begin, end)
    return [
        StateTotal(state, put(state_words(state, None), language()), put(lasted(totals[state]), language()))
        for state in AgentState
        if state in totals
    ]


def _row(agent: Agent, skills: Sequence[Skill], now: datetime) -> ShownAgent:
    standing = agent.standing
    wanted = standing.wanted_state
    return ShownAgent(
        agent,
        put(state_words(standing.state, standing.reason), language()),
        put(state_words(wanted, standing.wanted_reason), language()) if wanted else "",
        put(lasted(now - standing.since), language()),
        skills,
    )


def _told(words: str) -> str:
    return put(words, language()) if isinstance(words, Message) else words


def _length(each: StateStretch, begin: datetime, end: datetime) -> timedelta:
    return min(each.until or end, end) - max(each.since, begin)
