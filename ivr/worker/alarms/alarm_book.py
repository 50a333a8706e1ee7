"""``AlarmBook`` raises and clears alarms by what the conditions find, and has the receiver told of both.

Any process may look at any moment: what it changes are guarded updates of ``data.alarms``, and who changed a row also
writes what is sent of it, in the same transaction. So each alarm is raised once, and told once.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from data.alarms import (
    AlarmRecord,
    begin_alarm,
    clear_alarm,
    drop_pending,
    find_alarm,
    note_quiet,
    raise_alarm,
    standing_alarms,
)
from data.outbox import OutboxRecord, put
from data.unavailable import DatabaseUnavailableError, TransactionConflictError
from data.waiting import name_of
from ivr.logs import LineName, place_of
from ivr.worker.alarms import CONDITIONS
from ivr.worker.tools import Tools
from routing.alarm_rules import ALARM_RULES, AlarmFinding, alarm_in_words

if TYPE_CHECKING:
    from sqlalchemy import Connection

log = logging.getLogger(__name__)

WEBHOOK: Final = "alarm"
"""The kind of the outbox's rows that tell the receiver of an alarm."""

RAISED: Final = "raised"
CLEARED: Final = "cleared"


class AlarmBook:
    """Keeps the alarms of one database, with ``tools``."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._conditions = [each(tools) for each in CONDITIONS]

    def look(self, now: datetime) -> tuple[int, int]:
        """Look at everything at ``now`` (aware); return how many alarms were raised, and how many cleared."""
        with self._tools.database.reading() as connection:
            failed: set[str] = set()
            found: dict[tuple[str, str, str], AlarmFinding] = {}
            for condition in self._conditions:
                try:
                    found |= {each.key: each for each in condition.look(connection, now)}
                except (DatabaseUnavailableError, TransactionConflictError):
                    raise
                except Exception as error:
                    # One that cannot be asked keeps what it raised, and the others go on.
                    failed.add(condition.kind)
                    log.error(
                        "alarm not looked for",
                        extra={"chore": condition.kind, "error": type(error).__name__, "at": place_of(error)},
                    )
            standing = {each.key: each for each in standing_alarms(connection)}
        raised = cleared = 0
        for key, finding in found.items():
            raised += self._found(standing.get(key), finding, now)
        for key, alarm in standing.items():
            if key not in found and alarm.kind not in failed and alarm.kind in ALARM_RULES:
                cleared += self._not_found(alarm, now)
        return raised, cleared

    def _found(self, alarm: AlarmRecord | None, finding: AlarmFinding, now: datetime) -> bool:
        if alarm and alarm.raised_at:
            if alarm.quiet_since:
                with self._tools.database.transaction() as connection:
                    note_quiet(connection, alarm.id, None)
            return False
        holds = ALARM_RULES[finding.kind].holds
        if alarm and now - alarm.since < holds:
            return False
        with self._tools.database.transaction() as connection:
            pending = alarm or begin_alarm(connection, finding.key, finding.figures, now)
            if pending is None or now - pending.since < holds:
                return False
            if not raise_alarm(connection, pending.id, finding.figures, now):
                return False
            self._tell(connection, pending.id, RAISED, now)
        _log("alarm raised", finding.kind, finding.line, finding.figures)
        return True

    def _not_found(self, alarm: AlarmRecord, now: datetime) -> bool:
        if alarm.raised_at and alarm.quiet_since and alarm.quiet_since <= now:
            if now - alarm.quiet_since < ALARM_RULES[alarm.kind].quiet:
                return False
            with self._tools.database.transaction() as connection:
                if not clear_alarm(connection, alarm.id, now):
                    return False
                self._tell(connection, alarm.id, CLEARED, now)
            _log("alarm cleared", alarm.kind, alarm.line, alarm.figures())
            return True
        with self._tools.database.transaction() as connection:
            if alarm.raised_at:
                note_quiet(connection, alarm.id, now)
            else:
                drop_pending(connection, alarm.id)
        return False

    def _tell(self, connection: Connection, alarm_id: str, event: str, now: datetime) -> None:
        alarm = find_alarm(connection, alarm_id)
        if self._tools.receiver is None or alarm is None:
            return
        content = json.dumps(told_of(alarm, event), sort_keys=True)
        put(connection, OutboxRecord(name_of("AW", alarm.id, event), WEBHOOK, "", content, None, now, now))


def told_of(alarm: AlarmRecord, event: str) -> dict[str, object]:
    """Return what the receiver is told: nothing in it says who called."""
    figures = alarm.figures()
    return {
        "id": alarm.id,
        "event": event,
        "kind": alarm.kind,
        "line": alarm.line,
        "subject": alarm.subject,
        "since": alarm.since.isoformat(),
        "raised_at": alarm.raised_at.isoformat() if alarm.raised_at else None,
        "until": alarm.until.isoformat() if alarm.until else None,
        "figures": dict(figures),
        "told": str(alarm_in_words(alarm.kind, figures)),
    }


def _log(what: str, kind: str, line: str, figures: Mapping[str, int | float | str]) -> None:
    log.warning(what, extra={"chore": kind, "line": LineName(line), "why": str(alarm_in_words(kind, figures))})
