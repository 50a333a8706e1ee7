"""A telephone of the line's allow-list is asked before a caller is passed on to it: it is rung into the talk's
conference, and hung up where it is asked no more.

The talk names the row that rings it (``consult_id``) and, once it was picked up, its call (``consult_leg``).
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.calls import TERMINAL
from data.outbox import prove_sent
from data.talk_events import note_event
from data.talks import TalkRecord, change_talk
from data.waiting import name_of
from ivr.call.talks.carrier import ASKED_LABEL, agent_label
from ivr.call.talks.requests import ActRequest, LegRequest, drop_unsent, put_act, put_leg

if TYPE_CHECKING:
    from sqlalchemy import Connection

RING_SECONDS: Final = 25

PICKED_UP: Final = "in-progress"


def is_telephone(to: str | None) -> bool:
    """Return whether a caller is passed on to a telephone, and not to a destination."""
    return bool(to and to.startswith("+"))


def asks_telephone(talk: TalkRecord) -> bool:
    """Return whether the agent of ``talk`` asks a telephone, or passed the caller on to the one that was asked."""
    return talk.consult_id is not None and is_telephone(talk.consult_to)


def ring_telephone(connection: Connection, talk: TalkRecord, number: str, now: datetime) -> str:
    """Have ``number`` rung into the conference of ``talk``, and return the row that asks for it."""
    row = name_of("TC", talk.id, now.isoformat())
    status = f"/twilio/asked/{talk.id}/{row}/status"
    leg = LegRequest(talk.line, "", status, RING_SECONDS, room=talk.room, label=ASKED_LABEL)
    put_leg(connection, row, number, leg, talk.call_sid, now)
    return row


def telephone_told(connection: Connection, talk: TalkRecord, row: str, leg: str, status: str, now: datetime) -> None:
    """The call ``leg`` that the row asked for has another status. One that is asked no more is hung up."""
    prove_sent(connection, row, leg, now)
    if talk.consult_id != row:
        if status not in TERMINAL:
            put_act(connection, ActRequest("hang-up", talk.id, call=leg), talk.call_sid, now, once=leg)
    elif status in TERMINAL:
        telephone_over(connection, talk, now)
    elif status == PICKED_UP:
        change_talk(connection, talk.id, consult_leg=leg)


def telephone_over(connection: Connection, talk: TalkRecord, now: datetime) -> None:
    """The one who was asked left, or was never reached: the agent has the call alone, and the caller is still held."""
    if not asks_telephone(talk) or talk.ended_by is not None or talk.ended_at is not None:
        return
    change_talk(connection, talk.id, consult_id=None, consult_to=None, consult_leg=None, consult_since=None)
    act = ActRequest("change", talk.id, room=talk.room, label=agent_label(talk.user_id), ends=True)
    put_act(connection, act, talk.call_sid, now)
    note_event(connection, "consult-ended", now, talk.id, talk.line, talk.destination, talk.user_id)


def hang_up_telephone(connection: Connection, talk: TalkRecord, now: datetime) -> list[str]:
    """Have the telephone that ``talk`` asks rung no more, or hung up; return the rows that ask for it. A call of which
    nothing is known yet is hung up when it is told of.
    """
    if not asks_telephone(talk):
        return []
    leg = drop_unsent(connection, talk.consult_id or "", now) or talk.consult_leg
    return [put_act(connection, ActRequest("hang-up", talk.id, call=leg), talk.call_sid, now)] if leg else []
