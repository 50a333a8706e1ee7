"""A talk about a ticket is an activity of it: how it went and how long it took (seed 003 p. 7: every activity is noted
with its time).

It is noted once, as the work after the talk ends, so that what the agent wrote meanwhile stands in it. A ticket that
nobody had is the agent's from then on, to whom the customer is led who calls again. A talk of a line without tickets
asks the database nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.agents import find_agent
from data.calls import find_call
from data.tickets import TicketChangedError, find_ticket
from ivr.call.position import Position
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.texts import kept_text
from ivr.tickets.events import EventKind, TicketParty
from ivr.tickets.machine import TicketMoveError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.talks import TalkRecord
    from ivr.flow.line import Line

_TRIES: Final = 3


def note_on_ticket(connection: Connection, line: Line | None, talk: TalkRecord, now: datetime) -> None:
    """Note a talk that is over on the ticket that its call is about; a closed ticket, and one of another line, take
    nothing.
    """
    if line is None or line.routing.tickets is None or talk.started_at is None or talk.ended_at is None:
        return
    call = find_call(connection, talk.call_sid)
    number = Position.from_json(call.position).ticket if call and call.position else None
    if number is None:
        return
    agent = find_agent(connection, talk.user_id)
    written = ": ".join(each for each in (talk.disposition, talk.notes) if each)
    for _ in range(_TRIES):
        ticket = find_ticket(connection, number)
        if ticket is None or ticket.line != line.name:
            return
        act = TicketAct(
            EventKind.ACTIVITY_NOTED,
            TicketParty.STAFF,
            agent.name if agent else "",
            user_id=talk.user_id,
            text=kept_text(written) or None,
            minutes=talk_minutes(talk.started_at, talk.ended_at),
            visible=False,
            changes={"analyst_id": talk.user_id} if ticket.analyst_id is None else {},
            details={"talk": talk.id},
        )
        try:
            act_on(connection, line, ticket, act, now)
        except TicketMoveError:
            return
        except TicketChangedError:
            continue  # nothing was written: the first write is the one that found the ticket changed
        return


def talk_minutes(started_at: datetime, ended_at: datetime) -> int:
    """Return the minutes of a talk: whole ones, half of one upwards, and one at least."""
    return max(1, int((ended_at - started_at).total_seconds() / 60 + 0.5))
