"""Whatever happens in whatever order: the engine never raises, always waits, and lets nobody go round for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import events, verbs
from ivr.call.engine import Engine, FactsNeededError, Step
from ivr.call.entries import read_entry
from ivr.call.facts import Facts
from ivr.call.position import Position
from ivr.channels.twilio.channel import TwilioVoice
from ivr.channels.twilio.sizes import MAX_BYTES
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.nodes.transfer import Transfer
from tests.conftest import FLOWS
from tests.databases import THOROUGHLY
from tests.lines import ANA, SEALED, TUESDAY, owing

_entries = st.sampled_from(
    ["1", "2", "3", "4", "5", "7", "8", "9", "0", "*", "#", "**", "", "11222333000181", "1234", "12", "0510001",
     "9910001", "05*1*0002", "52998224725"]
) | st.text("0123456789*#", max_size=16)  # fmt: skip
_events = st.one_of(
    st.builds(events.Keys, _entries),
    st.builds(events.Keys, st.sampled_from(["2", "11222333000181", "1234"])),
    st.builds(
        events.Speech,
        st.sampled_from(["suporte", "consultoria", "protheus", "11 222 333 0001 81", "um dois"]) | st.text(max_size=40),
        st.floats(0, 1),
    ),
    st.just(events.Silence()),
    st.builds(
        events.DialEnded,
        st.sampled_from(["completed", "answered", "busy", "no-answer", "failed", "canceled"]),
        st.integers(0, 999),
    ),
    st.builds(
        events.QueueLeft,
        st.sampled_from(["answered", "queue-timeout", "hangup", "queue-full", "error", "redirected"]),
        st.integers(0),
    ),
    st.builds(events.QueueLeft, st.just("queue-timeout"), st.integers(0), st.sampled_from("123")),
    st.builds(events.Recorded, st.just("RE" + "0" * 32), st.just("https://x.test/r"), st.integers(0, 99)),
)
_customers = st.sampled_from(
    [
        None,
        ANA,
        replace(ANA, blocked=True),
        replace(ANA, consultancy=True, datacenter=True),
        replace(ANA, support=False),
        replace(ANA, contract_until=date(2020, 1, 1)),
        owing(date(2026, 3, 1)),
        owing(date(2026, 3, 1), grace_days=60),
    ]
)
_moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=TUESDAY.tzinfo)
)
_sequences = st.lists(st.tuples(_events, _customers, st.booleans()), max_size=40)


KEYS = 10_000 if THOROUGHLY else 2_000
"""Pressed at each line."""

RINGING = 40
"""Turns of a call that is with people: each telephone that rings, the queue, a message, the end."""


def _walk(
    engine: Engine, begin: datetime, happenings: list[tuple[events.Event, object, bool]]
) -> list[tuple[Step, datetime]]:
    """A call in which this happens; positions pass through JSON between the turns, as they do in a database."""
    position = engine.start()
    walked: list[tuple[Step, datetime]] = []
    told = [(events.Started(), None, False), *happenings]
    for turn, (event, someone, document) in enumerate(told):
        now = begin + timedelta(seconds=10 * turn)
        known = someone if position.contact_id is not None else None
        entry = read_entry(engine.line, engine.line.states[position.state], event)
        facts = Facts(now, SEALED if document else None, someone, known, entry=entry)  # type: ignore[arg-type]
        step = engine.step(position, event, facts, turn)
        assert step == engine.step(position, event, facts, turn)
        assert step == _halted(engine, position, event, facts, turn)
        walked.append((step, now))
        position = Position.from_json(step.position.as_json())
        assert position == step.position
    return walked


def _halted(engine: Engine, position: Position, event: events.Event, facts: Facts, turn: int) -> Step:
    """The turn as it goes where nothing was looked up at first."""
    few = replace(facts, customer=None, asked=frozenset({"identity"}))
    try:
        return engine.step(position, event, few, turn)
    except FactsNeededError as needed:
        return engine.step(position, event, facts, turn, needed.halted)


def _holds(line: Line, walked: list[tuple[Step, datetime]]) -> None:
    destinations = {
        target
        for destination in line.routing.table.destinations.values()
        for target in (*destination.targets, *destination.on_call)
    }
    for number, (step, now) in enumerate(walked):
        assert line.states[step.position.state].waits
        assert step.verbs
        on_call = {target for rota in line.routing.table.rotas.values() for target in rota.targets_at(now)}
        assert all(dial.target in destinations | on_call for dial in step.verbs if isinstance(dial, verbs.Dial))
        written = TwilioVoice().render(line, step.verbs, number + 1, now)
        assert written == TwilioVoice().render(line, step.verbs, number + 1, now)
        assert len(written.encode()) < MAX_BYTES
        if number > line.header.max_turns:
            assert line.states[step.from_state].kind not in {"menu", "collect"}


@given(_moments, _sequences)
def test_no_sequence_of_events_breaks_the_small_line(
    engine: Engine, begin: datetime, happenings: list[tuple[events.Event, object, bool]]
) -> None:
    _holds(engine.line, _walk(engine, begin, happenings))


@pytest.fixture(scope="module")
def shipped(shipped_line: Line) -> Engine:
    return Engine(shipped_line)


@given(_moments, _sequences)
def test_no_sequence_of_events_breaks_the_shipped_line(
    shipped: Engine, begin: datetime, happenings: list[tuple[events.Event, object, bool]]
) -> None:
    _holds(shipped.line, _walk(shipped, begin, happenings))


@given(st.lists(st.sampled_from(["9", "*", "2", "#", "11222333000181", "99*1"]), min_size=60, max_size=60))
def test_a_caller_who_only_presses_keys_reaches_people_within_the_turns(engine: Engine, entries: list[str]) -> None:
    walked = _walk(engine, TUESDAY, [(events.Keys(digits), None, True) for digits in entries])
    limit = engine.line.header.max_turns
    assert any(step.destination or step.ended for step, _ in walked[: limit + 1])


@given(
    st.lists(
        st.sampled_from([events.Keys(""), events.Silence(), events.Keys("8"), events.Speech("nada disso", 0.5)]),
        min_size=6,
        max_size=6,
    )
)
def test_a_caller_who_gives_nothing_useful_reaches_people_after_one_help(
    engine: Engine, happenings: list[events.Event]
) -> None:
    walked = _walk(engine, TUESDAY, [(event, None, False) for event in happenings])
    assert any(step.destination == "gente" for step, _ in walked[:6])


@given(
    st.lists(
        st.sampled_from([events.Keys("1"), events.Keys("123"), events.Speech("não sei", 0.5)]), min_size=3, max_size=3
    )
)
def test_three_wrong_documents_always_strike_out(engine: Engine, wrong: list[events.Event]) -> None:
    walked = _walk(engine, TUESDAY, [(events.Keys("2"), None, False), *((event, None, False) for event in wrong)])
    assert walked[-1][0].outcome == "struck_out"
    assert walked[-1][0].destination == "gente"


def _answer(engine: Engine, step: Step, keys: str, random: Random) -> events.Event:
    """What a caller does who presses nothing but ``keys`` and never gives up: what is asked for, and nobody answers."""
    match step.verbs[-1]:
        case verbs.Gather(num_digits=longest):
            return events.Keys("".join(random.choices(keys, k=random.randint(1, longest or 14))))
        case verbs.Dial():
            return events.DialEnded(random.choice(["busy", "no-answer", "failed"]), 0)
        case verbs.Enqueue(state=state):
            node = engine.line.states[state]
            leads = sorted(set(keys) & set(node.waiting.keys)) if isinstance(node, Transfer) else []
            return events.QueueLeft("queue-timeout", 5, random.choice(leads) if leads else None)
    return events.Silence()


@pytest.mark.parametrize("line", ["4003-0015", "internacional"])
def test_thousands_of_keys_never_keep_a_call_beyond_its_turns(line: str) -> None:
    engine, random, pressed, longest = Engine(load_line(FLOWS / line)), Random(21), 0, 0
    while pressed < KEYS:
        keys = "".join(random.sample("0123456789*#", random.choice([1, 1, 2, 3, 12])))
        event: events.Event = events.Started()
        position, turn, over = engine.start(), 0, False
        now = TUESDAY + timedelta(hours=random.randrange(24 * 7))
        while True:
            known = ANA if position.contact_id is not None else None
            documented = random.random() < 0.5
            entry = read_entry(engine.line, engine.line.states[position.state], event)
            facts = Facts(now, SEALED if documented else None, ANA if documented else None, known, entry=entry)
            step = engine.step(position, event, facts, turn)
            if step.ended:
                break
            # Once it is with people, no menu is heard again.
            assert not (over and engine.line.states[step.from_state].kind in {"menu", "collect"}), (
                keys,
                turn,
                step.from_state,
            )
            over = over or step.position.over_limit
            position, turn, now = step.position, turn + 1, now + timedelta(seconds=8)
            assert turn <= engine.line.header.max_turns + RINGING, (keys, position.state)
            event = _answer(engine, step, keys, random)
            pressed += len(event.digits) if isinstance(event, events.Keys) else 1
        longest = max(longest, turn)
    assert longest >= engine.line.header.max_turns  # somebody tried hard enough
