"""Makes agents and changes them, for the command and the page alike: what would not be rung or served is refused.

Each function works in the transaction of whoever calls it, and raises ValueError with what to write instead.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from data.agent_skills import Skill, drop_skill, set_skill, skills_of
from data.agent_states import MISSED, UNREACHABLE, AgentState
from data.agents import Agent, StateRequest, add_agent, agent_named, all_agents, ask_state, change_agent
from data.roles import MAY, Act, Role
from data.users import User, all_users
from ivr.flow.line import Line
from ivr.flow.working_hours import parse_working_hours
from ivr.source.fields import suggest
from routing.agent_telephones import address_of, parse_telephone
from routing.closures import in_scope, scopes_of
from wording import Message, counted, message, phrase

STATE_WORDS: Final[Mapping[AgentState, Message]] = {
    AgentState.AVAILABLE: phrase("available"),
    AgentState.RINGING: phrase("ringing"),
    AgentState.TALKING: phrase("talking"),
    AgentState.WRAP_UP: phrase("wrap-up"),
    AgentState.PAUSED: phrase("paused"),
    AgentState.OFF: phrase("off"),
}
"""How people are told what an agent does."""

_REASON_WORDS: Final[Mapping[str, Message]] = {
    MISSED: phrase("missed calls"),
    UNREACHABLE: phrase("no connection"),
}

_CAUSE_WORDS: Final[Mapping[str, Message]] = {
    "offered": phrase("a call for the agent"),
    "accepted": phrase("the call accepted"),
    "refused": phrase("the call refused"),
    "missed": phrase("the call let ring"),
    "busy": phrase("the telephone engaged"),
    "failed": phrase("the telephone not reached"),
    "unreachable": phrase("the telephone lost"),
    "caller_gone": phrase("the caller gone"),
    "canceled": phrase("the call taken back"),
    "talk over": phrase("the talk over"),
    "wrapped up": phrase("wrap-up done"),
    "wrap-up over": phrase("the time of wrap-up over"),
    "no call": phrase("no call any more"),
}

LONGEST_REASON: Final = 60

Lines = Mapping[str, Line]
"""The lines that answer, by their names."""


def reason_words(reason: str) -> str:
    """Return why an agent is paused, in words that can be translated where the line itself paused the agent."""
    return _REASON_WORDS.get(reason, reason)


def cause_words(cause: str) -> str:
    """Return what of a call brought a state about, in words that can be translated; a login stays what it is."""
    return _CAUSE_WORDS.get(cause, cause)


def state_words(state: AgentState, reason: str | None) -> Message:
    """Return what an agent does, with the reason of a pause."""
    if reason is None:
        return STATE_WORDS[state]
    return phrase("{state}: {reason}", state=STATE_WORDS[state], reason=reason_words(reason))


def lasted(time: timedelta) -> Message:
    """Return for how long something has been so, as people say it."""
    seconds = max(0, int(time.total_seconds()))
    minutes, hours = seconds // 60, seconds // 3600
    if hours >= 48:
        return counted("{number} day", "{number} days", hours // 24)
    if hours:
        return phrase("{hours} h {minutes:02} min", hours=hours, minutes=minutes % 60)
    return phrase("{minutes} min", minutes=minutes) if minutes else phrase("{seconds} s", seconds=seconds)


def require_agent(connection: Connection, login: str) -> Agent:
    """Return the agent of that login."""
    name = login.strip().lower()
    found = agent_named(connection, name)
    if found is None:
        raise ValueError(
            message(
                "no-such-agent",
                "there is no agent '{login}'{near}",
                login=name,
                near=suggest(name, [agent.login for agent in all_agents(connection)])
                or phrase("; ivr agents lists those that there are"),
            )
        )
    return found


def users_to_serve(connection: Connection) -> list[User]:
    """Return the users who could be made agents: they may take calls, are not disabled, and are none yet. Those whose
    role is to take calls come first.
    """
    known = {agent.user_id for agent in all_agents(connection)}
    found = [
        user
        for user in all_users(connection)
        if user.id not in known and user.disabled_at is None and Act.SERVE in MAY[user.role]
    ]
    return sorted(found, key=lambda user: user.role is not Role.AGENT)


def make_agent(connection: Connection, login: str, telephone: str, hours: str | None, now: datetime, who: str) -> Agent:
    """Make an agent of a user at ``now`` (aware), who serves nothing and is off at first."""
    name = login.strip().lower()
    user = next((each for each in all_users(connection) if each.login == name), None)
    if user is None:
        raise ValueError(
            message(
                "agent-without-user",
                "there is no user '{login}'; ivr users add {login} --role agent adds one",
                login=name,
            )
        )
    read = address_of(parse_telephone(telephone))
    add_agent(connection, user, read, parse_working_hours(hours).text if hours else None, now, who)
    return require_agent(connection, name)


def give_telephone_and_hours(
    connection: Connection, agent: Agent, telephone: str, hours: str | None, lines: Lines
) -> None:
    """Give an agent a telephone, which each of the ``lines`` that the agent serves must be allowed to ring, and hours
    (None: always).
    """
    read = address_of(parse_telephone(telephone))
    for name in sorted({skill.line for skill in skills_of(connection, agent.user_id)}):
        if name in lines:
            _require_allowed(lines[name], read)
    change_agent(connection, agent.user_id, read, parse_working_hours(hours).text if hours else None)


def serve(connection: Connection, agent: Agent, line: Line, scope: str, level: int) -> None:
    """Have an agent serve a destination of ``line``, or all that begin so, which may ring the agent's telephone."""
    destinations = line.routing.table.destinations
    scopes = scopes_of(destinations)
    if scope not in scopes:
        raise ValueError(
            message(
                "served-destination-unknown",
                "the line {line} has no destination '{scope}'{near}",
                line=line.name,
                scope=scope,
                near=suggest(scope, sorted(scopes)),
            )
        )
    if not any(each.has_queue for name, each in destinations.items() if in_scope(name, scope)):
        raise ValueError(
            message(
                "served-without-queue",
                "no call waits for {scope} of {line}, which has no queue; write {{queue: {scope}}} among its targets in"
                " routing.yaml",
                scope=scope,
                line=line.name,
            )
        )
    _require_allowed(line, agent.telephone)
    set_skill(connection, Skill(agent.user_id, line.name, scope, level))


def serve_no_more(connection: Connection, agent: Agent, line: str, scope: str) -> None:
    """Have an agent serve a destination, or a beginning of names, no more."""
    if not drop_skill(connection, agent.user_id, line, scope):
        raise ValueError(
            message(
                "skill-not-held",
                "{login} does not serve '{scope}' on {line}; ivr agents tells what each serves",
                login=agent.login,
                scope=scope,
                line=line,
            )
        )


def ask(
    connection: Connection, agent: Agent, to: AgentState, reason: str | None, now: datetime, who: str
) -> StateRequest:
    """Ask for a state of an agent, who must be one that may take calls to come on duty; a pause needs its reason."""
    words = " ".join((reason or "").split())
    if to is AgentState.PAUSED and not (words and len(words) <= LONGEST_REASON and words.isprintable()):
        raise ValueError(
            message(
                "pause-without-reason",
                "a pause needs its reason in a word or two, like lunch; {most} characters at most",
                most=LONGEST_REASON,
            )
        )
    if to is not AgentState.OFF and not agent.may_serve:
        raise ValueError(
            message(
                "agent-may-not-serve",
                "{login} takes no calls any more: the user is disabled, or of another role; ivr users tells which",
                login=agent.login,
            )
        )
    return ask_state(connection, agent.user_id, to, words if to is AgentState.PAUSED else None, now, who)


def unserved(line: Line, skills: Iterable[Skill]) -> list[str]:
    """Return the destinations of ``line`` for which calls may wait, and which no agent serves, on duty or not."""
    served = {skill.destination for skill in skills if skill.line == line.name}
    return [
        name
        for name, destination in line.routing.table.destinations.items()
        if destination.has_queue and not _is_served(name, served)
    ]


def _is_served(destination: str, scopes: Collection[str]) -> bool:
    return any(in_scope(destination, scope) for scope in scopes)


def _require_allowed(line: Line, telephone: str) -> None:
    why = line.routing.table.allowed.refusal(parse_telephone(telephone))
    if why:
        raise ValueError(phrase("{line}: {fault}", line=line.name, fault=why))
