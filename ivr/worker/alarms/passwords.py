"""``WrongPasswords`` finds that as many passwords were wrong as ``IVR_GUESSES`` calls an alarm (docs/security.md)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from data.attempts import failures
from ivr.worker.alarms.condition import AlarmCondition
from routing.alarm_rules import PASSWORDS, AlarmFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection


class WrongPasswords(AlarmCondition):
    """Counts as the turn does that logs ``alarm: many wrong passwords``, and as ``ivr_password_alarm``."""

    kind: ClassVar[str] = PASSWORDS

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return one finding for all lines: accounts are those of every line."""
        wrong = failures(connection, now)
        if wrong.alarming(self._tools.budgets):
            yield AlarmFinding(self.kind, "", "", {"hour": wrong.hour, "day": wrong.day})
