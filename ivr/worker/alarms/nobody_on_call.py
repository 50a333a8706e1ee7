"""``NobodyOnCall`` finds that callers were connected with none of those whom a rota has on duty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Final

from data.on_call_turns import OnCallTurn, on_call_turns
from ivr.flow import triggers
from ivr.worker.alarms.condition import AlarmCondition
from routing.alarm_rules import NOBODY_ON_CALL, AlarmFinding

if TYPE_CHECKING:
    from sqlalchemy import Connection

WINDOW: Final = timedelta(minutes=15)

_ON_CALL: Final = "on-call"
_GAVE_UP: Final = "gave up"
_DIVERTED: Final = "diverted from "


class NobodyOnCall(AlarmCondition):
    """Reads in the turns of calls that a destination was on call, and that the call was given up or passed on. Once
    somebody on call accepts another call of the destination, the condition is over.
    """

    kind: ClassVar[str] = NOBODY_ON_CALL

    def look(self, connection: Connection, now: datetime) -> Iterable[AlarmFinding]:
        """Return each destination of which a call found nobody in the last quarter of an hour, and none later did."""
        minutes = WINDOW // timedelta(minutes=1)
        for engine in self._tools.lines():
            name = engine.line.name
            lost: Counter[str] = Counter()
            turns = on_call_turns(connection, name, now - WINDOW)
            ends = sorted(
                (end for _, call in groupby(turns, lambda turn: turn.call_sid) for end in _ends(call)),
                key=lambda end: end[0],
            )
            for at, destination, accepted in ends:
                if accepted:
                    del lost[destination]
                elif at > now - WINDOW:
                    lost[destination] += 1
            for destination, calls in lost.items():
                yield AlarmFinding(self.kind, name, destination, {"calls": calls, "minutes": minutes})


def _ends(turns: Iterable[OnCallTurn]) -> Iterable[tuple[datetime, str, bool]]:
    """Yield when the turns of one call stopped ringing those on call of a destination, and whether one accepted."""
    ringing: str | None = None
    for turn in turns:
        if ringing and turn.outcome == triggers.SERVED:
            yield turn.at, ringing, True
            ringing = None
        is_on_call = ringing is not None
        for part in turn.reason.split("; "):
            if part.startswith(_ON_CALL):
                is_on_call, ringing = True, None
            elif part.startswith(_DIVERTED):
                if is_on_call:
                    yield turn.at, ringing or part.removeprefix(_DIVERTED).partition(": ")[0], False
                is_on_call, ringing = False, None
            elif part.startswith(_GAVE_UP):
                destination = ringing or turn.destination
                if is_on_call and destination:
                    yield turn.at, destination, False
                is_on_call, ringing = False, None
        if is_on_call:
            ringing = ringing or turn.destination
