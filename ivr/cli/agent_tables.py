"""Shows agents and the history of their states as tables to people, and as JSON to programs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.agent_states import AgentState
from ivr.cli.language import spoken
from ivr.cli.terminal import Cell, Column, Look, show_table
from wording import Message, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from data.agent_history import StateStretch
    from data.agent_skills import Skill
    from data.agents import Agent

_LOOKS: dict[AgentState, Look] = {
    AgentState.AVAILABLE: "good",
    AgentState.RINGING: "fair",
    AgentState.TALKING: "plain",
    AgentState.WRAP_UP: "plain",
    AgentState.PAUSED: "fair",
    AgentState.OFF: "faint",
}


def show_agents(found: Sequence[Agent], skills: Mapping[int, Sequence[Skill]], now: datetime) -> None:
    """Show what each agent does at ``now`` (aware) and for how long, the telephone, what each serves, and the hours."""
    from ivr.call.agents import lasted

    several = len({skill.line for each in skills.values() for skill in each}) > 1
    show_table(
        [
            Column(spoken(phrase("agent"))),
            Column(spoken(phrase("called"))),
            Column(spoken(phrase("state"))),
            Column(spoken(phrase("for")), whole=True),
            Column(spoken(phrase("telephone"))),
            Column(spoken(phrase("serves"))),
            Column(spoken(phrase("hours"))),
        ],
        [
            [
                Cell(agent.login),
                Cell(agent.name),
                _state(agent),
                Cell(spoken(lasted(now - agent.standing.since))),
                Cell(agent.telephone),
                Cell(_served(skills.get(agent.user_id, []), several=several)),
                Cell(agent.hours or spoken(phrase("always"))),
            ]
            for agent in found
        ],
    )


def show_history(found: Sequence[StateStretch], logins: Mapping[int, str], begin: datetime, end: datetime) -> None:
    """Show the stretches between ``begin`` and ``end``, two moments in the zone in which they are told."""
    from ivr.call.agents import cause_words, lasted

    show_table(
        [
            Column(spoken(phrase("agent"))),
            Column(spoken(phrase("since")), whole=True),
            Column(spoken(phrase("for")), whole=True),
            Column(spoken(phrase("state"))),
            Column(spoken(phrase("by"))),
        ],
        [
            [
                Cell(logins[each.user_id]),
                Cell(f"{max(each.since, begin).astimezone(begin.tzinfo):%H:%M:%S}"),
                Cell(spoken(lasted(min(each.until or end, end) - max(each.since, begin)))),
                Cell(spoken(told_state(each.state, each.reason)), _LOOKS[each.state]),
                Cell(spoken(cause_words(each.cause))),
            ]
            for each in found
        ],
    )


def _state(agent: Agent) -> Cell:
    standing = agent.standing
    told = told_state(standing.state, standing.reason)
    if standing.wanted_state:
        told = phrase(
            "{state}, then {wanted}", state=told, wanted=told_state(standing.wanted_state, standing.wanted_reason)
        )
    if not agent.may_serve:
        return Cell(spoken(phrase("{state}; takes no calls (ivr users)", state=told)), "bad")
    return Cell(spoken(told), _LOOKS[standing.state])


def told_state(state: AgentState, why: str | None) -> Message:
    """Return what an agent does, with the reason of a pause."""
    from ivr.call.agents import state_words

    return state_words(state, why)


def _served(skills: Sequence[Skill], *, several: bool) -> str:
    """What one agent serves; the line's name stands before where the agents serve several lines."""
    lines: dict[str, list[str]] = {}
    for skill in skills:
        lines.setdefault(skill.line, []).append(f"{skill.destination} {skill.level}")
    told = [f"{line}: {', '.join(each)}" if several else ", ".join(each) for line, each in lines.items()]
    return "; ".join(told) or "-"


def agent_as_json(agent: Agent, skills: Sequence[Skill]) -> dict[str, object]:
    """Return an agent as programs read one."""
    standing = agent.standing
    return {
        "login": agent.login,
        "name": agent.name,
        "telephone": agent.telephone,
        "hours": agent.hours,
        "state": standing.state.value,
        "reason": standing.reason,
        "since": standing.since.isoformat(),
        "wanted": standing.wanted_state.value if standing.wanted_state else None,
        "takes_calls": agent.may_serve,
        "serves": [{"line": each.line, "destination": each.destination, "level": each.level} for each in skills],
    }


def stretch_as_json(each: StateStretch, login: str) -> dict[str, object]:
    """Return a stretch of an agent's history as programs read it."""
    return {
        "login": login,
        "state": each.state.value,
        "reason": each.reason,
        "since": each.since.isoformat(),
        "until": each.until.isoformat() if each.until else None,
        "cause": each.cause,
    }
