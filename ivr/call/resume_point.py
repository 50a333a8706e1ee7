"""A call whose turn could not be stored tells where it stands by what its next turn brings back.

With Twilio that is the signed address. So any machine can go on with the call. The address says nothing of who calls.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from ivr.call.carried_over import CarriedOver, carry_over, stay
from ivr.call.position import Position
from ivr.errors import RequestError
from value_class import value_class

if TYPE_CHECKING:
    from ivr.call import events
    from ivr.call.engine import Engine

MOST_TURNS: Final = 10_000
"""Far more than the turns that a menu may allow, and the ringing after them."""


@value_class
class ResumePoint:
    """A resume point says where a call stands: the line and version of its menu, the next turn, the position."""

    line: str
    menu: str
    turn: int
    position: Position

    def query(self) -> str:
        """The part of the address that tells it."""
        values = {"line": self.line, "menu": self.menu, **self.position.public()}
        return urlencode({"at": json.dumps(values, sort_keys=True, separators=(",", ":"))})

    def on(self, engine: Engine, event: events.Event, position: Position | None = None) -> CarriedOver:
        """The call in the menu of ``engine``, which may be another than the one that it stands in: of that nothing is
        known then, neither what the caller heard. ``position`` is this one with what the address leaves out.
        """
        position = position or self.position
        if engine.line.version == self.menu:
            return stay(engine, position, event)
        return carry_over(engine, position, event, ())


def read_resume_point(at: str, turn: int) -> ResumePoint:
    """The reverse of ``query``, for the turn of that number. Raises RequestError where it is none of ours."""
    if turn > MOST_TURNS:
        raise RequestError("no call of this line has so many turns")
    try:
        values = json.loads(at)
        return ResumePoint(str(values["line"]), str(values["menu"]), turn, Position.from_public(values))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RequestError("the query 'at' is none that this line has written") from None
