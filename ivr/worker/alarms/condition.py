"""A condition looks whether there is something that people must know of; ``ivr.worker.alarms`` has one a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from ivr.worker.tools import Tools
from routing.alarm_rules import AlarmFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection


class AlarmCondition(ABC):
    """One kind of alarm. It only reads, out of tables that others write: no turn does anything for it."""

    kind: ClassVar[str]

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @abstractmethod
    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return each subject for which the condition holds at ``now`` (aware), with the figures that show it."""
