"""The drawn menu shows every state and everything that a caller can press."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.errors import IvrError
from ivr.flow import graph
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.flow.nodes import READERS
from ivr.flow.nodes.menu import Menu
from tests.flow.lines import SHIPPED, good


@pytest.fixture(scope="module", params=["good", "4003-0015"])
def line(request: pytest.FixtureRequest) -> Line:
    return good() if request.param == "good" else load_line(SHIPPED)


def program(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Puts a ``dot`` of our own on the path, and no other."""
    file = folder / "dot"
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))


def test_mermaid_shows_every_state_once(line: Line) -> None:
    boxes = re.findall(r'^  (s\d+)[^-\n]*?"([^"]+)"\W*$', graph.mermaid(line), re.MULTILINE)
    assert [name for _, name in boxes] == list(line.states)
    assert len({id_ for id_, _ in boxes}) == len(line.states)


def test_mermaid_shows_every_key_of_every_menu(line: Line) -> None:
    ids = {name: f"s{number}" for number, name in enumerate(line.states)}
    drawn = graph.mermaid(line)
    for node in line.states.values():
        for pressed, state in node.keys.items() if isinstance(node, Menu) else ():
            arrow = re.search(rf'^  {ids[node.name]} -->\|"(.*)"\| {ids[state]}$', drawn, re.MULTILINE)
            assert arrow, f"{node.name} {pressed}"
            assert pressed in arrow[1].split(", ")


def test_dot_shows_every_state_and_every_key(line: Line) -> None:
    drawn = graph.dot(line)
    for name, node in line.states.items():
        assert re.search(rf'^  "{re.escape(name)}" \[shape=', drawn, re.MULTILINE)
        for pressed, state in node.keys.items() if isinstance(node, Menu) else ():
            arrow = f'"{re.escape(name)}" -> "{re.escape(state)}"'
            label = re.search(rf'^  {arrow} \[label="(.*)"\];$', drawn, re.MULTILINE)
            assert label, f"{name} {pressed}"
            assert pressed in label[1].split(", ")


def test_both_begin_with_the_number_that_is_dialled(line: Line) -> None:
    assert f'call(("{line.header.number}"))' in graph.mermaid(line)
    assert f'"call" -> "{line.header.start}"' in graph.dot(line)


def test_the_drawing_names_the_version_of_the_menu(line: Line) -> None:
    assert graph.mermaid(line).startswith(f"%% {line.name}, menu version {line.version}\n")


def test_help_after_silence_or_a_wrong_key_is_left_out(line: Line) -> None:
    assert "silence" not in graph.mermaid(line)
    assert "other key" not in graph.dot(line)


def test_every_kind_of_state_stands_in_the_good_line_and_is_drawn() -> None:
    assert all(f'["{name}"]' in graph.mermaid(good()) for name, node in good().states.items() if node.kind == "menu")
    assert {node.kind for node in good().states.values()} == READERS.keys()


def test_svg_without_graphviz_is_one_line_that_tells_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(IvrError) as raised:
        graph.svg(good())
    assert str(raised.value) == (
        "svg is drawn by Graphviz, which is not installed; install it (apt install graphviz) or take mermaid"
    )


def test_svg_is_what_graphviz_makes_of_the_dot_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path, monkeypatch, 'echo "<svg>"; while read -r row; do echo "$row"; done; echo "$1"')
    drawn = graph.svg(good())
    assert drawn.startswith("<svg>\ndigraph")
    assert drawn.endswith("}\n-Tsvg\n")


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("cat > /dev/null; echo 'Error: no font' >&2; echo 'more' >&2; exit 1", "Error: no font"),
        ("exit 3", "dot ended with 3"),
    ],
)
def test_a_graphviz_that_fails_is_told_in_one_line(
    script: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, script.replace("cat > /dev/null", "while read -r row; do :; done"))
    with pytest.raises(IvrError) as raised:
        graph.svg(good())
    assert str(raised.value) == f"Graphviz could not draw the graph: {told}; take mermaid or dot instead"
