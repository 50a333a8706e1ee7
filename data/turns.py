"""A turn (one webhook request and its answer) as it is remembered.

It is written once, in the transaction that moves the call, together with the answer itself: a request that Twilio
repeats is answered from here. Never stored: what a caller pressed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Column, Connection, Row, Text, bindparam, insert, select, update
from sqlmodel import Field

from data.calls import CALL, unnamed_reason
from data.personal import About, ColumnRule, Personal, columns
from data.tables import Stored, Utc, table_of, values_of

EventKind = Literal["start", "keys", "speech", "silence", "dial", "queue", "recording"]


class TurnTable(Stored, table=True):
    """One row a turn."""

    __tablename__ = "turn"

    call_sid: str = Field(primary_key=True, foreign_key="call.sid", max_length=34)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(Utc, nullable=False))
    state: str
    event: str
    outcome: str
    states: str = Field(sa_column=Column(Text, nullable=False))
    destination: str | None = None
    reason: str | None = None
    menu_version: str
    answer: str = Field(sa_column=Column(Text, nullable=False))
    headers: str = Field(sa_column=Column(Text, nullable=False))
    tried: str | None = Field(default=None, sa_column=Column(Text))
    """The rules that the router tried, as JSON."""


@dataclass(frozen=True, slots=True)
class CallChanges:
    """The changes are what a turn makes of its call. Every field is written as it stands here, None included."""

    turn: int
    position: str
    destination: str | None = None
    reason: str | None = None
    contact_id: int | None = None
    company_id: int | None = None


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """A turn that was answered.

    ``state`` is where the call stood, ``event`` only the kind of what the caller did, ``states`` those entered, in
    order, ``answer`` the document that was sent with ``headers``. ``tried`` is why the call went where it went: each
    rule that the router looked at, what it said, and the place in the line's files that says so. Raises ValueError for
    an event of another kind.
    """

    number: int
    at: datetime
    state: str
    event: EventKind
    outcome: str
    states: tuple[str, ...]
    destination: str | None
    reason: str | None
    menu_version: str
    answer: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[tuple[str, str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.event not in get_args(EventKind):
            # Here and nowhere else could a caller's keys slip into the trace; so the text is not repeated.
            raise ValueError(f"a turn keeps the kind of its event only: one of {', '.join(get_args(EventKind))}")


TURN = table_of(TurnTable)


def _listed(text: str | None) -> object:
    return json.loads(text or "[]")


_ANSWER = ColumnRule(About.CUSTOMER, exported=None, period="answers", becomes="")

PERSONAL = Personal(
    TURN,
    columns("call_sid", exported=None)
    | columns("number", "at", "state", "event", "outcome", "destination", "menu_version")
    | columns("states", exported=_listed)
    | {
        "reason": ColumnRule(About.STAFF, period="answers", becomes=unnamed_reason(TURN)),
        "answer": _ANSWER,
        "headers": ColumnRule(About.CUSTOMER, exported=None, period="answers", becomes="{}"),
        "tried": ColumnRule(About.CALLER, exported=_listed, period="answers", becomes=None),
    },
    exported="turns",
)

_MOVE_CALL = (
    update(CALL)
    .where(CALL.c.sid == bindparam("call_sid"), CALL.c.turn == bindparam("stood_at"), CALL.c.ended_at.is_(None))
    .values({name: bindparam(name) for name in CallChanges.__dataclass_fields__} | {"updated_at": bindparam("at")})
)
_TURNS = select(*(column for column in TURN.c if column.name != "call_sid")).where(
    TURN.c.call_sid == bindparam("call_sid")
)
_FIND_TURN = _TURNS.where(TURN.c.number == bindparam("number"))
_TURNS_IN_ORDER = _TURNS.order_by(TURN.c.number)
_SAVE_TURN = insert(TURN)


class CallMovedError(Exception):
    """Another delivery moved the call, or it ended, between being read and being written."""


def find_turn(connection: Connection, sid: str, number: int) -> TurnRecord | None:
    """The turn, or None where it was not answered yet."""
    row = connection.execute(_FIND_TURN, {"call_sid": sid, "number": number}).first()
    return _turn(row) if row else None


def turns_of(connection: Connection, sid: str) -> list[TurnRecord]:
    """The turns of a call in their order."""
    return [_turn(row) for row in connection.execute(_TURNS_IN_ORDER, {"call_sid": sid})]


def save_turn(
    connection: Connection, sid: str, turn: TurnRecord, call_changes: CallChanges, stood_at: int | None = None
) -> None:
    """Write the turn, and move its call on from the turn ``stood_at`` (the turn itself, where it is left out).

    Raises IntegrityError where the turn is there already, and CallMovedError where the call does not stand there any
    more or has ended; the transaction must then be rolled back. So nothing that was read before it began is trusted:
    of any number of writers one moves the call, on either database.
    """
    row = values_of(turn)
    row |= {
        "call_sid": sid,
        "states": json.dumps(turn.states, ensure_ascii=False),
        "headers": json.dumps(dict(turn.headers), ensure_ascii=False),
        "tried": json.dumps(turn.tried, ensure_ascii=False) if turn.tried else None,
    }
    connection.execute(_SAVE_TURN, row)
    changes = values_of(call_changes)
    stood = {"call_sid": sid, "at": turn.at, "stood_at": turn.number if stood_at is None else stood_at}
    if connection.execute(_MOVE_CALL, changes | stood).rowcount != 1:
        raise CallMovedError(f"the call does not stand at turn {stood['stood_at']} any more")


def _turn(row: Row[Any]) -> TurnRecord:
    values = row._asdict()
    values["states"] = tuple(json.loads(values["states"]))
    values["headers"] = json.loads(values["headers"])
    values["tried"] = tuple(tuple(each) for each in json.loads(values["tried"] or "[]"))
    return TurnRecord(**values)
