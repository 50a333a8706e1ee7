"""A waiting call is the entry of a call into a destination's queue: its place, how long it stands there, how it left.

Each entry is a row, also that of a caller who comes back from a talk or is passed on to another destination: ``since``
is the place, and is kept then. The row's id is the name of the talk that may come of it (see ``data.talks``), and is
derived from what made it, so that what is told twice is written once. ``outcome`` is None while the call waits; it is
set once, by whichever statement comes first, and never changes.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection, Index, bindparam, or_, select, text, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Row, Statement
from data.tables import insert_unless_there, moment, table_of_records, values_of
from value_class import value_class

Kind = Literal[
    "call",  # a caller waits in the carrier's queue
    "callback",  # somebody is to be called when an agent has accepted
    "consult",  # an agent who talks with the caller asks for another one, before passing the caller on
]

WaitingOutcome = Literal[
    "answered",  # caller and agent were connected, or the carrier connected the caller by itself
    "abandoned",  # the caller hung up
    "key",  # ... or pressed a key that leads out of the queue
    "timeout",  # after the longest wait the line took the caller out
    "closed",  # the destination closed
    "failed",  # the carrier did not keep the call in the queue
    "returned",  # an agent had accepted and was lost before the talk: the call waits again, as another entry
    "transferred",  # the entry was passed on to another destination before anybody answered it
    "erased",  # the customer was erased
]

_WAITS = text("outcome IS NULL")


@value_class
class WaitingRecord:
    """An entry of the call ``call_sid`` into the queue of ``destination``, in its turn ``turn``: the carrier knows the
    queue as ``queue``, and ``state`` is the transfer that says what is heard there for at most ``seconds``.

    ``contract`` is the special contract of a customer who has one. ``front`` is a caller whom an agent lost: nobody
    goes before. Until ``preferred_until`` the call is for the agent ``preferred_id``, a user. ``told_place`` is the
    smallest place that the caller was told. ``transferred_from`` is the entry before this one. ``key`` led out.
    """

    id: str
    call_sid: str
    turn: int
    line: str
    destination: str
    queue: str
    state: str
    seconds: int
    since: datetime
    entered_at: datetime
    kind: str = "call"
    contract: str | None = None
    front: bool = False
    preferred_id: int | None = None
    preferred_until: datetime | None = None
    told_place: int | None = None
    transferred_from: str | None = None
    left_at: datetime | None = None
    outcome: str | None = None
    key: str | None = None


WAITING = table_of_records(
    WaitingRecord,
    "waiting",
    # A process that distributes looks at those that wait, and at no entry of the years before.
    Index("ix_waiting_since_waits", "since", sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("uq_waiting_call_sid_waits", "call_sid", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
    Index("ix_waiting_call_sid_turn", "call_sid", "turn"),
    id=Field(primary_key=True, max_length=34),
    call_sid=Field(foreign_key="call.sid", max_length=34),
    kind=Field(max_length=10),
    entered_at=moment(index=True),
    outcome=Field(max_length=12, nullable=True),
    key=Field(max_length=1, nullable=True),
)

PERSONAL = Personal(
    WAITING,
    columns("id", "call_sid", "turn", "queue", "state", "seconds", "front", "told_place", exported=None)
    | columns("transferred_from", exported=None)
    | columns("line", "destination", "since", "entered_at", "kind", "contract", "left_at", "outcome")
    | columns("preferred_until", exported=None)
    | {
        "preferred_id": ColumnRule(About.STAFF, exported=None),
        "key": ColumnRule(About.CALLER, period="answers", becomes=None),
    },
    exported="waits in queues",
)

_ENTER: Final = Statement(insert_unless_there(WAITING))
_ROW = WAITING.c.id == bindparam("of")
_STANDS = WAITING.c.outcome.is_(None)
_FIND = Statement(select(WAITING).where(_ROW))
_OF_CALL = Statement(select(WAITING).where(WAITING.c.call_sid == bindparam("sid"), _STANDS))
_ENTRY = Statement(
    select(WAITING)
    .where(WAITING.c.call_sid == bindparam("sid"), WAITING.c.turn == bindparam("number"))
    .order_by(WAITING.c.entered_at.desc(), _STANDS.desc())
    .limit(1)
)
_ANY = Statement(select(WAITING.c.id).where(WAITING.c.call_sid == bindparam("sid")).limit(1))
_ENTRIES_OF_CALL = (
    select(WAITING).where(WAITING.c.call_sid == bindparam("sid")).order_by(WAITING.c.entered_at, WAITING.c.id)
)
_ALL = Statement(select(WAITING).where(_STANDS).order_by(WAITING.c.front.desc(), WAITING.c.since, WAITING.c.id))
_LEAVE = Statement(
    update(WAITING)
    .where(_ROW, _STANDS)
    .values(outcome=bindparam("how"), left_at=bindparam("at"), key=bindparam("pressed"))
)
_TELL = (
    update(WAITING)
    .where(_ROW, or_(WAITING.c.told_place.is_(None), WAITING.c.told_place > bindparam("place")))
    .values(told_place=bindparam("place"))
)


def name_of(prefix: str, *parts: object) -> str:
    """Return a name of our own in the shape of the carrier's: ``prefix`` and a digest of ``parts``."""
    return prefix + hashlib.sha256("/".join(map(str, parts)).encode()).hexdigest()[:32]


def entry_name(call_sid: str, turn: int, *again: object) -> str:
    """Return the id of the entry that a turn of a call makes; ``again`` tells it from others of that turn."""
    return name_of("TK", call_sid, turn, *again)


def enter_queue(connection: Connection, entry: WaitingRecord) -> bool:
    """Write the entry; False, and nothing happens, where it is there already, or the call waits otherwise."""
    return _ENTER.write(connection, values_of(entry)) == 1


def find_waiting(connection: Connection, entry: str) -> WaitingRecord | None:
    """Return the entry of that id, whether it waits still or left."""
    return _record(_FIND.first(connection, {"of": entry}))


def waiting_of_call(connection: Connection, call_sid: str) -> WaitingRecord | None:
    """Return the entry in which the call waits now; None where it waits in no queue."""
    return _record(_OF_CALL.first(connection, {"sid": call_sid}))


def entry_of_turn(connection: Connection, call_sid: str, turn: int) -> WaitingRecord | None:
    """Return the newest entry that the turn ``turn`` of the call made, whether it waits still or left."""
    return _record(_ENTRY.first(connection, {"sid": call_sid, "number": turn}))


def has_entries(connection: Connection, call_sid: str) -> bool:
    """Return whether the call ever came into a queue."""
    return _ANY.first(connection, {"sid": call_sid}) is not None


def entries_of_call(connection: Connection, call_sid: str) -> list[WaitingRecord]:
    """Return every entry of a call into a queue, in their order."""
    found = connection.execute(_ENTRIES_OF_CALL, {"sid": call_sid})
    return [WaitingRecord(*row) for row in found]


def all_waiting(connection: Connection) -> list[WaitingRecord]:
    """Return those that wait: the front first, then by their places."""
    return [WaitingRecord(*row) for row in _ALL.all(connection, {})]


def leave(connection: Connection, entry: str, outcome: WaitingOutcome, at: datetime, key: str | None = None) -> bool:
    """Write how the entry left its queue at ``at`` (aware); False where it had left before."""
    return _LEAVE.write(connection, {"of": entry, "how": outcome, "at": at, "pressed": key}) == 1


def tell_place(connection: Connection, entry: str, place: int) -> None:
    """Remember that the caller is told ``place`` (from 1): what is told later is never larger."""
    connection.execute(_TELL, {"of": entry, "place": place})


def _record(row: Row | None) -> WaitingRecord | None:
    return WaitingRecord(*row) if row else None
