"""A whole day on the real tables: no call lost, none talked to twice, and the report counts as a clerk does."""

from __future__ import annotations

from random import Random

import pytest

from data.database import Database
from data.talk_events import events_between
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.reports.report import read_report
from tests.conftest import Now
from tests.databases import one_of_both
from tests.talks.a_day import Clerk, Day

pytestmark = [one_of_both("sqlite"), pytest.mark.untraced]

CALLS, AGENTS = (500, 20)


def test_a_day_of_500_calls_and_20_agents_is_reported_as_it_is_counted(
    server_database: Database, server_vault: Vault, small_line: Line, clock: Now
) -> None:
    begins = clock()
    day = Day(server_database, Lines([small_line]), server_vault, begins, Random(14))
    day.play(CALLS, AGENTS)
    zone = small_line.header.zone
    local = begins.astimezone(zone).date()
    period = ReportPeriod(local, (day.moment()).astimezone(zone).date(), zone)
    with server_database.reading() as connection:
        events = events_between(connection, period.since, period.until)
        report = read_report(connection, small_line, period, 60, day.moment())
    clerk = Clerk().count(events, 20)
    assert clerk.wrong == []
    assert sum(clerk.offered.values()) == CALLS + clerk.returned
    assert clerk.returned > 0
    for row in report.destinations:
        desk, told = row.destination, row.service
        assert (told.offered, told.answered, told.answered_within, told.abandoned, told.waiting) == (
            clerk.offered[desk], clerk.answered[desk], clerk.within[desk], clerk.abandoned[desk], 0,
        )  # fmt: skip
        assert told.wait_of_answered == pytest.approx(clerk.waited[desk])
        assert told.talk == pytest.approx(clerk.talked[desk])
    assert {row.destination for row in report.destinations} == set(clerk.offered)
    assert {row.user_id: row.answered for row in report.agents if row.answered} == clerk.talks_of
    assert sum(row.service.offered for row in report.intervals) == sum(clerk.offered.values())
