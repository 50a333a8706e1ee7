"""The menu as one ``transitions`` machine, shared by every call on that version of the menu.

Measured before it was chosen: a shared machine costs 7 µs a move and 150 bytes a call, a machine a call 14 ms and
1.9 MB. What is dangerous about the library is kept out here: no automatic ``to_X`` triggers, no queue (with a queue a
machine shared by threads loses triggers silently), no callbacks, no model registered, and no text of YAML as trigger.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from transitions import Event, Machine, MachineError, Transition

from ivr.flow.line import Line


class Mover(Protocol):
    """A mover is any value that stands on a state of the menu."""

    state: str


class _Edge(Transition):
    """An edge of a menu has no condition, and no callback stands before or behind it, so nothing is asked for any."""

    def execute(self, event_data: Any) -> bool:
        """Move the model; always done."""
        event_data.model.state = self.dest
        return True


class _Trigger(Event):
    """A trigger leads along one edge of a state, or is refused as the library refuses it. No callback prepares a move
    or ends one, so nothing is asked for any.
    """

    def _trigger(self, event_data: Any) -> bool:
        found = self.transitions.get(event_data.model.state)
        if not found:
            refused: bool = super()._trigger(event_data)
            return refused
        return bool(found[0].execute(event_data))


class _Menu(Machine):
    transition_cls = _Edge
    event_cls = _Trigger


class MenuMachine:
    """Moves calls along the edges of one line."""

    def __init__(self, line: Line) -> None:
        edges = {(edge.source, edge.trigger): edge.target for node in line.states.values() for edge in node.edges()}
        self._machine: Any = _Menu(
            model=None,
            states=list(line.states),
            initial=line.header.start,
            transitions=[[trigger, source, target] for (source, trigger), target in edges.items()],
            auto_transitions=False,
            queued=False,
        )
        self._events: Mapping[str, Any] = self._machine.events
        """By trigger. To ask the machine for them costs as much as to find one among them."""

    def move(self, call: Mover, trigger: str) -> None:
        """Lead ``call`` along ``trigger``. Raises ``transitions.MachineError`` where the state has no such edge."""
        event = self._events.get(trigger)
        if event is None:
            raise MachineError(f"no state of this menu moves by '{trigger}'")
        event.trigger(call)
