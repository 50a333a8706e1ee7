"""``Talks`` puts together what takes in the reports of agents' telephones and conferences in one process."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from ivr.call.talks.admission import SupervisorAdmission
from ivr.call.talks.offering import Offering, SendNow
from ivr.call.talks.supervising import Supervision
from ivr.call.talks.talking import Talking
from ivr.call.talks.told_places import ToldPlaces

if TYPE_CHECKING:
    from data.database import Database
    from ivr.call.lines import Lines


class Talks:
    """``send_now`` sends one row of the outbox, where this process can. Safe to share between threads."""

    def __init__(
        self, database: Database, lines: Lines, clock: Callable[[], datetime], send_now: SendNow | None = None
    ) -> None:
        self.offering = Offering(database, lines, clock, send_now or _leave_it)
        self.talking = Talking(database, lines, clock, send_now)
        self.places = ToldPlaces(database, lines, clock)
        self.supervision = Supervision(database, clock, send_now or _leave_it)
        self.admission = SupervisorAdmission(database, lines, clock, send_now or _leave_it)


def _leave_it(_row: str) -> None:
    """Leave a row to the worker."""
