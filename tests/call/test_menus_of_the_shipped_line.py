"""What holds in every menu of the shipped lines: nine repeats, zero asks for people, * goes back, and # is no error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call.engine import Engine
from ivr.flow.folder import load_line
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from tests.lines import ANA, TUESDAY, EngineCall, prompts_of

pytestmark = pytest.mark.untraced

FLOWS = Path(__file__).parents[2] / "flows"
ENGINES = {name: Engine(load_line(FLOWS / name)) for name in ("4003-0015", "internacional")}
ENGINE = ENGINES["4003-0015"]
LINE = ENGINE.line
STATES = [(name, state, node) for name, engine in ENGINES.items() for state, node in engine.line.states.items()]
MENUS = [(name, state) for name, state, node in STATES if isinstance(node, Menu)]
ENTRIES = [(name, state) for name, state, node in STATES if isinstance(node, Collect) and node.format.secret]


def at(line: str, state: str) -> EngineCall:
    """A call of Ana, who may order consultancy, in ``state`` of ``line``."""
    engine = ENGINES[line]
    now = TUESDAY.replace(tzinfo=engine.line.header.zone)
    return EngineCall(engine, now, customer=replace(ANA, consultancy=True)).at(state, contact_id=1, company_id=7)


@pytest.mark.parametrize(("line", "menu"), MENUS)
def test_nine_says_every_menu_again(line: str, menu: str) -> None:
    call = at(line, menu)
    node = ENGINES[line].line.states[menu]
    assert isinstance(node, Menu)
    assert (prompts_of(call.keys("9")), call.state, call.position.errors) == ([node.say], menu, 0)


@pytest.mark.parametrize("keyed", ["9", "9#"])
@pytest.mark.parametrize(
    ("line", "state"), [(name, state) for name, state, node in STATES if isinstance(node, Collect)]
)
def test_nine_asks_every_question_again_and_is_no_wrong_entry(line: str, state: str, keyed: str) -> None:
    call = at(line, state)
    node = ENGINES[line].line.states[state]
    assert isinstance(node, Collect)
    assert prompts_of(call.keys(keyed)) == [node.say]
    assert (call.state, call.position.errors, call.position.strikes) == (state, 0, {})


@pytest.mark.parametrize(("line", "state"), ENTRIES)
def test_zero_with_its_hash_asks_for_people_at_every_question(line: str, state: str) -> None:
    call = at(line, state)
    assert call.keys("0#").destination is not None
    assert (call.state, call.position.strikes) == (ENGINES[line].line.header.defaults.transfer, {})


@pytest.mark.parametrize("keyed", ["05*1*0001", "05*1*0001#", "0510001#", "05*10001#", "051*0001#"])
def test_dots_of_a_code_keyed_as_stars_do_not_cut_it(keyed: str) -> None:
    call = at("4003-0015", "codigo")
    assert call.keys(keyed).destination == "suporte.vitrine"


NO_PEOPLE = ("4003-0015", "mesa-e-assessoria-fechadas")
"""The menu of a caller who was just told that the people are not there: 0 takes a message for them."""


def test_zero_takes_a_message_where_the_people_are_closed() -> None:
    call = at(*NO_PEOPLE)
    assert call.keys("0").destination is None
    assert call.state == "recado"


@pytest.mark.parametrize(("line", "state"), [each for each in (*MENUS, *ENTRIES) if each != NO_PEOPLE])
def test_zero_asks_for_people_everywhere(line: str, state: str) -> None:
    call = at(line, state)
    assert call.keys("0").destination is not None
    assert (call.state, call.position.strikes) == (ENGINES[line].line.header.defaults.transfer, {})


@pytest.mark.parametrize(("line", "state"), [*MENUS, *ENTRIES])
def test_a_hash_of_habit_is_no_error_anywhere(line: str, state: str) -> None:
    call = at(line, state)
    step = call.keys("#")
    assert (step.outcome, call.state, call.position.errors, call.position.silences) == ("waits", state, 0, 0)
    assert "fechamento" not in prompts_of(step)


@pytest.mark.parametrize(("line", "state"), [*MENUS, *ENTRIES])
def test_the_star_is_never_an_error(line: str, state: str) -> None:
    call = at(line, state)
    assert call.keys("*").outcome == "key_star"
    assert (call.position.errors, call.position.strikes) == (0, {})


def test_four_and_nine_lead_to_pendencies_as_printed() -> None:
    for last, destination in (("1", "cst.cobranca"), ("2", "cst.cadastros")):
        call = EngineCall(ENGINE)
        for key in "49":
            call.keys(key)
        assert call.keys(last).destination == destination


def test_staff_close_destinations_by_a_code_and_no_single_key_leads_there() -> None:
    assert not [edge for node in LINE.states.values() for edge in node.edges()
                if edge.target == "fechamento" and edge.trigger != "code"]  # fmt: skip
    call = EngineCall(ENGINE)
    for key in "7868":
        call.keys(key)
    assert call.state == "fechamento"
