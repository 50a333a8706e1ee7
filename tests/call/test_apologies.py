"""What a caller hears when something of ours is broken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ivr.call import verbs
from ivr.call.apology import apology
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.source.diagnostics import Mark
from ivr.source.yaml import Text
from routing.destinations import Number
from tests.lines import ROUTING, TUESDAY, write_line


def _with_gente(tmp_path: Path, targets: str, hours: str = "always") -> Line:
    always = '  gente:\n    hours: always\n    targets: [{number: "+551150900700", ring: 25}]'
    routing = ROUTING.replace(always, f"  gente:\n    hours: {hours}\n    targets: {targets} ")
    assert routing != ROUTING
    return load_line(write_line(tmp_path / "ensaio", routing=routing))


def test_a_caller_let_down_hears_an_apology_and_reaches_people(small_line: Line) -> None:
    assert apology(small_line, TUESDAY) == (
        verbs.Say("desculpas"),
        verbs.Say("transferindo", destination="gente"),
        verbs.Dial(Number("+551150900700", 25), record=False, destination="gente"),
        verbs.Hangup(),
    )


def test_a_queue_is_passed_over_because_it_needs_turns_of_ours(tmp_path: Path) -> None:
    line = _with_gente(tmp_path, '[{queue: gente, wait: 60}, {number: "+551150900701", ring: 25}]')
    dial = apology(line, TUESDAY)[2]
    assert isinstance(dial, verbs.Dial)
    assert dial.target == Number("+551150900701", 25)


def test_where_nobody_can_be_rung_the_call_ends_with_the_apology(tmp_path: Path) -> None:
    line = _with_gente(tmp_path, "[{queue: gente, wait: 60}]")
    assert apology(line, TUESDAY) == (verbs.Say("desculpas"), verbs.Hangup())


def test_where_the_human_is_no_destination_the_call_ends_with_the_apology(small_line: Line) -> None:
    header = replace(small_line.header, human=Text("principal", Mark("menu.yaml", 1, 1)))
    assert apology(replace(small_line, header=header), TUESDAY) == (verbs.Say("desculpas"), verbs.Hangup())


@pytest.mark.parametrize("hour", [3, 12, 22])
def test_an_apology_can_be_made_at_any_hour(small_line: Line, hour: int) -> None:
    assert apology(small_line, TUESDAY.replace(hour=hour))[0] == verbs.Say("desculpas")


def test_a_destination_that_is_closed_is_told_with_its_next_opening(tmp_path: Path) -> None:
    line = _with_gente(tmp_path, '[{number: "+551150900700", ring: 25}]', hours="comercial")
    sorry, closed, end = apology(line, TUESDAY.replace(hour=22))
    assert (sorry, end) == (verbs.Say("desculpas"), verbs.Hangup())
    assert isinstance(closed, verbs.Say)
    assert (closed.prompt, closed.destination) == ("fechado", "gente")
    assert closed.opens_at is not None
    assert closed.opens_at.isoformat() == "2026-03-11T08:00:00-03:00"
