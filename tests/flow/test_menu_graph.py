"""The drawn menu shows every state and everything that a caller can press."""

from __future__ import annotations

import re

import pytest

from ivr.flow.folder import load_line
from ivr.flow.graph import arrows
from ivr.flow.line import Line
from ivr.flow.nodes import KINDS, READERS
from ivr.flow.nodes.menu import Menu
from tests.flow.lines import SHIPPED, good


@pytest.fixture(scope="module", params=["good", "4003-0015"])
def line(request: pytest.FixtureRequest) -> Line:
    return good() if request.param == "good" else load_line(SHIPPED)


def test_mermaid_shows_every_state_once(line: Line) -> None:
    boxes = re.findall(r'^  (s\d+)[^-\n]*?"([^"]+)"\W*$', arrows.mermaid(line), re.MULTILINE)
    assert [name for _, name in boxes] == list(line.states)
    assert len({id_ for id_, _ in boxes}) == len(line.states)


def test_mermaid_shows_every_key_of_every_menu(line: Line) -> None:
    ids = {name: f"s{number}" for number, name in enumerate(line.states)}
    drawn = arrows.mermaid(line)
    for node in line.states.values():
        for pressed, state in node.keys.items() if isinstance(node, Menu) else ():
            arrow = re.search(rf'^  {ids[node.name]} -->\|"(.*)"\| {ids[state]}$', drawn, re.MULTILINE)
            assert arrow, f"{node.name} {pressed}"
            assert pressed in arrow[1].split(", ")


def test_dot_shows_every_state_and_every_key(line: Line) -> None:
    drawn = arrows.dot(line)
    for name, node in line.states.items():
        assert re.search(rf'^  "{re.escape(name)}" \[shape=', drawn, re.MULTILINE)
        for pressed, state in node.keys.items() if isinstance(node, Menu) else ():
            arrow = f'"{re.escape(name)}" -> "{re.escape(state)}"'
            label = re.search(rf'^  {arrow} \[label="(.*)"\];$', drawn, re.MULTILINE)
            assert label, f"{name} {pressed}"
            assert pressed in label[1].split(", ")


def test_both_begin_with_the_number_that_is_dialled(line: Line) -> None:
    assert f'call(("{line.header.number}"))' in arrows.mermaid(line)
    assert f'"call" -> "{line.header.start}"' in arrows.dot(line)


def test_the_drawing_names_the_version_of_the_menu(line: Line) -> None:
    assert arrows.mermaid(line).startswith(f"%% {line.name}, menu version {line.version}\n")


def test_help_after_silence_or_a_wrong_key_is_left_out(line: Line) -> None:
    assert "silence" not in arrows.mermaid(line)
    assert "other key" not in arrows.dot(line)


def test_every_kind_of_state_stands_in_a_line_and_is_drawn() -> None:
    """The good line has no section 'tickets', which states about a ticket need: the shipped one has them."""
    assert all(f'["{name}"]' in arrows.mermaid(good()) for name, node in good().states.items() if node.kind == "menu")
    own = {kind.kind for kind in KINDS if kind.serves_itself}
    # A survey needs the section 'surveys', which no shipped line has: tests/call/surveyed_line.py is one that does.
    assert {node.kind for node in good().states.values()} == READERS.keys() - own - {"survey"}
    assert own <= {node.kind for node in load_line(SHIPPED).states.values()}
