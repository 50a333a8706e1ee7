"""Finds a call for each edge of a menu, and for each time and ending of a destination: by trying what callers do, with
the engine and the demo data.

A call is tried further from each place where something else may come of it. What is done in it is written down as the
steps of a call script, which is then played by the simulator: a script is kept only where it does what was tried.

What is looked for are goals: the names of edges (``edge_name``), and what is seen of destinations (``cell_name``).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final

from data.demo.customers import DemoCustomer
from ivr.call import events, verbs
from ivr.call.engine import Engine, FactsNeededError, Step
from ivr.call.facts_loader import FactsLoader
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.nodes.menu import Menu
from ivr.flow.proof.calls import AllCalls
from ivr.flow.proof.passed import Bits
from ivr.replay.coverage import edge_name
from ivr.replay.destination_coverage import Ending, cell_name, come_to, time_at
from ivr.replay.recorder import WrittenStep
from ivr.replay.scenarios import STAFF, Scenario
from routing.closures import scopes_of
from routing.outcomes import TargetOutcome
from routing.targets import Number
from value_class import value_class

SID = "CA" + "0" * 32

KNOWN_CODES = 2
"""Access codes that are tried: those of the first entries of the table."""

_NOBODY: Final[tuple[tuple[TargetOutcome, Ending, float | None], ...]] = (
    ("busy", "busy", 4),
    ("no-answer", "no answer", None),
    ("failed", "failed", 4),
)
"""How the ringing ends where nobody answers: what happens to each telephone, what the coverage calls it, and after how
many seconds (None: when the telephone has rung for as long as it may).
"""

NO_TICKET = "1000000000"
"""A number that no ticket has: the stored calls of a rehearsal open none."""

NEW_PASSWORD = "82637415"  # noqa: S105 - keyed in rehearsals only

MAX_CHAIN = 12
"""How often a caller is silent, or errs, at one question."""


@value_class
class Conduct:
    """A conduct is what a caller or callee does in one turn: the ``event``, its ``steps`` in a script, its seconds, and
    how the ringing of a destination ends by it.
    """

    event: events.Event
    steps: tuple[WrittenStep, ...]
    seconds: float = 1.0
    ending: Ending | None = None


@value_class
class TriedCall:
    """A call as far as it was tried: its last ``step``, the time it is now, all that was ``done`` in it, and the
    ``ended`` ringing of a destination, if that was what was done last.
    """

    step: Step
    now: datetime
    done: tuple[Conduct, ...] = ()
    ended: str = ""

    @property
    def steps(self) -> list[WrittenStep]:
        """Return all that was done as steps of a script."""
        return [step for conduct in self.done for step in conduct.steps]


class Exploration:
    """Tries calls on one line, in one scenario after the other."""

    def __init__(self, line: Line) -> None:
        self._engine = Engine(line)
        self._calls = AllCalls(line, Bits(()), {scope: scope for scope in scopes_of(line.routing.table.destinations)})
        self._turns = 0
        self._places = self._calls.walk()
        self.reachable = frozenset(edge_name(edge) for place in self._places for edge in self._calls.edges_at(place))
        """The edges that some call can take at all, as ``edge_name`` names them."""
        self.callers: dict[str, dict[tuple[DemoCustomer, str], None]] = {}
        """Who came to each destination in what was tried: the customers, with the numbers that they called from."""

    def why_never(self, edge: Edge) -> str:
        """Return why no call can take ``edge``; empty where some call can."""
        return self._calls.why_never(edge, self._places)

    def try_calls(self, scenario: Scenario, loader: FactsLoader, wanted: set[str]) -> dict[str, TriedCall]:
        """Return for each goal of ``wanted`` that calls come to in the scenario the first call that did."""
        begins = scenario.at.replace(tzinfo=self._engine.line.header.zone)
        found: dict[str, TriedCall] = {}
        seen: set[tuple[object, ...]] = set()
        front: deque[TriedCall] = deque()

        def come(call: TriedCall) -> None:
            for goal in self._goals(call, scenario):
                if goal in wanted:
                    found.setdefault(goal, call)
            place = self._place(call.step)
            if place not in seen and not call.step.ended:
                seen.add(place)
                front.append(call)

        first = self._take(None, events.Started(), begins, scenario, loader)
        come(first)
        while front and found.keys() != wanted:
            call = front.popleft()
            for acts in self._acts(call.step, scenario):
                for onward in self._follow(call, acts, scenario, loader):
                    come(onward)
        return found

    def _goals(self, call: TriedCall, scenario: Scenario) -> Iterator[str]:
        """What the call came to in its last turn."""
        line = self._engine.line
        yield from map(edge_name, call.step.edges)
        if call.ended:
            yield call.ended
        for name in come_to(line, call.step.states, call.step.destination):
            self.callers.setdefault(name, {})[scenario.customer, scenario.from_] = None
            destination = line.routing.table.destinations[name]
            yield cell_name(name, time_at(line.routing.table, destination, call.now, scenario.closures))

    def _follow(
        self, call: TriedCall, acts: Sequence[Conduct], scenario: Scenario, loader: FactsLoader
    ) -> Iterator[TriedCall]:
        """The call after one act after the other, until the question is left."""
        state = call.step.position.state
        for act in acts:
            taken = self._take(call.step, act.event, _heard(call, act), scenario, loader, len(call.done) + 1)
            rung = call.step.position.destination
            ended = cell_name(rung, act.ending) if rung and act.ending else ""
            call = TriedCall(taken.step, taken.now, (*call.done, act), ended)
            yield call
            if (
                call.step.position.state != state
                or call.step.ended
                or not isinstance(call.step.verbs[-1], verbs.Gather)
            ):
                return

    def _take(
        self, before: Step | None, event: events.Event, now: datetime, scenario: Scenario, loader: FactsLoader,
        number: int = 0,
    ) -> TriedCall:  # fmt: skip
        engine = self._engine
        position = before.position if before else engine.start()
        self._turns += 1
        facts = loader.load(engine, position, event, now, SID, self._turns, scenario.from_)
        try:
            step = engine.step(position, event, facts, number)
        except FactsNeededError as needed:
            facts = loader.complete(facts, engine, position, SID)
            step = engine.step(position, event, facts, number, needed.halted)
        return TriedCall(step, now)

    def _place(self, step: Step) -> tuple[object, ...]:
        """What makes a difference to what may come; patience and strikes only at the question that counts them."""
        position = step.position
        node = self._engine.line.states[position.state]
        states = self._engine.line.states
        near = (node, *(states[edge.target] for edge in node.edges()))
        counters = {each.counter.name for each in near if each.counter}
        counted = tuple(position.strikes.get(name, 0) for name in sorted(counters))
        progress = position.progress
        rings = (progress.destination, progress.index, progress.on_call) if progress and node.rings else None
        choices = tuple(position.choices.get(menu) for menu in self._calls.recalled_at(position.state))
        return position.state, position.contact_id is None, choices, position.code_keys, counted, rings, position.served

    def _acts(self, step: Step, scenario: Scenario) -> Iterator[Sequence[Conduct]]:
        """Every way to answer what the call waits for; several acts are done one after the other at one question."""
        node = self._engine.line.states[step.position.state]
        match step.verbs[-1]:
            case verbs.Gather():
                yield from self._answers(node, scenario)
                yield (Conduct(events.Silence(), (WrittenStep("silent", "true"),), 8),) * MAX_CHAIN
            case verbs.Dial(target=target, also=also):
                accept = {"press": '"1"'} if isinstance(target, Number) and target.accept else {}
                talk = WrittenStep("callee", "answered", {"for": "30", **accept})
                yield (Conduct(events.DialEnded("completed", 30), (talk,), 40, "answered"),)
                legs = [{"leg": str(number)} for number in range(1, len(also) + 2)] if also else [{}]
                for word, ending, seconds in _NOBODY:
                    steps = tuple(WrittenStep("callee", word, leg) for leg in legs)
                    yield (Conduct(events.DialEnded(word, 0), steps, seconds or target.ring_seconds, ending),)
            case verbs.Enqueue(queue=queue):
                waits = str(queue.max_wait_seconds)
                bridged = WrittenStep("queue", "bridged", {"after": "10", "for": "30"})
                yield (Conduct(events.QueueLeft("answered", 10), (bridged,), 40, "answered"),)
                timeout = WrittenStep("queue", "wait", {"for": waits})
                left = events.QueueLeft("queue-timeout", int(waits))
                yield (Conduct(left, (timeout,), int(waits), "no answer"),)
                for key in node.told_keys:
                    steps = (WrittenStep("queue", "wait", {"for": "20"}), WrittenStep("press", f'"{key}"'))
                    yield (Conduct(events.QueueLeft("queue-timeout", 20, key), steps, 25),)
            case verbs.Record():
                talk = WrittenStep("record", "9")
                yield (Conduct(events.Recorded("RE" + "0" * 32, "https://x.test/r", 9), (talk, _press("#")), 10),)
                yield (Conduct(events.Silence(), (WrittenStep("silent", "true"),), 8),)

    @cached_property
    def _codes(self) -> list[str]:
        """The last codes of the table, and one for each destination that no state names."""
        line = self._engine.line
        codes = line.routing.table.codes
        if codes is None:
            return []
        chosen = [node.chooses for node in line.states.values() if node.chooses]
        missing = line.routing.table.destinations.keys() - {str(each.name) for each in chosen if each.by == "name"}
        found = dict.fromkeys(list(codes.entries)[-KNOWN_CODES:])
        for code, area in codes.entries.items():
            by_code = {f"{each.name}.{area}" for each in chosen if each.by == "code"} & missing
            if by_code:
                missing -= by_code
                found[code] = None
        return list(found)

    def _answers(self, node: Node, scenario: Scenario) -> Iterator[Sequence[Conduct]]:
        customer = scenario.customer
        match node.entry:
            case EntryFormat.KEY:
                yield from ((_keyed(key),) for key in sorted(node.taken_keys()))
                wrong = next((key for key in "18642357" if key not in node.taken_keys()), "")
                yield (_keyed(wrong),) * MAX_CHAIN if wrong else ()
                if isinstance(node, Menu) and node.code:
                    yield tuple(map(_keyed, node.code.keys))
            case EntryFormat.DOCUMENT:
                yield (_entered(customer.document),)
                yield (_entered("1"),) * MAX_CHAIN
            case EntryFormat.PASSWORD:
                yield (_entered(customer.password),)
                yield (_entered("1"),) * MAX_CHAIN
                yield (_entered(f"{customer.password[::-1]}98"),)
            case EntryFormat.ACCESS_CODE:
                if codes := self._engine.line.routing.table.codes:
                    yield from ((_entered(_whole(code, codes.format.pattern)),) for code in self._codes)
                    yield (_entered("9" * len(codes.format.pattern.replace(".", ""))),)
                yield (_entered("1"),) * MAX_CHAIN
            case EntryFormat.STAFF:
                number, password = STAFF
                yield (_entered(f"{number}*{password}*1"),)
                yield (_entered(f"{number}*{password}*1*0"),)
                yield (_entered("1"),)
            case EntryFormat.TICKET:
                yield (_entered("1"),) * MAX_CHAIN
                yield (_entered(NO_TICKET),) * MAX_CHAIN
            case EntryFormat.NEW_PASSWORD | EntryFormat.NEW_PASSWORD_AGAIN:
                yield (_entered(NEW_PASSWORD),)
                yield (_entered("1"),) * MAX_CHAIN
            case EntryFormat.CALLBACK | EntryFormat.TEXT | EntryFormat.CONFIRMATION:
                yield (_keyed("1"),)
                yield (_keyed("2"),)
        if node.takes_several_keys:
            yield from ((_entered(key),) for key in (*node.told_keys, "*", *_line_keys(node)))


def _line_keys(node: Node) -> list[str]:
    """Keys that are a whole entry in a question of several keys, besides its own."""
    return [key for key in sorted(node.taken_keys()) if key not in node.told_keys and key not in "*#"]


def _keyed(key: str) -> Conduct:
    return Conduct(events.Keys(key), (_press(key),))


def _entered(keys: str) -> Conduct:
    """Keys of a whole entry, ended by ``#`` as callers do."""
    return Conduct(events.Keys(keys), (_press(f"{keys}#"),), len(keys) + 1)


def _press(keys: str) -> WrittenStep:
    return WrittenStep("press", f'"{keys}"')


def _whole(code: str, pattern: str) -> str:
    """A whole code that begins like ``code``: letters by their keys, the rest zeros."""
    plain = pattern.replace(".", "")
    keys = "".join(_KEYS.get(sign, sign) for sign in code.replace(".", "").upper())
    return keys + "0" * (len(plain) - len(keys))


_KEYS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999", strict=True))


def _heard(call: TriedCall, act: Conduct) -> datetime:
    """When the act is over that follows what the call says now."""
    ends = call.step.position.prompts_end
    heard = datetime.fromisoformat(ends) if ends and isinstance(call.step.verbs[-1], verbs.Gather) else call.now
    return max(heard, call.now) + timedelta(seconds=act.seconds)
