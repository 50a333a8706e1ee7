"""Minutes that were noted wrong are corrected by another event of the ticket, and both stay in its history.

Seed 001 (item b) has every activity noted with its time, and seed 003 p. 15 bills the sum at acceptance: what was noted
wrong would be billed, and nothing that was noted is ever changed. A correction names the event that it corrects, what
that said and what holds now; the last one of an event holds. It is possible until the ticket is charged.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from data.charges import charges_of
from data.ticket_events import TicketEventRecord, events_of
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.minutes import CORRECTS, counted_minutes
from ivr.tickets.events import EventKind, TicketParty
from value_class import value_class
from wording import message

MOST_MINUTES: Final = 24 * 60
"""Minutes of one activity: what takes longer is noted day by day."""


class MinutesError(ValueError):
    """Minutes cannot be corrected so; says why, and what can be done."""


@value_class
class MinutesCorrection:
    """``author`` says that the event ``position`` took ``minutes`` (0: it is not to count), and ``why``."""

    position: int
    minutes: int
    why: str
    author: str
    user_id: int | None = None


def correct_minutes(
    connection: Connection, line: Line, ticket: TicketRecord, correction: MinutesCorrection, now: datetime
) -> TicketRecord:
    """Correct the minutes of an event of the ticket at ``now`` (aware); the customer does not see why.

    Raises MinutesError for an event that took no time, for figures that are none, and once the ticket is charged; and
    TicketMoveError for a ticket that is closed.
    """
    records = events_of(connection, ticket.number)
    was = counted_minutes(records).get(correction.position)
    if was is None:
        raise MinutesError(
            message("minutes-of-no-activity", "no minutes were noted there; choose an activity that has some")
        )
    noted = records[correction.position]
    _check(correction, was, noted)
    if ticket.closed_at is None and charges_of(connection, ticket.number):
        raise MinutesError(
            message("minutes-charged-already", "this ticket was charged with the one in which it went on; tell finance")
        )
    act = TicketAct(
        EventKind.ACTIVITY_NOTED,
        TicketParty.STAFF,
        correction.author,
        user_id=correction.user_id,
        text=correction.why,
        visible=False,
        details={CORRECTS: correction.position, "was": was, "minutes": correction.minutes},
    )
    return act_on(connection, line, ticket, act, now)


def _check(correction: MinutesCorrection, was: int, noted: TicketEventRecord) -> None:
    if not 0 <= correction.minutes <= MOST_MINUTES:
        raise MinutesError(
            message("minutes-corrected-wrong", "say how many minutes it took, from 0 to {most}", most=MOST_MINUTES)
        )
    if correction.minutes == was:
        raise MinutesError(message("minutes-as-they-are", "that is what counts already: {minutes} min", minutes=was))
    if json.loads(noted.details).get("preparation") and correction.minutes > (noted.minutes or 0):
        raise MinutesError(
            message(
                "minutes-of-preparation-raised",
                "the customer allowed {minutes} min of preparation; they can become fewer, not more",
                minutes=noted.minutes or 0,
            )
        )
