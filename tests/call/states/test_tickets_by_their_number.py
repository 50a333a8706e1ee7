"""A caller keys a ticket's number, hears how it stands, and does by keys or a recording what its state allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.call import events, verbs
from ivr.call.effects import PhonePasswordChanged, TalkRecorded, TicketActed, of_a_draft
from ivr.call.engine import Engine, Step
from ivr.call.facts import TicketFacts
from ivr.call.speech import sentence
from ivr.flow.line import Line
from ivr.tickets.events import CLOSED, WITH_CUSTOMER, Area, EventKind, TicketState
from tests.call.ticket_line import ticket_line
from tests.lines import ANA, TUESDAY, EngineCall, gather_of, prompts_of

NUMBER, LINKED, OWN = "5071343114", "5071343115", "1234567890"
ACCEPTED, REFUSED, POSTPONED = EventKind.ACCEPTED, EventKind.REFUSED, EventKind.POSTPONED
MESSAGE, ANSWERED = EventKind.MESSAGE_ADDED, EventKind.ANSWERED
SPOKEN = events.Recorded("RE0", "https://x.test/r", 9)

OPEN = TicketFacts(
    NUMBER,
    TicketState.IN_ANALYSIS,
    Area.SUSTENTACAO,
    "mesa.rm",
    TUESDAY + timedelta(days=2),
    None,
    None,
    frozenset({MESSAGE}),
)
SOLVED = replace(
    OPEN,
    state=TicketState.SOLUTION_SENT,
    forecast_at=None,
    last_day=date(2026, 3, 25),
    postponed_day=date(2026, 4, 24),
    possible=frozenset({ACCEPTED, REFUSED, POSTPONED, MESSAGE}),
)
OVER = replace(OPEN, state=TicketState.ACCEPTED, forecast_at=None, linked=LINKED)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return ticket_line(tmp_path_factory.mktemp("flows"))


@pytest.fixture
def call(line: Line) -> EngineCall:
    """A call of Ana, who is identified, and is asked for a number."""
    call = EngineCall(Engine(line), customer=ANA, protocol=OWN)
    return call.at("numero", contact_id=ANA.contact_id, company_id=ANA.company_id)


def about(call: EngineCall, ticket: TicketFacts, state: str = "chamado") -> EngineCall:
    """The number of ``ticket`` was keyed, and, where ``state`` is another one, the key that leads there."""
    call.known = {"ticket": ticket}
    call.keys(f"{ticket.number}#")
    key = {"aceite": "1", "recusa": "2", "prazo": "3", "mensagem": "4"}.get(state)
    if key:
        call.keys(key)
    assert call.state == state
    return call


def acted(step: Step) -> list[TicketActed]:
    return [effect for effect in step.effects if isinstance(effect, TicketActed)]


def said_of(step: Step, prompt: str) -> verbs.Say:
    (found,) = (say for say in gather_of(step).prompts if say.prompt == prompt)
    return found


def test_a_number_of_ten_digits_leads_to_its_ticket(call: EngineCall) -> None:
    step = about(call, OPEN).steps[-1]
    assert prompts_of(step) == ["estado-in-analysis", "previsao", "escrever", "opcoes"]
    assert (call.position.ticket, call.position.about_ticket) == (NUMBER, False)


@pytest.mark.parametrize("keyed", ["507134311#", "50713431145#", f"{NUMBER}#"])
def test_no_ticket_of_that_number_is_a_wrong_try(call: EngineCall, keyed: str) -> None:
    call.known = {"ticket": None if keyed == f"{NUMBER}#" else OPEN}
    assert prompts_of(call.keys(keyed)) == ["como"]
    assert (call.state, call.position.ticket) == ("numero", None)


def test_three_wrong_numbers_lead_on_and_a_right_one_forgives(call: EngineCall) -> None:
    call.keys("1#")
    call.keys("2#")
    about(call, OPEN).keys("*")
    call.known = {}
    for _ in range(2):
        call.keys("1#")
        assert call.state == "numero"
    call.keys("1#")
    assert call.state == "atendimento"


def test_what_is_keyed_after_a_star_counts(call: EngineCall) -> None:
    call.known = {"ticket": OPEN}
    call.keys(f"99*{NUMBER}#")
    assert call.state == "chamado"


@pytest.mark.parametrize("state", TicketState)
def test_each_state_is_told_with_the_number_and_what_it_allows(
    call: EngineCall, line: Line, state: TicketState
) -> None:
    ticket = replace(SOLVED if state in WITH_CUSTOMER else OVER if state in CLOSED else OPEN, state=state)
    step = about(call, ticket).steps[-1]
    told = said_of(step, f"estado-{state}")
    digits = "cinco, zero, sete, um, três; quatro, três, um, um, quatro"
    assert sentence(line, told, TUESDAY) == f"Chamado {digits}: {state}."
    assert ("previsao" in prompts_of(step)) is (ticket.forecast_at is not None)
    offered = [prompt for prompt in prompts_of(step) if prompt in {"aceitar", "recusar", "adiar", "escrever"}]
    assert offered == (["aceitar", "recusar", "adiar", "escrever"] if state in WITH_CUSTOMER else ["escrever"])


@pytest.mark.parametrize(("early", "prompt"), [(-1, "atrasado"), (0, "atrasado"), (1, "previsao")])
def test_a_forecast_that_is_over_is_told_as_one(call: EngineCall, early: int, prompt: str) -> None:
    at = TUESDAY + timedelta(seconds=early)
    assert said_of(about(call, replace(OPEN, forecast_at=at)).steps[-1], prompt).forecast == at


def test_a_wrong_key_that_means_an_act_has_the_ticket_told_again(call: EngineCall) -> None:
    step = about(call, OPEN).keys("1")
    assert prompts_of(step) == ["como", "estado-in-analysis", "previsao", "escrever", "opcoes"]
    assert call.position.errors == 1
    assert prompts_of(call.keys("3"))[:2] == ["como-de-novo", "estado-in-analysis"]


def test_a_key_of_nothing_is_helped_and_told_again_at_the_second(call: EngineCall) -> None:
    assert prompts_of(about(call, OPEN).keys("8")) == ["como"]
    assert prompts_of(call.keys("8"))[:2] == ["como-de-novo", "estado-in-analysis"]


def test_help_that_is_used_up_leads_to_the_desk_of_the_ticket(call: EngineCall) -> None:
    about(call, OPEN)
    for _ in range(3):
        step = call.keys("8")
    assert prompts_of(step) == ["transferindo"]
    assert (call.position.destination, call.position.ticket) == ("mesa.rm", NUMBER)


def test_silence_is_helped_and_tells_it_again(call: EngineCall) -> None:
    about(call, OPEN)
    assert prompts_of(call.silence()) == ["silencio"]
    assert prompts_of(call.silence()) == ["silencio-de-novo", "estado-in-analysis", "previsao", "escrever", "opcoes"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("", ["estado-in-analysis", "previsao", "escrever", "opcoes"]),
        ("8", ["como"]),
        ("88", ["como-de-novo", "estado-in-analysis", "previsao", "escrever", "opcoes"]),
    ],
    ids=["the ticket", "its help", "both"],
)
def test_a_hash_of_habit_has_said_again_what_it_cuts_short(call: EngineCall, wrong: str, said: list[str]) -> None:
    about(call, OPEN)
    for key in wrong:
        call.keys(key)
    assert prompts_of(call.keys("#")) == said
    assert call.state == "chamado"


def test_a_hash_of_habit_after_all_was_said_is_no_key(call: EngineCall) -> None:
    about(call, OPEN)
    call.now += timedelta(minutes=5)
    assert (prompts_of(call.keys("#")), call.state) == ([], "chamado")


def test_star_asks_for_another_number_and_nine_tells_it_again(call: EngineCall) -> None:
    assert prompts_of(about(call, OPEN).keys("9"))[0] == "estado-in-analysis"
    call.keys("*")
    assert call.state == "numero"


@pytest.mark.parametrize(
    ("ticket", "destination", "said"),
    [
        (OPEN, "mesa.rm", []),
        (replace(OPEN, area=Area.CONSULTORIA), "mesa.rm", ["aviso"]),
        (replace(OPEN, destination="gente"), None, []),
        (replace(OPEN, destination="mesa.fechada"), None, []),
        (replace(OPEN, destination=None), None, []),
    ],
    ids=["its desk", "billed first", "of no such desk", "a desk that is gone", "of the portal"],
)
def test_the_key_for_people_leads_to_the_desk_of_the_ticket(
    call: EngineCall, ticket: TicketFacts, destination: str | None, said: list[str]
) -> None:
    step = about(call, ticket).keys("0")
    assert prompts_of(step)[: len(said)] == said
    assert (call.position.destination, call.position.ticket) == (destination, NUMBER)
    assert call.state == ("ligar" if destination else "areas")


def test_another_desk_after_a_keyed_ticket_is_another_subject(call: EngineCall) -> None:
    about(call, OPEN)
    call.at("areas").keys("2")
    assert (call.position.destination, call.position.ticket) == ("mesa.rh", OWN)


@pytest.mark.parametrize("event", [events.Keys("4"), events.Silence()])
def test_a_ticket_that_is_gone_meanwhile_is_for_people(call: EngineCall, event: events.Event) -> None:
    about(call, OPEN).known = {}
    call.hear(event)
    assert call.state == "areas"


def test_coming_back_to_a_ticket_that_is_gone_forgets_it(call: EngineCall) -> None:
    about(call, SOLVED, "aceite").known = {}
    call.keys("1")
    assert (call.state, call.position.ticket) == ("areas", None)


def test_the_key_1_accepts_and_nothing_else_does(call: EngineCall) -> None:
    step = about(call, SOLVED, "aceite").keys("1")
    assert acted(step) == [TicketActed(NUMBER, 7, 1, ACCEPTED, "mesa.rm")]
    assert prompts_of(step)[0] == "feito"


@pytest.mark.parametrize("event", [events.Keys("2"), events.Keys("*"), events.Silence()])
def test_another_key_or_silence_does_nothing(call: EngineCall, event: events.Event) -> None:
    step = about(call, SOLVED, "aceite").hear(event)
    assert (acted(step), call.state) == ([], "chamado")


def test_what_is_billed_is_heard_to_its_end_before_it_is_agreed_to(call: EngineCall) -> None:
    step = about(call, replace(SOLVED, billed=75), "aceite").steps[-1]
    first, then = step.verbs
    assert first == verbs.Say("cobranca", billed=75, barge_in=False)
    assert isinstance(then, verbs.Gather)
    assert (then.num_digits, then.seconds) == (1, 8)


def test_more_time_is_told_with_its_last_day(call: EngineCall) -> None:
    assert said_of(about(call, SOLVED, "prazo").steps[-1], "confirmar").last_day == date(2026, 4, 24)
    assert acted(call.keys("1")) == [TicketActed(NUMBER, 7, 1, POSTPONED, "mesa.rm")]


def test_an_acceptance_is_told_with_the_day_of_the_solution(call: EngineCall) -> None:
    assert said_of(about(call, SOLVED, "aceite").steps[-1], "confirmar").last_day == date(2026, 3, 25)
    assert prompts_of(call.keys("#")) == ["confirmar"], "a # of habit is no answer"


def test_a_refusal_is_a_recording(call: EngineCall) -> None:
    asked = about(call, SOLVED, "recusa").steps[-1]
    assert asked.verbs == (verbs.Say("motivo"), verbs.Record(90, 4))
    step = call.hear(SPOKEN)
    assert acted(step) == [TicketActed(NUMBER, 7, 1, REFUSED, "mesa.rm", "RE0", "https://x.test/r", 9)]


@pytest.mark.parametrize("event", [events.Recorded("RE0", "https://x.test/r", 0), events.Silence()])
def test_a_recording_without_a_word_does_nothing(call: EngineCall, event: events.Event) -> None:
    step = about(call, SOLVED, "recusa").hear(event)
    assert (acted(step), call.state) == ([], "chamado")


def test_a_message_to_a_question_of_ours_is_its_answer(call: EngineCall) -> None:
    asked = replace(SOLVED, state=TicketState.PENDING_CUSTOMER, possible=frozenset({MESSAGE}))
    assert [each.kind for each in acted(about(call, asked, "mensagem").hear(SPOKEN))] == [ANSWERED]
    assert [each.kind for each in acted(about(call.at("numero"), SOLVED, "mensagem").hear(SPOKEN))] == [MESSAGE]


def test_a_message_to_a_closed_ticket_opens_another_one(call: EngineCall) -> None:
    step = about(call, OVER, "mensagem").hear(SPOKEN)
    (effect,) = acted(step)
    assert (effect.kind, effect.linked, effect.sid) == (MESSAGE, LINKED, "RE0")
    assert (prompts_of(step)[0], call.position.ticket) == ("outro-aberto", LINKED)


@pytest.mark.parametrize("now", [None, OVER], ids=["gone", "accepted"])
def test_what_became_impossible_meanwhile_is_not_done(call: EngineCall, now: TicketFacts | None) -> None:
    about(call, SOLVED, "recusa").known = {"ticket": now}
    step = call.hear(SPOKEN)
    assert acted(step) == []
    # What was said stays a recording of the call, which goes when those of talks do.
    assert TalkRecorded(None, "RE0", "https://x.test/r", 9) in step.effects
    assert call.state == ("chamado" if now else "areas")


def test_a_state_that_is_not_possible_any_more_asks_nothing(call: EngineCall) -> None:
    about(call, SOLVED).at("recusa").known = {"ticket": OVER}
    step = call.hear(events.Silence())
    assert (acted(step), prompts_of(step)[0]) == ([], "estado-accepted")


def test_a_way_to_an_act_that_is_not_possible_tells_the_ticket(call: EngineCall) -> None:
    about(call, SOLVED, "aceite").keys("1")
    call.known = {"ticket": OVER}
    step = call.keys("1")
    assert (acted(step), prompts_of(step)[0], call.state) == ([], "estado-accepted", "chamado")


def test_a_draft_acts_on_no_ticket(call: EngineCall) -> None:
    assert not any(
        isinstance(each, TicketActed) for each in of_a_draft(about(call, SOLVED, "aceite").keys("1").effects)
    )


_TICKETS = st.sampled_from([None, OPEN, SOLVED, OVER, replace(SOLVED, state=TicketState.PENDING_CUSTOMER)])
_EVENTS = st.one_of(
    st.text("0123456789*#", min_size=1, max_size=3).map(events.Keys),
    st.just(events.Keys(f"{NUMBER}#")),
    st.just(SPOKEN),
    st.just(events.Silence()),
)


@pytest.mark.untraced
@given(st.lists(st.tuples(_TICKETS, _EVENTS), max_size=15))
def test_nothing_is_done_that_the_ticket_does_not_allow(
    line: Line, turns: list[tuple[TicketFacts | None, events.Event]]
) -> None:
    call = EngineCall(Engine(line), customer=ANA, protocol=OWN)
    call.at("numero", contact_id=1, company_id=7)
    ours = {"numero", "chamado", "aceite", "recusa", "prazo", "mensagem", "atendimento"}
    for ticket, event in turns:
        if call.state not in ours:
            call.at("numero")
        call.known = {"ticket": ticket}
        for effect in acted(call.hear(event)):
            assert ticket is not None
            assert effect.kind in ticket.possible or (effect.kind, ticket.state) == (ANSWERED, "pending-customer")
            assert (effect.linked is not None) == (ticket.linked is not None and effect.kind is MESSAGE)


def test_a_new_password_is_the_contact_s_once_it_is_keyed_twice(call: EngineCall) -> None:
    call.at("senha-nova").known = {"new_password": "hash"}
    assert (call.keys("8263#").effects, call.state) == ((), "de-novo")
    step = call.keys("8263#")
    assert step.effects == (PhonePasswordChanged(1, 7, "hash"),)
    assert (prompts_of(step)[0], call.position.new_password) == ("feito", None)


@pytest.mark.parametrize("again", [None, "another hash"])
def test_another_password_the_second_time_is_a_wrong_try(call: EngineCall, again: str | None) -> None:
    call.at("senha-nova").known = {"new_password": "hash"}
    call.keys("8263#")
    call.known = {"new_password": again}
    step = call.keys("9182#")
    assert (step.effects, call.state, prompts_of(step)) == ((), "de-novo", ["como"])


def test_a_password_that_may_not_be_is_a_wrong_try(call: EngineCall) -> None:
    step = call.at("senha-nova").keys("1234#")
    assert (step.effects, call.state, call.position.new_password) == ((), "senha-nova", None)


@pytest.mark.parametrize(("name", "said"), [("Rita", ["administrador", "areas"]), (None, ["areas"])])
def test_the_administrator_is_told_by_name_where_there_is_one(
    call: EngineCall, line: Line, name: str | None, said: list[str]
) -> None:
    call.at("atendimento").known = {"administrator": name}
    step = call.keys("3")
    assert prompts_of(step) == said
    if name:
        assert sentence(line, said_of(step, "administrador"), TUESDAY) == "É Rita."
