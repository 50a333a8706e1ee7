"""Calls that were recorded while a destination served them: where the carrier keeps each, and for how long it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import Field

from data.personal import About, Personal, columns
from data.tables import insert_unless_there, moment, table_of_records, values_of
from value_class import value_class


@value_class
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
_FORGET = delete(RECORDING).where(RECORDING.c.sid == bindparam("of"))


def keep_recording(connection: Connection, recording: RecordingRecord) -> None:
    """Remember a recording; one that is known already stays as it is, for it may be told of twice."""
    connection.execute(_KEEP[connection.dialect.name], values_of(recording))


def find_recording(connection: Connection, sid: str) -> RecordingRecord | None:
    """The recording, or None."""
    row = connection.execute(_FIND, {"of": sid}).first()
    return RecordingRecord(*row) if row else None


def forget_row(connection: Connection, sid: str) -> None:
    """Forget a recording that the carrier has deleted."""
    connection.execute(_FORGET, {"of": sid})
