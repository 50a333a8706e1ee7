"""Messages that callers left: where the carrier keeps each, how long it is, and for whom it is meant."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy import bindparam as parameter
from sqlmodel import Field

from data.calls import CALL
from data.personal import About, ColumnRule, Personal, columns
from data.tables import moment, table_of_records, values_of
from value_class import value_class


@value_class
class MessageRecord:
    """A message; a turn leaves one at most. ``url`` is the recording at the carrier, which asks for the
    account's own credentials; it and ``recording_sid`` are empty once the recording was deleted. ``heard_at`` is when
    ``heard_by`` of the staff said that it was heard; None while nobody did.
    """

    call_sid: str
    turn: int
    at: datetime
    destination: str | None
    recording_sid: str
    url: str
    seconds: int
    heard_at: datetime | None = None
    heard_by: str | None = None


@value_class
class MessageToReturn:
    """A message together with the number of the caller who left it."""

    message: MessageRecord
    from_number: str


MESSAGE = table_of_records(
    MessageRecord,
    "message",
    call_sid=Field(primary_key=True, foreign_key="call.sid", max_length=34),
    turn=Field(primary_key=True),
    at=moment(index=True),
    heard_at=moment(nullable=True),
)

_OUTSIDE = ColumnRule(About.CALLER, exported=None, becomes="", period="recordings")

PERSONAL = Personal(
    MESSAGE,
    columns("call_sid", "turn", "at", "destination", "seconds", "heard_at")
    | {"recording_sid": _OUTSIDE, "url": _OUTSIDE, "heard_by": ColumnRule(About.STAFF, exported=None)},
    exported="messages",
    outside=True,
)

_KEEP = insert(MESSAGE)
_FIND = select(MESSAGE).where(MESSAGE.c.call_sid == parameter("call_sid"), MESSAGE.c.turn == parameter("turn"))
_RECENT = (
    select(MESSAGE, CALL.c.from_number)
    .join_from(MESSAGE, CALL, MESSAGE.c.call_sid == CALL.c.sid)
    .order_by(MESSAGE.c.at.desc(), MESSAGE.c.call_sid)
    .limit(parameter("most"))
)

_UNHEARD = (
    select(MESSAGE)
    .join_from(MESSAGE, CALL, MESSAGE.c.call_sid == CALL.c.sid)
    .where(CALL.c.line == parameter("line"), MESSAGE.c.heard_at.is_(None), MESSAGE.c.url != "")
    .order_by(MESSAGE.c.at, MESSAGE.c.call_sid)
    .limit(parameter("most"))
)
_HEAR = (
    update(MESSAGE)
    .where(MESSAGE.c.call_sid == parameter("of"), MESSAGE.c.turn == parameter("number"), MESSAGE.c.heard_at.is_(None))
    .values(heard_at=parameter("now"), heard_by=parameter("who"))
)


def keep_message(connection: Connection, message: MessageRecord) -> None:
    """Remember a message, in the transaction of the turn that left it."""
    connection.execute(_KEEP, values_of(message))


def find_message(connection: Connection, sid: str, turn: int) -> MessageRecord | None:
    """The message that the turn left, or None."""
    row = connection.execute(_FIND, {"call_sid": sid, "turn": turn}).first()
    return MessageRecord(*row) if row else None


def recent_messages(connection: Connection, limit: int) -> list[MessageToReturn]:
    """The ``limit`` messages that were left last, the newest first."""
    return [MessageToReturn(MessageRecord(*row[:-1]), row[-1]) for row in connection.execute(_RECENT, {"most": limit})]


def unheard_messages(connection: Connection, line: str, limit: int) -> list[MessageRecord]:
    """Return the oldest ``limit`` unheard messages of callers of ``line``."""
    return [MessageRecord(*row) for row in connection.execute(_UNHEARD, {"line": line, "most": limit})]


def hear_message(connection: Connection, sid: str, turn: int, now: datetime, who: str) -> bool:
    """Remember that ``who`` of the staff heard the message; False where there is none, or it was heard before."""
    return connection.execute(_HEAR, {"of": sid, "number": turn, "now": now, "who": who}).rowcount == 1
