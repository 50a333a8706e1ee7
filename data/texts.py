"""Texts that callers asked for are rows of the outbox, written with the turn in which the caller said so.

What the carrier tells of one stands in its row; one that was refused because its number wants no texts keeps all others
from being sent there, for as long as the row is kept.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import bindparam, func, select, update

from data.outbox import OUTBOX, OutboxRecord, prove_sent, put
from data.trials import is_trial
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

TEXT: Final = "text"
TRIAL_TEXT: Final = "trial text"

KINDS: Final = (TEXT, TRIAL_TEXT)
"""What stands in the rows; read by every release after this one."""

UNSUBSCRIBED: Final = "the number wants no texts"

MOST_A_DAY: Final = 3
"""Texts to one number in a day: the number that a caller shows is claimed, not proven."""

FULL: Final = "as many texts as may be were sent to the number in a day"

_DAY: Final = timedelta(days=1)

_OF_THE_NUMBER = (OUTBOX.c.recipient == bindparam("number"), OUTBOX.c.kind == bindparam("of_kind"))
_WANTS_NONE = select(OUTBOX.c.id).where(*_OF_THE_NUMBER, OUTBOX.c.note == UNSUBSCRIBED).limit(1)
_SENT = select(func.count()).where(
    *_OF_THE_NUMBER, OUTBOX.c.state.in_(("sent", "sending", "unknown")), OUTBOX.c.tried_at > bindparam("since")
)
_NOTE = update(OUTBOX).where(OUTBOX.c.id == bindparam("row"), OUTBOX.c.state == "sent", OUTBOX.c.kind.in_(KINDS))


@value_class
class LineText:
    """A text that ``line`` sends to ``number``."""

    line: str
    number: str
    text: str = field(repr=False)


def want_text(connection: Connection, sid: str, turn: int, wanted: LineText, now: datetime) -> None:
    """Have the text sent that the caller of the call ``sid`` asked for in ``turn``; a turn asks for one at most."""
    name = "TX" + hashlib.sha256(f"{sid}/{turn}".encode()).hexdigest()[:32]
    kind = TRIAL_TEXT if is_trial(connection, sid) else TEXT
    content = json.dumps({"line": wanted.line, "text": wanted.text}, ensure_ascii=False)
    put(connection, OutboxRecord(name, kind, wanted.number, content, sid, now, now))


def read_text(row: OutboxRecord) -> LineText:
    """Return the text that the row is about; raise ValueError where its content is damaged."""
    try:
        content = json.loads(row.content)
        return LineText(str(content["line"]), row.recipient, str(content["text"]))
    except (TypeError, LookupError):
        raise ValueError("the content of the row is damaged") from None


def why_no_text(connection: Connection, kind: str, number: str, now: datetime) -> str | None:
    """Return why no text of ``kind`` may be sent to ``number`` at ``now`` (aware); None where one may be. What a trial
    was told of a number says nothing of the person who has it, and the other way round.
    """
    of_number = {"number": number, "of_kind": kind}
    if connection.execute(_WANTS_NONE, of_number).first():
        return UNSUBSCRIBED
    sent = connection.execute(_SENT, of_number | {"since": now - _DAY}).scalar_one()
    return FULL if sent >= MOST_A_DAY else None


def note_text(connection: Connection, row_id: str, sid: str, note: str | None, now: datetime) -> None:
    """The carrier tells that it has the text ``row_id`` as ``sid``; ``note`` is what became of it, once it is over."""
    prove_sent(connection, row_id, sid, now)
    if note is not None:
        connection.execute(_NOTE.values(note=note), {"row": row_id})
