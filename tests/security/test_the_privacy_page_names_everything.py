"""docs/privacy.md is what the code does: every table and column, every period."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from data.database import Database
from data.periods import PERIODS
from data.sweep import LONGEST_RINGING
from data.traffic import LONGEST_CALL
from ivr.channels.twilio.audio import MAX_BYTES, MAX_SECONDS

PAGE = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([^`]+)`")


def _rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return [
        [cell.strip() for cell in row.strip("|").split("|")]
        for row in section.splitlines()
        if re.match(r"\| (?!---)", row)
    ]


TABLES = {row[0].strip("`"): CODE.findall(row[1]) for row in _rows("What is kept, table by table")[1:]}


@pytest.fixture
def tables() -> dict[str, list[str]]:
    """The tables as the migrations make them."""
    database, found = Database("sqlite://"), MetaData()
    database.migrate()
    with database.reading() as connection:
        found.reflect(connection)
    database.close()
    return {
        name: [column.name for column in table.columns]
        for name, table in found.tables.items()
        if name != "alembic_version"
    }


def test_every_table_and_every_column_is_named(tables: dict[str, list[str]]) -> None:
    assert {name: sorted(columns) for name, columns in TABLES.items()} == {
        name: sorted(columns) for name, columns in tables.items()
    }


def test_every_period_is_told_as_it_is_with_its_reason_and_source() -> None:
    told = [tuple(row) for row in _rows("How long")[1:]]
    assert told == [(each.name, str(each.days), each.what, each.why, each.source) for each in PERIODS]


def test_recordings_and_records_of_service_are_kept_as_long_as_the_decree_asks() -> None:
    days = {period.name: period.days for period in PERIODS}
    assert days["recordings"] >= 90
    assert days["customers"] >= 2 * 365 + 1
    assert days["consents"] >= 5 * 365 + 2


def test_the_other_figures_are_those_of_the_code() -> None:
    assert (LONGEST_CALL.total_seconds(), LONGEST_RINGING.total_seconds()) == (4 * 3600, 15 * 60)
    assert (MAX_BYTES, MAX_SECONDS) == (32 * 1024 * 1024, 30)
    for words in ("four hours", "15 minutes", "32 MB and 30 seconds"):
        assert words in PAGE
