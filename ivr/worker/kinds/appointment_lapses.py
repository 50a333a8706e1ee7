"""An appointment that the other side did not confirm in time lapses."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from data.appointments import LAPSE, find_appointment
from data.tickets import find_ticket
from ivr.service_desk.appointments import lapse_appointment
from ivr.worker.work_kind import WorkDone, WorkKind


class AppointmentLapses(WorkKind):
    """The subject is the appointment's id; its row was written with the proposal."""

    name: ClassVar[str] = LAPSE

    def do(self, subject: str, now: datetime) -> WorkDone:
        """Let it lapse, where it was not answered; this changes nothing the second time."""
        with self._tools.database.transaction() as connection:
            appointment = find_appointment(connection, subject)
            ticket = find_ticket(connection, appointment.ticket) if appointment else None
            if appointment is None or ticket is None:
                return WorkDone("the appointment is gone")
            line = self._tools.lines().named(ticket.line)
            if line is None:
                return WorkDone("its line is gone")
            lapsed = lapse_appointment(connection, line, subject, now)
        return WorkDone("lapsed" if lapsed else "answered before")
