"""Every step of every call that the engine leads is a step of the calls over which rules are proven.

Random calls are played by the engine itself: callers who are anybody, desks that are closed, telephones that nobody
answers, a database that is away. Beside it walk the places of the proof. After each turn one of them must be where the
call is, and claim to have passed nothing that the call has not passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.call import events, verbs
from ivr.call.effects import CallbackRequested
from ivr.call.engine import Engine, Step
from ivr.call.entries import read_entry
from ivr.call.facts import AccessFacts, DataNeededError, Facts, TicketFacts
from ivr.call.position import Position
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.folder import load_line
from ivr.flow.nodes import Node
from ivr.flow.nodes.act import ActOnTicket
from ivr.flow.nodes.ticket import MESSAGE, OFFERS
from ivr.flow.proof.calls import AllCalls, CallPlace, Move, may_make
from ivr.flow.proof.passed import WORDS, Bits, Passed, read_passed
from ivr.flow.rules import OPEN, refuses
from ivr.tickets.events import Area, TicketState
from ivr.tickets.remote_access import AccessState
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from tests.flow.lines import GOOD, SHIPPED, SPANISH
from tests.lines import ANA, SEALED, TUESDAY, owing

pytestmark = pytest.mark.untraced

CALLS = 500
"""Long calls that are played on each line."""

PASSED = tuple(map(read_passed, WORDS))

CUSTOMERS = (
    replace(ANA, consultancy=True, datacenter=True, special_contract="PRIME.ANA"), ANA, None,
    replace(ANA, contact_id=2, blocked=True), replace(ANA, contact_id=3, support=False),
    replace(ANA, contact_id=4, contract_until=date(2020, 1, 1)), owing(date(2026, 3, 1)),
    owing(date(2026, 3, 1), grace_days=60),
)  # fmt: skip

SCOPES = ("*", "suporte", "consultoria", "datacenter", "assessoria", "estandar", "prime", "suporte.rm")

ENTRIES = {
    EntryFormat.DOCUMENT: (*["11222333000181"] * 12, "1", "*", "0", "9", ""),
    EntryFormat.PASSWORD: (*["1234"] * 12, "12", "*", "0", ""),
    EntryFormat.ACCESS_CODE: ("0510001", "0519", "9990001", "", "0", "*", "051"),
    EntryFormat.STAFF: ("101*48151623*4#", "101*48151623*4*0#", "1", ""),
    EntryFormat.CALLBACK: ("1", "1", "2", "#", ""),
    EntryFormat.CONFIRMATION: ("1", "1", "2", "#", ""),
    EntryFormat.TICKET: (*["4003001501"] * 12, "1", "*", "0", ""),
    EntryFormat.NEW_PASSWORD: (*["82637"] * 12, "1", "*", "0", ""),
    EntryFormat.NEW_PASSWORD_AGAIN: (*["82637"] * 12, "1", "*", "0", ""),
}

WAITING = AccessFacts("RA1", "AnyDesk", 45, TUESDAY + timedelta(hours=1), AccessState.WAITING)

TICKETS = (
    TicketFacts(
        "4003001501", TicketState.SOLUTION_SENT, Area.SUSTENTACAO, "suporte.rm", None, date(2026, 3, 18),
        date(2026, 4, 17), frozenset(OFFERS.values()), billed=90, access=WAITING,
    ),
    TicketFacts(
        "4003001501", TicketState.ACCEPTED, Area.CONSULTORIA, None, None, None, None, frozenset({MESSAGE}),
        "1230984567", access=replace(WAITING, state=AccessState.ENDED),
    ),
    None,
)  # fmt: skip
"""A solution and a remote access that wait for their answers, a ticket that is closed, and one that is gone."""


@dataclass(frozen=True)
class Happening:
    """One turn as it is drawn: what the caller does is chosen by number, among what the state takes."""

    act: int
    who: int
    closed: str | None = None
    down: bool = False


happenings = st.lists(
    st.builds(
        Happening,
        st.integers(0, 1000),
        st.sampled_from((0, 0, 0, 0, *range(len(CUSTOMERS)))),
        st.sampled_from((None, None, None, *SCOPES)),
        st.sampled_from((False, False, False, False, True)),
    ),
    min_size=20,
    max_size=60,
)


def acts(node: Node) -> Iterator[events.Event]:
    """What may happen while a call waits in ``node``; what leads on stands first and several times."""
    if node.rings:
        yield from (events.QueueLeft("queue-timeout", 9, key) for key in node.told_keys)
        yield from (events.DialEnded(outcome, 0) for outcome in ("busy", "no-answer", "failed"))
        yield events.DialEnded("completed", 60)
        yield events.QueueLeft("queue-full", 0)
    elif node.takes_message or (isinstance(node, ActOnTicket) and node.is_recorded):
        yield from (events.Recorded("RE0", "https://x.test/r", seconds) for seconds in (9, 0))
    elif node.entry in ENTRIES:
        yield from map(events.Keys, ENTRIES[node.entry])
    else:
        for _ in range(6):
            yield from map(events.Keys, node.told_keys)
        yield from map(events.Keys, "0123456789*#")
        yield events.Speech("suporte", 0.9)
        yield events.Silence()


@dataclass
class Walker:
    """The engine's call, and beside it every place of the proof where it may be."""

    engine: Engine
    calls: AllCalls
    places: set[CallPlace] = field(default_factory=set)
    rung: set[str] = field(default_factory=set)
    passed: set[Passed] = field(default_factory=set)
    known: bool = False

    def follow(self, step: Step, facts: Facts) -> None:
        """Take the proof's places along the states that the call has come through, and the truth along its answers."""
        self._learn(step, facts)
        entered = step.states
        if step.outcome == events.Started.kind:
            self.places = {place for _, place in self.calls.begins() if place.state == entered[0]}
            way = list(entered)
        else:
            way = [step.from_state, *entered]
        for before, after in pairwise(way):
            moved = {place for place in self.places if place.state == before == after}
            for place in [place for place in self.places if place.state == before]:
                for move in self.calls.moves[before]:
                    if move.target == after and may_make(move, place):
                        self._ring(place, move)
                        moved |= set(self.calls.after(place, move))
            assert moved, f"no call of the proof goes from '{before}' to '{after}'"
            self.places = moved

    def holds(self, step: Step) -> None:
        """One place is where the call is, and claims no more than is true."""
        position = step.position
        known = position.contact_id is not None or position.identity_omitted
        truth = self.calls.bits.of(each for each in PASSED if each in self.passed)
        right = {place for place in self.places if place.state == position.state and place.known is known}
        right = {place for place in right if self._remembers(place, position)}
        assert right, f"the call is in '{position.state}', {known=}, {dict(position.choices)}: {self.places}"
        assert any(place.passed & ~truth == 0 for place in right), (right, self.passed)
        self.places = right
        if position.progress and any(isinstance(verb, verbs.Dial | verbs.Enqueue) for verb in step.verbs):
            assert position.progress.destination in self.rung
        for effect in step.effects:
            if (
                isinstance(effect, CallbackRequested)
                and effect.destination in self.engine.line.routing.table.destinations
            ):
                assert effect.destination in self.rung

    def _ring(self, place: CallPlace, move: Move) -> None:
        rung = {name for name, _ in self.calls.rung_by(place, move)}
        if rung:
            self.rung |= rung

    def _remembers(self, place: CallPlace, position: Position) -> bool:
        menus = self.calls.recalled
        return all(not key or position.choices.get(menu) == key for menu, key in zip(menus, place.choices, strict=True))

    def _learn(self, step: Step, facts: Facts) -> None:
        """What is true of the call, told from the customers that it was played with."""
        for edge in step.edges:
            self.passed |= {each for each in PASSED if not each.answers and each.word in edge.proves}
            if edge.answer is None:
                continue
            rule, word = edge.answer.rule, edge.answer.word
            if rule.needs == "identity":
                self.known = not refuses(word)
                assert self.known is (facts.identity is not None)
                kept = EntryFormat.DOCUMENT.value
                self.passed = {each for each in self.passed if each.word == kept}
                if self.known:
                    self.passed |= {each for each in PASSED if each.word in {"identity", "identified"}}
            elif rule is not OPEN:
                self.passed = {each for each in self.passed if each.word != rule.name}
                if self.known and not refuses(word):
                    self.passed |= {each for each in PASSED if each.word == rule.name}


def play(engine: Engine, calls: AllCalls, begin: int, drawn: list[Happening], seen: set[str] | None = None) -> int:
    walker = Walker(engine, calls)
    position, event, turn = engine.start(), events.Started(), 0
    now = (TUESDAY + timedelta(hours=begin)).astimezone(engine.line.header.zone)
    walked = 0
    for each in (Happening(0, 0), *drawn):
        node = engine.line.states[position.state]
        if turn:
            possible = list(acts(node))
            event = possible[each.act % len(possible)]  # type: ignore[assignment]
        now += timedelta(seconds=8)
        closures = (EmergencyClosure(each.closed, now - timedelta(hours=1), None, "luz"),) if each.closed else ()
        entry = read_entry(engine.line, node, event)
        someone = CUSTOMERS[each.who]
        identity = None if each.down or node.entry is not EntryFormat.PASSWORD else someone
        customer = None if each.down or position.contact_id is None else someone or ANA
        facts = Facts(
            now, SEALED, identity, customer, RoutingContext(closures), "Bia" if each.who == 0 else None,
            "+5511987654321" if each.act % 5 else "", "2026", each.act % 2 == 0,
            lettered_document="12ABC34501DE35" if each.act % 3 else None, database_down=each.down,
            callbacks_full=each.act % 7 == 0, entry=entry,
            ticket=None if each.down else TICKETS[(each.act // 7) % 24 % 3 if each.act % 4 == 0 else 0],
            administrator="Ana" if each.act % 3 else None,
            new_password="$argon2id$" if each.act % 6 else None,
        )  # fmt: skip
        try:
            step = engine.step(position, event, facts, turn)
        except DataNeededError:
            continue
        walker.follow(step, facts)
        walker.holds(step)
        if seen is not None:
            seen.add(step.position.state)
        walked += len(step.edges)
        position, turn = step.position, turn + 1
        if step.ended or isinstance(step.verbs[-1], verbs.Hangup):
            break
    return walked


@pytest.fixture(scope="module", params=[GOOD, SHIPPED, SPANISH], ids=lambda folder: folder.name)
def engine(request: pytest.FixtureRequest) -> Engine:
    folder: Path = request.param
    return Engine(load_line(folder))


@pytest.fixture(scope="module")
def calls(engine: Engine) -> AllCalls:
    everywhere = {name: name for name in engine.line.routing.table.destinations}
    return AllCalls(engine.line, Bits(PASSED), everywhere)


@settings(deadline=None)
@given(st.integers(-3, 10), happenings)
def test_every_step_of_the_engine_is_a_step_of_the_proof(
    engine: Engine, calls: AllCalls, begin: int, drawn: list[Happening]
) -> None:
    play(engine, calls, begin, drawn)


def test_callers_who_answer_well_are_followed_for_long(engine: Engine, calls: AllCalls) -> None:
    """The calls above are short; these come through identification and checks, into each question of the line."""
    random, seen = Random(21), set[str]()
    whose, closed = (*[0] * 20, 1, 3, 6), (None, None, None, None, *SCOPES)
    longest = 0
    for number in range(CALLS):
        shut = random.choice(closed)
        drawn = [Happening(random.randrange(1000), random.choice(whose), shut) for _ in range(120)]
        longest = max(longest, play(engine, calls, number % 8, drawn, seen))
    assert longest > 5
    asked = {name for name, node in engine.line.states.items() if node.waits and not (node.ends_call or node.for_staff)}
    assert len(asked - seen) <= 2, asked - seen
