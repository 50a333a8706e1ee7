"""A talk event is something that happened to a waiting call, an offer or a talk: rows that are only added.

Figures are counted from these rows and from those of the talks themselves, never kept in a counter: so they are the
same for all processes, and after a restart.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Column, Connection, Text, bindparam, insert, select
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.statement import Statement
from data.tables import moment, table_of_records
from value_class import value_class

EventKind = Literal[
    "entered",  # the call came into the queue of the destination
    "left",  # ... and left it; the detail tells how
    "offered",
    "refused",
    "missed",
    "failed",
    "busy",
    "caller-gone",
    "canceled",
    "late",
    "accepted",
    "started",  # caller and agent hear each other
    "held",
    "resumed",
    "consulted",
    "consult-ended",
    "transferred",
    "supervised",
    "recorded",
    "returned",  # an agent was lost, and the caller waits again
    "ended",
    "wrapped",
    "alarm",
]


@value_class
class TalkEvent:
    """An event of ``kind`` happened ``at`` a moment to the talk ``talk_id``, by the agent ``user_id`` where one did it;
    ``detail`` is JSON, and says nothing of a caller.
    """

    at: datetime
    talk_id: str
    line: str
    destination: str
    kind: str
    user_id: int | None
    detail: str
    id: int

    def details(self) -> Mapping[str, object]:
        """Return the detail."""
        read: Mapping[str, object] = json.loads(self.detail)
        return read


TALK_EVENT = table_of_records(
    TalkEvent,
    "talk_event",
    id=Field(primary_key=True),
    at=moment(index=True),
    talk_id=Field(max_length=34, index=True),
    kind=Field(max_length=16),
    detail=Field(sa_column=Column(Text, nullable=False)),
)

PERSONAL = Personal(
    TALK_EVENT,
    columns("id", "at", "talk_id", "line", "destination", "kind", "detail") | {"user_id": ColumnRule(About.STAFF)},
)

_NOTE: Final = Statement(insert(TALK_EVENT), ["at", "talk_id", "line", "destination", "kind", "user_id", "detail"])
_OF: Final = select(TALK_EVENT).where(TALK_EVENT.c.talk_id == bindparam("talk")).order_by(TALK_EVENT.c.id)
_BETWEEN: Final = (
    select(TALK_EVENT)
    .where(TALK_EVENT.c.at >= bindparam("since"), TALK_EVENT.c.at < bindparam("until"))
    .order_by(TALK_EVENT.c.at, TALK_EVENT.c.id)
)


def note_event(
    connection: Connection,
    kind: EventKind,
    at: datetime,
    talk_id: str,
    line: str,
    destination: str,
    user_id: int | None = None,
    **detail: object,
) -> None:
    """Add a row, in the transaction in which it happens. ``detail`` names nobody who calls."""
    row = {
        "at": at,
        "talk_id": talk_id,
        "line": line,
        "destination": destination,
        "kind": kind,
        "user_id": user_id,
        "detail": json.dumps(detail, sort_keys=True) if detail else "{}",
    }
    _NOTE.write(connection, row)


def events_of(connection: Connection, talk_id: str) -> list[TalkEvent]:
    """Return what happened to a talk, and to the waiting call of which it came, in the order in which it was told."""
    return [TalkEvent(*row) for row in connection.execute(_OF, {"talk": talk_id})]


def events_between(connection: Connection, since: datetime, until: datetime) -> list[TalkEvent]:
    """Return what happened from ``since`` on and before ``until`` (both aware), in its order."""
    return [TalkEvent(*row) for row in connection.execute(_BETWEEN, {"since": since, "until": until})]
