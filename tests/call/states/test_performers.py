"""Each kind of state is performed by one file, and hears what happens where it waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call import events, states
from ivr.call.facts import Facts
from ivr.call.position import Position
from ivr.call.states import PERFORMERS
from ivr.call.states.performer import performs
from ivr.call.states.say import arrive
from ivr.call.turn_state import TurnState
from ivr.flow.nodes import KINDS, say
from tests.flow.lines import good
from tests.lines import TUESDAY


def test_each_kind_is_performed_by_the_file_of_its_name() -> None:
    files = {file.stem for file in Path(states.__path__[0]).glob("*.py")}
    assert PERFORMERS.keys() == set(KINDS)
    assert {each.kind for each in KINDS} <= files


def test_a_kind_that_is_performed_twice_is_refused_at_import() -> None:
    with pytest.raises(TypeError, match="the kind say is performed twice"):
        performs(say.Say, arrive, None)


def test_a_state_that_waits_hears_and_one_that_does_not_refuses() -> None:
    line = good()
    for node in line.states.values():
        turn = TurnState.begin(line, Position(node.name), Facts(TUESDAY))
        if node.waits:
            PERFORMERS[type(node)].hear(turn, node, events.Silence())
        else:
            with pytest.raises(TypeError, match="does not wait"):
                PERFORMERS[type(node)].hear(turn, node, events.Silence())


def test_a_performer_takes_states_of_its_own_kind_alone() -> None:
    line = good()
    menu = line.states[line.header.start]
    turn = TurnState.begin(line, Position(menu.name), Facts(TUESDAY))
    with pytest.raises(TypeError, match="is of the kind"):
        PERFORMERS[type(menu)].arrive(turn, next(each for each in line.states.values() if each.kind != menu.kind))
