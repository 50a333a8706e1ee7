"""An act on a ticket brings about surveys, charges, letters and webhooks besides its event; one function writes each.

They write rows in the transaction of the act, as what leaves the system does (``data.outbox``), and send nothing
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from data.ticket_events import TicketEventRecord
from data.tickets import TicketRecord
from ivr.flow.line import Line
from ivr.service_desk.access_ends import end_accesses
from ivr.service_desk.appointment_ends import end_appointments
from ivr.service_desk.billing import write_charges
from ivr.service_desk.letters import send_letters
from ivr.service_desk.surveys import send_survey
from ivr.service_desk.told_events import tell_events

Consequence = Callable[
    [Connection, Line, TicketRecord | None, TicketRecord, Sequence[TicketEventRecord], datetime], None
]
"""Writes what follows from events that were added: it is given the ticket before (None: it was opened) and after
them.
"""

CONSEQUENCES: Final[tuple[Consequence, ...]] = (
    end_accesses, end_appointments, write_charges, send_survey, send_letters, tell_events,
)  # fmt: skip
"""In the order in which they are written: a letter tells of the survey; a new one is its file and its name here."""


def tell_consequences(
    connection: Connection,
    line: Line,
    before: TicketRecord | None,
    after: TicketRecord,
    added: Sequence[TicketEventRecord],
    now: datetime,
) -> None:
    """Write everything that follows from the events that were ``added`` to a ticket."""
    for each in CONSEQUENCES:
        each(connection, line, before, after, added, now)
