"""Toll fraud: whatever ten thousand callers key, say or let happen, only numbers of the allow-list are ever dialled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from lxml import etree

from ivr.call.apology import apology
from ivr.call.engine import Engine
from ivr.call.events import DialEnded, Event, Keys, QueueLeft, Recorded, Silence, Speech, Started
from ivr.call.facts import Facts
from ivr.call.verbs import Dial
from ivr.flow.folder import load_line
from ivr.twilio.twiml import render
from routing.circumstances import Circumstances
from routing.destinations import Number, Sip
from tests.conftest import FLOWS
from tests.faults.company import THOROUGHLY
from tests.lines import ANA, SEALED

CALLS = 5_000 if THOROUGHLY else 1_500
"""Of each line; ten thousand together in ``make faults``."""

TURNS = 12

KEYED = ("0900123456#", "*8816#", "00881612345678#", "0#", "11222333000181#", "1234#", "0510001#", "*", "#", "02190#")
SAID = ("suporte", "consultoria", "disque mais oito oito um", "sip:fraud@evil.example", "soporte", "transferir")
ENDS = ("busy", "no-answer", "failed", "canceled", "completed")
LEFT = ("leave", "bridged", "queue-full", "error", "hangup")
PEOPLE = (
    ANA,
    replace(ANA, consultancy=True, datacenter=True, special_contract="SLA"),
    replace(ANA, special_contract="PRIME.VALERIA", consultancy=True),
)


def _event(random: Random, waits: str) -> Event:
    """Mostly something that fits the state; now and then anything at all."""
    kind = waits if random.random() < 0.9 else random.choice(("menu", "transfer", "record"))
    if kind == "transfer":
        seconds = random.randrange(600)
        return random.choice((DialEnded(random.choice(ENDS), seconds), QueueLeft(random.choice(LEFT), seconds)))
    if kind == "record":
        return random.choice((Silence(), Recorded("RE" + "0" * 32, "https://x.test/r", random.randrange(30))))
    return random.choice(
        (Keys(random.choice("0123456789*#")), Keys(random.choice("123457")), Keys(random.choice(KEYED)),
         Speech(random.choice(SAID), random.random()), Silence())
    )  # fmt: skip


def _dialled(engine: Engine, random: Random, begin: datetime) -> list[Dial]:
    """Everything that is dialled in one random call."""
    position, event = engine.start(), Started()
    who = random.choice(PEOPLE)
    moment = begin + timedelta(minutes=random.randrange(2 * 365 * 24 * 60))
    dialled: list[Dial] = []
    for turn in range(TURNS):
        facts = Facts(
            moment + timedelta(seconds=10 * turn),
            sealed=SEALED,
            identity=who if random.random() < 0.8 else None,
            customer=who if position.contact_id is not None else None,
            circumstances=Circumstances(fraction=random.random()),
            caller=random.choice(("+5511987654321", "+881612345678", "0900123456", "anonymous", "")),
            protocol="1234567890",
        )
        step = engine.step(position, event, facts, turn)
        dialled += [verb for verb in step.verbs if isinstance(verb, Dial)]
        if step.ended:
            break
        position = step.position
        event = _event(random, engine.line.states[position.state].kind)  # type: ignore[assignment]
    return dialled


@pytest.mark.parametrize("name", ["4003-0015", "internacional"])
def test_no_number_outside_the_allow_list_is_dialled_in_any_of_thousands_of_calls(name: str) -> None:
    line = load_line(FLOWS / name)
    engine, allowed = Engine(line), line.routing.book.allowed
    begin = datetime(2026, 1, 1, tzinfo=line.header.zone)
    targets = [
        target
        for seed in range(CALLS)
        for dial in _dialled(engine, Random(seed), begin)
        for target in (dial.target, *dial.also)
    ]
    assert [target for target in targets if allowed.refusal(target)] == []
    # Enough was dialled, and enough different desks, for the line above to mean something.
    assert len(targets) > CALLS / 5
    assert len(set(targets)) > 5


@pytest.mark.parametrize("name", ["4003-0015", "internacional"])
def test_an_apology_rings_nobody_outside_the_allow_list_at_any_hour(name: str) -> None:
    """It goes past the engine; what is read is the document itself, as Twilio would read it."""
    line = load_line(FLOWS / name)
    allowed = line.routing.book.allowed
    dialled = set()
    for hour in range(0, 2 * 365 * 24, 7):
        now = datetime(2026, 1, 1, tzinfo=line.header.zone) + timedelta(hours=hour)
        document = etree.fromstring(render(line, apology(line, now), None, now).encode())
        dialled |= {(noun.tag, noun.text or "") for noun in document.iterfind("Dial/*")}
    refusals = [
        allowed.refusal(Sip(text) if tag == "Sip" else Number(text))
        for tag, text in dialled
        if tag in {"Sip", "Number"}
    ]
    assert refusals
    assert set(refusals) == {None}
    assert {tag for tag, _ in dialled} <= {"Sip", "Number"}
