"""Calls that were recorded while a destination served them: where the carrier keeps each, and for how long it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import Field

from data.calls import CALL
from data.personal import About, Personal, columns
from data.protocols import PROTOCOL
from data.tables import insert_unless_there, moment, table_of_records, values_of


@dataclass(frozen=True, slots=True)
class RecordingRecord:
    """A recording; ``at`` is when the carrier told of it, which is after the talk.

    It is told of by itself, and may be of a call that began without a database: so it refers to no row of ``call``.
    """

    sid: str
    call_sid: str
    at: datetime
    destination: str | None
    url: str
    seconds: int


@dataclass(frozen=True, slots=True)
class RecordingOfCall:
    """A recording, and the protocol number of its call, where it has one."""

    recording: RecordingRecord
    protocol: str | None


RECORDING = table_of_records(
    RecordingRecord,
    "recording",
    sid=Field(primary_key=True, max_length=34),
    call_sid=Field(max_length=34, index=True),
    at=moment(index=True),
)

PERSONAL = Personal(
    RECORDING,
    columns("sid", "url", about=About.CALLER, exported=None)
    | columns("call_sid", exported=None)
    | columns("at", "destination", "seconds"),
    exported="recordings",
    rows_period="recordings",
    outside=True,
)

_KEEP = insert_unless_there(RECORDING)
_FIND = select(RECORDING).where(RECORDING.c.sid == bindparam("of"))
_OF_CALL = select(RECORDING).where(RECORDING.c.call_sid == bindparam("of")).order_by(RECORDING.c.at, RECORDING.c.sid)
_RECENT = (
    select(RECORDING, PROTOCOL.c.number)
    .select_from(RECORDING)
    .outerjoin(CALL, RECORDING.c.call_sid == CALL.c.sid)
    .outerjoin(PROTOCOL, PROTOCOL.c.call_sid == CALL.c.sid)
    .order_by(RECORDING.c.at.desc(), RECORDING.c.sid)
    .limit(bindparam("most"))
)
_FORGET = delete(RECORDING).where(RECORDING.c.sid == bindparam("of"))


def keep_recording(connection: Connection, recording: RecordingRecord) -> None:
    """Remember a recording; one that is known already stays as it is, for it may be told of twice."""
    connection.execute(_KEEP[connection.dialect.name], values_of(recording))


def find_recording(connection: Connection, sid: str) -> RecordingRecord | None:
    """The recording, or None."""
    row = connection.execute(_FIND, {"of": sid}).first()
    return RecordingRecord(*row) if row else None


def recordings_of(connection: Connection, call_sid: str) -> list[RecordingRecord]:
    """The recordings of a call, the oldest first."""
    return [RecordingRecord(*row) for row in connection.execute(_OF_CALL, {"of": call_sid})]


def recent_recordings(connection: Connection, limit: int) -> list[RecordingOfCall]:
    """The ``limit`` recordings that were made last, the newest first."""
    return [
        RecordingOfCall(RecordingRecord(*row[:-1]), row[-1]) for row in connection.execute(_RECENT, {"most": limit})
    ]


def forget_row(connection: Connection, sid: str) -> None:
    """Forget a recording that the carrier has deleted."""
    connection.execute(_FORGET, {"of": sid})
