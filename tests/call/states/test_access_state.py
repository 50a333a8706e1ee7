"""A remote access is told to its end before it can be allowed, by a key of the contact who may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.customers import CustomerRecord
from ivr.call import events, verbs
from ivr.call.effects import AccessAnswered, ProtocolGiven, of_a_draft
from ivr.call.engine import Engine, Step
from ivr.call.entries import read_entry
from ivr.call.facts import AccessFacts, Facts, TicketFacts
from ivr.call.position import Position
from ivr.call.speech import sentence, told_end
from ivr.flow.line import Line
from ivr.tickets.events import Area, EventKind, TicketState
from ivr.tickets.remote_access import AccessState
from tests.lines import ANA, TUESDAY, owing, prompts_of

NUMBER, PROTOCOL = "4003001501", "1234567890"
WAITING = AccessFacts("RA1", "TRA", None, TUESDAY + timedelta(hours=3), AccessState.WAITING)
BILLED = replace(WAITING, tool="AnyDesk", billed=45)
AT = Position("acesso-do-chamado", contact_id=ANA.contact_id, company_id=ANA.company_id, ticket=NUMBER, access="RA1")
NOBODY = replace(ANA, administrator=False, consultancy=False)


@pytest.fixture(scope="module")
def engine(shipped_line: Line) -> Engine:
    return Engine(shipped_line)


def turn(
    engine: Engine,
    event: events.Event,
    access: AccessFacts | None = WAITING,
    customer: CustomerRecord | None = ANA,
    at: Position = AT,
    area: Area = Area.SUSTENTACAO,
) -> Step:
    """Take one turn of a call that waits ``at`` a state, with what is known of its ticket and of its caller."""
    ticket = TicketFacts(
        NUMBER, TicketState.IN_ANALYSIS, area, "suporte.rm", None, None, None,
        frozenset({EventKind.ACCESS_ANSWERED, EventKind.MESSAGE_ADDED}), access=access,
    )  # fmt: skip
    entry = read_entry(engine.line, engine.line.states[at.state], event)
    facts = Facts(TUESDAY, customer=customer, protocol=PROTOCOL, entry=entry, ticket=ticket)
    return engine.step(at, event, facts, 7)


def answered(step: Step) -> list[AccessAnswered]:
    return [effect for effect in step.effects if isinstance(effect, AccessAnswered)]


def uncut(step: Step) -> Iterator[str]:
    """Yield the prompts of the step that no key cuts short."""
    yield from (verb.prompt for verb in step.verbs if isinstance(verb, verbs.Say) and not verb.barge_in)


def test_both_keys_answer_the_request_that_was_heard(engine: Engine) -> None:
    for key, allowed in (("1", True), ("2", False)):
        step = turn(engine, events.Keys(key))
        assert answered(step) == [
            AccessAnswered(NUMBER, ANA.company_id, ANA.contact_id, "RA1", allowed=allowed, protocol=PROTOCOL)
        ]
        assert ProtocolGiven(PROTOCOL) in step.effects
        assert step.position.access is None
        assert step.position.state == "outro-chamado"


def test_what_is_asked_and_billed_is_heard_to_its_end(engine: Engine) -> None:
    step = turn(engine, events.Keys("5"), BILLED, at=replace(AT, state="chamado", access=None))
    assert list(uncut(step)) == ["acesso-pedido", "acesso-preparo"]
    assert prompts_of(step)[-2:] == ["oferta-de-permitir", "oferta-de-recusar"]
    assert step.position.access == "RA1"


@pytest.mark.parametrize("customer", [NOBODY, replace(NOBODY, consultancy=True), replace(NOBODY, administrator=True)])
def test_what_is_billed_is_allowed_by_who_may_order_it(engine: Engine, customer: CustomerRecord) -> None:
    may = customer is not NOBODY
    told = prompts_of(turn(engine, events.Keys("9"), BILLED, customer))
    assert ("oferta-de-permitir" in told, "acesso-sem-perfil" in told) == (may, not may)
    assert bool(answered(turn(engine, events.Keys("1"), BILLED, customer))) is may
    assert [each.allowed for each in answered(turn(engine, events.Keys("2"), BILLED, customer))] == [False]


def test_who_may_not_allow_hears_why_once_more(engine: Engine) -> None:
    assert "acesso-sem-perfil" in prompts_of(turn(engine, events.Keys("1"), BILLED, NOBODY))


@pytest.mark.parametrize("customer", [None, replace(ANA, blocked=True), owing(TUESDAY.date() - timedelta(days=40))])
@pytest.mark.parametrize("key", ["1", "2"])
def test_a_contact_who_may_not_be_served_answers_nothing(
    engine: Engine, customer: CustomerRecord | None, key: str
) -> None:
    step = turn(engine, events.Keys(key), WAITING, customer)
    assert answered(step) == []
    assert "contato" in step.states


@pytest.mark.parametrize(
    ("state", "prompt"),
    [
        (AccessState.ALLOWED, "acesso-ja-permitido"),
        (AccessState.REFUSED, "acesso-ja-recusado"),
        (AccessState.EXPIRED, "acesso-vencido"),
        (AccessState.ENDED, "acesso-encerrado"),
    ],
)
def test_a_request_that_is_over_takes_no_key(engine: Engine, state: AccessState, prompt: str) -> None:
    for event in (events.Keys("1"), events.Keys("2"), events.Silence()):
        step = turn(engine, event, replace(WAITING, state=state))
        assert answered(step) == []
        assert prompts_of(step)[0] == prompt
        assert step.position.state == "chamado"


@pytest.mark.parametrize("key", ["1", "2"])
def test_a_key_answers_no_request_but_the_one_that_was_heard(engine: Engine, key: str) -> None:
    step = turn(engine, events.Keys(key), replace(BILLED, id="RA2"))
    assert answered(step) == []
    assert list(uncut(step)) == ["acesso-pedido", "acesso-preparo"]
    assert step.position.access == "RA2"


def test_a_ticket_that_is_gone_or_was_never_asked_about_leads_back(engine: Engine) -> None:
    step = turn(engine, events.Keys("1"), None)
    assert (answered(step), step.position.state) == ([], "chamado")


@given(st.text("03456789#*", max_size=1))
def test_no_other_key_answers(engine: Engine, keys: str) -> None:
    assert answered(turn(engine, events.Keys(keys))) == []


def test_people_are_reached_about_the_ticket(engine: Engine) -> None:
    step = turn(engine, events.Keys("0"))
    assert step.position.about_ticket
    assert step.states[-1] == "transferencia"
    billed = turn(engine, events.Keys("0"), area=Area.CONSULTORIA)
    assert "consultoria-do-chamado" in billed.states


def test_a_call_that_hears_a_draft_answers_nothing(engine: Engine) -> None:
    assert [type(each) for each in of_a_draft(turn(engine, events.Keys("1")).effects)] == [ProtocolGiven]


def test_until_when_is_told_never_later_than_it_is(engine: Engine) -> None:
    for seconds, told in ((0, 0), (61, 0), (299, 0), (300, 300), (899, 600)):
        at = TUESDAY + timedelta(hours=1, seconds=seconds)
        assert told_end(at, TUESDAY) == TUESDAY + timedelta(hours=1, seconds=told)
    soon = TUESDAY + timedelta(minutes=3, seconds=20)
    assert told_end(soon, TUESDAY + timedelta(minutes=1)) == TUESDAY + timedelta(minutes=3)
    say = verbs.Say("acesso-permitido", valid_until=TUESDAY + timedelta(hours=1, minutes=2))
    assert sentence(engine.line, say, TUESDAY).endswith("só para ver, e termina hoje às onze e meia.")
    assert say.is_for_one_caller
    assert not say.is_for_everybody
