"""Hours that tests ask: with staff on call, with a lunch, with a break, and a special day."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.flow.routing.days import parse_days
from routing.holidays import Calendar
from routing.hours import Hours
from routing.spans import EVERY_DAY, Dates, parse_span
from routing.windows import SpecialDay, Window

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
WEEK = parse_days("seg-sex")
BIRTHDAY = date(2027, 1, 25)  # a Monday
CALENDAR = Calendar(state="SP", extra={date(2026, 2, 17): "Carnaval"}, local={BIRTHDAY: "aniversário de São Paulo"})


def window(days: frozenset[int], span: str, *, on_call: bool = False) -> Window:
    return Window(days, parse_span(span), "on_call" if on_call else "open")


SUPORTE = Hours(
    "suporte",
    SAO_PAULO,
    (
        window(WEEK, "07:00-08:00", on_call=True),
        window(WEEK, "08:00-12:00"),
        window(WEEK, "12:00-13:30", on_call=True),
        window(WEEK, "13:30-18:00"),
        window(WEEK, "18:00-19:00", on_call=True),
    ),
    CALENDAR,
    on_local_holiday="on_call",
)
CST = Hours("cst", SAO_PAULO, (window(WEEK, "13:30-18:00"), window(WEEK, "08:00-12:00")), CALENDAR)


def local(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


PAUSED = Hours(
    "pausa",
    SAO_PAULO,
    (window(WEEK, "08:00-12:00"), Window(WEEK, parse_span("10:00-10:15"), "break"), window(WEEK, "13:30-18:00")),
)


def special(name: str, first: str, last: str, *spans: str) -> SpecialDay:
    windows = tuple(window(EVERY_DAY, span) for span in spans)
    return SpecialDay(name, Dates(date.fromisoformat(first), date.fromisoformat(last)), windows)


EVE = special("véspera de Natal", "2026-12-24", "2026-12-24", "08:00-10:00", "10:30-12:00")
