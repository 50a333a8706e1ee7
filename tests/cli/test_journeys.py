"""``ivr journeys``: the seconds of a line's callers, against the goals of its scripts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import FLOWS, Ivr

MENU = "call: To the ombudsman\nsteps: [{{press: '5'}}, {{callee: answered}}]\njourney: {journey}\n"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the line without its scripts; the file that a test writes its journeys into."""
    shutil.copytree(FLOWS / "4003-0015", tmp_path / "4003-0015", ignore=shutil.ignore_patterns("calls"))
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    return tmp_path / "4003-0015" / "a.call.yaml"


def test_a_journey_within_its_goal_is_exit_0_and_a_missed_goal_exit_1(ivr: Ivr, write: Path) -> None:
    write.write_text(MENU.format(journey="{name: a, goal: 600}"))
    code, out, err = ivr("journeys")
    assert (code, err) == (0, "")
    assert "rings after" in out
    assert out.endswith("goal 600 s\n")
    write.write_text(MENU.format(journey="{name: a, goal: 1}") + "---\n" + MENU.format(journey="b"))
    code, out, _ = ivr("journeys", "4003-0015", "--json")
    missed, free = (json.loads(line) for line in out.splitlines())
    assert (code, missed["journey"], missed["met"], free["met"]) == (1, "a", False, True)
    assert missed["seconds"] == pytest.approx(free["seconds"], abs=1)  # the protocols that are said differ
    assert missed["seconds"] > 5


def test_a_journey_that_never_comes_to_its_end_is_exit_1(ivr: Ivr, write: Path) -> None:
    write.write_text("call: a\njourney: nowhere\nsteps: [{hear: Boa noite}, {press: '5'}]\n")
    code, out, err = ivr("journeys")
    assert (code, out) == (1, f"{'nowhere':30} not at its end: {write}:1\n")
    assert f"{write}:3: 'Boa noite' was not heard" in err


def test_a_line_without_journeys_says_how_to_mark_one(ivr: Ivr, write: Path) -> None:
    write.write_text("call: a\n")
    code, _, err = ivr("journeys")
    assert (code, err.count("\n")) == (2, 1)
    assert "write 'journey: <name>' into one" in err


def test_the_shipped_line_misses_no_goal_of_its_journeys(ivr: Ivr, monkeypatch: pytest.MonkeyPatch) -> None:
    """The goals are what callers bear: where a prompt has grown, shorten another one, and leave the goals alone."""
    monkeypatch.setenv("IVR_FLOWS", str(FLOWS))
    code, out, err = ivr("journeys", "4003-0015", "--json")
    rows = {row["journey"]: row for row in map(json.loads, out.splitlines())}
    wanted = {
        "support by code": 75, "support by area": 90, "support by area and module": 90, "consultancy": 115,
        "Datacenter": 55, "CST": 30, "ombudsman": 25, "a closed desk": 30, "closed consultancy": 30,
        "closed ombudsman": 30, "closed CST": 30, "closed Assessoria": 30,
    }  # fmt: skip
    assert err == ""
    assert {name: row["goal"] for name, row in rows.items()} == wanted
    assert {name: row["seconds"] for name, row in rows.items() if not row["met"]} == {}
    assert all(row["seconds"] > 5 for row in rows.values())
    assert code == 0
