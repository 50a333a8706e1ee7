"""An emergency closure shuts a destination, a family of destinations or everything, at once, and ends by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from routing.closures import EmergencyClosure, closure_in_force

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def closure(scope: str, hours: float | None = 1) -> EmergencyClosure:
    return EmergencyClosure(scope, NOON, NOON + hours * HOUR if hours else None, "falta de energia")


@pytest.mark.parametrize(
    ("scope", "destination", "shut"),
    [
        ("suporte.rm", "suporte.rm", True),
        ("suporte.rm", "suporte.rh", False),
        ("suporte", "suporte.rm", True),
        ("suporte", "suporte", True),
        ("suporte", "suporte-vip", False),
        ("suporte.r", "suporte.rm", False),
        ("*", "ouvidoria", True),
    ],
)
def test_a_closure_shuts_its_destination_and_every_destination_below_it(
    scope: str, destination: str, shut: bool
) -> None:
    assert closure(scope).covers(destination) is shut


def test_a_closure_ends_by_itself() -> None:
    lasting = [closure("*").holds(NOON + minutes * timedelta(minutes=1)) for minutes in (-1, 0, 59, 60)]
    assert lasting == [False, True, True, False]
    assert closure("*", None).holds(NOON + 9_999 * HOUR)


def test_of_several_closures_the_one_that_lasts_longest_is_told() -> None:
    short, long_, endless, other = closure("*"), closure("cst", 2), closure("cst", None), closure("ouvidoria", 9)
    assert closure_in_force((short, long_, other), "cst", NOON) == long_
    assert closure_in_force((short, long_, endless), "cst", NOON) == endless
    assert closure_in_force((short, other), "cst", NOON + HOUR) is None


def test_a_closure_needs_zones_and_an_end_behind_its_beginning() -> None:
    with pytest.raises(ValueError, match="aware"):
        EmergencyClosure("*", NOON.replace(tzinfo=None), None, "")
    with pytest.raises(ValueError, match="aware"):
        EmergencyClosure("*", NOON, (NOON + HOUR).replace(tzinfo=None), "")
    with pytest.raises(ValueError, match="give a later 'until'"):
        EmergencyClosure("*", NOON, NOON, "")
