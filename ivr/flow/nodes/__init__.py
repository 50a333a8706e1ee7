"""One kind of state a file, named as its YAML key.

To add a kind: a file here, a line below, and its performer in ivr/call/states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ivr.flow.nodes import branch, callback, check, closure, collect, hangup, menu, record, route, say, transfer
from ivr.flow.nodes.base import Defaults, Edge, Node
from ivr.source.fields import Fields

__all__ = ["READERS", "Defaults", "Edge", "Node"]

Reader = Callable[[str, Fields, Defaults], Node | None]

READERS: Final[dict[str, Reader]] = {
    "menu": menu.read,
    "collect": collect.read,
    "check": check.read,
    "branch": branch.read,
    "say": say.read,
    "route": route.read,
    "transfer": transfer.read,
    "record": record.read,
    "closure": closure.read,
    "callback": callback.read,
    "hangup": hangup.read,
}
"""Kind (the YAML key) → how its keys are read."""
