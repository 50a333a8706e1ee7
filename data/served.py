"""``is_anybody_served`` tells whether there is work for agents: a waiting call, an offer, a talk, an agent at one."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, exists, or_, select

from data.agent_states import ENGAGED, AgentState
from data.agents import AGENT
from data.offers import OFFER
from data.statement import Statement
from data.talks import TALK
from data.waiting import WAITING

_IN_ORDER: Final = [state for state in AgentState if state in ENGAGED]

_SERVED: Final = Statement(
    select(
        or_(
            exists(select(WAITING.c.id).where(WAITING.c.outcome.is_(None))),
            exists(select(OFFER.c.id).where(OFFER.c.ended_at.is_(None))),
            exists(select(TALK.c.id).where(TALK.c.ended_at.is_(None))),
            exists(select(AGENT.c.user_id).where(or_(*(AGENT.c.state == state.value for state in _IN_ORDER)))),
        )
    )
)


def is_anybody_served(connection: Connection) -> bool:
    """Return whether there is; an idle worker asks it each second, and the partial indexes answer."""
    row = _SERVED.first(connection, {})
    return bool(row and row[0])
