"""What holds in every menu of 4003-0015: nine repeats, zero asks for people, the star goes back, and # is no error."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call.engine import Engine
from ivr.flow.folder import load_line
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from tests.lines import ANA, EngineCall, prompts_of

LINE = load_line(Path(__file__).parents[2] / "flows" / "4003-0015")
ENGINE = Engine(LINE)
MENUS = [name for name, node in LINE.states.items() if isinstance(node, Menu)]
ENTRIES = [name for name, node in LINE.states.items() if isinstance(node, Collect) and node.secret]


def at(state: str) -> EngineCall:
    """A call of Ana, who may order consultancy, in ``state``."""
    return EngineCall(ENGINE, customer=replace(ANA, consultancy=True)).at(state, contact_id=1, company_id=7)


@pytest.mark.parametrize("menu", MENUS)
def test_nine_says_every_menu_again(menu: str) -> None:
    call = at(menu)
    node = LINE.states[menu]
    assert isinstance(node, Menu)
    assert (prompts_of(call.keys("9")), call.state, call.position.errors) == ([node.say.text], menu, 0)


@pytest.mark.parametrize("state", [*MENUS, *ENTRIES])
def test_zero_asks_for_people_everywhere(state: str) -> None:
    call = at(state)
    assert call.keys("0").destination is not None
    assert (call.state, call.position.strikes) == ("transferencia", {})


@pytest.mark.parametrize("state", [*MENUS, *ENTRIES])
def test_a_hash_of_habit_is_no_error_anywhere(state: str) -> None:
    call = at(state)
    step = call.keys("#")
    assert (step.outcome, call.state, call.position.errors, call.position.silences) == ("waits", state, 0, 0)
    assert "fechamento" not in prompts_of(step)


@pytest.mark.parametrize("state", [*MENUS, *ENTRIES])
def test_the_star_is_never_an_error(state: str) -> None:
    call = at(state)
    assert call.keys("*").outcome == "key_star"
    assert (call.position.errors, call.position.strikes) == (0, {})


def test_four_and_nine_lead_to_pendencies_as_printed() -> None:
    for last, desk in (("1", "cst.cobranca"), ("2", "cst.cadastros")):
        call = EngineCall(ENGINE)
        for key in "49":
            call.keys(key)
        assert call.keys(last).destination == desk


def test_staff_close_desks_by_a_code_and_no_single_key_leads_there() -> None:
    assert not [edge for node in LINE.states.values() for edge in node.edges()
                if edge.target == "fechamento" and edge.trigger != "code"]  # fmt: skip
    call = EngineCall(ENGINE)
    for key in "7868":
        call.keys(key)
    assert call.state == "fechamento"
