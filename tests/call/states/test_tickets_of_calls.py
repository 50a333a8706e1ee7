"""A call opens one ticket as it rings a desk of tickets, for the company and contact that it was proved to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.customers import CustomerRecord
from ivr.call import events, verbs
from ivr.call.effects import ProtocolGiven, QueueEntered, TicketMoved, TicketOpened, of_a_draft
from ivr.call.engine import Engine, Step
from ivr.call.entries import KeyEntry
from ivr.call.facts import DataNeededError, Facts
from ivr.call.position import Position
from ivr.call.speech import forecast_day, sentence, told_forecast
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.languages.portuguese import PORTUGUESE
from tests.lines import ANA, MENU, PROMPTS, ROUTING, TUESDAY, EngineCall, prompts_of, write_line

NUMBER = "1234567890"

TELLING = """\
      protocol_say: protocolo
      ticket_say: chamado
      waiting:
        offer: saida
        keys: {"1": recado, "2": areas}
        severity: {usable: uso, way_round: contorno, corrupts: dados, yes_key: "7", no_key: "8", noted: anotado}
"""

SAID = """\
  protocolo: O protocolo é {protocolo}.
  chamado: "Chamado {protocolo}; previsão: {previsao}."
  saida: Para um recado, tecle 1. Para voltar, tecle 2.
  uso: A função pode ser usada? Tecle 7 ou 8.
  contorno: Há outro jeito? Tecle 7 ou 8.
  dados: Há dados corrompidos? Tecle 7 ou 8.
  anotado: "Nova previsão: {previsao}."
destinations:
"""

TICKETS = """\
tickets:
  calendars: {comercial: [{from: "2026-01-01", hours: comercial}]}
  areas: {sustentacao: comercial, fabrica: comercial, inovacao: comercial, consultoria: comercial}
  desks:
    mesa.rm: {area: sustentacao, calendar: comercial}
    mesa.fila: {area: sustentacao, calendar: comercial}
    mesa.rh: {area: consultoria, calendar: comercial}
"""

OTHER = replace(ANA, contact_id=2, company_id=8)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """The small line, whose desks open tickets: those of RM and of the queue in one area, that of RH in another."""
    menu = MENU.replace("      unreachable: recado\n", f"      unreachable: recado\n{TELLING}")
    folder = tmp_path_factory.mktemp("flows") / "ensaio"
    prompts = PROMPTS.replace("destinations:\n", SAID)
    return load_line(write_line(folder, menu=menu, prompts=prompts, routing=ROUTING + TICKETS))


@pytest.fixture
def call(line: Line) -> EngineCall:
    """A call of Ana, who is identified, at the menu of desks."""
    return _identified(EngineCall(Engine(line), protocol=NUMBER), ANA)


def _identified(call: EngineCall, customer: CustomerRecord) -> EngineCall:
    call.customer = customer
    return call.at("areas", contact_id=customer.contact_id, company_id=customer.company_id)


def _opened(step: Step) -> list[TicketOpened]:
    return [effect for effect in step.effects if isinstance(effect, TicketOpened)]


def _moved(step: Step) -> list[TicketMoved]:
    return [effect for effect in step.effects if isinstance(effect, TicketMoved)]


def test_a_ringing_desk_opens_a_ticket_under_the_protocol_number(call: EngineCall) -> None:
    step = call.keys("1")
    assert _opened(step) == [TicketOpened(NUMBER, 7, 1, "mesa.rm", None, None, None)]
    assert ProtocolGiven(NUMBER) in step.effects
    assert prompts_of(step) == ["transferindo", "chamado"]
    assert call.position.ticket == NUMBER


def test_the_forecast_is_told_before_it_rings(call: EngineCall, line: Line) -> None:
    step = call.keys("1")
    told = next(verb for verb in step.verbs if isinstance(verb, verbs.Say) and verb.prompt == "chamado")
    # 6 h on Tuesday from 10:30 on, without the lunch; 8.5 h on each of two days; 7 h are left for Friday.
    assert told.forecast == datetime(2026, 3, 13, 16, 30, tzinfo=TUESDAY.tzinfo)
    assert sentence(line, told, TUESDAY).endswith("previsão: na sexta-feira, dia 13, às dezesseis e meia.")
    assert isinstance(step.verbs[-1], verbs.Dial)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (TUESDAY.replace(hour=16, minute=28), "hoje às dezesseis e meia"),
        (TUESDAY.replace(hour=23, minute=58), "amanhã à meia-noite"),  # today's last minutes end there
        (TUESDAY.replace(day=11, hour=8), "amanhã"),
        (TUESDAY.replace(day=12, hour=23, minute=58), "na quinta-feira, dia 12"),
        (TUESDAY.replace(month=4, day=2), "na quinta-feira, dia 2 de abril"),
        (datetime(2026, 3, 11, 2, 30, tzinfo=UTC).astimezone(TUESDAY.tzinfo), "hoje às vinte e três e meia"),
        (None, "em outra data"),
    ],
)
def test_the_day_of_a_forecast_has_an_hour_only_where_it_is_today(at: datetime | None, told: str) -> None:
    assert forecast_day(PORTUGUESE.openings, at, TUESDAY) == told


@pytest.mark.parametrize(
    ("minute", "second", "told"),
    [(30, 0, "10:30"), (30, 1, "10:35"), (34, 59, "10:35"), (56, 0, "11:00")],
)
def test_a_forecast_is_never_told_earlier_than_it_is(minute: int, second: int, told: str) -> None:
    assert f"{told_forecast(TUESDAY.replace(minute=minute, second=second)):%H:%M}" == told


def test_a_caller_who_is_not_identified_opens_none(line: Line) -> None:
    call = EngineCall(Engine(line), protocol=NUMBER).at("areas")
    step = call.keys("1")
    assert _opened(step) == []
    assert prompts_of(step) == ["transferindo", "protocolo"]
    assert call.position.ticket is None


def test_a_desk_without_tickets_opens_none(call: EngineCall) -> None:
    step = call.at("gente").hear(events.Started())
    assert _opened(step) == []
    assert prompts_of(step)[-1] == "protocolo"


def test_a_closed_desk_opens_none(call: EngineCall) -> None:
    call.now += timedelta(hours=12)
    assert _opened(call.keys("1")) == []
    assert call.position.ticket is None


def test_staff_on_call_open_one_too(call: EngineCall) -> None:
    call.now += timedelta(hours=12)
    step = call.keys("2")
    assert prompts_of(step) == ["plantao", "chamado"]
    assert len(_opened(step)) == 1


def test_without_a_number_no_ticket_is_opened(line: Line) -> None:
    call = _identified(EngineCall(Engine(line)), ANA)
    step = call.keys("1")
    assert _opened(step) == []
    assert prompts_of(step) == ["transferindo"]


def test_while_the_database_is_away_no_ticket_is_opened(call: EngineCall, line: Line) -> None:
    position = replace(call.position, protocol=NUMBER)
    facts = Facts(TUESDAY, database_down=True, entry=KeyEntry("1"))
    step = Engine(line).step(position, events.Keys("1"), facts, 3)
    assert not any(effect.needs_database for effect in step.effects)
    assert prompts_of(step) == ["transferindo"]
    assert step.position.ticket is None


def test_the_next_telephone_and_a_diversion_open_no_other(call: EngineCall) -> None:
    call.keys("1")
    for outcome in ("busy", "failed"):
        step = call.hear(events.DialEnded(outcome, 0))
        assert (_opened(step), _moved(step)) == ([], [])
        assert "chamado" not in prompts_of(step)


def test_a_second_transfer_opens_no_other(call: EngineCall) -> None:
    call.keys("1")
    step = call.at("areas").keys("3")
    assert (_opened(step), _moved(step)) == ([], [])
    assert prompts_of(step) == ["transferindo"]


def test_a_desk_of_another_area_takes_the_ticket_over_once(call: EngineCall) -> None:
    call.keys("1")
    step = call.at("areas").keys("2")
    assert (_opened(step), _moved(step)) == ([], [TicketMoved(NUMBER, 7, "mesa.rh")])
    assert _moved(call.at("areas").keys("2")) == []
    assert _moved(call.at("areas").keys("1")) == [TicketMoved(NUMBER, 7, "mesa.rm")]


def test_another_company_of_the_same_call_neither_opens_nor_moves(call: EngineCall) -> None:
    call.keys("1")
    step = _identified(call, OTHER).keys("2")
    assert (_opened(step), _moved(step)) == ([], [])
    assert "chamado" not in prompts_of(step)
    queued = _identified(call, OTHER).keys("3").verbs[-1]
    assert isinstance(queued, verbs.Enqueue)
    assert not queued.severity


def test_the_ticket_is_of_who_is_identified_as_it_rings(call: EngineCall) -> None:
    (opened,) = _opened(_identified(call, OTHER).keys("1"))
    assert (opened.company_id, opened.contact_id) == (8, 2)


def test_a_call_about_a_ticket_opens_none(call: EngineCall) -> None:
    step = call.at("areas", ticket="9999999999", about_ticket=True).keys("2")
    assert (_opened(step), _moved(step)) == ([], [])
    assert prompts_of(step) == ["transferindo", "protocolo"]


def test_a_call_about_a_closed_ticket_opens_one_that_is_linked(call: EngineCall) -> None:
    step = call.at("areas", ticket="9999999999", about_ticket=True, closed_ticket="9999999999").keys("2")
    assert [(opened.number, opened.linked_to) for opened in _opened(step)] == [(NUMBER, "9999999999")]
    assert call.position.ticket == NUMBER


def test_a_call_with_a_ticket_of_its_own_opens_none_for_a_closed_one(call: EngineCall) -> None:
    call.keys("1")
    step = call.at("areas", ticket="9999999999", about_ticket=True, closed_ticket="9999999999").keys("2")
    assert (_opened(step), _moved(step)) == ([], [TicketMoved(NUMBER, 7, "mesa.rh")])
    assert call.position.ticket == NUMBER


def test_a_call_that_leaves_a_closed_ticket_is_not_linked_to_it(call: EngineCall) -> None:
    step = call.at("areas", ticket="9999999999", closed_ticket="9999999999").keys("2")
    assert [(opened.number, opened.linked_to) for opened in _opened(step)] == [(NUMBER, None)]


def test_the_analyst_of_a_closed_ticket_is_asked_first(call: EngineCall) -> None:
    step = call.at("areas", ticket="9999999999", about_ticket=True, closed_ticket="9999999999").keys("3")
    (entered,) = (effect for effect in step.effects if isinstance(effect, QueueEntered))
    assert entered.ticket == "9999999999"


def test_a_call_that_leaves_a_keyed_ticket_opens_its_own(call: EngineCall) -> None:
    step = call.at("areas", ticket="9999999999").keys("2")
    assert [opened.number for opened in _opened(step)] == [NUMBER]


def test_a_number_that_was_told_before_is_told_again_with_the_forecast(call: EngineCall) -> None:
    step = call.at("areas", protocol=NUMBER).keys("1")
    assert prompts_of(step) == ["transferindo", "chamado"]


def test_the_severity_is_asked_in_the_first_queue_only(call: EngineCall) -> None:
    first, second = call.keys("3").verbs[-1], call.at("areas").keys("3").verbs[-1]
    assert isinstance(first, verbs.Enqueue)
    assert isinstance(second, verbs.Enqueue)
    assert (first.severity, second.severity) == (True, False)


def test_a_queue_asks_nothing_of_a_caller_without_a_ticket(line: Line) -> None:
    queued = EngineCall(Engine(line), protocol=NUMBER).at("areas").keys("3").verbs[-1]
    assert isinstance(queued, verbs.Enqueue)
    assert not queued.severity


def test_a_draft_opens_no_ticket(call: EngineCall) -> None:
    left = of_a_draft((*call.keys("1").effects, TicketMoved(NUMBER, 7, "mesa.rh")))
    assert not any(isinstance(effect, TicketOpened | TicketMoved) for effect in left)


def test_an_agent_who_passes_the_call_on_keeps_its_ticket(call: EngineCall) -> None:
    call.keys("1")
    call.position = replace(call.position.restarted_at("ligar"), destination="mesa.rh")
    step = call.hear(events.Started())
    assert (_opened(step), _moved(step)) == ([], [TicketMoved(NUMBER, 7, "mesa.rh")])


_ACTS = st.one_of(
    st.sampled_from(["1", "2", "3"]).map(events.Keys),
    st.sampled_from(["busy", "no-answer", "failed", "completed"]).map(lambda outcome: events.DialEnded(outcome, 5)),  # type: ignore[arg-type]
    st.builds(events.QueueLeft, st.sampled_from(["queue-timeout", "answered", "error"]), st.just(9)),
    st.builds(events.QueueLeft, st.just("queue-timeout"), st.just(9), st.sampled_from("12")),
    st.sampled_from([ANA, OTHER, None]),
    st.just("down"),
)


@given(st.lists(_ACTS, max_size=25))
def test_whatever_happens_a_call_has_one_ticket_of_who_was_identified(line: Line, acts: list[object]) -> None:
    engine = Engine(line)
    position = replace(engine.start(), state="areas")
    opened: list[TicketOpened] = []
    asked = 0
    down = False
    for number, act in enumerate(acts):
        match act:
            case None | CustomerRecord():
                # The caller says who they are in between, or is refused.
                of = (act.contact_id, act.company_id) if act else (None, None)
                position = replace(position, state="areas", contact_id=of[0], company_id=of[1])
                continue
            case "down":
                down = not down
                continue
        if line.states[position.state].kind not in {"menu", "transfer"}:
            position = replace(position, state="areas")
        entry = KeyEntry(act.digits) if isinstance(act, events.Keys) else None
        facts = Facts(TUESDAY, protocol=position.protocol or NUMBER, entry=entry)
        if down:
            facts = Facts(TUESDAY, entry=entry, database_down=True)
        try:
            step = engine.step(position, act, facts, number % 10)  # type: ignore[arg-type]
        except DataNeededError:
            assert down
            continue
        assert not (down and any(effect.needs_database for effect in step.effects))
        for effect in step.effects:
            match effect:
                case TicketOpened():
                    opened.append(effect)
                    assert (effect.company_id, effect.contact_id) == (position.company_id, position.contact_id)
                case TicketMoved():
                    assert (effect.number, effect.company_id) == (NUMBER, position.company_id)
                    assert effect.company_id == opened[0].company_id
        asked += sum(isinstance(verb, verbs.Enqueue) and verb.severity for verb in step.verbs)
        position = Position.from_json(step.position.as_json())
        assert position == step.position
    assert len(opened) <= 1
    assert asked <= len(opened)
