"""The schema of the section ``tickets`` of ``routing.yaml``: how calls become tickets, and how long everyone has."""

from __future__ import annotations

from ivr.flow.routing.tickets import MOST_ACCESS_MINUTES, MOST_ANSWER_HOURS, MOST_DAYS, MOST_HOURS
from ivr.schema.shapes import DATE, FLAG, TEXT, Schema, choice, key, mapping, named, one_or_list, whole
from ivr.tickets.acceptance import USUAL_DAYS
from ivr.tickets.events import Area, Severity
from ivr.tickets.remote_access import USUAL_ACCESS

_AREAS = [area.value for area in Area]
_SEVERITIES = [str(severity.value) for severity in Severity]


def tickets() -> Schema:
    """Return the schema of the section."""
    days = whole(1, MOST_DAYS)
    return mapping(
        {
            "calendars": key(
                "Work calendars by name: by which hours is counted, from which day on. One that counted stays.",
                named(one_or_list(_version())),
                {"suporte": [{"from": "2026-01-01", "hours": "suporte"}]},
            ),
            "areas": key(
                "By which calendar a ticket counts from its transfer to an area on.",
                mapping({area: key("The work calendar of the area.", TEXT, "suporte") for area in _AREAS}),
                {"sustentacao": "suporte", "fabrica": "suporte"},
            ),
            "desks": key(
                "Destinations whose calls open a ticket, or beginnings of several names; the longest name wins.",
                named(_desk()),
                {"suporte": {"area": "sustentacao"}},
            ),
            "severities": key(
                "Working hours to the forecast by severity; default: 10, 20, 30 and 40.",
                mapping({severity: key("Working hours.", whole(1, MOST_HOURS), 10) for severity in _SEVERITIES}),
                {"1": 10, "2": 20, "3": 30, "4": 40},
            ),
            "severity": key("The severity of a ticket before anybody was asked; default: 3.", choice(_SEVERITIES), 3),
            "acceptance_days": key(
                "Calendar days that a solution waits; then silence accepts it.", days, USUAL_DAYS.acceptance
            ),
            "postponed_days": key("Calendar days more, once a solution.", days, USUAL_DAYS.postponed),
            "reminder_days": key(
                "Days before the last one on which the customer is reminded.", whole(0, MOST_DAYS), USUAL_DAYS.reminder
            ),
            "answer_days": key(
                "Calendar days that a question waits; then the ticket is closed.", days, USUAL_DAYS.answer
            ),
            "remote_access": key(
                "How analysts may look at a customer's screen.",
                mapping(
                    {
                        "tools": key(
                            "The approved tools; the preparation of another one is billed.",
                            one_or_list(TEXT),
                            list(USUAL_ACCESS.tools),
                        ),
                        "minutes": key(
                            "Minutes that a permission lasts.", whole(1, MOST_ACCESS_MINUTES), USUAL_ACCESS.minutes
                        ),
                        "answer_hours": key(
                            "Hours that a request waits for the customer's answer.",
                            whole(1, MOST_ANSWER_HOURS),
                            USUAL_ACCESS.answer_hours,
                        ),
                    }
                ),
                {"tools": list(USUAL_ACCESS.tools), "minutes": 60},
            ),
            "tell_events": key(
                "Whether what happens to tickets is told to the receiver of IVR_TICKETS_URL.", FLAG, "yes"
            ),
        },
        "calendars",
        "desks",
    )


def _version() -> Schema:
    return mapping(
        {
            "from": key("The first day on which these hours count.", DATE, "2026-01-01"),
            "hours": key("The hours; their on-call times and breaks count as well.", TEXT, "suporte"),
        },
        "from",
        "hours",
    )


def _desk() -> Schema:
    return mapping(
        {
            "area": key("The area that has the ticket first.", choice(_AREAS), "sustentacao"),
            "calendar": key("The work calendar; default: that of the area.", TEXT, "suporte"),
            "service": key("The service that bills it; default: none.", TEXT, "consultoria-tecnica"),
        },
        "area",
    )
