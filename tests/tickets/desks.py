"""Work calendars like those of the shipped lines, written by hand, and events of tickets in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import Area, EventKind, Severity, TicketEvent
from routing.holidays import Calendar
from routing.hours import Hours
from routing.spans import parse_span
from routing.windows import Kind, Window

SAO_PAULO = ZoneInfo("America/Sao_Paulo")
MEXICO_CITY = ZoneInfo("America/Mexico_City")
SANTIAGO = ZoneInfo("America/Santiago")

WEEK = frozenset(range(5))
EVERY_DAY = frozenset(range(7))
MATRIZ = Calendar(city="São Paulo Capital")


def window(span: str, kind: Kind = "open", days: frozenset[int] = WEEK) -> Window:
    """A window from Monday to Friday, or on ``days``."""
    return Window(days, parse_span(span), kind)


SUPORTE_HOURS = Hours(
    "suporte",
    SAO_PAULO,
    (
        *(window(span) for span in ("08:00-12:00", "13:30-18:00")),
        *(window(span, "break") for span in ("10:00-10:15", "15:30-15:45")),
        *(window(span, "on_call") for span in ("07:00-08:00", "12:00-13:30", "18:00-19:00")),
    ),
    MATRIZ,
    on_local_holiday="on_call",
)
CONSULTORIA_HOURS = Hours("consultoria", SAO_PAULO, (window("08:00-12:00"), window("14:00-18:00")), MATRIZ)
COMERCIAL_HOURS = Hours("comercial", SAO_PAULO, (window("08:00-12:00"), window("13:30-18:00")), MATRIZ)
PRIME_HOURS = Hours("prime", MEXICO_CITY, (window("08:00-18:00"),), Calendar("MX"))


def calendar(name: str, *versions: tuple[str, Hours]) -> WorkCalendar:
    """The calendar whose hours hold from each date on."""
    return WorkCalendar(name, tuple(CalendarVersion(date.fromisoformat(since), hours) for since, hours in versions))


def round_the_clock(zone: ZoneInfo) -> Hours:
    """Hours of a desk that works day and night, each day of the year."""
    return Hours("sempre", zone, (window("00:00-24:00", days=EVERY_DAY),))


CALENDARS = {
    each.name: each
    for each in (
        calendar("suporte", ("2018-01-01", SUPORTE_HOURS)),
        calendar("consultoria", ("2018-01-01", CONSULTORIA_HOURS)),
        calendar("suporte-menor", ("2018-01-01", SUPORTE_HOURS), ("2026-03-12", COMERCIAL_HOURS)),
        calendar("prime", ("2018-01-01", PRIME_HOURS)),
        calendar("sempre", ("2018-01-01", round_the_clock(SAO_PAULO))),
        calendar("siempre", ("2018-01-01", round_the_clock(SANTIAGO))),
    )
}

ZONES = {name: each.versions[0].hours.zone for name, each in CALENDARS.items()}


def event(text: str, zone: ZoneInfo = SAO_PAULO) -> TicketEvent:
    """``2026-03-10T09:00 opened 1 suporte``: when, by the clock of ``zone``, what, and its severity or calendar."""
    at, kind, *details = text.split()
    severity = next((Severity(int(each)) for each in details if each.isdigit()), None)
    named = next((each for each in details if not each.isdigit()), None)
    moment = datetime.fromisoformat(at)
    return TicketEvent(
        moment if moment.tzinfo else moment.replace(tzinfo=zone),
        EventKind(kind),
        severity=severity,
        area=Area.SUSTENTACAO if named else None,
        calendar=named,
    )


def history(*lines: str, zone: ZoneInfo = SAO_PAULO) -> Sequence[TicketEvent]:
    """The events of one ticket."""
    return [event(line, zone) for line in lines]


def local(text: str, zone: ZoneInfo = SAO_PAULO) -> datetime:
    """A moment by the clock of ``zone``."""
    return datetime.fromisoformat(text).replace(tzinfo=zone)
