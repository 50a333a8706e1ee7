"""Open tickets are read many at a time: those for which the line itself is due to act, and all for their forecasts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, tuple_, update

from data.statement import Statement
from data.tables import Utc
from data.ticket_events import TICKET_EVENT
from data.tickets import TICKET
from value_class import value_class


class DueTicket(NamedTuple):
    """The line is due to act on the ticket ``number`` at ``due_at``."""

    due_at: datetime
    number: str


@value_class
class OpenTicket:
    """An open ticket has ``position`` events, and in its row what was computed of them when the last one came."""

    number: str
    line: str
    position: int
    forecast_at: datetime | None
    due_at: datetime | None


class BareEvent(NamedTuple):
    """An event of a ticket without what was written and by whom: all that a forecast follows from."""

    at: datetime
    kind: str
    party: str
    severity: int | None
    area: str | None
    calendar: str | None


# Written so, it is no use of the index of closed_at: SQLite would walk through all open tickets for each thousand.
_IS_OPEN: Final = func.coalesce(TICKET.c.closed_at, TICKET.c.closed_at).is_(None)

_DUE: Final = Statement(
    select(TICKET.c.due_at, TICKET.c.number)
    .where(
        TICKET.c.due_at <= bindparam("now"),
        tuple_(TICKET.c.due_at, TICKET.c.number)
        > tuple_(bindparam("due_at", type_=Utc()), bindparam("number", type_=TICKET.c.number.type)),
    )
    .order_by(TICKET.c.due_at, TICKET.c.number)
    .limit(bindparam("most"))
)
_OPEN: Final = Statement(
    select(TICKET.c.number, TICKET.c.line, TICKET.c.position, TICKET.c.forecast_at, TICKET.c.due_at)
    .where(_IS_OPEN, TICKET.c.number > bindparam("after"))
    .order_by(TICKET.c.number)
    .limit(bindparam("most"))
)
_EVENTS: Final = Statement(
    select(
        TICKET_EVENT.c.ticket,
        TICKET_EVENT.c.at,
        TICKET_EVENT.c.kind,
        TICKET_EVENT.c.party,
        TICKET_EVENT.c.severity,
        TICKET_EVENT.c.area,
        TICKET_EVENT.c.calendar,
    )
    .join_from(TICKET, TICKET_EVENT, TICKET_EVENT.c.ticket == TICKET.c.number)
    .where(_IS_OPEN, TICKET.c.number >= bindparam("first"), TICKET.c.number <= bindparam("last"))
    .order_by(TICKET_EVENT.c.ticket, TICKET_EVENT.c.position)
)
_SAVE: Final = (
    update(TICKET)
    .where(TICKET.c.number == bindparam("of"), TICKET.c.position == bindparam("read_at"))
    .values(forecast_at=bindparam("forecast"), due_at=bindparam("due"))
)


def due_tickets(connection: Connection, now: datetime, after: DueTicket, limit: int) -> list[DueTicket]:
    """Return the next ``limit`` tickets after ``after`` on which the line is due to act by ``now`` (aware), in the
    order in which it was.
    """
    values = {"now": now, "due_at": after.due_at, "number": after.number, "most": limit}
    return [DueTicket(*row) for row in _DUE.all(connection, values)]


def open_tickets(connection: Connection, after: str, limit: int) -> list[OpenTicket]:
    """Return the next ``limit`` open tickets whose numbers come after ``after``, in the order of their numbers."""
    return [OpenTicket(*row) for row in _OPEN.all(connection, {"after": after, "most": limit})]


def events_of_open(connection: Connection, first: str, last: str) -> Iterator[tuple[str, list[BareEvent]]]:
    """Yield the number of each open ticket from ``first`` to ``last`` with its events, oldest first."""
    rows = _EVENTS.all(connection, {"first": first, "last": last})
    for number, events in groupby(rows, key=itemgetter(0)):
        yield number, [BareEvent(*row[1:]) for row in events]


def save_forecasts(connection: Connection, tickets: Sequence[OpenTicket]) -> None:
    """Write forecast and due moment of each; one to which another event came meanwhile is left as that wrote it."""
    if tickets:
        connection.execute(
            _SAVE,
            [
                {"of": each.number, "read_at": each.position, "forecast": each.forecast_at, "due": each.due_at}
                for each in tickets
            ],
        )
