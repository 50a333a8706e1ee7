"""An alarm is something that people must know of: since when it is so, when it was raised, and when it was over.

A row is there from the first look that found the condition. It is *pending* until the condition has lasted for as long
as its kind asks for; then it is *raised*, and people are told; while the condition is not found any more it is *quiet*;
and when it has been quiet for long enough it is *cleared*. There is one open row for a condition at most, which a
partial unique index holds for all processes, and each step is a guarded update: of two that take it, one tells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Column, Connection, Index, Text, and_, bindparam, delete, func, select, text, update
from sqlmodel import Field

from data.personal import Personal, columns
from data.statement import Statement
from data.tables import insert_unless_there, moment, table_of_records, values_of
from data.waiting import name_of
from value_class import value_class

_OPEN = text("until IS NULL")


@value_class
class AlarmRecord:
    """An alarm of ``kind`` about the ``subject`` (a destination, or nothing) of ``line`` (empty: of all lines). The
    condition was found ``since`` then; ``operands`` are the figures it was raised for, as JSON.
    """

    id: str
    kind: str
    line: str
    subject: str
    since: datetime
    operands: str
    raised_at: datetime | None = None
    quiet_since: datetime | None = None
    until: datetime | None = None

    def figures(self) -> Mapping[str, int | float | str]:
        """Return the operands."""
        read: Mapping[str, int | float | str] = json.loads(self.operands)
        return read

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what tells the condition from all others."""
        return self.kind, self.line, self.subject


ALARM = table_of_records(
    AlarmRecord,
    "alarm",
    Index("uq_alarm_open", "kind", "line", "subject", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    id=Field(primary_key=True, max_length=34),
    kind=Field(max_length=20),
    since=moment(index=True),
    operands=Field(sa_column=Column(Text, nullable=False)),
)

PERSONAL = Personal(
    ALARM, columns("id", "kind", "line", "subject", "since", "operands", "raised_at", "quiet_since", "until")
)

_ROW = and_(ALARM.c.id == bindparam("alarm"), ALARM.c.until.is_(None))
_IS_RAISED = ALARM.c.raised_at.is_not(None)
_BEGIN: Final = Statement(insert_unless_there(ALARM))
_STANDING: Final = Statement(select(ALARM).where(ALARM.c.until.is_(None)).order_by(ALARM.c.since, ALARM.c.id))
_RAISE: Final = (
    update(ALARM)
    .where(_ROW, ALARM.c.raised_at.is_(None))
    .values(raised_at=bindparam("now"), operands=bindparam("figures"))
)
_QUIET: Final = update(ALARM).where(_ROW).values(quiet_since=bindparam("quiet"))
_CLEAR: Final = update(ALARM).where(_ROW, _IS_RAISED).values(until=bindparam("now"))
_DROP_PENDING: Final = delete(ALARM).where(_ROW, ALARM.c.raised_at.is_(None))
_FIND: Final = select(ALARM).where(ALARM.c.id == bindparam("alarm"))
_RECENT: Final = (
    select(ALARM)
    .where(_IS_RAISED)
    .order_by(ALARM.c.until.is_not(None), ALARM.c.since.desc(), ALARM.c.id)
    .limit(bindparam("most"))
)
_COUNTS: Final = (
    select(ALARM.c.kind, func.count().label("number")).where(ALARM.c.until.is_(None), _IS_RAISED).group_by(ALARM.c.kind)
)


def begin_alarm(
    connection: Connection, key: tuple[str, str, str], figures: Mapping[str, int | float | str], now: datetime
) -> AlarmRecord | None:
    """Write that the condition ``key`` (kind, line, subject) was found at ``now`` (aware); None where it is known."""
    made = AlarmRecord(name_of("AL", *key, now.isoformat()), *key, now, _as_json(figures))
    return made if _BEGIN.write(connection, values_of(made)) == 1 else None


def raise_alarm(connection: Connection, alarm: str, figures: Mapping[str, int | float | str], now: datetime) -> bool:
    """Write that people are told of a pending alarm; False where another process did, or it is gone."""
    row = {"alarm": alarm, "figures": _as_json(figures), "now": now}
    return connection.execute(_RAISE, row).rowcount == 1


def note_quiet(connection: Connection, alarm: str, since: datetime | None) -> None:
    """Write since when the condition of an open alarm is not found any more; None: it is found again."""
    connection.execute(_QUIET, {"alarm": alarm, "quiet": since})


def clear_alarm(connection: Connection, alarm: str, now: datetime) -> bool:
    """End a raised alarm at ``now`` (aware); False where it was over."""
    return connection.execute(_CLEAR, {"alarm": alarm, "now": now}).rowcount == 1


def drop_pending(connection: Connection, alarm: str) -> None:
    """Forget an alarm that was never raised: its condition did not last."""
    connection.execute(_DROP_PENDING, {"alarm": alarm})


def standing_alarms(connection: Connection) -> list[AlarmRecord]:
    """Return every alarm that is not over, pending ones too, the oldest first."""
    return [AlarmRecord(*row) for row in _STANDING.all(connection, {})]


def find_alarm(connection: Connection, alarm: str) -> AlarmRecord | None:
    """Return the alarm of that id."""
    row = connection.execute(_FIND, {"alarm": alarm}).first()
    return AlarmRecord(*row) if row else None


def recent_alarms(connection: Connection, limit: int) -> list[AlarmRecord]:
    """Return ``limit`` alarms that were raised: those that stand first, then those that are over, the newest first."""
    return [AlarmRecord(*row) for row in connection.execute(_RECENT, {"most": limit})]


def alarm_counts(connection: Connection) -> dict[str, int]:
    """Return how many alarms of each kind are raised and not over; a kind of which none is, is not in it."""
    return {row.kind: row.number for row in connection.execute(_COUNTS)}


def _as_json(figures: Mapping[str, int | float | str]) -> str:
    return json.dumps(figures, sort_keys=True)
