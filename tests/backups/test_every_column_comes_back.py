"""Every column of every table comes back from a backup, by construction: a table that is new is among them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import Column, Connection, Table, TypeDecorator, insert, select

from data.agents import all_agents
from data.all_tables import METADATA
from data.calls import CALL
from data.database import Database
from data.offers import live_offers
from data.past_calls import past_calls
from data.reported_entries import reported_entries, reported_offers
from data.tables import MoneyColumn
from data.talk_events import events_between
from data.talks import open_talks
from data.turns import TURN
from data.vault import Cost, Vault
from data.waiting import all_waiting
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.reports.report import read_report
from tests.backups.conftest import Ivr
from tests.conftest import Now
from tests.line_server import KEY
from tests.talks.a_day import Day

ROWS = 3
"""Of each table: one with a value in every column, one with nothing where that may be, and another whole one."""

WORDS = "ção 'aspas' \\N \t \"mais\" \U0001f4de; --"


def _fill(connection: Connection) -> None:
    """Write the rows of every table, those that others refer to first."""
    for table in METADATA.sorted_tables:
        for number in range(ROWS):
            connection.execute(table.insert().values({each.name: _value(each, number) for each in table.columns}))


def _value(column: Column[object], number: int) -> object:
    if column.foreign_keys:
        (referred,) = column.foreign_keys
        # A row of the table it refers to, by its number: keys are made alike.
        return _value(referred.column, number)
    if column.nullable and number == 1:
        return None
    chance = Random(f"{column.name}/{number}")
    inner = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = inner.python_type
    if isinstance(column.type, MoneyColumn):
        return Decimal(chance.randrange(10**9)).scaleb(-2)
    if kind is bool:
        return number % 2 == 0
    if kind is datetime:
        return datetime(2026, 3, 10, tzinfo=UTC) + timedelta(microseconds=chance.randrange(10**13))
    if kind is date:
        return date(2026, 3, 10) + timedelta(days=chance.randrange(1000))
    if kind is bytes:
        return bytes(range(256)) + chance.randbytes(8)
    if kind is int:
        return 1_000_000 + number if column.primary_key else chance.randrange(10**6)
    assert kind is str, f"say here what the column {column} may hold"
    longest = getattr(column.type, "length", None)
    return f"{number}{column.name}{WORDS}{chance.random()}"[:longest]


def _rows(connection: Connection, table: Table) -> list[dict[str, object]]:
    return sorted((dict(row._mapping) for row in connection.execute(select(table))), key=repr)


def _all_rows(database: Database) -> dict[str, list[dict[str, object]]]:
    with database.reading() as connection:
        return {table.name: _rows(connection, table) for table in METADATA.sorted_tables}


def test_every_column_of_every_table_comes_back_equal(database_url: str, empty_url: str, ivr: Ivr) -> None:
    before = Database(database_url)
    with before.transaction() as connection:
        _fill(connection)
    written = _all_rows(before)
    before.close()
    for table in METADATA.sorted_tables:
        for column in table.columns:
            assert any(row[column.name] is not None for row in written[table.name]), column
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    code, told, error = ivr(empty_url, "restore", "a.backup")
    assert (code, error) == (0, ""), told
    after = Database(empty_url)
    try:
        assert _all_rows(after) == written
    finally:
        after.close()


def _told(database: Database, line: Line, period: ReportPeriod, now: datetime) -> list[object]:
    """What pages, reports and the distribution read of agents and their talks."""
    since, until = period.since, period.until
    with database.reading() as connection:
        return [
            all_agents(connection),
            all_waiting(connection),
            live_offers(connection),
            open_talks(connection),
            events_between(connection, since, until),
            reported_entries(connection, line.name, since, until),
            reported_offers(connection, line.name, since, until),
            list(past_calls(connection, line.name, since, until)),
            read_report(connection, line, period, 60, now),
        ]


def test_a_day_that_goes_on_is_read_alike_after_a_restore(
    database_url: str, empty_url: str, ivr: Ivr, small_line: Line, clock: Now
) -> None:
    before = Database(database_url)
    begins, zone = clock(), small_line.header.zone
    day = Day(before, Lines([small_line]), Vault(KEY, Cost.rehearsal()), begins, Random(3), hours=0.2)
    day.play(30, 3, seconds=500)
    with before.transaction() as connection:
        for (sid,) in connection.execute(select(CALL.c.sid)).all():
            empty = dict.fromkeys(("event", "outcome", "menu_version", "answer"), "")
            rest = {"call_sid": sid, "number": 0, "at": begins, "state": "espera", "states": "[]", "headers": "{}"}
            connection.execute(insert(TURN), empty | rest)
    local = begins.astimezone(zone).date()
    period = ReportPeriod(local, local, zone)
    told = _told(before, small_line, period, day.moment())
    before.close()
    assert all(told), "something of each is under way"
    assert ivr(database_url, "backup", "a.backup")[0] == 0
    assert ivr(empty_url, "restore", Path("a.backup"))[0] == 0
    after = Database(empty_url)
    try:
        assert _told(after, small_line, period, day.moment()) == told
    finally:
        after.close()
