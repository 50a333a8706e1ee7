"""``special_days`` of calendars and hours: a date, or dates from-to, with hours of its own or none.

special_days:
  - {date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00"}
  - {from: "2026-12-28", to: "2026-12-30", name: recesso}             # closed
"""

from __future__ import annotations

from typing import Final

from ivr.flow.routing.section import dates, parse_date, span_of
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.yaml import Mapping
from routing.spans import EVERY_DAY, Dates
from routing.windows import SpecialDay, Window
from wording import message, phrase

EXAMPLE: Final = '{date: "2026-12-24", name: véspera de Natal}'
"""A day without hours of its own: closed."""

_HOURS: Final = frozenset({"hours", "time", "horario", "horário", "horas", "aberto", "closed", "fechado", "windows"})
"""What ops may call the hours of a special day."""


def read_special_days(owner: Fields) -> tuple[tuple[SpecialDay, Mark], ...]:
    """Read the special days of a calendar or of hours, each with its place."""
    found: list[tuple[SpecialDay, Mark]] = []
    for item in owner.items("special_days"):
        if not isinstance(item, Mapping) or not {"date", "from", "to", "name"} & item.entries.keys():
            owner.diagnostics.error(
                item.mark,
                message(
                    "special-day-malformed",
                    "a special day of {owner} is written like {example}",
                    owner=owner.owner,
                    example=EXAMPLE,
                ),
            )
            continue
        fields = Fields(item, phrase("a special day of {owner}", owner=owner.owner), owner.diagnostics)
        special = _special_day(fields)
        same = next((each for each, _ in found if special and each.dates.overlaps(special.dates)), None)
        if special and same:
            owner.diagnostics.error(
                fields.mark,
                message(
                    "special-days-overlap",
                    "'{special}' falls on a day of '{same}', and only the first would hold; delete one of them",
                    special=special.name,
                    same=same.name,
                ),
            )
        elif special:
            found.append((special, fields.mark))
    return tuple(found)


def _special_day(fields: Fields) -> SpecialDay | None:
    before = len(fields.diagnostics.errors)
    name = fields.text("name")
    if not fields.has("name"):
        fields.diagnostics.error(
            fields.mark,
            message(
                "special-day-without-a-name",
                "{owner} needs the key 'name'; write it like {example}",
                owner=fields.owner,
                example=EXAMPLE,
            ),
        )
    day = fields.parsed("date", parse_date)
    span_of_days = dates(fields)
    windows = tuple(
        Window(EVERY_DAY, span, kind)
        for kind in ("open", "on_call", "break")
        for span, _ in fields.parsed_each(kind, span_of(kind))
    )
    for key in (each for each in fields.mapping.entries if each in _HOURS):
        fields.value(key)
        fields.diagnostics.error(
            fields.mark_of(key),
            message(
                "special-day-with-other-hours",
                "{owner} has no key '{key}'; without hours it is closed, and half a day is "
                'written like open: "08:00-12:00"',
                owner=fields.owner,
                key=key,
            ),
        )
    fields.finish()
    if name is None or len(fields.diagnostics.errors) > before:
        return None
    return fields.built(lambda: SpecialDay(name, Dates(day, day) if day else span_of_days, windows))
