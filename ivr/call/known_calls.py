"""``KnownCalls`` remembers where the calls stand that this process moved last, so that their next turn needs no read.

It is never believed alone. A turn that is taken from here is stored under the same guards as any other: its number must
not be there yet, and the call must stand exactly where it is remembered to stand and not have ended. Where another
process moved the call meanwhile, the write is refused, and the turn begins again with a read.

While the database is away the same memory tells ``degraded`` where a call stood.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final, NamedTuple

from data.turns import Stood

if TYPE_CHECKING:
    from ivr.call.resume_point import ResumePoint

MOST_CALLS: Final = 10_000
"""Calls that are remembered, those that moved last; a machine answers far fewer at a time."""


class KnownCall(NamedTuple):
    """A call as it was stored last: who calls, the menu that it began on, why it went where it is, and where it stands;
    ``position`` is the position of ``point`` as it is stored.
    """

    sid: str
    from_number: str
    menu_version: str
    reason: str | None
    position: str
    point: ResumePoint

    @property
    def stood(self) -> Stood:
        """Return where it stands, as its row has it."""
        return Stood(self.position, self.point.position.destination)

    @property
    def turn(self) -> int:
        """The number of the turn that is expected next."""
        return self.point.turn


class KnownCalls:
    """The calls of one process. Safe to share between threads."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, KnownCall] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many calls are remembered."""
        return len(self._calls)

    def find(self, sid: str) -> KnownCall | None:
        """Return what is remembered of the call, or None."""
        return self._calls.get(sid)

    def note(self, call: KnownCall) -> None:
        """Remember the call, which was stored like this a moment ago."""
        with self._lock:
            self._calls[call.sid] = call
            self._calls.move_to_end(call.sid)
            if len(self._calls) > MOST_CALLS:
                self._calls.popitem(last=False)

    def forget(self, sid: str) -> None:
        """Forget the call: it is over, or stands elsewhere."""
        with self._lock:
            self._calls.pop(sid, None)
