"""Reads the entries into queues for reports, each with the talk that came of it, and what offers came to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, select

from data.calls import CALL
from data.offers import OFFER
from data.past_calls import LONGEST_CALL
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


class ReportedTalk(NamedTuple):
    """A talk that the agent ``user_id`` began, with the seconds for which the caller was held in it."""

    user_id: int
    began_at: datetime
    hold_seconds: int


_NO_TRIAL = ~exists().where(TRIAL.c.call_sid == WAITING.c.call_sid)
_OF_LINE = (WAITING.c.line == bindparam("line"), _NO_TRIAL)
_ALL = (
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
    .where(*_OF_LINE)
    .order_by(WAITING.c.entered_at, WAITING.c.id)
)
_ENTRIES = Statement(_ALL.where(WAITING.c.entered_at >= bindparam("since"), WAITING.c.entered_at < bindparam("until")))
_LATER = Statement(
    _ALL.join(CALL, CALL.c.sid == WAITING.c.call_sid).where(
        WAITING.c.entered_at >= bindparam("since"),
        WAITING.c.entered_at < bindparam("until"),
        CALL.c.started_at < bindparam("since"),
    )
)
_RETURNED = select(WAITING.c.id, WAITING.c.entered_at).where(
    WAITING.c.id.in_(bindparam("entries", expanding=True)), WAITING.c.outcome == "returned"
)
_TALKS = Statement(
    select(TALK.c.user_id, TALK.c.started_at, TALK.c.hold_seconds)
    .select_from(WAITING.join(TALK, TALK.c.id == WAITING.c.id))
    .where(
        *_OF_LINE,
        # What keeps the read to few rows: nobody waits for longer.
        WAITING.c.entered_at >= bindparam("entered_since"),
        WAITING.c.entered_at < bindparam("until"),
        TALK.c.started_at >= bindparam("since"),
        TALK.c.started_at < bindparam("until"),
    )
    .order_by(TALK.c.started_at, TALK.c.id)
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
    return _read(_ENTRIES.all(connection, {"line": line, "since": since, "until": until}))


def later_entries(connection: Connection, line: str, since: datetime) -> list[ReportedEntry]:
    """Return the entries that were made from ``since`` (aware) on by calls which had begun before, the oldest first."""
    return _read(_LATER.all(connection, {"line": line, "since": since, "until": since + LONGEST_CALL}))


def returned_entries(connection: Connection, entries: Collection[str]) -> dict[str, datetime]:
    """Return those of ``entries`` whose agent was lost before the talk, with the moment at which each entered."""
    if not entries:
        return {}
    return {row.id: row.entered_at for row in connection.execute(_RETURNED, {"entries": list(entries)})}


def reported_talks(connection: Connection, line: str, since: datetime, until: datetime) -> list[ReportedTalk]:
    """Return the talks of ``line`` that began from ``since`` on and before ``until`` (both aware)."""
    values = {"line": line, "since": since, "until": until, "entered_since": since - LONGEST_CALL}
    return [ReportedTalk(user, began, held or 0) for user, began, held in _TALKS.all(connection, values)]


def reported_offers(connection: Connection, line: str, since: datetime, until: datetime) -> list[ReportedOffer]:
    """Return the offers of calls of ``line`` that were made from ``since`` on and before ``until`` (both aware)."""
    values = {"line": line, "since": since, "until": until}
    return [ReportedOffer(*row) for row in _OFFERS.all(connection, values)]


def _read(rows: Iterable[Sequence[Any]]) -> list[ReportedEntry]:
    return [ReportedEntry(*row)._replace(hold_seconds=row[-3] or 0) for row in rows]
