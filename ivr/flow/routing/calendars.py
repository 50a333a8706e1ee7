"""``calendars``: which holidays are kept, and the days on which every destination has other hours.

calendars:
  matriz:
    country: BR                      # default; MX has its own holidays, without states and cities
    state: SP                        # its days, and those of the city, are local ones
    city: São Paulo Capital          # other cities list theirs
    optional: [carnaval, corpus-christi]
    extra: {"2026-12-28": aniversário da empresa}
    local: {"2026-05-08": aniversário da cidade}
    working: ["2026-11-20"]          # open although a holiday
    special_days: [{date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00"}]
"""

from __future__ import annotations

from datetime import date
from typing import Final

from ivr.flow.routing.section import Places, parse_date, sections
from ivr.flow.routing.special_days import read_special_days
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.folding import fold
from ivr.source.yaml import Mapping, Text
from routing.holidays import Calendar
from routing.windows import SpecialDay
from value_class import value_class
from wording import message, phrase, reason

EXAMPLE: Final = '{"2026-12-28": aniversário da empresa}'
_HOLIDAYS: Final = frozenset(
    {"feriado", "feriados", "holiday", "holidays", "festivos", "dias", "days", "datas", "dates", "fechado", "closed"}
)
"""What ops may call a list of holidays, folded."""


@value_class
class CalendarSection:
    """One calendar, None where it is faulty, and the special days of all hours that keep it."""

    calendar: Calendar | None
    special_days: tuple[tuple[SpecialDay, Mark], ...]


def read_calendars(root: Fields, places: Places) -> dict[str, CalendarSection | None]:
    """All calendars of the file by name."""
    calendars: dict[str, CalendarSection | None] = {}
    for name, mark, fields in sections(root, "calendars", phrase("the calendar"), required=False):
        places[f"calendars.{name}"] = mark
        calendars[name] = _calendar(name, fields, places)
    return calendars


def _calendar(name: str, fields: Fields, places: Places) -> CalendarSection:
    key = f"calendars.{name}"
    country, state, city = fields.text("country", "BR"), fields.text("state"), fields.text("city")
    places.update({f"{key}.{each}": fields.mark_of(each) for each in ("state", "city") if fields.has(each)})
    optional = frozenset(fields.texts("optional"))
    extra, local = (_days(fields, each, f"{key}.{each}", places) for each in ("extra", "local"))
    working = [] if _tell_other_words(fields) else fields.parsed_each("working", parse_date)
    places.update({f"{key}.working[{day}]": mark for day, mark in working})
    special_days = read_special_days(fields)
    fields.finish()
    on = frozenset(day for day, _ in working)
    calendar = fields.built(lambda: Calendar(country or "BR", state, extra, local, city, optional, on, name))
    return CalendarSection(calendar, special_days)


def _tell_other_words(fields: Fields) -> bool:
    """Tell a list of holidays under a name that is not ours by an example, and 'working' written like 'extra'; true
    for the latter."""
    for key in fields.mapping.entries:
        if fold(key) in _HOLIDAYS:
            fields.value(key)
            fields.diagnostics.error(
                fields.mark_of(key),
                message(
                    "calendar-of-holidays",
                    "{owner} has no key '{key}'; write the days under 'extra', or 'local' where only "
                    "the city keeps them, like {example}",
                    owner=fields.owner,
                    key=key,
                    example=EXAMPLE,
                ),
            )
    working = fields.value("working")
    if isinstance(working, Mapping):
        fields.diagnostics.error(
            working.mark,
            message(
                "working-day-with-a-name",
                "'working' of {owner} holds dates without names; write it like [\"2026-11-20\"]",
                owner=fields.owner,
            ),
        )
    return isinstance(working, Mapping)


def _days(fields: Fields, section: str, key: str, places: Places) -> dict[date, str]:
    days: dict[date, str] = {}
    value = fields.value(section)
    written = value if isinstance(value, Mapping) else None
    if value is not None and written is None:
        fields.diagnostics.error(
            value.mark,
            message(
                "days-without-names",
                "'{section}' of {owner} holds dates with their names; write it like {example}",
                section=section,
                owner=fields.owner,
                example=EXAMPLE,
            ),
        )
    for text, mark, value in written.items() if written else ():
        try:
            day = parse_date(text)
        except ValueError as error:
            fields.diagnostics.error(mark, reason(error))
            continue
        if isinstance(value, Text) and not value.is_null:
            days[day] = value
            places[f"{key}[{day}]"] = mark
        else:
            fields.diagnostics.error(
                value.mark,
                message("day-without-a-name", "the day {day} of {owner} needs a name", day=text, owner=fields.owner),
            )
    return days
