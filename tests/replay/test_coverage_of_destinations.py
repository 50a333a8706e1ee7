"""At what times calls came to a destination, how its ringing ended, and what of it may happen at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from ivr.cli.targets import LocalLines
from ivr.replay.destination_coverage import DestinationCoverage, cover_destinations
from ivr.replay.line_coverage import cover
from ivr.replay.runner import play
from ivr.replay.script import ScriptLines, read_scripts

FLOWS = Path(__file__).parents[2] / "flows"
LINE = "4003-0015"

SCRIPTS = """\
call: Open, and busy
at: 2026-03-10T10:30
steps: [{press: "5"}, {callee: busy}]
---
call: Closed at night
at: 2026-03-10T23:00
steps: [{press: "5"}, {hang_up: true}]
---
call: A holiday, on which a family is told to be closed
at: 2026-09-07T10:00
steps: [{press: "2"}, {press: "2"}, {hang_up: true}]
---
call: An emergency that is over, and one that is not
at: 2026-03-10T10:30
fixtures:
  closures:
    - {destination: ouvidoria, reason: falta de luz, until: 2026-03-10T10:00}
    - {destination: assessoria, reason: mudança}
steps: [{press: "7"}, {hang_up: true}]
"""


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DestinationCoverage]:
    file = tmp_path_factory.mktemp("calls") / "a.call.yaml"
    file.write_text(SCRIPTS, encoding="utf-8")
    local_lines = LocalLines(create_app, FLOWS)
    target = local_lines.target(LINE)
    calls = [(script, play(script, target)) for script in read_scripts([file], ScriptLines(FLOWS, None, LINE))]
    return {each.name: each for each in cover_destinations(local_lines.line(LINE), calls)}


def test_a_call_counts_at_the_time_of_its_destination(covered: dict[str, DestinationCoverage]) -> None:
    assert covered["ouvidoria"].tried_times == {"open", "closed"}


def test_a_family_that_is_told_to_be_closed_counts_for_each(covered: dict[str, DestinationCoverage]) -> None:
    support = {name: each for name, each in covered.items() if name.startswith("suporte.")}
    assert len(support) == 9
    assert all(each.tried_times == {"holiday"} for each in support.values())


def test_how_the_ringing_ended_counts_for_who_was_rung(covered: dict[str, DestinationCoverage]) -> None:
    assert covered["ouvidoria"].tried_endings == {"busy", "no answer"}  # its second telephone rings in vain
    assert covered["suporte.rm"].tried_endings == set()


def test_what_cannot_happen_is_not_asked_for(covered: dict[str, DestinationCoverage]) -> None:
    assert covered["suporte.rm"].possible_times == {"open", "on call", "closed", "holiday", "emergency"}
    assert "on call" not in covered["cst"].possible_times
    assert covered["suporte.rm"].possible_endings == {"answered", "busy", "no answer", "failed"}


def test_nothing_that_was_met_lacks_among_what_may_happen(covered: dict[str, DestinationCoverage]) -> None:
    for each in covered.values():
        assert each.tried_times <= each.possible_times
        assert each.tried_endings <= each.possible_endings


def test_without_calls_nothing_is_covered() -> None:
    line = LocalLines(create_app, FLOWS).line(LINE)
    covered = cover(line, [])
    assert [aspect.tried for aspect in covered.aspects] == [0] * 6
    assert all(aspect.total > 50 and aspect.percent == 0.0 for aspect in covered.aspects)
    assert len(covered.aspect("states").missing()) == len(line.states)
