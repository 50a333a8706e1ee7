"""All calls that a line allows, as places and the moves between them: what its rules are proven over.

A call stands at a ``CallPlace``: a state, whether the caller is identified, the keys that a later branch recalls, what
was passed, and the destination where a callback may be asked for. It moves along the edges of the states, which are
those that the engine moves along (``Node.edges``), and in the few ways in which the engine moves a call without one: a
call of too many turns, and one after which nothing more is said. Nothing else is assumed of a caller, of the customer's
record, of hours or of load: each answer of a check may come each time that it is asked, but the answer of one who is
not identified, which is known. So each call that the engine leads is one of these; a test plays random ones and holds
them to it. A turn without a database takes fewer moves, and none besides.

A call that goes on in the menu of a newer release is not followed: what it passed, it passed in another menu.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.nodes.question import Question
from ivr.flow.proof.passed import Bits
from ivr.flow.proof.rung import chosen_by, rung_from
from ivr.flow.rules import OPEN, refuses
from value_class import value_class
from wording import phrase

HANDED_OVER = "handed_over"
"""The trigger of a call that has had all its turns, which goes along no edge."""

BROKEN = 1000
"""More turns than any other way takes: something breaks, and the call is with people."""


class CallPlace(NamedTuple):
    """A place is where a call stands: ``passed`` are bits, ``destination`` is empty where no callback can be asked for.

    ``choices`` has the key of each menu that some branch recalls; empty where it recalls none of the keys pressed
    there, or where no branch follows.
    """

    state: str
    known: bool
    choices: tuple[str, ...]
    passed: int
    destination: str = ""


class Move(NamedTuple):
    """One move out of a state, along ``edge``; ``turns`` is what a caller must do at least for it.

    ``known`` is whether the caller must be identified (None: either), ``knows`` whether the caller is after it (None:
    as before). ``recalls`` is the menu, by number, and the keys of which one was pressed there; ``excludes`` those of
    which none was. ``destinations`` are those that the call may come to (None: as before); empty: as before.
    """

    target: str
    edge: Edge
    turns: int
    known: bool | None
    knows: bool | None
    sets: int
    clears: int
    remembers: tuple[int, str] | None
    recalls: tuple[int, str] | None
    excludes: tuple[int, frozenset[str]] | None
    destinations: tuple[str | None, ...]


@value_class
class Came:
    """A call came to a place first, with the fewest turns, from the place ``before`` and along ``edge``."""

    before: CallPlace | None
    edge: Edge | None
    turns: int


Seen = dict[CallPlace, Came]

NOWHERE: Mapping[str, str] = MappingProxyType({})

Watch = Callable[[CallPlace, Move], None]
"""Told of each move that can be made at a place, the places with the fewest turns first."""


class AllCalls:
    """The moves of one line, by state, with what is to be passed as ``bits``."""

    def __init__(self, line: Line, bits: Bits, called_back: Mapping[str, str] = NOWHERE) -> None:
        """``called_back`` has each destination of which callbacks matter, and one that stands for it and its like."""
        self.line = line
        self.bits = bits
        self._called_back = called_back
        self._recalled = _recalled(line)
        self.recalled = tuple(self._recalled)
        """The menus whose keys some branch recalls, in the order of ``CallPlace.choices``."""
        self._edges = {name: tuple(self._all_edges(node)) for name, node in line.states.items()}
        self._live = self._live_menus()
        self._calling_back = self._before_callbacks()
        self._known_rung: dict[str, dict[str, str]] = {}
        self.moves = {name: tuple(self._moves(node)) for name, node in line.states.items()}

    def begins(self) -> list[tuple[int, CallPlace]]:
        """Return where calls begin, each with turns that make it the last one thought of: at the start, and with people
        where something is broken.
        """
        none = ("",) * len(self.recalled)
        starts = ((0, self.line.header.start), (BROKEN, self.line.header.human))
        return [(turns, CallPlace(start, False, none, 0)) for turns, start in starts if start in self.line.states]

    def walk(self, watch: Watch | None = None) -> Seen:
        """Return every place that a call can come to, but those that differ by what was passed beyond another one's.

        What ``watch`` is told comes in the order of turns, as the places do: the first is the shortest.
        """
        seen: Seen = {}
        least: dict[tuple[object, ...], list[tuple[int, int]]] = {}
        order = count()
        waiting: list[tuple[int, int, CallPlace, Came]] = []
        states = self.line.states

        def come(turns: int, place: CallPlace, before: CallPlace | None, edge: Edge | None) -> None:
            # A call that has passed less, in no more turns, goes wherever this one goes, and breaks whatever it breaks.
            known = least.setdefault((place.state, place.known, place.choices, place.destination), [])
            if not any(each <= turns and passed & ~place.passed == 0 for each, passed in known):
                known.append((turns, place.passed))
                heapq.heappush(waiting, (turns, next(order), place, Came(before, edge, turns)))

        for turns, place in self.begins():
            come(turns, place, None, None)
        while waiting:
            turns, _, place, came = heapq.heappop(waiting)
            if place in seen:
                continue
            seen[place] = came
            for move in self.moves[place.state]:
                if not may_make(move, place):
                    continue
                if watch:
                    watch(place, move)
                if move.target in states:
                    for onward in self.after(place, move):
                        come(turns + move.turns, onward, place, move.edge)
        return seen

    def after(self, place: CallPlace, move: Move) -> Iterator[CallPlace]:
        """Yield where a call at ``place`` stands after ``move``: several places where it may have some destinations."""
        known = place.known if move.knows is None else move.knows
        choices = place.choices
        if move.remembers:
            at, key = move.remembers
            choices = (*choices[:at], key, *choices[at + 1 :])
        live = self._live[move.target]
        if any(choices) and len(live) < len(choices):
            choices = tuple(key if at in live else "" for at, key in enumerate(choices))
        passed = place.passed & ~move.clears | move.sets
        if move.target not in self._calling_back:
            yield CallPlace(move.target, known, choices, passed)
        else:
            for destination in move.destinations or (None,):
                came_to = place.destination if destination is None else destination
                yield CallPlace(move.target, known, choices, passed, came_to)

    def edges_at(self, place: CallPlace) -> Iterator[Edge]:
        """Yield each edge that a call at ``place`` may take, also of those that lead to one place."""
        node = self.line.states[place.state]
        for edge in node.edges():
            if node.calls_back and self._called_back and not place.destination and edge.trigger != triggers.NO_NUMBER:
                continue  # there is nobody to be called back by
            if any(may_make(move, place) for move in self._along(node, edge)):
                yield edge

    def why_never(self, edge: Edge, seen: Seen) -> str:
        """Return why no call takes ``edge``, of those whose places are ``seen``; empty where some call does."""
        places = [place for place in seen if place.state == edge.source]
        if not places:
            return phrase("no call comes to '{state}'", state=edge.source)
        if any(edge in self.edges_at(place) for place in places):
            return ""
        if self.line.states[edge.source].calls_back:
            return phrase("no call that comes there has come to a desk that could call back")
        if edge.recalls:
            if edge.recalls.key:
                return phrase("every call that comes there has pressed another key in '{menu}'", menu=edge.recalls.menu)
            return phrase("every call that comes there has pressed one of its keys in '{menu}'", menu=edge.recalls.menu)
        if places[0].known:
            return phrase("every caller who comes there is identified")
        return phrase("every caller who comes there is not identified")

    def recalled_at(self, state: str) -> list[str]:
        """Return the menus whose keys some branch may recall from ``state`` on."""
        return [menu for at, menu in enumerate(self.recalled) if at in self._live[state]]

    def rung_by(self, place: CallPlace, move: Move) -> Iterator[tuple[str, str]]:
        """Yield each destination that ``move`` has rung, and the one that was chosen for it; also by a callback."""
        node = self.line.states[place.state]
        chosen: Iterable[str] = ()
        if move.edge.trigger == triggers.ROUTED:
            chosen = chosen_by(self.line, node.chooses)
        elif place.destination and node.calls_back and move.edge.trigger == triggers.key("1"):
            chosen = (place.destination,)
        for name in chosen:
            yield from ((rung, name) for rung in self.rung_from(name))

    def rung_from(self, name: str) -> dict[str, str]:
        """Return each destination that a call for ``name`` may ring, and which one passes it on: see ``rung``."""
        if name not in self._known_rung:
            self._known_rung[name] = rung_from(self.line.routing.table, name)
        return self._known_rung[name]

    def _all_edges(self, node: Node) -> Iterator[Edge]:
        """Every edge of a state, and what the engine does without one."""
        yield from node.edges()
        human = node.hands_over_to
        if human is None:
            return
        header = self.line.header
        yield Edge(node.name, HANDED_OVER, header.human, "too many turns", human.mark)
        if header.after_call and human.mark == header.human.mark:
            yield Edge(node.name, triggers.MAX_REPROMPTS, header.after_call, "nothing said after a call", human.mark)

    def _moves(self, node: Node) -> Iterator[Move]:
        told: set[tuple[object, ...]] = set()
        for edge in self._edges[node.name]:
            for move in self._along(node, edge):
                alike = (move.target, *move[3:])
                idle = move.target == node.name and not any(move[3:])
                if alike not in told and not idle:
                    told.add(alike)
                    yield move

    def _along(self, node: Node, edge: Edge) -> Iterator[Move]:
        remembers = recalls = excludes = None
        if edge.remembers and edge.remembers.key:
            menu = node.menu_of(edge.remembers.key, self.line.states)
            if menu in self._recalled:
                key = edge.remembers.key if edge.remembers.key in self._recalled[menu] else ""
                remembers = (self.recalled.index(menu), key)
        if edge.recalls:
            at = self.recalled.index(edge.recalls.menu)
            if edge.recalls.key is None:
                pressed = (other.recalls.key for other in node.edges() if other.recalls)
                excludes = (at, frozenset(key for key in pressed if key))
            else:
                recalls = (at, edge.recalls.key)
        destinations = self._destinations(node, edge)
        for known, knows in _callers(edge):
            sets, clears = self.bits.effect(edge, known=bool(knows if known is None else known))
            yield Move(
                edge.target, edge, turns_of(self.line, node, edge), known, knows, sets, clears,
                remembers, recalls, excludes, destinations,
            )  # fmt: skip

    def _destinations(self, node: Node, edge: Edge) -> tuple[str | None, ...]:
        """The destinations that a call may come to along ``edge``, where a callback may follow."""
        if edge.target not in self._calling_back:
            return ()
        if edge.trigger == triggers.ROUTED:
            chosen = chosen_by(self.line, node.chooses)
            rung = (each for name in chosen for each in self.rung_from(name))
            return tuple(dict.fromkeys(self._called_back.get(each, "") for each in rung))
        if edge.answer and edge.answer.rule is OPEN and refuses(edge.answer.word):
            # A call has come to what its caller is told to be closed, which may be no destination but several.
            told = (self._called_back.get(scope, "") for scope in edge.answer.scopes)
            return tuple(dict.fromkeys((*(() if self._tells_closed(edge.target) else (None,)), *told)))
        return ()

    def _tells_closed(self, state: str) -> bool:
        """Whether a state, to which a check that found all closed leads, tells at once of which destination."""
        node = self.line.states[state]
        texts = self.line.prompts.texts
        first = next((each for each in node.spoken() if each.fills_closed is not None), None)
        return (
            first is not None and first.prompt in texts and bool(texts[first.prompt].needs() & {"destino", "abertura"})
        )

    def _live_menus(self) -> dict[str, frozenset[int]]:
        """The menus, by number, whose key some branch may recall from a state on, before another is pressed there."""
        live: dict[str, set[int]] = {name: set() for name in self.line.states}
        numbers = {menu: at for at, menu in enumerate(self.recalled)}
        into: dict[str, list[tuple[str, int | None]]] = {name: [] for name in self.line.states}
        for name, edges in self._edges.items():
            node = self.line.states[name]
            for edge in edges:
                if edge.target in into:
                    key = edge.remembers.key if edge.remembers else None
                    into[edge.target].append((name, numbers.get(node.menu_of(key, self.line.states)) if key else None))
                if edge.recalls:
                    live[name].add(numbers[edge.recalls.menu])
        waiting = [name for name, menus in live.items() if menus]
        while waiting:
            name = waiting.pop()
            for source, pressed in into[name]:
                new = live[name] - live[source] - {pressed}
                if new:
                    live[source] |= new
                    waiting.append(source)
        return {name: frozenset(menus) for name, menus in live.items()}

    def _before_callbacks(self) -> frozenset[str]:
        """The states from which a call may come to a callback before its destination is chosen anew."""
        found = {name for name, node in self.line.states.items() if node.calls_back}
        if not (found and self._called_back):
            return frozenset()
        into: dict[str, list[str]] = {}
        for name, edges in self._edges.items():
            for edge in edges:
                if edge.trigger != triggers.ROUTED:
                    into.setdefault(edge.target, []).append(name)
        waiting = list(found)
        while waiting:
            for source in into.get(waiting.pop(), ()):
                if source not in found:
                    found.add(source)
                    waiting.append(source)
        return frozenset(found)


def may_make(move: Move, place: CallPlace) -> bool:
    """Return whether a call at ``place`` may make ``move``, by who the caller is and what was pressed before."""
    if move.known is not None and move.known is not place.known:
        return False
    if move.recalls and place.choices[move.recalls[0]] != move.recalls[1]:
        return False
    return not (move.excludes and place.choices[move.excludes[0]] in move.excludes[1])


def turns_of(line: Line, node: Node, edge: Edge) -> int:
    """Return how often a caller must answer for ``edge``, at least; 0 where the call goes on by itself."""
    if not node.waits:
        return 0
    match edge.trigger:
        case triggers.MAX_REPROMPTS if isinstance(node, Question):
            return 1 + min(len(node.reprompts.no_input), len(node.reprompts.invalid))
        case triggers.MAX_ATTEMPTS if node.counter:
            return node.counter.limit
        case triggers.CODE:
            return 3
        case trigger if trigger == HANDED_OVER:
            return line.header.max_turns
    return 1


def way_to(seen: Seen, place: CallPlace) -> list[Edge]:
    """The edges of a shortest way to ``place``."""
    edges: list[Edge] = []
    at: CallPlace | None = place
    while at is not None:
        came = seen[at]
        if came.edge:
            edges.append(came.edge)
        at = came.before
    return edges[::-1]


def _recalled(line: Line) -> dict[str, frozenset[str]]:
    """Each menu that some branch recalls, and the keys that make a difference to one."""
    found: dict[str, set[str]] = {}
    for node in line.states.values():
        for edge in node.edges():
            if edge.recalls:
                found.setdefault(edge.recalls.menu, set()).update(filter(None, [edge.recalls.key]))
    return {menu: frozenset(keys) for menu, keys in found.items()}


def _callers(edge: Edge) -> Iterator[tuple[bool | None, bool | None]]:
    """Who takes an edge: whether the caller must be identified, and whether the caller is after it."""
    answer = edge.answer
    if answer is None or answer.rule is OPEN:
        yield None, None
    elif answer.rule.needs == "identity":
        yield None, not refuses(answer.word)
    else:
        if answer.word == answer.rule.stranger:
            yield False, None
        if answer.rule.name != "identified" or answer.word != answer.rule.stranger:
            yield True, None
