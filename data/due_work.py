"""Due work is what the line does by itself at a time: a row with that time, a claim while it is done, and an outcome.

A row is of a kind (see ``ivr.worker.kinds``) and about a subject: the id of what it is done to, or nothing for work
that comes again and again, whose one row is put off to its next time. Work is claimed, and the claim committed, before
it is begun; a claim that was not ended is over after a while, since its process died, and the work is done anew. So it
may be done twice where a process dies in it, and each kind of work bears that; what may not leave the system twice is
a row of ``outbox``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Index, and_, bindparam, delete, exists, func, or_, select, update
from sqlmodel import Field

from data.outbox import OUTBOX, is_due, settled_by
from data.personal import Personal, columns
from data.statement import Statement
from data.tables import insert_unless_there, is_one_of, moment, table_of_records, values_of
from value_class import value_class


@value_class
class DueWork:
    """Work of ``kind`` that is due ``at``; None where it is over, or given up. ``tries`` counts those in a row that
    failed; ``outcome`` tells how it went the last time, at ``done_at``.
    """

    kind: str
    subject: str
    at: datetime | None
    tries: int = 0
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    outcome: str | None = None
    done_at: datetime | None = None


DUE_WORK = table_of_records(
    DueWork,
    "due_work",
    Index("ix_due_work_at", "at"),
    kind=Field(primary_key=True, max_length=40),
    subject=Field(primary_key=True, max_length=64),
    at=moment(nullable=True),
)

PERSONAL = Personal(
    DUE_WORK,
    columns("kind", "subject", "at", "tries", "claimed_by", "claimed_until", "outcome", "done_at"),
    rows_kept=timedelta(days=30),
)

_ROW = and_(DUE_WORK.c.kind == bindparam("of_kind"), DUE_WORK.c.subject == bindparam("of_subject"))
_FREE = or_(
    DUE_WORK.c.claimed_by.is_(None),
    # A process does one thing after the other: what it claimed before and is not at now was cut short.
    DUE_WORK.c.claimed_by == bindparam("me"),
    DUE_WORK.c.claimed_until <= bindparam("now"),
    # Written by a clock that was put back since, or goes wrong; no claim is for so long.
    DUE_WORK.c.claimed_until > bindparam("longest_claim_ends"),
)

_SCHEDULE: Final = Statement(insert_unless_there(DUE_WORK))
_BRING_FORWARD: Final = Statement(
    update(DUE_WORK).where(_ROW, DUE_WORK.c.at > bindparam("latest")).values(at=bindparam("due_at"))
)
_CLAIM: Final = Statement(
    update(DUE_WORK)
    .where(_ROW, DUE_WORK.c.at == bindparam("due_at"), _FREE)
    .values(claimed_by=bindparam("me"), claimed_until=bindparam("claim_ends"))
)
_END: Final = Statement(
    update(DUE_WORK)
    .where(_ROW, DUE_WORK.c.claimed_by == bindparam("me"))
    .values(
        at=bindparam("again"),
        tries=bindparam("failed_tries"),
        claimed_by=None,
        claimed_until=None,
        outcome=bindparam("told"),
        done_at=bindparam("now"),
    )
)
_ALL: Final = Statement(
    select(DUE_WORK)
    .order_by(DUE_WORK.c.at.is_(None), DUE_WORK.c.at, DUE_WORK.c.done_at.desc())
    .limit(bindparam("most"))
)
_OLDEST = select(func.min(DUE_WORK.c.at)).where(
    or_(DUE_WORK.c.claimed_until.is_(None), DUE_WORK.c.claimed_until <= bindparam("now"))
)
_FAILING = (
    select(DUE_WORK)
    .where(DUE_WORK.c.tries >= bindparam("least"))
    .order_by(DUE_WORK.c.kind, DUE_WORK.c.subject)
    .limit(bindparam("most"))
)
_DROP_DONE = delete(DUE_WORK).where(DUE_WORK.c.at.is_(None), DUE_WORK.c.done_at <= bindparam("due"))


def _is_due(kinds: Collection[str]) -> ColumnElement[bool]:
    return and_(DUE_WORK.c.at <= bindparam("now"), is_one_of(DUE_WORK.c.kind, kinds), _FREE)


@lru_cache(maxsize=8)
def _next_of(kinds: tuple[str, ...]) -> Statement:
    """A process does the same kinds from its beginning to its end, so that its statements are written once."""
    by_time = (DUE_WORK.c.at, DUE_WORK.c.kind, DUE_WORK.c.subject)
    return Statement(select(DUE_WORK).where(_is_due(kinds)).order_by(*by_time).limit(1))


@lru_cache(maxsize=8)
def _anything_of(kinds: tuple[str, ...], deliveries: tuple[str, ...]) -> Statement:
    of_outbox = exists(select(1).select_from(OUTBOX).where(is_due(deliveries)))
    return Statement(select(or_(exists(select(1).where(_is_due(kinds))), of_outbox)))


def schedule(connection: Connection, kind: str, subject: str, at: datetime) -> None:
    """Have work of ``kind`` done to ``subject`` at ``at`` (aware), in the transaction that decides it; nothing happens
    where the subject has a row of that kind.
    """
    _SCHEDULE.write(connection, values_of(DueWork(kind, subject, at)))


def bring_forward(connection: Connection, kind: str, subject: str, at: datetime, latest: datetime) -> bool:
    """Have work done at ``at`` that was put off until after ``latest``, by a clock that went wrong; whether it was."""
    row = {"of_kind": kind, "of_subject": subject, "latest": latest, "due_at": at}
    return _BRING_FORWARD.write(connection, row) == 1


def is_anything_due(
    connection: Connection, longest: Mapping[str, timedelta], deliveries: Collection[str], me: str, now: datetime
) -> bool:
    """Return whether ``me`` has anything to do at ``now`` (aware): work of the kinds that ``longest`` names, or rows of
    the outbox that are sent by ``deliveries``. One statement, which an idle worker asks every second.
    """
    values = _looked_for(longest, me, now) | {"settled_by": settled_by(now)}
    row = _anything_of(tuple(longest), tuple(deliveries)).first(connection, values)
    return bool(row and row[0])


def claim_work(connection: Connection, longest: Mapping[str, timedelta], me: str, now: datetime) -> DueWork | None:
    """Claim what has been due for longest, of the kinds that ``longest`` names, for as long as it says there. None
    where nothing is due, or another process was faster. The work must not begin before the transaction is committed.
    """
    looked_for = _looked_for(longest, me, now)
    row = _next_of(tuple(longest)).first(connection, looked_for)
    if row is None:
        return None
    work = DueWork(*row)
    claim = {"of_kind": work.kind, "of_subject": work.subject, "due_at": work.at}
    ends = now + longest[work.kind]
    return work if _CLAIM.write(connection, looked_for | claim | {"claim_ends": ends}) == 1 else None


def end_work(
    connection: Connection,
    work: DueWork,
    me: str,
    now: datetime,
    outcome: str,
    again: datetime | None,
    tries: int = 0,
) -> bool:
    """Write how the work that ``me`` claimed went, and when it is due ``again``; False where the claim was over and
    another process took it.
    """
    row = {"of_kind": work.kind, "of_subject": work.subject, "me": me}
    told = {"again": again, "failed_tries": tries, "told": outcome, "now": now}
    return _END.write(connection, row | told) == 1


def scheduled_work(connection: Connection, limit: int) -> list[DueWork]:
    """Return ``limit`` rows: first what is to be done, the soonest first, then what was done, the newest first."""
    return [DueWork(*row) for row in _ALL.all(connection, {"most": limit})]


def seconds_late(connection: Connection, now: datetime) -> float:
    """Return for how many seconds the work that was due first has been waiting at ``now`` (aware); 0 for none. What a
    process is at does not wait.
    """
    oldest = connection.execute(_OLDEST, {"now": now}).scalar()
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0


def failing_work(connection: Connection, least: int, limit: int = 10) -> list[DueWork]:
    """Return ``limit`` rows of work that failed ``least`` times in a row or more, given up or not."""
    return [DueWork(*row) for row in connection.execute(_FAILING, {"least": least, "most": limit})]


def drop_done_work(connection: Connection, now: datetime) -> int:
    """Drop rows of work that has been over for longer than the table keeps them, and return their number."""
    return connection.execute(_DROP_DONE, {"due": PERSONAL.due(now)}).rowcount


def _looked_for(longest: Mapping[str, timedelta], me: str, now: datetime) -> dict[str, Any]:
    longest_claim = max(longest.values(), default=timedelta(0))
    return {"me": me, "now": now, "longest_claim_ends": now + 2 * longest_claim}
