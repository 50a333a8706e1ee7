"""Which days are kept, by whom, and under what name."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
from holidays import list_supported_countries

from routing.holidays import STATES, Calendar

CITY = Calendar(
    state="SP",
    extra={date(2026, 2, 17): "Carnaval"},
    local={date(2026, 1, 25): "aniversário de São Paulo", date(2026, 12, 25): "festa da rua"},
)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "Natal"),
        (date(2026, 4, 3), "Sexta-feira Santa"),
        (date(2030, 4, 19), "Sexta-feira Santa"),
        (date(2024, 11, 20), "Dia Nacional de Zumbi e da Consciência Negra"),
        (date(2026, 7, 9), "Revolução Constitucionalista"),
        (date(2026, 2, 17), "Carnaval"),
        (date(2026, 1, 25), "aniversário de São Paulo"),
        (date(2026, 3, 10), None),
    ],
)
def test_a_holiday_is_told_by_its_portuguese_name(day: date, name: str | None) -> None:
    assert CITY.name_on(day) == name


def test_a_states_holiday_is_kept_in_that_state_only() -> None:
    assert Calendar(state="RJ").name_on(date(2026, 7, 9)) is None
    assert Calendar().name_on(date(2026, 7, 9)) is None


def test_carnival_is_a_working_day_unless_ops_list_it() -> None:
    assert Calendar(state="SP").name_on(date(2026, 2, 17)) is None


def test_a_day_is_local_where_nobody_but_the_town_keeps_it() -> None:
    assert CITY.is_local(date(2026, 1, 25))
    assert not CITY.is_local(date(2026, 12, 25))
    assert not CITY.is_local(date(2026, 2, 17))
    assert not CITY.is_local(date(2026, 3, 10))


def test_the_name_of_a_city_is_no_state() -> None:
    with pytest.raises(ValueError, match="list the holidays of a city as local ones"):
        Calendar(state="São Paulo")


def test_other_countries_are_refused() -> None:
    with pytest.raises(ValueError, match="only the holidays of BR are known"):
        Calendar(country="MX")


def test_a_datetime_is_refused_since_its_date_depends_on_the_zone() -> None:
    with pytest.raises(TypeError, match="local date"):
        CITY.name_on(datetime(2026, 12, 25, 2, tzinfo=UTC))


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_one_that_the_holidays_package_knows(state: str) -> None:
    assert state in list_supported_countries()["BR"]
    assert Calendar(state=state).name_on(date(2027, 1, 1)) == "Confraternização Universal"


def test_the_slow_package_is_loaded_by_the_first_question_only() -> None:
    asked = "import sys, routing.hours, routing.holidays as h; h.Calendar(state='SP'); print('holidays' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
