"""The kinds of work, one a file: a new one is its file and its line here."""

from __future__ import annotations

from ivr.worker.kinds.alarms import Alarms
from ivr.worker.kinds.appointment_lapses import AppointmentLapses
from ivr.worker.kinds.callbacks import CallbackTurns
from ivr.worker.kinds.closures import ClosureEnds
from ivr.worker.kinds.purging import Purging
from ivr.worker.kinds.reencrypting import Reencrypting
from ivr.worker.kinds.sweeping import Sweeping
from ivr.worker.kinds.tickets import TicketForecasts, TicketsDue
from ivr.worker.work_kind import WorkKind

KINDS: tuple[type[WorkKind], ...] = (
    Sweeping,
    CallbackTurns,
    ClosureEnds,
    Purging,
    Reencrypting,
    Alarms,
    AppointmentLapses,
    TicketsDue,
    TicketForecasts,
)
