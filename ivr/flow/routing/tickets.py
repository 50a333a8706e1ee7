"""``tickets`` says how calls become tickets, by which hours their clock runs, and how long customers have.

tickets:
  calendars:                         # work calendars: by which hours is counted, from which day on
    suporte:
      - {from: "2026-01-01", hours: suporte}     # on-call and breaks of these hours count as well
      - {from: "2027-01-01", hours: suporte-24h}
  areas: {sustentacao: suporte, fabrica: suporte}   # the calendar of a ticket from its transfer to that area on
  desks:                             # whose calls open a ticket: a destination, or a beginning; the longest name wins
    suporte: {area: sustentacao}     # calendar: that of the area, where nothing else is written
    consultoria: {area: consultoria, calendar: consultoria, service: consultoria-tecnica}
  severities: {"1": 10, "2": 20, "3": 30, "4": 40}  # working hours to the forecast; these by default
  severity: 3                        # of a ticket before anybody was asked
  acceptance_days: 15                # calendar days that a solution waits; silence then accepts it
  postponed_days: 30                 # days more, once a solution
  reminder_days: 2                   # days before the last one on which the customer is reminded
  answer_days: 15                    # calendar days that a question waits; the ticket is closed then
  remote_access:                     # how analysts may look at a customer's screen
    tools: [LogMeIn, TRA, TeamViewer]  # approved; the preparation of another one is billed
    minutes: 60                      # that a permission lasts
    answer_hours: 24                 # that a request waits for the customer's answer
  tell_events: yes                   # tell what happens to tickets to the receiver of IVR_TICKETS_URL
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from ivr.flow.routing.requires import scope_holds
from ivr.flow.routing.section import Places, parse_date
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Sequence
from ivr.tickets.acceptance import USUAL_DAYS, AcceptanceDays
from ivr.tickets.calendars import CalendarVersion, WorkCalendar
from ivr.tickets.events import Area, Severity
from ivr.tickets.remote_access import MOST_TOOL, USUAL_ACCESS, RemoteAccessRules
from ivr.tickets.rules import TicketDesk, TicketRules
from ivr.tickets.severity import SEVERITY_HOURS
from routing.destinations import Destination
from routing.hours import Hours
from routing.services import Service
from wording import Message, message, phrase, reason

MOST_HOURS: Final = 1000
"""Working hours of a severity: half a year of them."""

MOST_ACCESS_MINUTES: Final = 480
"""Minutes that a permission of a remote access may last: a day's work."""

MOST_ANSWER_HOURS: Final = 240
"""Hours that a request for one may wait for its answer."""

MOST_DAYS: Final = 365
"""Days that a customer may be given."""

_REST: Final = (
    "areas", "desks", "severities", "severity", "acceptance_days", "postponed_days", "reminder_days", "answer_days",
    "tell_events", "remote_access",
)  # fmt: skip
"""The keys besides ``calendars``."""


def read_tickets(
    root: Fields,
    hours: dict[str, Hours | None],
    destinations: dict[str, Destination],
    services: dict[str, Service],
    places: Places,
) -> TicketRules | None:
    """Return the rules of the line's tickets; None where none are written, and where they have faults, which are told.

    ``hours``, ``destinations`` and ``services`` are those of the file; hours that are faulty are None, and told of.
    """
    section = root.mapping_of("tickets")
    if section is None:
        return None
    places["tickets"] = root.mark_of("tickets")
    fields = Fields(section, "tickets", root.diagnostics)
    before = len(root.diagnostics.errors)
    calendars = _calendars(fields, hours, places)
    if not calendars:  # that no name of one is known follows from what was told
        for key in _REST:
            fields.value(key)
        fields.finish()
        return None
    areas = _areas(fields, calendars)
    desks = _desks(fields, calendars, areas, destinations, services, places)
    severities = _severities(fields)
    severity = fields.choice("severity", [str(each.value) for each in Severity], str(Severity.MEDIUM.value))
    days = _days(fields)
    tells = fields.flag("tell_events")
    access = _remote_access(fields)
    fields.finish()
    if len(root.diagnostics.errors) > before or severity is None:
        return None
    # Hours that are faulty leave their calendar out, and what they break was told of them.
    built = {name: calendar for name, calendar in calendars.items() if calendar}
    return TicketRules(built, areas, desks, severities, Severity(int(severity)), days, access, tells_events=tells)


def _calendars(fields: Fields, hours: dict[str, Hours | None], places: Places) -> dict[str, WorkCalendar | None]:
    """Each work calendar by its name; None for one that is faulty."""
    found: dict[str, WorkCalendar | None] = {}
    written = fields.mapping_of("calendars", required=True)
    for name, mark, value in written.items() if written else ():
        places[f"tickets.calendars.{name}"] = mark
        owner = phrase("the work calendar '{name}'", name=name)
        items = value.items if isinstance(value, Sequence) else (value,)
        read = [_version(Fields.of(item, owner, fields.diagnostics, mark), hours) for item in items]
        versions = tuple(version for version in read if version)
        found[name] = None
        if len(versions) == len(read):
            try:
                found[name] = WorkCalendar(name, versions)
            except ValueError as error:
                fields.diagnostics.error(mark, reason(error))
    return found


def _version(fields: Fields, hours: dict[str, Hours | None]) -> CalendarVersion | None:
    since = fields.parsed("from", parse_date, required=True)
    name = fields.known_name("hours", hours, _unknown_hours)
    if name is None and not fields.has("hours"):
        fields.value("hours", required=True)
    fields.finish()
    kept = hours.get(name) if name else None
    return CalendarVersion(since, kept) if since and kept else None


def _areas(fields: Fields, calendars: Collection[str]) -> dict[Area, str]:
    written = fields.mapping_of("areas")
    if written is None:
        return {}
    each_of = Fields(written, phrase("'areas' of {owner}", owner=fields.owner), fields.diagnostics)
    found: dict[Area, str] = {}
    for area in Area:
        name = each_of.known_name(area.value, calendars, _unknown_calendar)
        if name:
            found[area] = str(name)
    each_of.finish()
    return found


def _desks(
    fields: Fields,
    calendars: Collection[str],
    areas: dict[Area, str],
    destinations: dict[str, Destination],
    services: dict[str, Service],
    places: Places,
) -> dict[str, TicketDesk]:
    found: dict[str, TicketDesk] = {}
    written = fields.mapping_of("desks", required=True)
    for scope, mark, value in written.items() if written else ():
        places[f"tickets.desks.{scope}"] = mark
        desk = Fields.of(value, phrase("the tickets of '{scope}'", scope=scope), fields.diagnostics, mark)
        if not any(scope_holds(scope, name) for name in destinations):
            fields.diagnostics.error(
                mark,
                message(
                    "tickets-of-unknown-destination",
                    "'desks' of tickets names '{scope}', which is no destination{near}",
                    scope=scope,
                    near=suggest(scope, destinations),
                ),
            )
        area = desk.choice("area", [each.value for each in Area])
        calendar = desk.known_name("calendar", calendars, _unknown_calendar)
        service = desk.known_name("service", services, _unknown_service)
        desk.finish()
        if area is None:
            continue
        counted = str(calendar) if calendar else areas.get(Area(area))
        if counted is None:
            fields.diagnostics.error(
                mark,
                message(
                    "tickets-without-calendar",
                    "{owner} count by no calendar; give '{area}' one in 'areas', or write 'calendar' here",
                    owner=desk.owner,
                    area=area,
                ),
            )
            continue
        found[scope] = TicketDesk(scope, Area(area), counted, str(service) if service else None)
    return found


def _severities(fields: Fields) -> dict[Severity, timedelta]:
    found = dict(SEVERITY_HOURS)
    written = fields.mapping_of("severities")
    if written is not None:
        each_of = Fields(written, phrase("'severities' of {owner}", owner=fields.owner), fields.diagnostics)
        for severity, usual in SEVERITY_HOURS.items():
            hours = each_of.whole(str(severity.value), int(usual.total_seconds() // 3600), least=1, most=MOST_HOURS)
            found[severity] = timedelta(hours=hours)
        each_of.finish()
    return found


def _days(fields: Fields) -> AcceptanceDays:
    usual = USUAL_DAYS
    acceptance = fields.whole("acceptance_days", usual.acceptance, least=1, most=MOST_DAYS)
    postponed = fields.whole("postponed_days", usual.postponed, least=1, most=MOST_DAYS)
    reminder = fields.whole("reminder_days", min(usual.reminder, acceptance - 1), most=MOST_DAYS)
    answer = fields.whole("answer_days", usual.answer, least=1, most=MOST_DAYS)
    if reminder >= acceptance:
        fields.diagnostics.error(
            fields.mark_of("reminder_days"),
            message(
                "reminder-before-the-solution",
                "a reminder {reminder} days before the end of {acceptance} days would come with the solution; write "
                "fewer as 'reminder_days'",
                reminder=reminder,
                acceptance=acceptance,
            ),
        )
    return AcceptanceDays(acceptance, postponed, reminder, answer)


def _remote_access(fields: Fields) -> RemoteAccessRules:
    written = fields.mapping_of("remote_access")
    if written is None:
        return USUAL_ACCESS
    each_of = Fields(written, phrase("'remote_access' of {owner}", owner=fields.owner), fields.diagnostics)
    tools = each_of.texts("tools") if each_of.has("tools") else USUAL_ACCESS.tools
    minutes = each_of.whole("minutes", USUAL_ACCESS.minutes, least=1, most=MOST_ACCESS_MINUTES)
    hours = each_of.whole("answer_hours", USUAL_ACCESS.answer_hours, least=1, most=MOST_ANSWER_HOURS)
    each_of.finish()
    for tool in tools:
        if len(tool) > MOST_TOOL:
            fields.diagnostics.error(
                each_of.mark_of("tools"),
                message("access-tool-too-long", "the name of a tool has {most} characters at most", most=MOST_TOOL),
            )
    return RemoteAccessRules(tuple(str(tool) for tool in tools), minutes, hours)


def _unknown_hours(owner: str, name: str, near: str) -> Message:
    return message(
        "work-hours-unknown",
        "{owner} counts by the hours '{name}', which do not exist{near}",
        owner=owner,
        name=name,
        near=near,
    )


def _unknown_calendar(owner: str, name: str, near: str) -> Message:
    return message(
        "work-calendar-unknown",
        "{owner} name the work calendar '{name}', which 'calendars' of tickets does not have{near}",
        owner=owner,
        name=name,
        near=near,
    )


def _unknown_service(owner: str, name: str, near: str) -> Message:
    return message(
        "tickets-of-unknown-service",
        "{owner} are billed by the service '{name}', which 'services' does not have{near}",
        owner=owner,
        name=name,
        near=near,
    )
