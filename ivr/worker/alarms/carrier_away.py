"""The carrier's API is away: what is asked of it is not taken, time after time, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Final

from data.callbacks import OUTGOING_CALL
from data.outbox import taken_in_vain
from ivr.call.talks.requests import ACT, LEG
from ivr.worker.alarms.condition import AlarmCondition
from routing.alarm_rules import CARRIER_AWAY, AlarmFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection

WITHIN: Final = timedelta(minutes=2)

KINDS: Final = (OUTGOING_CALL, LEG, ACT)
"""Rows that go to the account; those of trials go to the pages' own telephones."""


class CarrierAway(AlarmCondition):
    """Looks at the rows of the outbox that the carrier was asked for in the last two minutes."""

    kind: ClassVar[str] = CARRIER_AWAY

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return one finding where rows were tried in vain, and none was taken after the last such try."""
        rows = taken_in_vain(connection, KINDS, now - WITHIN, now)
        if rows:
            yield AlarmFinding(self.kind, "", "", {"rows": rows})
