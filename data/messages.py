"""Messages that callers left: where the carrier keeps each, how long it is, and for whom it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy import bindparam as parameter
from sqlmodel import Field

from data.calls import CALL
from data.personal import About, ColumnRule, Personal, columns
from data.tables import moment, table_of_records, values_of


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """A message; a turn leaves one at most. ``url`` is the recording at the carrier, which asks for the
    account's own credentials; it and ``recording_sid`` are empty once the recording was deleted.
    """

    call_sid: str
    turn: int
    at: datetime
    destination: str | None
    recording_sid: str
    url: str
    seconds: int


@dataclass(frozen=True, slots=True)
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
)

_OUTSIDE = ColumnRule(About.CALLER, exported=None, becomes="", period="recordings")

PERSONAL = Personal(
    MESSAGE,
    columns("call_sid", "turn", "at", "destination", "seconds") | {"recording_sid": _OUTSIDE, "url": _OUTSIDE},
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
