"""How each kind of state is performed, one file a kind, as the kinds themselves are in ivr/flow/nodes.

``arrive`` is called when the call enters a state and ``hear`` when something happened while it waited there. Both
return the trigger that leads on, or None to wait. They read facts and write the turn, and ask nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ivr.call.events import Event
from ivr.call.states import branch, callback, check, closure, collect, hangup, menu, record, route, say, transfer
from ivr.call.turn_state import TurnState

Arrive = Callable[[TurnState, Any], str | None]
Hear = Callable[[TurnState, Any, Event], str | None]

ARRIVE: Final[dict[str, Arrive]] = {
    "menu": menu.arrive,
    "collect": collect.arrive,
    "check": check.arrive,
    "branch": branch.arrive,
    "say": say.arrive,
    "route": route.arrive,
    "transfer": transfer.arrive,
    "record": record.arrive,
    "closure": closure.arrive,
    "callback": callback.arrive,
    "hangup": hangup.arrive,
}
HEAR: Final[dict[str, Hear]] = {
    "menu": menu.hear,
    "collect": collect.hear,
    "transfer": transfer.hear,
    "record": record.hear,
    "closure": closure.hear,
    "callback": callback.hear,
    "hangup": hangup.hear,
}
