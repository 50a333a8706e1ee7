"""Reads the entries into queues for reports, each with the talk that came of it, and what offers came to."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, select

from data.offers import OFFER
from data.statement import Statement
from data.talks import TALK
from data.trials import TRIAL
from data.waiting import WAITING


class ReportedEntry(NamedTuple):
    """An entry of a call into the queue of ``destination``, in its turn ``turn``; of the talk, what is known of it.

    ``front`` is one whose agent was lost; ``began_at`` is when caller and agent heard each other, ``over_at`` the
    talk's end, ``wrapped_at`` that of the work after it.
    """

    id: str
    call_sid: str
    turn: int
    destination: str
    kind: str
    entered_at: datetime
    left_at: datetime | None
    outcome: str | None
    transferred_from: str | None
    front: bool
    user_id: int | None
    began_at: datetime | None
    over_at: datetime | None
    hold_seconds: int
    wrapped_at: datetime | None
    disposition: str | None


class ReportedOffer(NamedTuple):
    """An offer to the agent ``user_id``, in the state in which it stands or ended."""

    user_id: int
    state: str
    made_at: datetime


_NO_TRIAL = ~exists().where(TRIAL.c.call_sid == WAITING.c.call_sid)
_ENTRIES = Statement(
    select(
        WAITING.c.id,
        WAITING.c.call_sid,
        WAITING.c.turn,
        WAITING.c.destination,
        WAITING.c.kind,
        WAITING.c.entered_at,
        WAITING.c.left_at,
        WAITING.c.outcome,
        WAITING.c.transferred_from,
        WAITING.c.front,
        TALK.c.user_id,
        TALK.c.started_at,
        TALK.c.ended_at,
        TALK.c.hold_seconds,
        TALK.c.wrapped_at,
        TALK.c.disposition,
    )
    .select_from(WAITING.outerjoin(TALK, TALK.c.id == WAITING.c.id))
    .where(
        WAITING.c.line == bindparam("line"),
        WAITING.c.entered_at >= bindparam("since"),
        WAITING.c.entered_at < bindparam("until"),
        _NO_TRIAL,
    )
    .order_by(WAITING.c.entered_at, WAITING.c.id)
)
_OFFERS = Statement(
    select(OFFER.c.user_id, OFFER.c.state, OFFER.c.made_at)
    .select_from(OFFER.join(WAITING, WAITING.c.id == OFFER.c.waiting_id))
    .where(
        WAITING.c.line == bindparam("line"),
        OFFER.c.made_at >= bindparam("since"),
        OFFER.c.made_at < bindparam("until"),
        _NO_TRIAL,
    )
    .order_by(OFFER.c.made_at, OFFER.c.id)
)


def reported_entries(connection: Connection, line: str, since: datetime, until: datetime) -> list[ReportedEntry]:
    """Return the entries of ``line`` from ``since`` on and before ``until`` (both aware), the oldest first."""
    values = {"line": line, "since": since, "until": until}
    rows = _ENTRIES.all(connection, values)
    return [ReportedEntry(*row)._replace(hold_seconds=row[-3] or 0) for row in rows]


def reported_offers(connection: Connection, line: str, since: datetime, until: datetime) -> list[ReportedOffer]:
    """Return the offers of calls of ``line`` that were made from ``since`` on and before ``until`` (both aware)."""
    values = {"line": line, "since": since, "until": until}
    return [ReportedOffer(*row) for row in _OFFERS.all(connection, values)]
