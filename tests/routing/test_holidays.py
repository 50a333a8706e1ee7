"""Which days are kept, by whom, and under what name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from holidays import list_supported_countries

from routing.holidays import CITIES, OPTIONAL, STATES, Calendar, Holiday

CITY = Calendar(
    state="SP",
    extra={date(2026, 2, 17): "Carnaval"},
    local={date(2026, 1, 25): "aniversário de São Paulo", date(2026, 12, 25): "festa da rua"},
)


def _name(calendar: Calendar, day: date) -> str | None:
    holiday = calendar.on(day)
    return holiday.name if holiday else None


def _is_local(calendar: Calendar, day: date) -> bool:
    holiday = calendar.on(day)
    return holiday is not None and holiday.local


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
    assert _name(CITY, day) == name


def test_a_states_holiday_is_kept_in_that_state_only() -> None:
    assert _name(Calendar(state="RJ"), date(2026, 7, 9)) is None
    assert _name(Calendar(), date(2026, 7, 9)) is None


CARNIVALS = (date(2025, 3, 4), date(2026, 2, 17), date(2027, 2, 9), date(2028, 2, 29))


@pytest.mark.parametrize("state", [None, *(each for each in STATES if each != "RJ")])
def test_carnival_and_the_eves_are_working_days_unless_ops_list_them(state: str | None) -> None:
    eves = [date(year, 12, day) for year in (2025, 2026, 2027, 2028) for day in (24, 31)]
    assert [day for day in (*CARNIVALS, *eves) if Calendar(state=state).on(day)] == []


def test_carnival_is_a_day_of_the_state_of_rio_de_janeiro() -> None:
    # Lei estadual 5.243/2008.
    assert all(_is_local(Calendar(state="RJ"), day) for day in CARNIVALS)


def test_a_day_is_local_where_the_country_does_not_keep_it() -> None:
    assert _is_local(CITY, date(2026, 1, 25))
    assert CITY.on(date(2026, 7, 9)) == Holiday("Revolução Constitucionalista", local=True, part="state")
    assert not _is_local(CITY, date(2026, 12, 25))
    assert not _is_local(CITY, date(2026, 2, 17))
    assert not _is_local(CITY, date(2026, 3, 10))


def test_sao_paulo_alone_may_be_the_state_or_the_city_and_is_refused() -> None:
    remedy = "'state: SP' for the state or 'city: São Paulo Capital' for the city"
    with pytest.raises(ValueError, match=remedy):
        Calendar(state="São Paulo")
    with pytest.raises(ValueError, match=remedy):
        Calendar(city="São Paulo")


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Calendar(state="XX"), "write two letters, like SP"),
        (lambda: Calendar(city="Campinas"), "list its days as local ones"),
        (lambda: Calendar(city="São Paulo Capital", state="RJ"), "write its state, SP, or none"),
        (lambda: Calendar(country="AR"), "only the holidays of BR and MX are known"),
        (lambda: Calendar(country="MX", state="SP"), "are those of BR, not of MX"),
        (lambda: Calendar(country="MX", optional=frozenset({"carnaval"})), "are those of BR, not of MX"),
        (lambda: Calendar(optional=frozenset({"micareta"})), "write one of carnaval, quarta-feira-de-cinzas"),
    ],
)
def test_what_is_not_known_is_refused_with_a_remedy(make: Callable[[], Calendar], remedy: str) -> None:
    with pytest.raises(ValueError, match=remedy):
        make()


def test_the_days_of_a_city_and_of_its_state_are_local() -> None:
    capital = Calendar(city="São Paulo Capital", name="matriz")
    assert capital.on(date(2026, 1, 25)) == Holiday("Aniversário da Cidade de São Paulo", local=True, part="city")
    assert capital.on(date(2026, 7, 9)) == Holiday("Revolução Constitucionalista", local=True, part="city")
    assert capital.on(date(2026, 3, 10)) is None


@pytest.mark.parametrize(
    ("chosen", "day", "name"),
    [
        ("carnaval", date(2026, 2, 16), "Carnaval"),
        ("carnaval", date(2027, 2, 9), "Carnaval"),
        ("quarta-feira-de-cinzas", date(2026, 2, 18), "Início da Quaresma"),
        ("corpus-christi", date(2026, 6, 4), "Corpus Christi"),
        ("dia-do-servidor-publico", date(2026, 10, 28), "Dia do Servidor Público"),
        ("vespera-de-natal", date(2026, 12, 24), "Véspera de Natal"),
        ("vespera-de-ano-novo", date(2026, 12, 31), "Véspera de Ano-Novo"),
    ],
)
def test_an_optional_day_is_kept_where_ops_chose_it_and_only_there(chosen: str, day: date, name: str) -> None:
    assert Calendar(state="SP", optional=frozenset({chosen})).on(day) == Holiday(name, local=False)
    assert Calendar(state="SP", optional=frozenset(OPTIONAL) - {chosen}).on(day) is None


def test_a_working_date_overrides_every_list() -> None:
    days = frozenset({date(2026, 12, 25), date(2026, 2, 17), date(2026, 1, 25)})
    overridden = replace(CITY, working=days)
    assert [_name(overridden, day) for day in sorted(days)] == [None, None, None]
    assert _name(overridden, date(2027, 12, 25)) == "Natal"


def test_ops_days_are_told_with_their_place() -> None:
    assert CITY.on(date(2026, 2, 17)) == Holiday("Carnaval", local=False, part="extra[2026-02-17]")
    assert CITY.on(date(2026, 1, 25)) == Holiday("aniversário de São Paulo", local=True, part="local[2026-01-25]")


def test_a_line_of_mexico_keeps_mexicos_days_in_spanish() -> None:
    mexico = Calendar(country="MX")
    assert _name(mexico, date(2026, 9, 16)) == "Día de la Independencia"
    assert _name(mexico, date(2026, 9, 7)) is None


@pytest.mark.parametrize("city", CITIES)
def test_every_city_is_one_that_the_holidays_package_knows(city: str) -> None:
    assert city in list_supported_countries()["BR"]


def test_a_datetime_is_refused_since_its_date_depends_on_the_zone() -> None:
    with pytest.raises(TypeError, match="local date"):
        CITY.on(datetime(2026, 12, 25, 2, tzinfo=UTC))


@pytest.mark.parametrize("state", STATES)
def test_every_state_is_one_that_the_holidays_package_knows(state: str) -> None:
    assert state in list_supported_countries()["BR"]
    assert _name(Calendar(state=state), date(2027, 1, 1)) == "Confraternização Universal"


def test_the_slow_package_is_loaded_by_the_first_question_only() -> None:
    asked = "import sys, routing.hours, routing.holidays as h; h.Calendar(state='SP'); print('holidays' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
