"""A request for remote access is told to its end; a contact who may answers it by a key, and no other request."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from data.customers import CustomerRecord
from ivr.call import events, verbs
from ivr.call.effects import AccessAnswered, of_a_draft
from ivr.call.engine import Engine, Step
from ivr.call.facts import AccessFacts, TicketFacts
from ivr.flow.line import Line
from ivr.tickets.events import Area, EventKind, TicketState
from ivr.tickets.remote_access import AccessState
from tests.call.ticket_line import ticket_line
from tests.lines import ANA, TUESDAY, EngineCall, gather_of, prompts_of

NUMBER, OWN = "5071343114", "1234567890"
WAITS = AccessFacts("RA1", "TeamViewer", None, TUESDAY + timedelta(hours=24), AccessState.WAITING)
BILLED = replace(WAITS, tool="LogMeIn", billed=45)
CARLA = replace(ANA, administrator=False, consultancy=False)
"""A contact who may order nothing that is billed."""


def ticket(access: AccessFacts | None) -> TicketFacts:
    possible = {EventKind.MESSAGE_ADDED}
    if access and access.state is AccessState.WAITING:
        possible.add(EventKind.ACCESS_ANSWERED)
    return TicketFacts(
        NUMBER,
        TicketState.IN_ANALYSIS,
        Area.SUSTENTACAO,
        "mesa.rm",
        TUESDAY + timedelta(days=2),
        None,
        None,
        frozenset(possible),
        access=access,
    )


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Line:
    return ticket_line(tmp_path_factory.mktemp("flows"))


@pytest.fixture
def call(line: Line) -> EngineCall:
    """A call of Ana, who administers the portal, that is told of the request ``WAITS``."""
    call = EngineCall(Engine(line), customer=ANA, protocol=OWN)
    call.at("numero", contact_id=ANA.contact_id, company_id=ANA.company_id)
    return told(call, WAITS)


def told(call: EngineCall, access: AccessFacts, customer: CustomerRecord = ANA) -> EngineCall:
    call.customer = customer
    call.known = {"ticket": ticket(access)}
    call.at("numero").keys(f"{NUMBER}#")
    call.keys("5")
    assert call.state == "acesso"
    return call


def answered(step: Step) -> list[AccessAnswered]:
    return [effect for effect in step.effects if isinstance(effect, AccessAnswered)]


def test_what_is_asked_for_is_heard_to_its_end_before_the_keys(call: EngineCall) -> None:
    first, keys = call.steps[-1].verbs
    assert first == verbs.Say("pedido", tool="TeamViewer", valid_until=WAITS.expires_at, barge_in=False)
    assert isinstance(keys, verbs.Gather)
    assert [say.prompt for say in keys.prompts] == ["permitir", "negar"]


@pytest.mark.parametrize(("key", "allowed"), [("1", True), ("2", False)])
def test_an_answer_is_to_the_request_that_was_heard(call: EngineCall, key: str, allowed: bool) -> None:
    step = call.keys(key)
    assert answered(step) == [AccessAnswered(NUMBER, 7, 1, "RA1", allowed, OWN)]
    assert prompts_of(step)[0] == "feito"
    assert call.position.access is None
    assert answered(call.at("acesso").keys(key)) == [], "it was not told again"


def test_what_is_billed_is_told_before_it_is_allowed(call: EngineCall) -> None:
    step = told(call, BILLED).steps[-1]
    assert verbs.Say("preparo", tool="LogMeIn", billed=45, barge_in=False) in step.verbs
    assert len(answered(call.keys("1"))) == 1


def test_who_may_order_nothing_billed_may_refuse_it_alone(call: EngineCall) -> None:
    assert prompts_of(told(call, BILLED, CARLA).steps[-1]) == ["pedido", "preparo", "sem-perfil", "negar"]
    step = call.keys("1")
    assert (answered(step), call.state) == ([], "acesso")
    assert prompts_of(step) == ["como", "pedido", "preparo", "sem-perfil", "negar"], "why, once more"
    assert [each.allowed for each in answered(call.keys("2"))] == [False]


def test_what_is_not_billed_is_allowed_by_any_contact(call: EngineCall) -> None:
    assert [each.allowed for each in answered(told(call, WAITS, CARLA).keys("1"))] == [True]


@pytest.mark.parametrize(
    ("state", "prompt"),
    [
        (AccessState.ALLOWED, "ja-permitido"),
        (AccessState.REFUSED, "ja-recusado"),
        (AccessState.EXPIRED, "pedido-vencido"),
        (AccessState.ENDED, "encerrado"),
    ],
)
def test_what_became_of_it_meanwhile_is_told_and_nothing_done(
    call: EngineCall, state: AccessState, prompt: str
) -> None:
    call.known = {"ticket": ticket(replace(WAITS, state=state))}
    step = call.keys("1")
    assert (answered(step), call.state) == ([], "chamado")
    assert prompts_of(step)[:2] == [prompt, "estado-in-analysis"]
    first = gather_of(step).prompts[0]
    assert (first.valid_until is not None) is (state is AccessState.ALLOWED)


def test_another_request_meanwhile_is_told_before_it_is_answered(call: EngineCall) -> None:
    call.known = {"ticket": ticket(replace(WAITS, id="RA2", tool="TRA"))}
    step = call.keys("1")
    assert (answered(step), prompts_of(step)[0]) == ([], "pedido")
    assert [each.access for each in answered(call.keys("1"))] == ["RA2"]


@pytest.mark.parametrize("customer", [replace(ANA, blocked=True), None], ids=["blocked", "unknown"])
def test_a_contact_who_may_not_answer_any_more_does_not(call: EngineCall, customer: CustomerRecord | None) -> None:
    call.customer = customer
    step = call.keys("1")
    assert (answered(step), call.state) == ([], "areas")


@pytest.mark.parametrize("access", [None, WAITS])
def test_a_request_or_a_ticket_that_is_gone_takes_no_answer(call: EngineCall, access: AccessFacts | None) -> None:
    call.known = {"ticket": None if access else ticket(None)}
    step = call.keys("1")
    assert answered(step) == []
    assert call.state == ("areas" if access else "chamado")


def test_star_goes_back_to_the_ticket_and_nine_tells_it_again(call: EngineCall) -> None:
    assert prompts_of(call.keys("9"))[0] == "pedido"
    assert prompts_of(call.keys("*"))[0] == "estado-in-analysis"


def test_people_are_those_of_the_ticket(call: EngineCall) -> None:
    call.keys("0")
    assert (call.position.destination, call.position.ticket) == ("mesa.rm", NUMBER)


def test_silence_is_helped_and_tells_it_again(call: EngineCall) -> None:
    assert prompts_of(call.silence()) == ["silencio"]
    assert prompts_of(call.silence()) == ["silencio-de-novo", "pedido", "permitir", "negar"]


def test_help_that_is_used_up_leads_to_people_about_the_ticket(call: EngineCall) -> None:
    for _ in range(3):
        step = call.keys("8")
    assert answered(step) == []
    assert (call.position.destination, call.position.ticket) == ("mesa.rm", NUMBER)


def test_a_hash_of_habit_tells_it_again_where_it_was_cut_short(call: EngineCall) -> None:
    assert prompts_of(call.keys("#"))[0] == "pedido"
    call.keys("9")
    call.now += timedelta(minutes=5)
    assert (prompts_of(call.keys("#")), call.state) == ([], "acesso")


def test_a_draft_answers_no_request(call: EngineCall) -> None:
    assert not any(isinstance(each, AccessAnswered) for each in of_a_draft(call.keys("1").effects))


def test_a_recording_is_no_answer(call: EngineCall) -> None:
    step = call.hear(events.Recorded("RE0", "https://x.test/r", 9))
    assert (answered(step), call.state) == ([], "acesso")
