"""docs/privacy.md is what the code does: every table and column, whose it is and when it goes, every period."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from sqlalchemy import MetaData

import data
from data.all_tables import OF_INDICES, PERSONAL
from data.database import Database
from data.periods import PERIODS, RECORDINGS
from data.personal import STAYS, About, Personal
from data.retention import _RULES
from data.sweep import LONGEST_RINGING
from data.tables import Stored
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
GOES = {row[0].strip("`"): row[1] for row in _rows("Whose it is, and when it goes")[1:]}


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
        if name not in {"alembic_version", *OF_INDICES}
    }


def test_every_table_and_every_column_is_named(tables: dict[str, list[str]]) -> None:
    assert {name: sorted(columns) for name, columns in TABLES.items()} == {
        name: sorted(columns) for name, columns in tables.items()
    }


def test_every_period_is_told_as_it_is_with_its_reason_and_source() -> None:
    told = [tuple(row) for row in _rows("How long")[1:]]
    assert told == [(each.name, str(each.days), each.what, each.why, each.source) for each in PERIODS]


def test_recordings_and_service_records_are_kept_as_the_decree_asks() -> None:
    days = {period.name: period.days for period in PERIODS}
    assert days["recordings"] >= 90
    assert days["customers"] >= 2 * 365 + 1
    assert days["consents"] >= 5 * 365 + 2


def test_the_other_figures_are_those_of_the_code() -> None:
    assert (LONGEST_CALL.total_seconds(), LONGEST_RINGING.total_seconds()) == (4 * 3600, 15 * 60)
    assert (MAX_BYTES, MAX_SECONDS) == (32 * 1024 * 1024, 30)
    for words in ("four hours", "15 minutes", "32 MB and 30 seconds"):
        assert words in PAGE


def test_every_table_says_beside_it_what_is_personal() -> None:
    for module in pkgutil.iter_modules(data.__path__, "data."):
        importlib.import_module(module.name)
    for name in sorted(set(Stored.metadata.tables) - {table.name for table in PERSONAL}):
        pytest.fail(f"the table {name} has no PERSONAL: write it beside the table, and name it in data/all_tables.py")
    for table, said in PERSONAL.items():
        assert set(said.columns) == set(table.c.keys()), f"the PERSONAL of {table.name} must name each of its columns"


def test_the_page_tells_whose_each_column_is_and_when_it_goes() -> None:
    assert {table.name: _goes(said) for table, said in PERSONAL.items() if _goes(said)} == GOES


def test_what_goes_after_a_period_is_taken_away_by_it() -> None:
    said = {(each.rows_period, table.name) for table, each in PERSONAL.items() if each.rows_period}
    said |= {
        (rule.period, table.name) for table, each in PERSONAL.items() for rule in each.columns.values() if rule.period
    }
    done = {(period, str(statement.table)) for period, rule in _RULES.items() for statement in rule.forget}
    assert said == done | {(RECORDINGS, "message"), (RECORDINGS, "recording")}


def _goes(said: Personal) -> str:
    """A row of the page: columns of one kind together, and then the rows."""
    kinds: dict[str, list[str]] = {}
    for name, rule in sorted(said.columns.items(), key=lambda each: [*said.table.c.keys()].index(each[0])):
        ends = [f"*{rule.period}*"] if rule.period else []
        ends += ["erasure"] if rule.on_erasure is not STAYS else []
        if ends or rule.about is not About.NOBODY:
            kinds.setdefault(", ".join([rule.about.value, *ends]), []).append(f"`{name}`")
    told = [f"{', '.join(names)}: {kind}" for kind, names in kinds.items()]
    ends = [f"*{said.rows_period}*"] if said.rows_period else []
    ends += [f"{said.rows_kept.days} day(s)"] if said.rows_kept else []
    ends += ["erasure"] if said.by_company or said.by_keys or (said.outside and said.rows_period) else []
    return "; ".join([*told, f"the rows: {', '.join(ends)}"] if ends else told)
