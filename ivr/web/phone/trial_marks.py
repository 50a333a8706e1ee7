"""Marks live calls of the pages as trials before they begin: where that cannot be written, no call is made."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from data.database import Database, DatabaseUnavailableError
from data.trials import mark_trial
from ivr.web.phone.errors import PhoneError

if TYPE_CHECKING:
    from ivr.web.phone.simulated_carrier import MarkTrial


def trial_marks(database: Database) -> MarkTrial:
    """Return what writes a mark into ``database``; it raises PhoneError where that cannot be done."""

    def mark(sid: str, at: datetime) -> None:
        try:
            with database.transaction() as connection:
                mark_trial(connection, sid, at)
        except DatabaseUnavailableError:
            line = "the database does not answer, so that the call could not be marked as a trial; try a rehearsal"
            raise PhoneError("away", line) from None

    return mark
