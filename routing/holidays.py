"""Which days are holidays, and whether the whole country or state keeps them or only a town."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from types import MappingProxyType

STATES = (
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
)  # fmt: skip
"""Brazil's states and its federal district: a name is checked without loading the holidays package."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """National holidays, those of one ``state``, ``extra`` days kept like them, and ``local`` ones of a town.

    ``extra`` and ``local`` map dates to the names that callers hear. Carnival, Corpus Christi and the eves
    are not among the national holidays of Lei 662/1949 and Lei 6.802/1980: who keeps them lists them. Raises
    ValueError for a country or state that is not known.
    """

    country: str = "BR"
    state: str | None = None
    extra: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))
    local: Mapping[date, str] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if self.country != "BR":
            raise ValueError(
                f"only the holidays of BR are known, not those of '{self.country}'; list the days as extra"
            )
        if self.state is not None and self.state not in STATES:
            # The holidays package takes "São Paulo" for the state; whoever writes it may well mean the city.
            raise ValueError(
                f"'{self.state}' is no state of Brazil; write two letters, like SP,"
                f" and list the holidays of a city as local ones"
            )

    def name_on(self, day: date) -> str | None:
        """The Portuguese name of the holiday on the local date ``day``, or None; TypeError for a datetime."""
        return self._wide_name_on(day) or self.local.get(day)

    def is_local(self, day: date) -> bool:
        """True where only the town keeps ``day``."""
        return day in self.local and self._wide_name_on(day) is None

    def _wide_name_on(self, day: date) -> str | None:
        if isinstance(day, datetime):
            # Its date may differ in the line's zone: 23:00 on the 24th in São Paulo is the 25th in UTC.
            raise TypeError("a holiday is looked up by a local date, not by a datetime")
        return self.extra.get(day) or _public_holidays(self.state, day.year).get(day)


@lru_cache(maxsize=256)
def _public_holidays(state: str | None, year: int) -> Mapping[date, str]:
    # Loaded on first use: it takes longer than everything else in routing together.
    from holidays import country_holidays

    found = country_holidays("BR", subdiv=state, years=year, expand=False, language="pt_BR")
    return {day: found[day] for day in found}
