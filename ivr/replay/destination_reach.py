"""``DestinationReach`` tells when calls can come to each destination at all, and why they never do at other times.

It follows every way of the menu to a destination, with the checks of the rule ``open`` that have let the call on there,
and the hours of all destinations through two years: a call comes to a closed desk only where nothing on its way was
closed before. What was open when the call passed may be closed by now; a call lasts CALL_LASTS at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes.check import Check
from ivr.flow.proof.calls import AllCalls, CallPlace, Move
from ivr.flow.proof.passed import Bits, Passed
from ivr.flow.proof.rung import chosen_by
from ivr.flow.rules import OPEN, refuses
from ivr.replay.destination_coverage import ENDINGS, YEARS, Ending, Time, endings_of, time_of
from ivr.replay.script import DEFAULT_AT
from routing.availability import all_closed
from routing.closures import EmergencyClosure, in_scope
from routing.context import NO_CONTEXT, RoutingContext
from routing.destinations import RingOnCall
from routing.hours import OnCall, Open
from value_class import value_class
from wording import phrase

CALL_LASTS: Final = timedelta(hours=4)
"""The longest that a carrier lets a call last."""

Kind: TypeAlias = tuple[tuple[str, Time], ...]
"""What all the hours of a line are at one moment: open, on call or closed, and which time that is."""


class GatedWay(NamedTuple):
    """A way to a destination: the checks of the rule ``open`` that have let the call on, and whether it ends with one
    that ``tells`` the destination to be closed.
    """

    gates: frozenset[str]
    tells: bool


@value_class
class Segment:
    """From ``begins`` (aware) on all hours of the line are of one ``kind``; of the kinds ``earlier`` they were within
    the length of a call before.
    """

    begins: datetime
    kind: Kind
    earlier: frozenset[Kind]


class DestinationReach:
    """The reach of the calls of one line."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._table = line.routing.table
        self._hours = list(self._table.hours)
        self._segments = _segments(line)
        self._moment_of = {each.kind: each.begins for each in reversed(self._segments)}
        self._gates = {
            name: tuple(map(str, node.destinations))
            for name, node in line.states.items()
            if isinstance(node, Check) and node.rule is OPEN
        }
        self._ways = self._found_ways()
        self._known: dict[tuple[tuple[str, ...], Kind, str], bool] = {}

    def at_once(self, name: str, seen: Time | Ending) -> list[datetime]:
        """Return moments from which on all is open on some way to the destination ``name`` at which that can be
        ``seen`` of it.
        """
        return self._moments(name, seen, waits=False)

    def after_a_while(self, name: str, seen: Time | Ending) -> list[datetime]:
        """Return moments at which it is seen of calls that passed not long before: they are changes of hours."""
        return self._moments(name, seen, waits=True)

    def why_never(self, name: str, seen: Time | Ending) -> str:
        """Return why no call can bring that about; empty where one can, as far as is known."""
        ways = self._ways.get(name)
        if not ways:
            return phrase("no call comes to it")
        if self._moments(name, seen, waits=True):
            return ""
        if not any(self._may(name, seen, each) for each in self._segments):
            return phrase("it rings nothing that could end so at any time of its hours")
        sent = [way for way in ways if not way.tells]
        if not sent:
            return phrase("calls are told that it is closed, and none is sent to it")
        gates = sorted(min(sent, key=lambda each: len(each.gates)).gates)
        gate = next((each for each in gates if not self._lets_on(each, name, seen)), gates[0])
        return phrase(
            "no call comes to it then: '{state}' on the way there finds {scopes} closed at such times",
            state=gate,
            scopes=", ".join(self._gates[gate]),
        )

    def _lets_on(self, gate: str, name: str, seen: Time | Ending) -> bool:
        alone = GatedWay(frozenset([gate]), tells=False)
        return any(self._leads(alone, name, seen, each, waits=True) for each in self._segments)

    def _moments(self, name: str, seen: Time | Ending, *, waits: bool) -> list[datetime]:
        ways = self._ways.get(name, ())
        found = {
            each.kind: each.begins
            for each in reversed(self._segments)
            if any(self._leads(way, name, seen, each, waits=waits) for way in ways)
        }
        return sorted(found.values())

    def _leads(self, way: GatedWay, name: str, seen: Time | Ending, segment: Segment, *, waits: bool) -> bool:
        """Whether a call comes along the way to where that is seen; one that ``waits`` may have passed before."""
        if not self._may(name, seen, segment):
            return False
        shut = name if seen == "emergency" else ""
        if way.tells and not shut and self._opens((name,), segment.kind, ""):
            return False
        kinds = (segment.kind, *(segment.earlier if waits and not shut else ()))
        return all(any(self._opens(self._gates[gate], kind, shut) for kind in kinds) for gate in way.gates)

    def _may(self, name: str, seen: Time | Ending, segment: Segment) -> bool:
        """Whether, as far as its own hours go, that can be seen of the destination in the segment."""
        hours = self._table.destinations[name].hours
        kind, time = segment.kind[self._hours.index(hours)] if hours in self._hours else (Open.__name__, "open")
        return seen in ("emergency", time) or (seen in ENDINGS and seen in self._endings(name, kind))

    def _endings(self, name: str, kind: str) -> set[Ending]:
        destination = self._table.destinations[name]
        if kind == Open.__name__:
            return endings_of([destination.targets, *destination.contracts.values()])
        if kind == OnCall.__name__ or isinstance(destination.closed, RingOnCall):
            return set(ENDINGS) if destination.rota else endings_of([destination.on_call])
        return set()

    def _opens(self, scopes: tuple[str, ...], kind: Kind, shut: str) -> bool:
        """Whether one of ``scopes`` answers while the hours are of ``kind``, and the destination ``shut`` is closed."""
        key = (scopes, kind, shut)
        if key not in self._known:
            at = self._moment_of[kind]
            closures = (EmergencyClosure(shut, at - CALL_LASTS, None, "-"),)
            context = RoutingContext(closures) if shut else NO_CONTEXT
            self._known[key] = all_closed(self._table, scopes, at, context=context) is None
        return self._known[key]

    def _found_ways(self) -> dict[str, list[GatedWay]]:
        """The ways to each destination, but those with the checks of another one and more."""
        bits = Bits(Passed(OPEN.name, frozenset({"open"}), gate) for gate in self._gates)
        found: dict[str, dict[GatedWay, None]] = {}

        def watch(place: CallPlace, move: Move) -> None:
            gates = frozenset(each.state for each in bits.all if place.passed & bits.of([each]))
            answer = move.edge.answer
            if move.edge.trigger == triggers.ROUTED:
                for name in chosen_by(self._line, self._line.states[place.state].chooses):
                    for each in self._with_diverts(name):
                        found.setdefault(each, {})[GatedWay(gates, tells=False)] = None
            elif answer and answer.rule is OPEN and refuses(answer.word):
                for name in self._table.destinations:
                    if any(in_scope(name, scope) for scope in answer.scopes):
                        found.setdefault(name, {})[GatedWay(gates, tells=True)] = None

        AllCalls(self._line, bits).walk(watch)
        return {name: list(_fewest(ways)) for name, ways in found.items()}

    def _with_diverts(self, name: str) -> list[str]:
        """The destination and those to which it diverts, and so on."""
        found = [name]
        for each in found:  # grows while it is read
            onward = self._table.destinations[each].diverts()
            found += [other for other in sorted(onward) if other in self._table.destinations and other not in found]
        return found


def _fewest(ways: Iterable[GatedWay]) -> Iterator[GatedWay]:
    every = list(ways)
    for way in every:
        if not any(other.tells == way.tells and other.gates < way.gates for other in every):
            yield way


def _segments(line: Line) -> list[Segment]:
    """The first segment of each sort in two years."""
    since = DEFAULT_AT.replace(tzinfo=line.header.zone)
    every = [list(hours.stretches(since, since + YEARS)) for hours in line.routing.table.hours.values()]
    at = [0] * len(every)
    lately: list[tuple[datetime, Kind]] = []
    """Until when the hours were of which kind, the oldest first."""
    found: dict[tuple[Kind, frozenset[Kind]], Segment] = {}
    begins = sorted({stretch.begins for each in every for stretch in each}) or [since]
    for begin, end in zip(begins, [*begins[1:], since + YEARS], strict=True):
        for number, stretches in enumerate(every):
            while stretches[at[number]].ends <= begin:
                at[number] += 1
        statuses = (stretches[place].status for stretches, place in zip(every, at, strict=True))
        kind = tuple((type(status).__name__, time_of(status)) for status in statuses)
        lately = [each for each in lately if each[0] > begin - CALL_LASTS]
        segment = Segment(begin, kind, frozenset(earlier for _, earlier in lately))
        found.setdefault((segment.kind, segment.earlier), segment)
        lately.append((end, kind))
    return list(found.values())
