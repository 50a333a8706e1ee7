"""``Goals`` are all that calls on a line may bring about and a script should try: each edge of the menu, each answer of
a check and ending of a ringing, each time at which a call comes to a destination, as the coverage counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from ivr.flow.graph import edges
from ivr.flow.line import Line
from ivr.replay.coverage import edge_name
from ivr.replay.destination_coverage import ENDINGS, TIMES, Ending, Time, cell_name, time_at
from ivr.replay.destination_reach import DestinationReach
from ivr.replay.exploration import Exploration
from ivr.replay.line_coverage import Aspect, AspectName, Thing, cover
from ivr.replay.runner import Played
from ivr.replay.scenarios import Scenario
from ivr.replay.script import Script
from wording import phrase

EXPLORED: Final[tuple[AspectName, ...]] = ("edges", "outcomes", "times")
"""The aspects of the coverage that goals are taken from."""

LATER: Final = timedelta(minutes=10)
"""How far in a call other hours may hold."""


class Goals:
    """The goals of one line, of which those are ``left`` that no call of ``played`` came to."""

    def __init__(
        self, line: Line, exploration: Exploration, reach: DestinationReach, played: Sequence[tuple[Script, Played]]
    ) -> None:
        self._line = line
        self._exploration = exploration
        self._reach = reach
        self._edges = {edge_name(edge): edge for edge in edges(line)}
        self.cells: dict[str, tuple[str, Time | Ending]] = {
            cell_name(name, seen): (name, seen)
            for name in line.routing.table.destinations
            for seen in (*TIMES, *ENDINGS)
        }
        """What may be seen of which destination, by the goal's name."""
        covered = cover(line, played)
        self.aspects: Sequence[Aspect] = [covered.aspect(name) for name in EXPLORED]
        every: dict[str, Thing] = {}
        for aspect in self.aspects:
            every |= aspect.things
        self.never = {name: why for name in every if (why := self._why_never(name))}
        """The goals that no call can come to, each with the reason."""
        self.left = every.keys() - {name for aspect in self.aspects for name in aspect.met}

    @property
    def possible(self) -> set[str]:
        """Return the goals that are left and that a call may come to, as far as is known."""
        return self.left - self.never.keys()

    def worth_trying(self, scenario: Scenario, usual: Scenario) -> set[str]:
        """Return those of ``possible`` that a call in the scenario may come to. Telephones ring as well in the
        ``usual`` one, which ends and begins no hours.
        """
        return {name for name in self.possible if name not in self.cells or self._is_near(name, scenario, usual)}

    def title(self, name: str) -> str:
        """Return the title of the script of a call that comes to the goal."""
        if name in self.cells:
            return ", ".join(self.cells[name])
        edge = self._edges[name]
        return f"{edge.source} to {edge.target} ({edge.trigger})"

    def visited(self, name: str) -> list[str]:
        """Return the states that a call visits which comes to the goal, as far as the goal names any."""
        edge = self._edges.get(name)
        return list(dict.fromkeys((edge.source, edge.target))) if edge else []

    def thing(self, name: str) -> Thing:
        """Return how people call the goal, and where it is written."""
        edge = self._edges.get(name)
        if edge:
            return Thing(f"{edge.source} → {edge.target} ({edge.trigger})", edge.mark)
        destination, seen = self.cells[name]
        told = phrase("{destination}: {seen}", destination=destination, seen=_in_words(seen))
        return Thing(told, self._line.routing.marks[destination])

    def figures(self) -> Iterable[tuple[AspectName, int, int, int]]:
        """Yield for each aspect how many of its goals were come to, how many may be, and how many there are."""
        for aspect in self.aspects:
            possible = aspect.things.keys() - self.never.keys()
            yield aspect.name, len(possible - self.left), len(possible), len(aspect.things)

    def _why_never(self, name: str) -> str:
        if name in self.cells:
            return self._reach.why_never(*self.cells[name])
        return self._exploration.why_never(self._edges[name])

    def _is_near(self, name: str, scenario: Scenario, usual: Scenario) -> bool:
        destination, seen = self.cells[name]
        if seen in ENDINGS:
            return not scenario.closed and scenario.at == usual.at
        table, zone = self._line.routing.table, self._line.header.zone
        begins = scenario.at.replace(tzinfo=zone)
        times = (begins, begins + LATER)
        return any(time_at(table, table.destinations[destination], at, scenario.closures) == seen for at in times)


def _in_words(seen: Time | Ending) -> str:
    match seen:
        case "open":
            return phrase("open")
        case "on call":
            return phrase("on call")
        case "closed":
            return phrase("closed")
        case "holiday":
            return phrase("holiday")
        case "emergency":
            return phrase("emergency")
        case "answered":
            return phrase("answered")
        case "busy":
            return phrase("busy")
        case "no answer":
            return phrase("no answer")
        case "failed":
            return phrase("failed")
