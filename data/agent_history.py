"""The history of agents: every state of each, one after the other without a gap, with what brought it about."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, bindparam, insert, or_, select, text, update
from sqlmodel import Field

from data.agent_states import AgentState
from data.personal import About, Personal, columns
from data.statement import Statement
from data.tables import Stored, Utc, table_of
from value_class import value_class

_OPEN = text("until IS NULL")


class AgentStateTable(Stored, table=True):
    """One row a stretch of time in which an agent was in one state."""

    __tablename__ = "agent_state"
    __table_args__ = (
        Index("ix_agent_state_user_id_since", "user_id", "since"),
        Index("uq_agent_state_open", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="agent.user_id")
    state: str = Field(max_length=10)
    reason: str | None = None
    since: datetime = Field(sa_column=Column(Utc, nullable=False))
    until: datetime | None = Field(default=None, sa_column=Column(Utc, index=True))
    cause: str
    """A login where a person asked for the state, else what of a call brought it about."""


AGENT_STATE = table_of(AgentStateTable)

PERSONAL = Personal(
    AGENT_STATE,
    columns("id") | columns("user_id", "state", "reason", "since", "until", "cause", about=About.STAFF),
    rows_period="agents",
)


@value_class
class StateStretch:
    """A stretch says what an agent was ``since`` a moment, ``until`` another one (None: still), and what caused it."""

    user_id: int
    state: AgentState
    reason: str | None
    since: datetime
    until: datetime | None
    cause: str


_END: Final = Statement(
    update(AGENT_STATE)
    .where(AGENT_STATE.c.user_id == bindparam("of"), AGENT_STATE.c.until.is_(None))
    .values(until=bindparam("at"))
)
_BEGIN: Final = Statement(insert(AGENT_STATE), ["user_id", "state", "reason", "since", "cause"])
_BETWEEN = (
    select(
        AGENT_STATE.c.user_id,
        AGENT_STATE.c.state,
        AGENT_STATE.c.reason,
        AGENT_STATE.c.since,
        AGENT_STATE.c.until,
        AGENT_STATE.c.cause,
    )
    .where(
        AGENT_STATE.c.since < bindparam("end"),
        or_(AGENT_STATE.c.until.is_(None), AGENT_STATE.c.until > bindparam("begin")),
    )
    .order_by(AGENT_STATE.c.user_id, AGENT_STATE.c.since, AGENT_STATE.c.id)
)


def begin_state(
    connection: Connection, user_id: int, state: AgentState, reason: str | None, at: datetime, cause: str
) -> None:
    """End the agent's present stretch, if there is one, and begin another, at the same moment ``at`` (aware)."""
    _END.write(connection, {"of": user_id, "at": at})
    row: dict[str, Any] = {"user_id": user_id, "state": state.value, "reason": reason, "since": at, "cause": cause}
    _BEGIN.write(connection, row)


def history_between(
    connection: Connection, begin: datetime, end: datetime, user_id: int | None = None
) -> list[StateStretch]:
    """Return the stretches that touch the time from ``begin`` to ``end`` (aware), of one agent or of all, in order;
    each is whole, also what lies outside. One without a length touches nothing, and is left out.
    """
    found = _BETWEEN if user_id is None else _BETWEEN.where(AGENT_STATE.c.user_id == user_id)
    rows = connection.execute(found, {"begin": begin, "end": end})
    return [
        StateStretch(row.user_id, AgentState(row.state), row.reason, row.since, row.until, row.cause)
        for row in rows
        if row.until is None or row.until > row.since
    ]
