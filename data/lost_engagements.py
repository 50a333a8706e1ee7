"""``free_lost_agents`` lets agents go who ring or talk although no offer of theirs lives, so that none is stuck there.

An offer and its agent's state are written in one transaction, so none is found unless something broke: rows that were
put back from a backup, or a defect of ours. The grace is for clocks of machines that differ.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, exists, select

from data.agent_states import AgentState
from data.agents import AGENT, end_engagement
from data.offers import OFFER
from data.statement import Statement
from data.tables import is_one_of

GRACE: Final = timedelta(seconds=15)

_LOST: Final = Statement(
    select(AGENT.c.user_id)
    .where(
        is_one_of(AGENT.c.state, (AgentState.RINGING.value, AgentState.TALKING.value)),
        AGENT.c.since <= bindparam("before"),
        ~exists().where(OFFER.c.user_id == AGENT.c.user_id, OFFER.c.ended_at.is_(None)),
    )
    .order_by(AGENT.c.user_id)
)


def free_lost_agents(connection: Connection, now: datetime) -> list[int]:
    """Have those agents go over to what they asked for, else to available, at ``now`` (aware), and return their ids."""
    lost = [user for (user,) in _LOST.all(connection, {"before": now - GRACE})]
    return [user for user in lost if end_engagement(connection, user, AgentState.AVAILABLE, now, "no call")]
