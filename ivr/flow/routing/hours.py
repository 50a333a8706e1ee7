"""``hours``: when destinations are open, in one zone.

hours:
  suporte:
    zone: America/Sao_Paulo          # default: the line's
    calendar: matriz
    on_holiday: closed               # closed (default) | on-call | open
    on_local_holiday: on-call
    special_days: [{date: "2026-12-24", name: véspera de Natal, open: "08:00-12:00"}]   # before the calendar's
    windows:
      - {days: seg-sex, open: ["08:00-12:00", "13:30-18:00"], break: "10:00-10:15"}
      - {days: seg-sex, on_call: "12:00-13:30"}
      - {days: sab, open: "22:00-06:00", from: "2026-12-01", to: "2027-02-28"}
"""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from ivr.flow.routing.calendars import CalendarSection
from ivr.flow.routing.days import parse_days
from ivr.flow.routing.section import ALWAYS_OPEN, Places, dates, read_zone, sections, span_of
from ivr.flow.routing.special_days import read_special_days
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from routing.hours import HolidayPolicy, Hours
from routing.windows import Window
from wording import Message, message, phrase

_POLICIES: Final[dict[str, HolidayPolicy]] = {"closed": "closed", "on-call": "on_call", "open": "open"}


def read_hours(
    root: Fields, zone: ZoneInfo, calendars: dict[str, CalendarSection | None], places: Places
) -> tuple[dict[str, Hours | None], dict[str, Mark]]:
    """All hours of the file by name, None where they are faulty, and where each name stands."""
    hours: dict[str, Hours | None] = {}
    marks: dict[str, Mark] = {}
    for name, marks[name], fields in sections(root, "hours", phrase("the hours"), required=False):
        places[f"hours.{name}"] = marks[name]
        if name == ALWAYS_OPEN:
            root.diagnostics.error(
                marks[name],
                message(
                    "hours-name-reserved",
                    "'{name}' is what a desk without hours keeps; name these hours otherwise",
                    name=name,
                ),
            )
        hours[name] = _hours(name, fields, zone, calendars, places)
    return hours, marks


def _hours(
    name: str, fields: Fields, line_zone: ZoneInfo, calendars: dict[str, CalendarSection | None], places: Places
) -> Hours | None:
    zone = fields.parsed("zone", read_zone, line_zone) or line_zone
    calendar_name = fields.known_name("calendar", calendars, _unknown_calendar)
    section = calendars.get(calendar_name) if calendar_name else None
    on_holiday = _POLICIES[fields.choice("on_holiday", _POLICIES, default="closed") or "closed"]
    on_local = _POLICIES[fields.choice("on_local_holiday", _POLICIES, default="closed") or "closed"]
    special_days = (*read_special_days(fields), *(section.special_days if section else ()))
    before = len(fields.diagnostics.errors)
    windows: list[tuple[Window, Mark]] = []
    for item in fields.items("windows"):
        windows += _windows(
            Fields.of(item, phrase("a window of {owner}", owner=fields.owner), fields.diagnostics, fields.mark)
        )
    fields.finish()
    places.update({f"hours.{name}.windows[{at}]": mark for at, (_, mark) in enumerate(windows)})
    places.update({f"hours.{name}.special_days[{at}]": mark for at, (_, mark) in enumerate(special_days)})
    if not windows and len(fields.diagnostics.errors) > before:
        return None  # that no window is left follows from what was told
    return fields.built(
        lambda: Hours(
            name,
            zone,
            tuple(window for window, _ in windows),
            section.calendar if section else None,
            on_holiday,
            on_local,
            tuple(special for special, _ in special_days),
        )
    )


def _windows(fields: Fields) -> list[tuple[Window, Mark]]:
    days = fields.parsed("days", parse_days, required=True)
    season = dates(fields)
    windows = [
        (Window(days, span, kind, season), mark)
        for kind in ("open", "on_call", "break")
        for span, mark in fields.parsed_each(kind, span_of(kind))
        if days
    ]
    if not any(fields.has(kind) for kind in ("open", "on_call", "break")):
        fields.diagnostics.error(
            fields.mark,
            message(
                "window-without-times",
                "{owner} needs 'open' or 'on_call' with times like 08:00-12:00",
                owner=fields.owner,
            ),
        )
    fields.finish()
    return windows


def _unknown_calendar(owner: str, name: str, near: str) -> Message:
    return message(
        "calendar-unknown",
        "{owner} name the calendar '{name}', which does not exist{near}",
        owner=owner,
        name=name,
        near=near,
    )
