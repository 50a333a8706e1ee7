"""An appointment is when a billed service is given; one that is not confirmed within 24 hours lapses (seed 001, item
d).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS
from data.statement import Statement
from data.tables import moment, table_of_records, values_of
from data.users import USER
from value_class import value_class


@value_class
class AppointmentRecord:
    """An appointment of ``minutes`` from ``starts_at`` on with the analyst ``user_id`` (None: the first of the staff
    to confirm it) and ``contact_id``. ``state`` is ``proposed``, ``confirmed``, ``refused``,
    ``lapsed``, ``cancelled`` or ``held``; ``proposed_by`` is a party of ``ivr.tickets.events.TicketParty``.
    """

    id: str
    ticket: str
    company_id: int
    service: str
    starts_at: datetime
    minutes: int
    proposed_at: datetime
    proposed_by: str
    user_id: int | None
    contact_id: int | None
    state: str
    answered_at: datetime | None = None


APPOINTMENT = table_of_records(
    AppointmentRecord,
    "appointment",
    id=Field(primary_key=True, max_length=34),
    ticket=Field(foreign_key="ticket.number", max_length=DIGITS, index=True),
    company_id=Field(foreign_key="company.id", index=True),
    starts_at=moment(index=True),
    proposed_by=Field(max_length=10),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    state=Field(max_length=12),
)

PERSONAL = Personal(
    APPOINTMENT,
    columns("id", "company_id", "contact_id", about=About.CUSTOMER, exported=None)
    | columns("ticket", "service", "starts_at", "minutes", "proposed_at", "proposed_by", "state", "answered_at")
    | {"user_id": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="appointments",
)

LAPSE: Final = "appointment lapse"
"""The kind of due work that lets an appointment lapse; its subject is the appointment's id."""

LONGEST: Final = timedelta(hours=24)
"""No appointment takes longer, so that those which reach into a time began within this before it."""

_ADD: Final = Statement(insert(APPOINTMENT))
_FIND: Final = Statement(select(APPOINTMENT).where(APPOINTMENT.c.id == bindparam("of")))
_OF_TICKET: Final = Statement(
    select(APPOINTMENT)
    .where(APPOINTMENT.c.ticket == bindparam("of"))
    .order_by(APPOINTMENT.c.starts_at, APPOINTMENT.c.proposed_at, APPOINTMENT.c.id)
)
_OF_ANALYST: Final = (
    select(APPOINTMENT)
    .where(
        APPOINTMENT.c.user_id == bindparam("of"),
        APPOINTMENT.c.state.in_(("proposed", "confirmed")),
        APPOINTMENT.c.starts_at > bindparam("since"),
        APPOINTMENT.c.starts_at < bindparam("until"),
    )
    .order_by(APPOINTMENT.c.starts_at, APPOINTMENT.c.id)
)
_LOCK_ANALYST: Final = select(USER.c.id).where(USER.c.id == bindparam("of")).with_for_update()
_MOVE: Final = (
    update(APPOINTMENT)
    .where(APPOINTMENT.c.id == bindparam("of"), APPOINTMENT.c.state == bindparam("stood"))
    .values(state=bindparam("stands"), answered_at=bindparam("at"), user_id=bindparam("analyst"))
)
_CANCEL: Final = (
    update(APPOINTMENT)
    .where(
        APPOINTMENT.c.ticket == bindparam("of"),
        APPOINTMENT.c.state.in_(("proposed", "confirmed")),
        APPOINTMENT.c.starts_at > bindparam("at"),
    )
    .values(state="cancelled", answered_at=bindparam("at"))
)


def add_appointment(connection: Connection, appointment: AppointmentRecord) -> None:
    """Write a proposed appointment."""
    _ADD.write(connection, values_of(appointment))


def find_appointment(connection: Connection, id: str) -> AppointmentRecord | None:
    """Return the appointment of that id."""
    row = _FIND.first(connection, {"of": id})
    return AppointmentRecord(*row) if row else None


def appointments_of(connection: Connection, ticket: str) -> list[AppointmentRecord]:
    """Return the appointments of a ticket, in the order of their times."""
    return [AppointmentRecord(*row) for row in _OF_TICKET.all(connection, {"of": ticket})]


def appointments_of_analyst(
    connection: Connection, user_id: int, since: datetime, until: datetime
) -> list[AppointmentRecord]:
    """Return what the analyst has proposed or confirmed that may lie between two moments (aware), and keep others from
    changing it until the transaction ends.
    """
    connection.execute(_LOCK_ANALYST, {"of": user_id})
    found = connection.execute(_OF_ANALYST, {"of": user_id, "since": since - LONGEST, "until": until})
    return [AppointmentRecord(*row) for row in found]


def move_appointment(connection: Connection, before: AppointmentRecord, after: AppointmentRecord) -> bool:
    """Write state, analyst and moment of an appointment that was read as ``before``; False where it moved since."""
    values = {
        "of": before.id,
        "stood": before.state,
        "stands": after.state,
        "at": after.answered_at,
        "analyst": after.user_id,
    }
    return connection.execute(_MOVE, values).rowcount == 1


def cancel_appointments(connection: Connection, ticket: str, at: datetime) -> None:
    """Cancel what a ticket has proposed or confirmed that did not begin by ``at`` (aware)."""
    connection.execute(_CANCEL, {"of": ticket, "at": at})
