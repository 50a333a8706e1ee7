"""A turn (one webhook request and its answer) as it is remembered.

It is written once, in the transaction that moves the call, together with the answer itself: a request that Twilio
repeats is answered from here. Never stored: the digits of an entry, and what a caller said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import Column, Connection, Text, bindparam, insert, select, update
from sqlmodel import Field

from data.calls import CALL, unnamed_reason
from data.personal import About, ColumnRule, Personal, columns
from data.replay_note import ReplayNote
from data.statement import Row, Statement
from data.tables import Stored, Utc, table_of
from value_class import value_class

EventKind = Literal["start", "keys", "speech", "silence", "dial", "queue", "recording"]
_EVENT_KINDS: Final = frozenset(get_args(EventKind))

_as_json: Final = json.JSONEncoder(ensure_ascii=False).encode
_listed_as_json: Final = lru_cache(maxsize=1024)(_as_json)
"""The ways of turns through a menu are few, and every call goes one of them."""


@lru_cache(maxsize=1024)
def _mapped_as_json(items: tuple[tuple[str, str], ...]) -> str:
    return _as_json(dict(items))


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
    replay: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    """What plays the turn again, as JSON."""


@value_class
class CallChanges:
    """The changes are what a turn makes of its call. Every field is written as it stands here, None included."""

    turn: int
    position: str
    destination: str | None = None
    reason: str | None = None
    contact_id: int | None = None
    company_id: int | None = None


@value_class
class TurnRecord:
    """A turn that was answered.

    ``state`` is where the call stood, ``event`` only the kind of what the caller did, ``states`` those entered, in
    order, ``answer`` the document that was sent with ``headers``. ``tried`` is why the call went where it went: each
    rule that the router looked at, what it said, and the place in the line's files that says so. ``replay`` is what the
    turn keeps to be played again; None in turns of releases that kept none, and where it is forgotten. Raises
    ValueError for an event of another kind.
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
    replay: ReplayNote | None = None

    def __post_init__(self) -> None:
        if self.event not in _EVENT_KINDS:
            # Here and nowhere else could a caller's keys slip into the trace; so the text is not repeated.
            raise ValueError(f"a turn keeps the kind of its event only: one of {', '.join(get_args(EventKind))}")


TURN = table_of(TurnTable)


def _listed(text: str | None) -> object:
    return json.loads(text or "[]")


def _noted(text: str | None) -> object:
    return json.loads(text) if text else None


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
        "replay": ColumnRule(About.CALLER, exported=_noted, period="answers", becomes=None),
    },
    exported="turns",
)

_STANDS = update(CALL).where(
    CALL.c.sid == bindparam("call_sid"), CALL.c.turn == bindparam("stood_at"), CALL.c.ended_at.is_(None)
)
_STANDS_AS_KNOWN = _STANDS.where(CALL.c.position == bindparam("stood"))
_MOVED: Final[dict[str, Any]] = {
    **{name: bindparam(name) for name in CallChanges.__dataclass_fields__ if name != "destination"},
    "updated_at": bindparam("at"),
}
_MOVED_ELSEWHERE: Final[dict[str, Any]] = _MOVED | {"destination": bindparam("destination")}
"""An index is written where the destination is, be it with what stands there already."""

_MOVE_CALL = Statement(_STANDS.values(_MOVED_ELSEWHERE))
_MOVE_KNOWN_CALL = Statement(_STANDS_AS_KNOWN.values(_MOVED_ELSEWHERE))
_MOVE_KNOWN_CALL_ON = Statement(_STANDS_AS_KNOWN.values(_MOVED))
_TURNS = select(*(column for column in TURN.c if column.name != "call_sid")).where(
    TURN.c.call_sid == bindparam("call_sid")
)
_FIND_TURN = Statement(_TURNS.where(TURN.c.number == bindparam("number")))
_TURNS_IN_ORDER = Statement(_TURNS.order_by(TURN.c.number))
_SAVE_TURN = Statement(insert(TURN))


class Stood(NamedTuple):
    """A call as this process stored it last: its position and its destination."""

    position: str
    destination: str | None


class CallMovedError(Exception):
    """Another delivery moved the call, or it ended, between being read and being written."""


def find_turn(connection: Connection, sid: str, number: int) -> TurnRecord | None:
    """The turn, or None where it was not answered yet."""
    row = _FIND_TURN.first(connection, {"call_sid": sid, "number": number})
    return _turn(row) if row else None


def turns_of(connection: Connection, sid: str) -> list[TurnRecord]:
    """The turns of a call in their order."""
    return [_turn(row) for row in _TURNS_IN_ORDER.all(connection, {"call_sid": sid})]


def save_turn(
    connection: Connection,
    sid: str,
    turn: TurnRecord,
    call_changes: CallChanges,
    stood_at: int | None = None,
    stood: Stood | None = None,
) -> None:
    """Write the turn, and move its call on from the turn ``stood_at`` (the turn itself, where it is left out), and from
    where it ``stood`` (anywhere, where that is left out): where it was remembered to stand, and not read.

    Raises IntegrityError where the turn is there already, and CallMovedError where the call does not stand there any
    more or has ended; the transaction must then be rolled back. So nothing that was read before it began is trusted:
    of any number of writers one moves the call, on either database.
    """
    row = {
        "call_sid": sid,
        "number": turn.number,
        "at": turn.at,
        "state": turn.state,
        "event": turn.event,
        "outcome": turn.outcome,
        "states": _listed_as_json(turn.states),
        "destination": turn.destination,
        "reason": turn.reason,
        "menu_version": turn.menu_version,
        "answer": turn.answer,
        "headers": _mapped_as_json(tuple(turn.headers.items())),
        "tried": _as_json(turn.tried) if turn.tried else None,
        "replay": turn.replay.as_json() if turn.replay else None,
    }
    _SAVE_TURN.write(connection, row)
    moved: dict[str, object] = {
        "call_sid": sid,
        "at": turn.at,
        "stood_at": turn.number if stood_at is None else stood_at,
        "turn": call_changes.turn,
        "position": call_changes.position,
        "reason": call_changes.reason,
        "contact_id": call_changes.contact_id,
        "company_id": call_changes.company_id,
    }
    move = _MOVE_CALL
    if stood is not None:
        moved["stood"] = stood.position
        move = _MOVE_KNOWN_CALL_ON if stood.destination == call_changes.destination else _MOVE_KNOWN_CALL
    if move is not _MOVE_KNOWN_CALL_ON:
        moved["destination"] = call_changes.destination
    found = move.write(connection, moved)
    if found != 1:
        raise CallMovedError(f"the call does not stand at turn {moved['stood_at']} any more")


def _turn(row: Row) -> TurnRecord:
    number, at, state, event, outcome, states, destination, reason, version, answer, headers, tried, replay = row
    return TurnRecord(
        number,
        at,
        state,
        event,
        outcome,
        tuple(json.loads(states)),
        destination,
        reason,
        version,
        answer,
        json.loads(headers),
        tuple(tuple(each) for each in json.loads(tried or "[]")),
        ReplayNote.from_json(replay) if replay else None,
    )
