"""A report tells apart who was passed on, asked before, and lost: as a person counts who followed the calls."""

from __future__ import annotations

from ivr.reports.destination_rows import DestinationRow
from ivr.reports.period import ReportPeriod
from ivr.reports.report import read_report
from tests.databases import one_of_both
from tests.talks.floor import QUEUE, Floor

pytestmark = one_of_both("sqlite")


def _rows(floor: Floor) -> dict[str, DestinationRow]:
    line, now = floor.server.lines.version("ensaio", "").line, floor.time.now()
    today = now.astimezone(line.header.zone).date()
    with floor.database.reading() as connection:
        report = read_report(connection, line, ReportPeriod(today, today, line.header.zone), 60, now)
    return {row.destination: row for row in report.destinations}


def _counted(row: DestinationRow) -> tuple[int, int, int, int]:
    got = row.service
    return got.offered, got.answered, got.abandoned, got.waiting


def test_a_warm_transfer_is_one_entry_of_each_destination(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", "1", destination="mesa.rh")
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.pass_time(15)
    assert floor.acts.cancel(ana) is None
    floor.pass_time(3)
    assert floor.acts.consult(ana, "mesa.rh") is None
    floor.telephone(bia).keys = ["1"]
    floor.pass_time(60)
    assert floor.acts.complete(ana) is None
    floor.pass_time(5)
    floor.hang_up(caller)
    floor.pass_time(3)
    rows = _rows(floor)
    assert _counted(rows[QUEUE]) == _counted(rows["mesa.rh"]) == (1, 1, 0, 0)
    assert rows[QUEUE].service.talk + rows[QUEUE].service.hold > 60
    assert sum(count for cause, count in rows["mesa.rh"].causes.items() if "passed on" in cause) == 1


def test_a_caller_whose_agent_was_lost_is_not_counted_as_passed_on(floor: Floor) -> None:
    ana, caller = floor.talking()
    bia = floor.agent("bia", "1")
    floor.hang_up(floor.legs(ana)[-1])
    floor.pass_time(25)
    assert floor.state(bia) == "talking"
    floor.hang_up(caller)
    floor.pass_time(3)
    row = _rows(floor)[QUEUE]
    assert _counted(row) == (2, 2, 0, 0)
    assert not [cause for cause in row.causes if "passed on" in cause]
