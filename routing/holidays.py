"""A calendar says which days are holidays, and whether the whole country keeps them or only a state or a town."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from functools import cache, lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any

from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from holidays import HolidayBase

STATES = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
"""Brazil's states and its federal district: a name is checked without loading the holidays package."""

CITIES: Mapping[str, str] = MappingProxyType({"São Paulo Capital": "SP"})
"""The cities whose days the holidays package knows, and the state of each."""

LANGUAGES: Mapping[str, str] = MappingProxyType({"BR": "pt_BR", "MX": "es"})
"""The countries that are known, and the language in which their callers hear a holiday's name."""

OPTIONAL: Mapping[str, str] = MappingProxyType(
    {
        "carnaval": "Carnaval",
        "quarta-feira-de-cinzas": "Início da Quaresma",
        "corpus-christi": "Corpus Christi",
        "dia-do-servidor-publico": "Dia do Servidor Público",
        "vespera-de-natal": "Véspera de Natal",
        "vespera-de-ano-novo": "Véspera de Ano-Novo",
    }
)
"""Days that Brazil leaves to each employer (Lei 662/1949 and Lei 6.802/1980 have none of them), as ops name them, and
as the holidays package does."""


@value_class
class Holiday:
    """A holiday: its name as callers hear it, whether only the state or the town keeps it, and the part of the calendar
    that says so (``extra[2026-02-17]``; empty for the country's days of the holidays package).
    """

    name: str
    local: bool
    part: str = ""


@value_class
class Calendar:
    """A calendar has the holidays of a ``country``, a ``state`` and a ``city``, with what ops add and take away.

    ``optional`` chooses days out of ``OPTIONAL``. ``extra`` days are kept like national ones. Local are the ``local``
    days and those that only the ``state`` or the ``city`` has: 9 July is one in São Paulo, and no day in Rio. Both maps
    go from dates to names. On ``working`` dates nothing is kept.
    Raises ValueError for a country, state, city or optional day that is not known.
    """

    country: str = "BR"
    state: str | None = None
    extra: Mapping[date, str] = field(default_factory=dict)
    local: Mapping[date, str] = field(default_factory=dict)
    city: str | None = None
    optional: frozenset[str] = frozenset()
    working: frozenset[date] = frozenset()
    name: str = ""
    _years: dict[int, Mapping[date, Holiday]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Worked out once a year; threads share it, and at worst work it out twice."""

    def __post_init__(self) -> None:
        if self.country not in LANGUAGES:
            raise ValueError(
                message(
                    "holidays-of-unknown-country",
                    "only the holidays of {known} are known, not those of '{country}'; list the days as extra",
                    known=" and ".join(LANGUAGES),
                    country=self.country,
                )
            )
        if self.country != "BR" and (self.state or self.city or self.optional):
            raise ValueError(
                message(
                    "holidays-of-another-country",
                    "states, cities and optional days are those of BR, not of {country}; delete them",
                    country=self.country,
                )
            )
        if "São Paulo" in (self.state, self.city):
            # The holidays package takes it for the state; whoever writes it may well mean the city.
            raise ValueError(
                message(
                    "state-and-city-alike",
                    "'São Paulo' is a state and a city; write 'state: SP' for the state or 'city: "
                    "São Paulo Capital' for the city",
                )
            )
        if self.state is not None and self.state not in STATES:
            raise ValueError(
                message(
                    "state-of-brazil-unknown",
                    "'{state}' is no state of Brazil; write two letters, like SP",
                    state=self.state,
                )
            )
        if self.city is not None and self.city not in CITIES:
            raise ValueError(
                message(
                    "city-unknown",
                    "the holidays of the city '{city}' are not known (only: {known}); list its days as local ones",
                    city=self.city,
                    known=", ".join(CITIES),
                )
            )
        if self.city and self.state not in (None, CITIES[self.city]):
            raise ValueError(
                message(
                    "city-of-another-state",
                    "'{city}' is not in {state}; write its state, {right}, or none",
                    city=self.city,
                    state=self.state,
                    right=CITIES[self.city],
                )
            )
        for unknown in sorted(self.optional - OPTIONAL.keys()):
            raise ValueError(
                message(
                    "optional-day-unknown",
                    "'{day}' is no optional day; write one of {known}",
                    day=unknown,
                    known=", ".join(OPTIONAL),
                )
            )

    def on(self, day: date) -> Holiday | None:
        """Return the holiday that the local date ``day`` is, or None; TypeError for a datetime."""
        if isinstance(day, datetime):
            # Its date may differ in the line's zone: 23:00 on the 24th in São Paulo is the 25th in UTC.
            raise TypeError("a holiday is looked up by a local date, not by a datetime")
        year = self._years.get(day.year)
        if year is None:
            year = self._years[day.year] = self._of_year(day.year)
        return year.get(day)

    def _of_year(self, year: int) -> Mapping[date, Holiday]:
        """All of one year, what holds before other things last: ``working`` days, ``extra`` ones, the country's,
        ``local`` ones, and what the state keeps, or else the town, and not the whole country.
        """
        found: dict[date, Holiday] = {}
        if self.city:
            found |= _kept(_days_of(self.country, self.city, frozenset(), year), "city")
        state = self.state or (CITIES[self.city] if self.city else None)
        if state:
            # The state of a city need not be written; then the city is what says so.
            found |= _kept(_days_of(self.country, state, frozenset(), year), "state" if self.state else "city")
        found |= {day: Holiday(name, local=True, part=f"local[{day}]") for day, name in self.local.items()}
        national = _days_of(self.country, None, self.optional, year)
        found |= {day: Holiday(name, local=False) for day, name in national.items()}
        found |= {day: Holiday(name, local=False, part=f"extra[{day}]") for day, name in self.extra.items()}
        return {day: holiday for day, holiday in found.items() if day not in self.working}


def _kept(days: Mapping[date, str], part: str) -> dict[date, Holiday]:
    return {day: Holiday(name, local=True, part=part) for day, name in days.items()}


@lru_cache(maxsize=1024)
def _days_of(country: str, subdivision: str | None, optional: frozenset[str], year: int) -> Mapping[date, str]:
    country_holidays = _holidays_of(country)
    language = LANGUAGES[country]
    found = country_holidays(subdiv=subdivision, years=year, expand=False, language=language)
    days = {day: found[day] for day in found}
    if optional:
        chosen = {OPTIONAL[each] for each in optional}
        free = country_holidays(years=year, expand=False, language=language, categories=("optional",))
        days = {day: free[day] for day in free if free[day] in chosen} | days
    return days


@cache
def _holidays_of(country: str) -> type[HolidayBase]:
    """The class of a country's holidays, loaded on first use: that takes as long as the rest of routing together.

    It is loaded out of its own file, as ``import`` would do it: the package ``holidays.countries`` imports the files of
    two hundred countries with it, which takes ten times as long.
    """
    if "holidays.version" not in sys.modules:
        # The package asks what version of it is installed, which loads email, zipfile and csv: a third of all this.
        unasked: Any = ModuleType("holidays.version")
        unasked.__version__ = "not asked for"
        sys.modules[unasked.__name__] = unasked
    import holidays
    from holidays.registry import COUNTRIES

    module, name = next((module, names[0]) for module, names in COUNTRIES.items() if country in names)
    file = Path(holidays.__file__).with_name("countries") / f"{module}.py"
    spec = spec_from_file_location(f"holidays.countries.{module}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no module; install the package holidays again")
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    found: type[HolidayBase] = getattr(loaded, name)
    return found
