"""Agents are users who take calls: the telephone on which each is rung, working hours, and the state each is in.

A change reads the row under its lock, asks ``agent_states`` what comes of it, and writes row and history in the same
transaction. So all processes see one state, and of two who change it at one moment the second finds what the first
made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from enum import Enum
from typing import Any, Final, NamedTuple

from sqlalchemy import Column, Connection, Row, bindparam, insert, select, update
from sqlmodel import Field

from data.agent_history import begin_state
from data.agent_skills import skills_by_agent
from data.agent_states import AgentStanding, AgentState
from data.personal import About, Personal, columns
from data.roles import MAY, Act, Role
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from data.users import USER, User, UserError
from value_class import value_class
from wording import message


class AgentTable(Stored, table=True):
    """One row an agent."""

    __tablename__ = "agent"

    user_id: int = Field(primary_key=True, foreign_key="staff_user.id")
    telephone: str
    """E.164, or a SIP address."""
    hours: str | None = None
    """Working hours as they were written; None is always."""
    state: str = Field(max_length=10)
    reason: str | None = None
    since: datetime = Field(sa_column=Column(Utc, nullable=False))
    idle_since: datetime | None = Field(default=None, sa_column=Column(Utc))
    wanted_state: str | None = Field(default=None, max_length=10)
    wanted_reason: str | None = None
    ignored: int
    wrap_until: datetime | None = Field(default=None, sa_column=Column(Utc))


AGENT = table_of(AgentTable)

PERSONAL = Personal(
    AGENT,
    columns(
        "user_id",
        "telephone",
        "hours",
        "state",
        "reason",
        "since",
        "idle_since",
        "wanted_state",
        "wanted_reason",
        "ignored",
        "wrap_until",
        about=About.STAFF,
    ),
)

_SERVING_ROLES: Final = [role.value for role in Role if Act.SERVE in MAY[role]]


@value_class
class Agent:
    """An agent as commands, pages and the distribution see one.

    ``may_serve`` is False of a user who is disabled, or whose role takes no calls: nobody rings such an agent.
    """

    user_id: int
    login: str
    name: str
    may_serve: bool
    telephone: str
    hours: str | None
    standing: AgentStanding

    @property
    def state(self) -> AgentState:
        """Return the state in which the agent is."""
        return self.standing.state


@value_class
class ServingAgent:
    """An agent on duty, with the level of each line's destination, or beginning of names, that the agent serves."""

    agent: Agent
    skills: Mapping[tuple[str, str], int]


class StateRequest(Enum):
    """An answer says what came of a state that was asked for."""

    NOW = "now"
    LATER = "later"
    """The agent has a call; it takes effect when that ends."""
    NOTHING = "nothing"
    """The agent is in that state already, or there is no such agent."""


_ALL = (
    select(AGENT, USER.c.login, USER.c.name, USER.c.role, USER.c.disabled_at)
    .join(USER, USER.c.id == AGENT.c.user_id)
    .order_by(USER.c.login)
)
_EVERY: Final = Statement(_ALL)
_FIND = _ALL.where(AGENT.c.user_id == bindparam("of"))
_NAMED = _ALL.where(USER.c.login == bindparam("of"))
_OF = AGENT.c.user_id == bindparam("of")
_LOCKED: Final = Statement(select(AGENT).where(_OF).with_for_update())
_WRAPPED_UP: Final = Statement(
    select(AGENT.c.user_id)
    .where(AGENT.c.state == AgentState.WRAP_UP.value, AGENT.c.wrap_until <= bindparam("now"))
    .order_by(AGENT.c.user_id)
)
_STANDING: Final = (
    "state", "reason", "since", "idle_since", "wanted_state", "wanted_reason", "ignored", "wrap_until",
)  # fmt: skip
_SET: Final = Statement(
    update(AGENT).where(_OF).values({name: bindparam(f"new_{name}", type_=AGENT.c[name].type) for name in _STANDING})
)


class _AgentRow(NamedTuple):
    """A row of agents, with what is asked of their users."""

    user_id: int
    telephone: str
    hours: str | None
    state: str
    reason: str | None
    since: datetime
    idle_since: datetime | None
    wanted_state: str | None
    wanted_reason: str | None
    ignored: int
    wrap_until: datetime | None
    login: str = ""
    name: str = ""
    role: str = ""
    disabled_at: datetime | None = None


def add_agent(connection: Connection, user: User, telephone: str, hours: str | None, now: datetime, cause: str) -> None:
    """Make an agent of a user, who is off at first. Raises UserError where the user is one, or takes no calls."""
    if Act.SERVE not in MAY[user.role]:
        raise UserError(
            message(
                "user-takes-no-calls",
                "{login} is {role}, who takes no calls; ivr users change {login} --role agent changes that",
                login=user.login,
                role=user.role.value,
            )
        )
    if find_agent(connection, user.id):
        raise UserError(
            message(
                "agent-already",
                "{login} is an agent already; ivr agents change {login} changes one",
                login=user.login,
            )
        )
    row = {"user_id": user.id, "telephone": telephone, "hours": hours, "ignored": 0}
    connection.execute(insert(AGENT).values(**row, state=AgentState.OFF.value, since=now))
    begin_state(connection, user.id, AgentState.OFF, None, now, cause)


def change_agent(connection: Connection, user_id: int, telephone: str, hours: str | None) -> None:
    """Give an agent another telephone and other working hours, from the next call on."""
    connection.execute(update(AGENT).where(_OF).values(telephone=telephone, hours=hours), {"of": user_id})


def find_agent(connection: Connection, user_id: int) -> Agent | None:
    """Return the agent who is the user of that id."""
    row = connection.execute(_FIND, {"of": user_id}).first()
    return _agent(row) if row else None


def agent_named(connection: Connection, login: str) -> Agent | None:
    """Return the agent who is the user of that login."""
    row = connection.execute(_NAMED, {"of": login}).first()
    return _agent(row) if row else None


def all_agents(connection: Connection) -> list[Agent]:
    """Return every agent, by login."""
    return [_agent(_AgentRow(*row)) for row in _EVERY.all(connection, {})]


def serving(connection: Connection, line: str | None = None) -> list[ServingAgent]:
    """Return the agents who serve a destination of any line, or of ``line``, and are not off, by login; also those who
    have a call, or whose working hours are others.
    """
    skills = skills_by_agent(connection, line)
    on_duty = _ALL.where(
        AGENT.c.state != AgentState.OFF.value, USER.c.disabled_at.is_(None), USER.c.role.in_(_SERVING_ROLES)
    )
    return [
        ServingAgent(_agent(row), {(skill.line, skill.destination): skill.level for skill in skills[row.user_id]})
        for row in connection.execute(on_duty)
        if row.user_id in skills
    ]


def change_state(
    connection: Connection,
    user_id: int,
    to: AgentState,
    reason: str | None,
    now: datetime,
    cause: str,
    *,
    expected: AgentState | Collection[AgentState] | None = None,
) -> bool:
    """Bring an agent into the state ``to`` at ``now`` (aware); False, and nothing happens, where the agent is not in a
    state from which there is such a change, or not in an ``expected`` one.
    """
    allowed = {expected} if isinstance(expected, AgentState) else expected

    def changed(standing: AgentStanding) -> AgentStanding | None:
        if allowed is not None and standing.state not in allowed:
            return None
        return standing.changed(to, reason, now)

    return _change(connection, user_id, changed, cause) is not None


def ask_state(
    connection: Connection, user_id: int, to: AgentState, reason: str | None, now: datetime, cause: str
) -> StateRequest:
    """Bring an agent into the state that a person asks for: available, paused or off. While the agent is rung or talks
    it is only kept, and takes effect when that ends; to ask for available takes back what was asked before.
    """
    after = _change(connection, user_id, lambda standing: standing.asked(to, reason, now), cause)
    if after is None:
        return StateRequest.NOTHING
    return StateRequest.LATER if after.state in (AgentState.RINGING, AgentState.TALKING) else StateRequest.NOW


def rang(connection: Connection, user_id: int, ignored: bool, now: datetime) -> None:
    """Count a ring that the agent let ring, which pauses the agent when it is the second one in a row; an answer and
    a refusal begin to count anew. A caller who was gone first is nobody's fault, and not to be told here.
    """
    _change(connection, user_id, lambda standing: standing.rang(ignored=ignored, now=now), "missed")


def end_engagement(
    connection: Connection,
    user_id: int,
    to: AgentState,
    now: datetime,
    cause: str,
    *,
    reason: str | None = None,
    wrap_until: datetime | None = None,
) -> bool:
    """End the ring, the talk or the wrap-up of an agent, who goes over to ``to``: into wrap-up until ``wrap_until``, or
    to what was asked for meanwhile, else to ``to``. False where the agent has no call.
    """
    released = _change(connection, user_id, lambda standing: standing.released(to, reason, now, wrap_until), cause)
    return released is not None


def end_wrap_ups(connection: Connection, now: datetime) -> list[int]:
    """End the wrap-ups whose time is over at ``now`` (aware), and return the ids of those agents."""
    due = [user_id for (user_id,) in _WRAPPED_UP.all(connection, {"now": now})]

    def over(standing: AgentStanding) -> AgentStanding | None:
        if standing.state is not AgentState.WRAP_UP or standing.wrap_until is None or standing.wrap_until > now:
            return None
        return standing.released(AgentState.AVAILABLE, None, now)

    return [user_id for user_id in due if _change(connection, user_id, over, "wrap-up over")]


def _change(
    connection: Connection, user_id: int, change: Callable[[AgentStanding], AgentStanding | None], cause: str
) -> AgentStanding | None:
    """Write what ``change`` makes of the standing that the agent has under the lock of the row; None for nothing."""
    row = _LOCKED.first(connection, {"of": user_id})
    before = _standing(_AgentRow(*row)) if row else None
    after = change(before) if before else None
    if before is None or after is None:
        return None
    if after != before:
        _SET.write(connection, {"of": user_id} | {f"new_{name}": value for name, value in _values(after).items()})
    if (after.state, after.reason, after.since) != (before.state, before.reason, before.since):
        begin_state(connection, user_id, after.state, after.reason, after.since, cause)
    return after


def _standing(row: _AgentRow | Row[Any]) -> AgentStanding:
    return AgentStanding(
        AgentState(row.state),
        row.reason,
        row.since,
        row.idle_since,
        AgentState(row.wanted_state) if row.wanted_state else None,
        row.wanted_reason,
        row.ignored,
        row.wrap_until,
    )


def _values(standing: AgentStanding) -> dict[str, Any]:
    return {
        "state": standing.state.value,
        "reason": standing.reason,
        "since": standing.since,
        "idle_since": standing.idle_since,
        "wanted_state": standing.wanted_state.value if standing.wanted_state else None,
        "wanted_reason": standing.wanted_reason,
        "ignored": standing.ignored,
        "wrap_until": standing.wrap_until,
    }


def _agent(row: _AgentRow | Row[Any]) -> Agent:
    may_serve = row.disabled_at is None and row.role in _SERVING_ROLES
    return Agent(row.user_id, row.login, row.name, may_serve, row.telephone, row.hours, _standing(row))
