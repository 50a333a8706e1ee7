"""``DataTooOld`` finds that what another system of record says was last imported too long ago."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from data.imported_sources import imported_sources
from ivr.worker.alarms.condition import AlarmCondition
from routing.alarm_rules import DATA_TOO_OLD, AlarmFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection


class DataTooOld(AlarmCondition):
    """Looks at the moment of which each source spoke, whatever the day of its import."""

    kind: ClassVar[str] = DATA_TOO_OLD

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return each source whose data are older than ops said of it; where there is no source, nothing."""
        hour = timedelta(hours=1)
        for each in imported_sources(connection):
            age = now - each.as_of
            if age > each.old_after * hour:
                yield AlarmFinding(self.kind, "", each.source, {"hours": age // hour, "most": each.old_after})
