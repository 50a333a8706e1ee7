"""``ivr route`` on destinations of every sort: what becomes of the call, and why, in words."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from ivr.cli.route import RouteReport
from ivr.flow.folder import load_line
from routing.closures import EmergencyClosure
from routing.context import RoutingContext
from routing.limits import Load
from tests.lines import ROUTING, TUESDAY, write_line

RH = '    targets: [{number: "+551150900105", ring: 20}]\n'


def _outcomes(
    tmp_path: Path, destination: str, targets: str = RH, context: RoutingContext | None = None, at: datetime = TUESDAY
) -> list[str]:
    assert RH in ROUTING
    line = load_line(write_line(tmp_path / "ensaio", routing=ROUTING.replace(RH, targets)))
    rows = RouteReport(line, at, context or RoutingContext()).rows(destination)
    return [row.removeprefix("=> ") for row in rows if row.startswith("=> ")]


def test_telephones_that_ring_together_are_told_together(tmp_path: Path) -> None:
    together = '    targets: [{together: [{number: "+551150900105"}, {sip: "sip:rh@mesa.example.com"}], ring: 15}]\n'
    first, *_ = _outcomes(tmp_path, "mesa.rh", together)
    assert first == "Ring +551150900105, sip:rh@mesa.example.com at once for 15 s, because mesa.rh is open."


def test_a_call_that_is_passed_on_says_from_where_and_why(tmp_path: Path) -> None:
    outcomes = _outcomes(tmp_path, "mesa.rh", f"{RH}    exhausted: {{divert: gente}}\n")
    assert outcomes[1] == "Ring +551150900700 for 25 s, a target of gente (diverted from mesa.rh: no-answer)."


def test_a_full_destination_is_told_as_full(tmp_path: Path) -> None:
    limited = f"{RH}    limits: {{concurrent: 1}}\n"
    full = RoutingContext(load={"mesa.rh": Load(concurrent=1)})
    (told,) = _outcomes(tmp_path, "mesa.rh", limited, full)
    assert told == "The caller is told that mesa.rh cannot be reached (full: 1 at once; gave up: busy)."


@pytest.mark.parametrize("hour", [3, 12, 20])
def test_staff_on_call_are_told_with_what_closes_the_destination(tmp_path: Path, hour: int) -> None:
    first, *_ = _outcomes(tmp_path, "mesa.rh", at=TUESDAY.replace(hour=hour))
    reason = "break" if hour == 12 else "night"
    assert first == f"Ring +551150900199 for 30 s, because only the staff on call of mesa.rh answer then ({reason})."


def test_an_emergency_without_an_end_promises_no_opening(tmp_path: Path) -> None:
    closed = RoutingContext((EmergencyClosure("mesa", TUESDAY, None, "falta de luz"),))
    assert _outcomes(tmp_path, "mesa.rh", context=closed) == ["mesa.rh is closed by emergency (falta de luz)."]
