"""The rules of a line's tickets: which calls open one, by which calendars it counts, and how long a customer has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta

from ivr.tickets.acceptance import USUAL_DAYS, AcceptanceDays
from ivr.tickets.calendars import WorkCalendar, WorkCalendars
from ivr.tickets.events import Area, Severity
from ivr.tickets.remote_access import USUAL_ACCESS, RemoteAccessRules
from ivr.tickets.severity import SEVERITY_HOURS
from value_class import value_class


@value_class
class TicketDesk:
    """Calls to the destinations of ``scope`` (itself, and all below it) open a ticket of that area.

    ``service`` is the billed service that it is given under, None where it is free.
    """

    scope: str
    area: Area
    calendar: str
    service: str | None = None


@value_class
class TicketRules:
    """Ops wrote these rules: work calendars by name, the calendar of each area, desks by scope, working hours.

    ``severity`` is that of a ticket before anybody was asked. ``tells_events`` says whether what happens to tickets is
    told to a system of the company's own.
    """

    calendars: WorkCalendars
    areas: Mapping[Area, str]
    desks: Mapping[str, TicketDesk]
    severities: Mapping[Severity, timedelta] = field(default_factory=lambda: SEVERITY_HOURS)
    severity: Severity = Severity.MEDIUM
    days: AcceptanceDays = USUAL_DAYS
    remote_access: RemoteAccessRules = USUAL_ACCESS
    tells_events: bool = False

    def desk_for(self, destination: str) -> TicketDesk | None:
        """Return the desk of ``destination``: that of the longest scope it lies in; None where its calls open none."""
        scope = destination
        while scope:
            if scope in self.desks:
                return self.desks[scope]
            scope = scope.rpartition(".")[0]
        return None

    def calendar_of(self, area: Area) -> str | None:
        """Return the name of the calendar by which tickets count from their transfer to ``area`` on.

        None where ops wrote none: the ticket goes on with the calendar that it has.
        """
        return self.areas.get(area)

    def calendar(self, name: str) -> WorkCalendar | None:
        """Return the work calendar of that name, None for one that is not written any more."""
        return self.calendars.get(name)

    def desk_hours(self, name: str) -> WorkCalendar:
        """Return the calendar by whose zone and hours customers are waited for and reminded: that of the name.

        Where it is not written any more it is the line's first one: days go on when hours are unknown.
        """
        return self.calendars.get(name) or next(iter(self.calendars.values()))
