"""The outbox: what leaves the system (a call over the carrier's API; texts, mails) is a row, written by the transaction
that decides it, and claimed before it is sent.

Its ``id`` is our own reservation. The carrier's API knows no key by which a request that is sent twice is done once, so
that a request whose answer was lost is never sent again for that alone: the row stands as ``unknown`` until it is
proved that it was done (a webhook arrives that carries the reservation, or the carrier's list shows it), or that it was
not (the list does not show it), or a person says what is to become of it.

=========  ============================================  =================================================
state      what is known                                 ``at``
=========  ============================================  =================================================
waiting    it is to be sent                              when it may be, at the earliest
sending    a process claimed it, and may have sent it    when the claim is over: then it is ``unknown``
unknown    it may have been sent                         when the carrier is asked next whether it was
sent       the carrier has it, as ``carrier_sid``        when that was known
dead       it is not sent any more; people must look     since when
dropped    it was not wanted any more                    since when
=========  ============================================  =================================================
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Index,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import is_one_of, moment, table_of_records, values_of
from value_class import value_class

State = Literal["waiting", "sending", "unknown", "sent", "dead", "dropped"]

STATES: tuple[State, ...] = get_args(State)

UNSETTLED = ("waiting", "sending", "unknown")
"""States in which something is still to be done by itself."""

CLAIM = timedelta(seconds=60)
"""How long a claim to send holds: a request is given up long before."""


IN_VAIN = 2
"""As many tries in a row came to nothing before a receiver is thought to be away; one may be an accident."""

SILENT = timedelta(seconds=30)
"""Who did not answer at all is thought to be away after as long."""

LONGEST_LOOK_AWAY = timedelta(minutes=20)
"""No row that may have been sent is left alone for so long."""


@value_class
class OutboxRecord:
    """A row of the outbox. ``kind`` says how it is sent (see ``ivr.worker.deliveries``), ``recipient`` to whom, and
    ``content`` what, as JSON; ``call_sid`` is the call in which it was decided. ``tried_at`` is when it was last
    claimed to be sent, ``note`` why it is not.
    """

    id: str
    kind: str
    recipient: str
    content: str
    call_sid: str | None
    created_at: datetime
    at: datetime
    state: str = "waiting"
    tries: int = 0
    claimed_by: str | None = None
    tried_at: datetime | None = None
    carrier_sid: str | None = None
    note: str | None = None


class OutboxFigures(NamedTuple):
    """The outbox in figures: rows by state, and the age in seconds of the oldest one that is not settled."""

    waiting: int
    sending: int
    unknown: int
    dead: int
    oldest_seconds: float


OUTBOX = table_of_records(
    OutboxRecord,
    "outbox",
    Index("ix_outbox_state_at", "state", "at"),
    id=Field(primary_key=True, max_length=34),
    kind=Field(max_length=40),
    call_sid=Field(foreign_key="call.sid", max_length=34, index=True, nullable=True),
    state=Field(max_length=10),
    at=moment(),
    carrier_sid=Field(max_length=34, index=True, nullable=True),
)

_IS_UNSETTLED = is_one_of(OUTBOX.c.state, UNSETTLED)

PERSONAL = Personal(
    OUTBOX,
    columns("id", "kind", "created_at", "at", "tries", "tried_at", "carrier_sid", "note")
    | columns("claimed_by", "call_sid", exported=None)
    | {
        "recipient": ColumnRule(About.CALLER, becomes=""),
        "content": ColumnRule(About.CALLER, becomes="{}"),
        # Without a recipient it cannot be sent, and people have nothing to decide on any more.
        "state": ColumnRule(erased=case((OUTBOX.c.state.in_((*UNSETTLED, "dead")), "dropped"), else_=OUTBOX.c.state)),
    },
    exported="sent",
    rows_period="callbacks",
)

_DELIVERIES: BindParameter[Any] = bindparam("deliveries", expanding=True)
_SIDS: BindParameter[Any] = bindparam("sids", expanding=True)
_ROW = OUTBOX.c.id == bindparam("row")


def is_due(deliveries: Collection[str]) -> ColumnElement[bool]:
    """Return what a row fulfils that is due at ``now`` and is sent by one of ``deliveries``: a newer release may write
    rows of other kinds. ``settled_by`` is a moment after that of any look that was put off at ``now``.
    """
    return and_(
        _IS_UNSETTLED,
        or_(
            OUTBOX.c.at <= bindparam("now"),
            # Written by a clock that was put back since, or goes wrong; what may have been sent is looked for sooner.
            and_(OUTBOX.c.state != "waiting", OUTBOX.c.at > bindparam("settled_by")),
        ),
        is_one_of(OUTBOX.c.kind, deliveries),
    )


_MINE = and_(_ROW, OUTBOX.c.state == "sending", OUTBOX.c.claimed_by == bindparam("me"))

_PUT: Final = Statement(insert(OUTBOX))
_EARLIER = (
    select(OUTBOX.c.at)
    .where(
        OUTBOX.c.kind == bindparam("of_kind"),
        OUTBOX.c.id >= bindparam("first"),
        OUTBOX.c.id < bindparam("before"),
        OUTBOX.c.state.in_(UNSETTLED),
    )
    .order_by(OUTBOX.c.id)
    .limit(1)
)
_FIND: Final = Statement(select(OUTBOX).where(_ROW))
_CLAIM: Final = Statement(
    update(OUTBOX)
    .where(_ROW, OUTBOX.c.state == "waiting", OUTBOX.c.at <= bindparam("now"))
    .values(
        state="sending",
        claimed_by=bindparam("me"),
        tries=OUTBOX.c.tries + 1,
        tried_at=bindparam("now"),
        at=bindparam("claim_ends"),
    )
)
_CHANGE: dict[str, BindParameter[Any]] = {"state": bindparam("to"), "at": bindparam("then"), "note": bindparam("why")}
_ANSWERED: Final = Statement(update(OUTBOX).where(_MINE).values(_CHANGE))
_MOVE: Final = Statement(
    update(OUTBOX).where(_ROW, OUTBOX.c.state == bindparam("was"), OUTBOX.c.at == bindparam("seen_at")).values(_CHANGE)
)
_PROVE: Final = Statement(
    update(OUTBOX)
    .where(_ROW, OUTBOX.c.carrier_sid.is_(None))
    .values(state="sent", carrier_sid=bindparam("sid"), at=bindparam("now"), note=None)
)
_KNOWN = select(OUTBOX.c.carrier_sid).where(OUTBOX.c.carrier_sid.in_(_SIDS))
_OPEN: Final = Statement(
    select(OUTBOX)
    .where(is_one_of(OUTBOX.c.state, (*UNSETTLED, "dead")))
    .order_by(OUTBOX.c.created_at, OUTBOX.c.id)
    .limit(bindparam("most"))
)
_RECENT = select(OUTBOX).order_by(OUTBOX.c.created_at.desc(), OUTBOX.c.id).limit(bindparam("most"))
_DROP_SETTLED = delete(OUTBOX).where(
    OUTBOX.c.kind.in_(_DELIVERIES), OUTBOX.c.state.in_(("sent", "dropped", "dead")), OUTBOX.c.at <= bindparam("before")
)
_COUNTS = (
    select(OUTBOX.c.state, func.count(), func.min(OUTBOX.c.created_at))
    .where(OUTBOX.c.state.in_((*UNSETTLED, "dead")))
    .group_by(OUTBOX.c.state)
)
_IN_VAIN = and_(
    OUTBOX.c.carrier_sid.is_(None),
    is_one_of(OUTBOX.c.state, ("waiting", "sending", "unknown", "dead", "dropped")),
    OUTBOX.c.at >= bindparam("since"),
    OUTBOX.c.tried_at >= bindparam("since"),
    or_(OUTBOX.c.tries >= IN_VAIN, and_(OUTBOX.c.state == "unknown", OUTBOX.c.tried_at <= bindparam("silent_by"))),
)
_TAKEN_SINCE = (
    select(OUTBOX.c.id)
    .where(OUTBOX.c.state == "sent", OUTBOX.c.at > bindparam("last"), OUTBOX.c.kind.in_(_DELIVERIES))
    .limit(1)
)


def put(connection: Connection, row: OutboxRecord) -> None:
    """Have ``row`` sent, in the transaction that decides it. Raises IntegrityError for an id that is there."""
    _PUT.write(connection, values_of(row))


def next_row(connection: Connection, kinds: Collection[str], now: datetime) -> OutboxRecord | None:
    """Return the row of ``kinds`` that has been due for longest at ``now`` (aware), whatever is to be done with it."""
    row = _next_of(tuple(kinds)).first(connection, {"now": now, "settled_by": settled_by(now)})
    return OutboxRecord(*row) if row else None


@lru_cache(maxsize=8)
def _next_of(kinds: tuple[str, ...]) -> Statement:
    """A process sends the same kinds from its beginning to its end, so that its statement is written once."""
    return Statement(select(OUTBOX).where(is_due(kinds)).order_by(OUTBOX.c.at, OUTBOX.c.id).limit(1))


def earlier_unsettled(connection: Connection, kind: str, first: str, row_id: str) -> datetime | None:
    """Return when the first row of ``kind`` that is not settled, of those from the id ``first`` up to ``row_id``, is
    dealt with next; None where all before ``row_id`` are settled.
    """
    return connection.execute(_EARLIER, {"of_kind": kind, "first": first, "before": row_id}).scalar()


def settled_by(now: datetime) -> datetime:
    """Return a moment by which what is claimed or unknown at ``now`` (aware) has been looked at again."""
    return now + LONGEST_LOOK_AWAY


def find_row(connection: Connection, row_id: str) -> OutboxRecord | None:
    """Return the row of that id."""
    row = _FIND.first(connection, {"row": row_id})
    return OutboxRecord(*row) if row else None


def claim_sending(
    connection: Connection, row: OutboxRecord, me: str, now: datetime, longest: timedelta = CLAIM
) -> bool:
    """Claim a row that waits, for ``longest``; False where it waits no more. It must not be sent before the claim is
    committed.
    """
    claim = {"row": row.id, "me": me, "now": now, "claim_ends": now + longest}
    return _CLAIM.write(connection, claim) == 1


def end_sending(connection: Connection, row: OutboxRecord, me: str, to: State, then: datetime, why: str) -> bool:
    """Write what came of sending the row that ``me`` claimed, other than success; False where the claim was over, or
    it was proved meanwhile that the row was sent.
    """
    return _ANSWERED.write(connection, {"row": row.id, "me": me, "to": to, "then": then, "why": why}) == 1


def move(connection: Connection, row: OutboxRecord, to: State, then: datetime, why: str | None) -> bool:
    """Change a row that still stands as it was read; False where it does not."""
    seen = {"row": row.id, "was": row.state, "seen_at": row.at}
    return _MOVE.write(connection, seen | {"to": to, "then": then, "why": why}) == 1


def prove_sent(connection: Connection, row_id: str, sid: str, now: datetime) -> bool:
    """The carrier has the row ``row_id`` as ``sid``: a proof settles it, whatever was thought of it before. False where
    that was known, or there is no such row.
    """
    return _PROVE.write(connection, {"row": row_id, "sid": sid, "now": now}) == 1


def known_sids(connection: Connection, sids: Collection[str]) -> set[str]:
    """Return those of ``sids``, the carrier's, that are known to be rows of the outbox."""
    return set(connection.execute(_KNOWN, {"sids": list(sids)}).scalars()) if sids else set()


def open_rows(connection: Connection, limit: int) -> list[OutboxRecord]:
    """Return ``limit`` rows that are not settled, or dead, the oldest first."""
    return [OutboxRecord(*row) for row in _OPEN.all(connection, {"most": limit})]


def recent_rows(connection: Connection, limit: int) -> list[OutboxRecord]:
    """Return the ``limit`` rows that were written last, the newest first."""
    return [OutboxRecord(*row) for row in connection.execute(_RECENT, {"most": limit})]


def drop_settled(connection: Connection, kinds: Collection[str], before: datetime) -> int:
    """Drop rows of ``kinds`` that were settled ``before`` a moment (aware), and return their number: what was asked of
    the carrier for a talk says nothing after it.
    """
    return connection.execute(_DROP_SETTLED, {"deliveries": list(kinds), "before": before}).rowcount


def taken_in_vain(connection: Connection, kinds: Collection[str], since: datetime, now: datetime) -> int:
    """Return how many rows of ``kinds`` were sent in vain again and again after ``since`` (both aware); 0 where one was
    taken since the last such try.
    """
    (found,) = _in_vain_of(tuple(kinds)).all(connection, {"since": since, "silent_by": now - SILENT})
    number, last = found
    if number and connection.execute(_TAKEN_SINCE, {"deliveries": list(kinds), "last": last}).first():
        return 0
    return int(number)


@lru_cache(maxsize=8)
def _in_vain_of(kinds: tuple[str, ...]) -> Statement:
    last = func.max(OUTBOX.c.tried_at)
    return Statement(select(func.count(), last).where(is_one_of(OUTBOX.c.kind, kinds), _IN_VAIN))


def outbox_figures(connection: Connection, now: datetime) -> OutboxFigures:
    """Count what is not settled, and what is dead, at ``now`` (aware)."""
    counted = {state: (number, oldest) for state, number, oldest in connection.execute(_COUNTS)}
    oldest = min((each for state, (_, each) in counted.items() if state in UNSETTLED), default=now)
    numbers = {state: counted[state][0] if state in counted else 0 for state in (*UNSETTLED, "dead")}
    return OutboxFigures(**numbers, oldest_seconds=max(0.0, (now - oldest).total_seconds()))
