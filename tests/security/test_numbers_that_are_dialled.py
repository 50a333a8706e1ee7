"""Toll fraud: whatever ten thousand callers key, say or let happen, only numbers of the allow-list are ever dialled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
import yaml
from lxml import etree

from ivr.call import events, verbs
from ivr.call.apology import apology
from ivr.call.engine import Engine
from ivr.call.entries import read_entry
from ivr.call.facts import Facts
from ivr.channels.twilio.channel import TwilioVoice
from ivr.flow.folder import load_line
from routing.context import RoutingContext
from routing.destinations import Sip
from routing.outcomes import TargetOutcome
from tests.conftest import FLOWS
from tests.databases import THOROUGHLY
from tests.lines import ANA, SEALED

CALLS = 5_000 if THOROUGHLY else 400
"""Of each line; ten thousand together in ``make faults``."""

TURNS = 12

KEYED = ("0900123456#", "*8816#", "00881612345678#", "0#", "11222333000181#", "1234#", "0510001#", "*", "#", "02190#")
SAID = ("suporte", "consultoria", "disque mais oito oito um", "sip:fraud@evil.example", "soporte", "transferir")
ENDS: tuple[TargetOutcome, ...] = ("busy", "no-answer", "failed", "canceled", "completed")
LEFT: tuple[TargetOutcome, ...] = ("queue-timeout", "answered", "queue-full", "error", "hangup")
PEOPLE = (
    ANA,
    replace(ANA, consultancy=True, datacenter=True, special_contract="SLA"),
    replace(ANA, special_contract="PRIME.VALERIA", consultancy=True),
)


DEAR = re.compile(r"\+(?:55(?:300|303|500|900)[0-9]{6,}|1900|8[78][0-9]|979)")
"""Numbers that bill their caller, and satellite telephones: on no list of these lines."""


def _stray(name: str, dialled: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """What of the dialled (kind, address) is not on the list that ops wrote, which is read here as plain YAML: neither
    the line's own reading of it nor its own judgement counts.
    """
    allowed = yaml.safe_load((FLOWS / name / "routing.yaml").read_text(encoding="utf-8"))["allowed"]
    numbers, prefixes = set(allowed.get("numbers", [])), tuple(allowed.get("prefixes", []))
    domains = set(allowed["sip_domains"])
    assert numbers or prefixes

    def is_listed(kind: str, address: str) -> bool:
        if kind == "Sip":
            return address.partition("@")[2].partition(";")[0].partition(":")[0] in domains
        return address in numbers or (address.startswith(prefixes) and not DEAR.match(address))

    return {each for each in dialled if not is_listed(*each)}


def test_the_list_is_judged_by_what_ops_wrote() -> None:
    listed = {("Number", "+551150900700"), ("Sip", "sip:rm@suporte.example.com;transport=tls")}
    others = {("Number", "+551150910700"), ("Number", "+553001234567"), ("Sip", "sip:rm@evil.example")}
    others |= {("Number", "+552155090070"), ("Sip", "sip:suporte.example.com@evil.example")}
    assert _stray("4003-0015", listed | others) == others


def _event(random: Random, waits: str) -> events.Event:
    """Mostly something that fits the state; now and then anything at all."""
    kind = waits if random.random() < 0.9 else random.choice(("menu", "transfer", "record"))
    if kind == "transfer":
        seconds = random.randrange(600)
        return random.choice(
            (events.DialEnded(random.choice(ENDS), seconds), events.QueueLeft(random.choice(LEFT), seconds))
        )
    if kind == "record":
        return random.choice(
            (events.Silence(), events.Recorded("RE" + "0" * 32, "https://x.test/r", random.randrange(30)))
        )
    return random.choice(
        (events.Keys(random.choice("0123456789*#")), events.Keys(random.choice("123457")),
         events.Keys(random.choice(KEYED)),
         events.Speech(random.choice(SAID), random.random()), events.Silence())
    )  # fmt: skip


def _dialled(engine: Engine, random: Random, begin: datetime) -> list[verbs.Dial]:
    """Everything that is dialled in one random call."""
    position, event = engine.start(), events.Started()
    who = random.choice(PEOPLE)
    moment = begin + timedelta(minutes=random.randrange(2 * 365 * 24 * 60))
    dialled: list[verbs.Dial] = []
    for turn in range(TURNS):
        facts = Facts(
            moment + timedelta(seconds=10 * turn),
            document_digest=SEALED,
            identity=who if random.random() < 0.8 else None,
            customer=who if position.contact_id is not None else None,
            context=RoutingContext(sampling_fraction=random.random()),
            caller=random.choice(("+5511987654321", "+881612345678", "0900123456", "anonymous", "")),
            protocol="1234567890",
            entry=read_entry(engine.line, engine.line.states[position.state], event),
        )
        step = engine.step(position, event, facts, turn)
        dialled += [verb for verb in step.verbs if isinstance(verb, verbs.Dial)]
        if step.ended:
            break
        position = step.position
        event = _event(random, engine.line.states[position.state].kind)  # type: ignore[assignment]
    return dialled


@pytest.mark.parametrize("name", ["4003-0015", "internacional"])
def test_no_number_outside_the_allow_list_is_dialled_in_any_call(name: str) -> None:
    line = load_line(FLOWS / name)
    engine = Engine(line)
    begin = datetime(2026, 1, 1, tzinfo=line.header.zone)
    targets = [
        target
        for seed in range(CALLS)
        for dial in _dialled(engine, Random(seed), begin)
        for target in (dial.target, *dial.also)
    ]
    rung = {(type(each).__name__, each.uri if isinstance(each, Sip) else each.e164) for each in targets}
    assert _stray(name, rung) == set()
    # Enough was dialled, and enough different destinations, for the line above to mean something.
    assert len(targets) > CALLS / 5
    assert len(set(targets)) > 5


@pytest.mark.parametrize("name", ["4003-0015", "internacional"])
def test_an_apology_rings_nobody_outside_the_allow_list_at_any_hour(name: str) -> None:
    """It goes past the engine; what is read is the document itself, as Twilio would read it."""
    line = load_line(FLOWS / name)
    dialled = set()
    for hour in range(0, 2 * 365 * 24, 7 if THOROUGHLY else 61):
        now = datetime(2026, 1, 1, tzinfo=line.header.zone) + timedelta(hours=hour)
        document = etree.fromstring(TwilioVoice().render(line, apology(line, now), None, now).encode())
        dialled |= {(noun.tag, noun.text or "") for noun in document.iterfind("Dial/*")}
    assert {tag for tag, _ in dialled} <= {"Sip", "Number"}
    assert dialled
    assert _stray(name, dialled) == set()
