"""A talk is a caller and an agent in one conference: each agent who talks with a caller has a talk.

The conference has the name of the first talk that was had in it, its ``room``: who is passed on to another agent stays
there. The row is there from the moment at which the agent accepts; ``started_at`` is when they hear each other.
``ended_by`` may be written before the end, by what is about to end it: so that an agent who leaves is told from one who
is lost.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Connection, Index, Text, bindparam, func, select, text, update
from sqlmodel import Field

from data.calls import CALL
from data.personal import About, ColumnRule, Personal, columns
from data.statement import Row, Statement
from data.tables import insert_unless_there, table_of_records, values_of
from value_class import value_class

_GOES_ON = text("ended_at IS NULL")


@value_class
class TalkRecord:
    """A talk of the call ``call_sid`` with the agent ``user_id``, who came by the offer ``offer_id``.

    ``hold_wanted`` is what was asked for at ``hold_asked_at``; ``held_since`` is what the carrier told, at last in its
    event ``hold_sequence``. ``consult_*`` is who is asked before a warm transfer: the entry of a destination, or a
    telephone. ``wrapped_at`` is the end of the agent's work after it.
    """

    id: str
    offer_id: str
    line: str
    destination: str
    call_sid: str
    user_id: int
    room: str
    accepted_at: datetime
    caller_leg: str | None = None
    agent_leg: str | None = None
    conference_sid: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    held_since: datetime | None = None
    hold_seconds: int = 0
    hold_sequence: int = 0
    hold_wanted: bool | None = None
    hold_asked_at: datetime | None = None
    consult_id: str | None = None
    consult_to: str | None = None
    consult_leg: str | None = None
    consult_since: datetime | None = None
    recording_sid: str | None = None
    disposition: str | None = None
    notes: str | None = None
    wrapped_at: datetime | None = None


TALK = table_of_records(
    TalkRecord,
    "talk",
    Index("ix_talk_accepted_at_goes_on", "accepted_at", sqlite_where=_GOES_ON, postgresql_where=_GOES_ON),
    id=Field(primary_key=True, foreign_key="waiting.id", max_length=34),
    offer_id=Field(foreign_key="offer.id", max_length=34),
    call_sid=Field(foreign_key="call.sid", max_length=34, index=True),
    user_id=Field(index=True),
    caller_leg=Field(max_length=34, nullable=True),
    agent_leg=Field(max_length=34, nullable=True),
    conference_sid=Field(max_length=34, nullable=True),
    consult_id=Field(max_length=34, nullable=True),
    room=Field(max_length=34),
    consult_leg=Field(max_length=34, nullable=True),
    recording_sid=Field(max_length=34, nullable=True),
    notes=Field(sa_column=Column(Text, nullable=True)),
)

PERSONAL = Personal(
    TALK,
    columns("id", "offer_id", "call_sid", "caller_leg", "agent_leg", "conference_sid", exported=None)
    | columns("hold_sequence", "hold_wanted", "hold_asked_at", exported=None)
    | columns("room", "consult_id", "consult_leg", "consult_since", exported=None)
    | columns("line", "destination", "accepted_at", "started_at", "ended_at", "ended_by", "held_since")
    | columns("hold_seconds", "disposition", "wrapped_at")
    | {
        "user_id": ColumnRule(About.STAFF, exported=None),
        "consult_to": ColumnRule(About.STAFF, exported=None),
        "recording_sid": ColumnRule(About.CALLER, exported=None, period="customers", becomes=None),
        "notes": ColumnRule(About.CUSTOMER, period="customers", becomes=None),
    },
    exported="talks",
)

_BEGIN: Final = Statement(insert_unless_there(TALK))
_ROW = TALK.c.id == bindparam("of")
_FIND: Final = Statement(select(TALK).where(_ROW))
_OPEN: Final = Statement(select(TALK).where(TALK.c.ended_at.is_(None)).order_by(TALK.c.accepted_at, TALK.c.id))
_OF_CALL: Final = Statement(
    select(TALK).where(TALK.c.call_sid == bindparam("sid")).order_by(TALK.c.accepted_at, TALK.c.id)
)
_OF_AGENT: Final = Statement(
    select(TALK).where(TALK.c.user_id == bindparam("agent")).order_by(TALK.c.accepted_at.desc(), TALK.c.id).limit(1)
)
_HANDLED: Final = Statement(
    select(TALK.c.line, TALK.c.destination, TALK.c.started_at, TALK.c.ended_at, TALK.c.wrapped_at)
    .where(TALK.c.ended_at > bindparam("since"), TALK.c.started_at.is_not(None))
    .order_by(TALK.c.ended_at.desc())
    .limit(bindparam("most"))
)
_IS_KNOWN = select(CALL.c.sid).join_from(TALK, CALL, TALK.c.call_sid == CALL.c.sid).where(_ROW, CALL.c.position != "")
_HOLD = (
    update(TALK)
    .where(_ROW, TALK.c.hold_sequence < bindparam("number"))
    .values(
        held_since=bindparam("since"),
        hold_seconds=TALK.c.hold_seconds + bindparam("more"),
        hold_sequence=bindparam("number"),
        hold_wanted=None,
        hold_asked_at=None,
    )
)
_END = (
    update(TALK)
    .where(_ROW, TALK.c.ended_at.is_(None))
    .values(
        ended_at=bindparam("at"),
        ended_by=func.coalesce(TALK.c.ended_by, bindparam("who")),
        held_since=None,
        hold_seconds=TALK.c.hold_seconds + bindparam("more"),
        hold_wanted=None,
        hold_asked_at=None,
    )
)


def begin_talk(connection: Connection, talk: TalkRecord) -> bool:
    """Write a talk whose agent accepted; False where it is there already."""
    return _BEGIN.write(connection, values_of(talk)) == 1


def find_talk(connection: Connection, talk: str) -> TalkRecord | None:
    """Return the talk of that id."""
    return _record(_FIND.first(connection, {"of": talk}))


def open_talks(connection: Connection) -> list[TalkRecord]:
    """Return the talks that go on, or are about to begin, the oldest first."""
    return [TalkRecord(*row) for row in _OPEN.all(connection, {})]


def last_talk_of(connection: Connection, user_id: int) -> TalkRecord | None:
    """Return the newest talk of an agent: the one that goes on, or is wrapped up, or the last one."""
    return _record(_OF_AGENT.first(connection, {"agent": user_id}))


def talks_of_call(connection: Connection, call_sid: str) -> list[TalkRecord]:
    """Return the talks of a call in their order."""
    return [TalkRecord(*row) for row in _OF_CALL.all(connection, {"sid": call_sid})]


def talks_in_room(connection: Connection, room: str) -> list[TalkRecord]:
    """Return the talks that were had in a conference, in their order."""
    first = find_talk(connection, room)
    return [each for each in talks_of_call(connection, first.call_sid) if each.room == room] if first else []


def handled_lately(connection: Connection, since: datetime, limit: int) -> list[tuple[str, str, float]]:
    """Return of the newest talks that ended after ``since`` (aware) the line, the destination, and the seconds
    for which each kept its agent: talk, hold and the work after it.
    """
    rows = _HANDLED.all(connection, {"since": since, "most": limit})
    return [
        (line, destination, (max(wrapped or ended, ended) - started).total_seconds())
        for line, destination, started, ended, wrapped in rows
    ]


def change_talk(connection: Connection, talk: str, *, only_open: bool = True, **changes: Any) -> bool:
    """Set columns of a talk; False where it is over by now (and ``only_open``), or there is none."""
    stands = (TALK.c.id == talk, TALK.c.ended_at.is_(None)) if only_open else (TALK.c.id == talk,)
    return connection.execute(update(TALK).where(*stands).values(**changes)).rowcount == 1


def note_talk(connection: Connection, talk: str, disposition: str | None, notes: str | None) -> bool:
    """Keep how a talk went, also after it. False where its call was forgotten, since the customer was erased or the
    period of what was said is over: then no notes are kept.
    """
    # The write comes first: an erasure at the same moment is over when it is done, or waits for it and takes it away.
    change_talk(connection, talk, only_open=False, disposition=disposition, notes=notes)
    if not notes or connection.execute(_IS_KNOWN, {"of": talk}).first():
        return True
    change_talk(connection, talk, only_open=False, notes=None)
    return False


def start_talk(connection: Connection, talk: str, conference_sid: str, at: datetime) -> bool:
    """Write that caller and agent hear each other from ``at`` (aware) on; False where that was known."""
    fresh = update(TALK).where(TALK.c.id == talk, TALK.c.started_at.is_(None), TALK.c.ended_at.is_(None))
    return connection.execute(fresh.values(started_at=at, conference_sid=conference_sid)).rowcount == 1


def wrap_talk(connection: Connection, talk: str, at: datetime) -> bool:
    """Write that the work after a talk ended at ``at`` (aware); False where that was known."""
    fresh = update(TALK).where(TALK.c.id == talk, TALK.c.wrapped_at.is_(None), TALK.c.started_at.is_not(None))
    return connection.execute(fresh.values(wrapped_at=at)).rowcount == 1


def end_hold(connection: Connection, talk: TalkRecord, now: datetime, sequence: int) -> bool:
    """Write what the carrier's event ``sequence`` tells: the caller hears the agent again. False for an older event."""
    more = _seconds(talk, now)
    return _told(connection, talk, None, more, sequence)


def begin_hold(connection: Connection, talk: TalkRecord, now: datetime, sequence: int) -> bool:
    """Write what the carrier's event ``sequence`` tells: the caller is held. False for an older event."""
    return _told(connection, talk, talk.held_since or now, 0, sequence)


def end_talk(connection: Connection, talk: TalkRecord, by: str, now: datetime) -> bool:
    """Write the end of a talk at ``now`` (aware): by ``by``, unless what ended it had said so before. False where it
    was over.
    """
    values = {"of": talk.id, "at": now, "who": by, "more": _seconds(talk, now)}
    return connection.execute(_END, values).rowcount == 1


def _told(connection: Connection, talk: TalkRecord, since: datetime | None, more: int, sequence: int) -> bool:
    values = {"of": talk.id, "number": sequence, "since": since, "more": more}
    return connection.execute(_HOLD, values).rowcount == 1


def _seconds(talk: TalkRecord, now: datetime) -> int:
    return max(0, round((now - talk.held_since).total_seconds())) if talk.held_since else 0


def _record(row: Row | None) -> TalkRecord | None:
    return TalkRecord(*row) if row else None
