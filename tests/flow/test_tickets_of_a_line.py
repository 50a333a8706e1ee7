"""The section ``tickets`` of routing.yaml: which calls open a ticket, and by which hours its clock runs."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from ivr.flow.folder import load_line
from ivr.tickets.acceptance import AcceptanceDays
from ivr.tickets.events import Area, Severity
from ivr.tickets.rules import TicketDesk, TicketRules
from ivr.tickets.severity import SEVERITY_HOURS
from tests.flow.lines import GOOD, SHIPPED, SPANISH, changed, told

SECTION = """\
tickets:
  calendars:
    suporte: [{from: "2027-01-01", hours: comercial}, {from: "2026-01-01", hours: antigo}]
    outro: {from: "2026-01-01", hours: comercial}
  areas: {sustentacao: suporte}
  desks:
    suporte: {area: sustentacao}
    suporte.rm: {area: fabrica, calendar: outro}
  severities: {"1": 8}
  severity: 2
  acceptance_days: 10
  postponed_days: 20
  reminder_days: 1
  answer_days: 12
access_codes:
"""


def rules_of(line: Path) -> TicketRules:
    """The rules of the line in that folder."""
    rules = load_line(line).routing.tickets
    assert rules is not None
    return rules


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The good line with the section, and hours that only a former version of a calendar keeps."""
    line = changed(tmp_path, "access_codes:\n", SECTION, "routing.yaml")
    file = line / "routing.yaml"
    former = 'hours:\n  antigo: {windows: [{days: seg-sex, open: "09:00-17:00"}]}\n'
    file.write_text(file.read_text(encoding="utf-8").replace("hours:\n", former, 1), encoding="utf-8")
    return line


def test_every_key_of_tickets_is_read(written: Path) -> None:
    rules = rules_of(written)
    assert [(version.since, version.hours.name) for version in rules.calendars["suporte"].versions] == [
        (date(2026, 1, 1), "antigo"),
        (date(2027, 1, 1), "comercial"),
    ]
    assert rules.areas == {Area.SUSTENTACAO: "suporte"}
    assert rules.desks == {
        "suporte": TicketDesk("suporte", Area.SUSTENTACAO, "suporte"),
        "suporte.rm": TicketDesk("suporte.rm", Area.FABRICA, "outro"),
    }
    assert rules.severities == {**SEVERITY_HOURS, Severity.CRITICAL: timedelta(hours=8)}
    assert rules.severity is Severity.HIGH
    assert rules.days == AcceptanceDays(10, 20, 1, 12)


def test_hours_that_only_a_work_calendar_keeps_are_used(written: Path) -> None:
    # This line's transfer tells no ticket, of which it is warned.
    assert [each for each in told(written) if "ticket_say" not in each] == []


def test_the_longest_name_of_a_desk_wins(written: Path) -> None:
    rules = rules_of(written)
    found = {name: rules.desk_for(name) for name in ("suporte", "suporte.datasul", "suporte.rm", "suporte.rm.x", "cst")}
    assert {name: desk and desk.scope for name, desk in found.items()} == {
        "suporte": "suporte",
        "suporte.datasul": "suporte",
        "suporte.rm": "suporte.rm",
        "suporte.rm.x": "suporte.rm",
        "cst": None,
    }


def test_an_area_without_a_calendar_keeps_that_of_the_ticket(written: Path) -> None:
    rules = rules_of(written)
    assert [rules.calendar_of(area) for area in Area] == ["suporte", None, None, None]


def test_a_line_without_the_section_opens_no_tickets() -> None:
    assert load_line(GOOD).routing.tickets is None


@pytest.mark.parametrize(
    ("name", "day", "hours"),
    [
        ("suporte", "2026-03-10", 12),  # 07-19, the on-call edges, lunch and breaks included
        ("suporte", "2026-07-09", 12),  # a holiday of São Paulo: the staff are on call
        ("suporte", "2026-09-07", 0),  # a national one
        ("suporte", "2026-03-14", 0),
        ("consultoria", "2026-03-10", 8),
        ("consultoria", "2026-07-09", 0),
    ],
)
def test_the_shipped_calendars_count_the_published_hours(name: str, day: str, hours: int) -> None:
    assert rules_of(SHIPPED).calendars[name].on(date.fromisoformat(day)).total == timedelta(hours=hours)


def test_the_international_line_counts_by_the_clock_of_mexico_city() -> None:
    rules = rules_of(SPANISH)
    assert {str(calendar.zone) for calendar in rules.calendars.values()} == {"America/Mexico_City"}
    assert rules.calendars["prime"].on(date(2026, 3, 10)).total == timedelta(hours=10)
