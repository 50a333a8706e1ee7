"""``ivr check`` and ``ivr graph``: what is wrong with a line, and what it looks like."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Ivr


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the lines in which the line's first state is missing."""
    flows = tmp_path / "flows"
    shutil.copytree(FLOWS, flows)
    menu = flows / "4003-0015" / "menu.yaml"
    text = menu.read_text(encoding="utf-8")
    menu.write_text(text.replace("  start: ", "  start: no-such-", 1), encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(flows))
    return flows


def test_the_shipped_lines_have_no_fault_and_no_warning(ivr: Ivr) -> None:
    assert ivr("check") == (0, "2 lines checked: no faults, no warnings\n", "")


def test_two_lines_of_one_number_are_a_fault_of_the_second(ivr: Ivr, broken: Path) -> None:
    menu = broken / "4003-0015" / "menu.yaml"
    text = menu.read_text(encoding="utf-8").replace("  start: no-such-", "  start: ", 1)
    menu.write_text(text.replace('number: "+551140030015"', 'number: "+525550220015"'), encoding="utf-8")
    code, out, _ = ivr("check")
    assert code == 1
    assert out.splitlines()[0] == (
        f"{broken}/internacional/menu.yaml:6:11: '+525550220015' is the number of the line '4003-0015' too;"
        " give each line a number of its own"
    )


def test_a_line_is_named_or_given_as_a_folder(ivr: Ivr) -> None:
    assert ivr("check", "4003-0015") == ivr("check", FLOWS / "4003-0015")


def test_a_fault_is_told_with_file_line_and_column_and_exit_1(ivr: Ivr, broken: Path) -> None:
    code, out, err = ivr("check")
    assert (code, err) == (1, "")
    assert out.startswith(f"{broken}/4003-0015/menu.yaml:")
    assert "no-such-" in out.splitlines()[0]
    assert out.splitlines()[-1].startswith("2 lines checked: ")


def test_a_line_that_is_not_there_is_one_line_and_exit_2(ivr: Ivr) -> None:
    assert ivr("check", "4003-0016") == (
        2,
        "",
        "ivr: there is no line '4003-0016'; did you mean '4003-0015'? (the lines are: 4003-0015, internacional)\n",
    )


def test_no_line_at_all_is_told_with_the_remedy(ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    assert ivr("check") == (
        2,
        "",
        f"ivr: there is no line below {tmp_path}/; ivr new NAME makes one, or set IVR_FLOWS to where they are\n",
    )


def test_a_folder_of_lines_that_is_not_there_is_told(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_FLOWS", "/no/such/folder")
    assert ivr("check") == (
        2,
        "",
        "ivr: IVR_FLOWS is '/no/such/folder', which is no folder; ivr new NAME makes a line there,"
        " or name the folder that holds the lines\n",
    )


def test_flows_is_found_in_the_checkout_from_anywhere(
    ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("IVR_FLOWS")
    monkeypatch.chdir(tmp_path)
    assert ivr("check", "4003-0015")[0] == 0


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("mermaid", "%% 4003-0015"),
        ("dot", 'digraph "4003-0015" {'),
        ("svg", '<svg xmlns="http://www.w3.org/2000/svg" class="menu-map"'),
        ("tree", "4003-0015  +551140030015  menu version "),
    ],
)
def test_the_graph_is_drawn_as_asked(ivr: Ivr, form: str, begins: str) -> None:
    code, out, _ = ivr("graph", "4003-0015", "--format", form)
    assert code == 0
    assert out.startswith(begins)
    assert not out.endswith("\n\n")


@pytest.mark.parametrize(
    ("form", "begins"),
    [
        ("mermaid", "stateDiagram-v2\n"),
        ("dot", 'digraph "tickets" {'),
        ("svg", '<svg xmlns="http://www.w3.org/2000/svg" class="ticket-machine"'),
    ],
)
def test_the_states_of_a_ticket_are_drawn_as_asked(ivr: Ivr, form: str, begins: str) -> None:
    code, out, _ = ivr("graph", "--tickets", "--format", form)
    assert code == 0
    assert out.startswith(begins)
    assert "begin the analysis" in out


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ((), "name a line: ivr graph 4003-0015, or say --tickets"),
        (("4003-0015", "--tickets"), "--tickets stands alone: the states of a ticket are the same on every line"),
        (("--tickets", "--coverage"), "--tickets stands alone: the states of a ticket are the same on every line"),
        (
            ("--tickets", "--format", "tree"),
            "the states of a ticket are no tree; write --format svg, mermaid or dot",
        ),
    ],
)
def test_a_drawing_is_of_a_line_or_of_tickets(ivr: Ivr, args: tuple[str, ...], told: str) -> None:
    assert ivr("graph", *args) == (2, "", f"ivr graph: {told}\n")


def test_a_picture_in_a_file_brings_its_colours_for_light_and_dark(ivr: Ivr) -> None:
    _, out, _ = ivr("graph", "4003-0015", "--format", "svg")
    assert "prefers-color-scheme: dark" in out


def test_a_tree_in_a_file_is_a_hundred_columns_wide(ivr: Ivr) -> None:
    _, out, _ = ivr("graph", "4003-0015", "--format", "tree")
    assert 80 < max(map(len, out.splitlines())) <= 100
    assert "├─ 5 ☎ ouvidoria" in out


def test_a_plain_tree_is_for_terminals_that_show_ascii_only(ivr: Ivr) -> None:
    _, out, _ = ivr("graph", "4003-0015", "--format", "tree", "--plain")
    assert out.isascii()
    assert ivr("graph", "4003-0015", "--plain")[::2] == (2, "ivr graph: --plain goes with --format tree\n")


def test_a_terminal_that_shows_ascii_only_is_noticed() -> None:
    command = [sys.executable, "-c", "from ivr.cli import main; main()", "graph", "4003-0015", "--format", "tree"]
    drawn = subprocess.run(command, env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, check=True)
    assert drawn.stdout.isascii()
    assert b"|- 5 call ouvidoria" in drawn.stdout


def test_a_line_with_faults_is_not_drawn(ivr: Ivr, broken: Path) -> None:
    code, out, err = ivr("graph", "4003-0015")
    assert (code, out) == (2, "")
    assert err.startswith(f"{broken}/4003-0015/menu.yaml:")


def test_an_unknown_format_is_one_line(ivr: Ivr) -> None:
    code, _, err = ivr("graph", "4003-0015", "--format", "png")
    assert code == 2
    assert err == "ivr graph: Invalid value for '--format': 'png' is not one of 'mermaid', 'dot', 'svg', 'tree'.\n"
