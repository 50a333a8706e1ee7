"""The holidays package is somebody else's list: a day that it adds, moves or drops is for people to look at.

``holidays-2025-2028.csv`` is what it said when somebody did. After a new version, look at what the test tells, and then
``.venv/bin/python -m tests.routing.test_holidays_of_four_years > tests/routing/holidays-2025-2028.csv``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from routing.holidays import STATES, Calendar

pytestmark = pytest.mark.untraced

SNAPSHOT = Path(__file__).with_name("holidays-2025-2028.csv")
DAYS = [date(2025, 1, 1) + timedelta(days=number) for number in range(4 * 365 + 1)]

NATIONAL = {(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (11, 20), (12, 25)}
"""Lei 662/1949, Lei 6.802/1980 and Lei 14.759/2023; Good Friday moves, and is kept everywhere (Lei 9.093/1995)."""
GOOD_FRIDAYS = {date(2025, 4, 18), date(2026, 4, 3), date(2027, 3, 26), date(2028, 4, 14)}


def _name(calendar: Calendar, day: date) -> str | None:
    holiday = calendar.on(day)
    return holiday.name if holiday else None


def _is_local(calendar: Calendar, day: date) -> bool:
    holiday = calendar.on(day)
    return holiday is not None and holiday.local


def told() -> Iterator[str]:
    """``date;places;name``: BR for the country; a state where it says something else than the country does."""
    country, states = Calendar(), {state: Calendar(state=state) for state in STATES}
    for day in DAYS:
        national = _name(country, day)
        if national:
            yield f"{day};BR;{national}"
        places: dict[str, list[str]] = defaultdict(list)
        for state, calendar in states.items():
            name = _name(calendar, day)
            if name != national:
                places[name or "(none)"].append(state)
        yield from (f"{day};{' '.join(places[name])};{name}" for name in sorted(places))


def test_the_holidays_of_the_country_and_its_states_are_the_reviewed_ones() -> None:
    assert len(STATES) == 27
    seen, now = SNAPSHOT.read_text(encoding="utf-8").splitlines(), list(told())
    assert len(seen) > 190
    assert [f"gone: {line}" for line in seen if line not in now] == []
    assert [f"new: {line}" for line in now if line not in seen] == []


def test_the_days_of_the_country_are_those_of_its_laws() -> None:
    kept = {day for day in DAYS if Calendar().on(day)}
    assert kept == {day for day in DAYS if (day.month, day.day) in NATIONAL} | GOOD_FRIDAYS


@pytest.mark.parametrize("state", STATES)
def test_no_state_takes_a_day_of_the_country_away(state: str) -> None:
    calendar, country = Calendar(state=state), Calendar()
    assert [day for day in DAYS if country.on(day) and not calendar.on(day)] == []


@pytest.mark.parametrize("state", STATES)
def test_a_day_that_only_a_state_keeps_is_a_local_one(state: str) -> None:
    calendar, country = Calendar(state=state), Calendar()
    kept = [day for day in DAYS if calendar.on(day)]
    assert [day for day in kept if _is_local(calendar, day)] == [day for day in kept if not country.on(day)]


def test_what_ops_list_comes_before_the_package() -> None:
    natal, carnival = date(2026, 12, 25), date(2026, 2, 17)
    ours = Calendar(state="RJ", working=frozenset({natal}), extra={carnival: "Carnaval da casa"})
    assert _name(ours, natal) is None
    assert _name(ours, carnival) == "Carnaval da casa"
    assert _name(Calendar(state="RJ"), carnival) == "Carnaval"


if __name__ == "__main__":
    print("\n".join(told()))
