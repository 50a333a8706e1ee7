"""The outline of a menu is its graph as a tree in which every state has one place, so that it can be read whole.

A state stands below the menu by whose key a caller comes there first, or else below the last state that every way to
it passes (its dominator). What leads to it from elsewhere names it. Three things stand in no place of their own and
are told in the row of each way that leads to them: destinations, ends of the call, and sentences that only pass a call
on. States that follow one another share a card. A state in which ways meet begins a chapter, as does one from
which on the tree is four cards deep: the picture is as wide as a window, and the tree as a terminal, however large the
menu is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final

from ivr.flow.graph.dominators import dominators
from ivr.flow.graph.ways import Badge, Sign, Way, WaysOut, sign_of, ways_out
from ivr.flow.line import Line
from value_class import value_class

DEEPEST: Final = 4
"""Cards beside one another in a chapter."""


@value_class
class Row:
    """One way out of a state: it leads through the states ``told`` here and on to ``onward``, which has a place.

    ``onward`` is None where the last state of ``told`` ends the row: telephones ring there, or the call ends.
    ``way`` has no target but the ringing itself where the state chooses a destination, which ``destination`` tells.
    """

    way: Way
    told: tuple[str, ...]
    onward: str | None
    destination: Sign | None = None


@value_class
class Box:
    """A box is a state in its place: its rows, its badges, and the cards that begin at its rows."""

    state: str
    rows: tuple[Row, ...]
    badges: tuple[Badge, ...]
    branches: tuple[Card, ...]


@value_class
class Card:
    """States one below the other, each of which goes on to the next by its last row."""

    boxes: tuple[Box, ...]

    @property
    def state(self) -> str:
        """The state at its top."""
        return self.boxes[0].state

    def cards(self) -> Iterator[Card]:
        """Itself and every card that begins in it, from the top down."""
        yield self
        for box in self.boxes:
            for card in box.branches:
                yield from card.cards()


@value_class
class Outline:
    """The chapters of a line's menu; the first begins where calls do."""

    line: Line
    chapters: tuple[Card, ...]
    led_from: Mapping[str, tuple[str, ...]]
    """For each state those that lead to it by a row, in the order of the file."""

    def boxes(self) -> Iterator[Box]:
        """Every state that has a place, in the order of the picture."""
        for chapter in self.chapters:
            for card in chapter.cards():
                yield from card.boxes


def outline(line: Line) -> Outline:
    """The outline of ``line``, which must be sound: every edge leads to a state that there is."""
    return _Builder(line).outline()


class _Builder:
    """Gives every state its place, and then makes the cards."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._out: dict[str, WaysOut] = ways_out(line)
        self._ends = {name: told for name in line.states if (told := self._ending(name))}
        self._above: dict[str, str] = {}
        self._place_all()
        self._roots = [name for name, above in self._above.items() if name == above]
        self._passages = {name for name in self._above if self._passes(name)}
        self._below: dict[str, list[str]] = {name: [] for name in self._above}
        for name, above in self._above.items():
            if name not in {above, *self._passages}:
                self._below[above].append(name)
        self._rows = {name: self._rows_of(name) for name in self._below}
        self._next = {name: self._next_of(name) for name in self._below}
        self._beside = {name: self._beside_of(name) for name in self._below}
        self._cut = self._too_deep()

    def outline(self) -> Outline:
        """The chapters, each with those that begin in it right behind."""
        chapters: list[Card] = []
        waiting = self._roots[::-1]
        while waiting:
            begun: list[str] = []
            chapters.append(self._card(waiting.pop(), begun))
            waiting += reversed(begun)
        led_from: dict[str, list[str]] = {name: [] for name in self._line.states}
        for name, out in self._out.items():
            for way in (*out.ways, *out.rings):
                led_from[way.target].append(name)
        return Outline(self._line, tuple(chapters), {name: tuple(each) for name, each in led_from.items()})

    def _ending(self, name: str) -> tuple[str, ...]:
        """The state and what follows it, where each passes a call on to the next and the last one ends the way."""
        told: list[str] = []
        while name not in told and name != self._line.header.start:
            told.append(name)
            node, out = self._line.states[name], self._out[name]
            if node.ends_call or (out.rings and not out.ways):
                return tuple(told)
            if node.waits or len(out.ways) != 1 or out.rings:
                break
            name = out.ways[0].target
        return ()

    def _place_all(self) -> None:
        """From the start, then from where telephones ring, and then from what only badges, or nothing, leads to."""
        states = self._line.states
        self._place(self._line.header.start)
        for name, node in states.items():
            if node.rings:
                self._place(name)
        badges = {badge.way.target for out in self._out.values() for badge in out.badges}
        told = {each for out in self._out.values() for way in out.ways for each in self._ends.get(way.target, ())}
        told |= {name for name in badges if len(self._ends.get(name, ())) == 1}
        for name in sorted(states, key=lambda name: name not in badges):
            if name not in told:
                self._place(name)

    def _place(self, root: str) -> None:
        """Give ``root``, and what it leads to, their places, where they have none yet."""
        if root in self._above:
            return
        owner = {root: ""}
        leads_to: dict[str, list[str]] = {}
        waiting = deque([root])
        while waiting:
            name = waiting.popleft()
            ways = [way for way in self._out[name].ways if not (way.target in self._above or way.target in self._ends)]
            leads_to[name] = [way.target for way in ways]
            for way in ways:
                if way.target not in owner:
                    owner[way.target] = name if self._chosen(way) else ""
                    waiting.append(way.target)
        for name, targets in leads_to.items():
            leads_to[name] = [target for target in targets if owner[target] in {"", name} and target != root]
        self._above |= dominators(root, leads_to)

    def _chosen(self, way: Way) -> bool:
        """Return whether a caller chooses it by a key that a prompt announces."""
        told = self._line.states[way.edges[0].source].told_keys
        return any(sign.kind == "key" and sign.text in told for sign in way.signs)

    def _passes(self, name: str) -> bool:
        """Return whether the state only passes calls on, to one that stands elsewhere."""
        ways = self._out[name].ways
        only = len(ways) == 1 and not self._out[name].rings and not self._line.states[name].waits
        return only and self._above[name] != name and self._above.get(ways[0].target) != name

    def _next_of(self, name: str) -> str | None:
        """The state that stands below it on the same card, if one does."""
        below = self._below[name]
        return next(
            (row.onward for row in self._rows[name] if row.way.goes_on and not row.told and row.onward in below), None
        )

    def _beside_of(self, name: str) -> list[str]:
        """The states whose cards begin at its rows, in the order of these."""
        targets = dict.fromkeys(row.onward for row in self._rows[name] if not row.told)
        return [each for each in targets if each in self._below[name] and each != self._next[name]]

    def _boxes(self, top: str) -> Iterator[str]:
        """The states of the card that begins with ``top``."""
        name: str | None = top
        while name is not None:
            yield name
            name = self._next[name]

    def _too_deep(self) -> set[str]:
        """The states that begin chapters because there are DEEPEST cards beside one another from them on."""
        tops = list(self._roots)
        for top in tops:  # grows while it is read
            for name in self._boxes(top):
                tops += (each for each in self._below[name] if each != self._next[name])
        deep: dict[str, int] = {}
        cut: set[str] = set()
        for top in reversed(tops):
            beside = [each for name in self._boxes(top) for each in self._beside[name]]
            cut.update(each for each in beside if deep[each] == DEEPEST)
            deep[top] = 1 + max((deep[each] for each in beside if each not in cut), default=0)
        return cut

    def _card(self, top: str, begun: list[str]) -> Card:
        """The card that begins with ``top``; chapters that begin below it are added to ``begun``."""
        boxes: list[Box] = []
        for name in self._boxes(top):
            beside = [each for each in self._beside[name] if each not in self._cut]
            branches = tuple(self._card(each, begun) for each in beside)
            begun += (each for each in self._below[name] if each not in {*beside, self._next[name]})
            last = [
                row for row in self._rows[name] if self._next[name] and row.onward == self._next[name] and not row.told
            ]
            rows = [*(row for row in self._rows[name] if row not in last), *last]
            boxes.append(Box(name, tuple(rows), self._out[name].badges, branches))
        return Card(tuple(boxes))

    def _rows_of(self, name: str) -> list[Row]:
        out = self._out[name]
        return [*(Row(way, (), None, sign_of(way.edges[0])) for way in out.rings), *map(self._row, out.ways)]

    def _row(self, way: Way) -> Row:
        told: list[str] = []
        target = way.target
        while target in self._passages and target not in told:
            told.append(target)
            target = self._out[target].ways[0].target
        if target in self._ends:
            return Row(way, (*told, *self._ends[target]), None)
        return Row(way, tuple(told), target)
