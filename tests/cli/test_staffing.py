"""``ivr staffing``: how many agents a desk needs, from numbers, from a file, and from what was recorded."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.calls import NewCall, open_call
from data.database import Database
from data.offers import make_offer
from data.talks import TalkRecord, begin_talk
from data.trials import mark_trial
from data.waiting import WaitingRecord, enter_queue, entry_name
from ivr.cli.staffing_arrivals import of_sheet
from tests.cli.conftest import Ivr

EIGHT = datetime(2026, 3, 9, 8, tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.fixture
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database of the commands that nothing happened in."""
    url = f"sqlite:///{tmp_path / 'days.sqlite'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(_migrated_file, tmp_path / "days.sqlite")
    kept = Database(url)
    yield kept
    kept.close()


def _enter(database: Database, number: int, seconds: int, talk: int | None, *, trial: bool = False) -> None:
    """A call that enters so many seconds after eight o'clock, and talks so long with an agent."""
    sid, at = f"CA{number:032x}", EIGHT + timedelta(seconds=seconds)
    entry = entry_name(sid, 4)
    with database.transaction() as connection:
        open_call(connection, NewCall(sid, "4003-0015", "1", "+5511987654321", "+551140030015", at, "{}"))
        if trial:
            mark_trial(connection, sid, at)
        assert enter_queue(
            connection,
            WaitingRecord(entry, sid, 4, "4003-0015", "suporte.rm", "rm", "ligar", 600, at, at, contract="SLA"),
        )
        if talk is not None:
            offer = make_offer(connection, entry, number, at)
            assert offer
            began, over = at + timedelta(seconds=9), at + timedelta(seconds=9 + talk)
            assert begin_talk(
                connection,
                TalkRecord(
                    entry, offer.id, "4003-0015", "suporte.rm", sid, number, entry, at,
                    started_at=began, ended_at=over, wrapped_at=over + timedelta(seconds=30),
                ),
            )  # fmt: skip


def test_an_hour_of_calls_is_told_with_its_formula_and_its_simulation(ivr: Ivr) -> None:
    code, out, _ = ivr("staffing", "suporte.rm", "--calls", 24, "--aht", 300, "--shrinkage", 30, "--days", 5)
    heading, columns, row, hours, fewer, twice = out.splitlines()
    assert code == 0
    assert heading.startswith("suporte.rm: 80 % within 20 s; calls of each 60 minutes")
    assert columns.split()[:3] == ["from", "calls", "erlangs"]
    assert row.split()[:6] == ["08:00", "24", "2.0", "4", "84.8", "%"]
    assert hours.startswith("Hours of agents in the day: ")
    assert fewer.startswith("One agent fewer all day: ")
    assert twice.startswith("Twice the calls from 08:00 on: ")


def test_half_hours_of_a_file_are_told_as_half_hours(ivr: Ivr, tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    file.write_text("begin;calls\n08:00;50\n08:30;100\n10:00;12,5\n")
    code, out, _ = ivr("staffing", "suporte.rm", "--arrivals", file, "--aht", 180, "--days", 1, "--json")
    plan = json.loads(out)
    assert code == 0
    assert [(each["begin"], each["seconds"], each["erlangs"]) for each in plan["intervals"]] == [
        ("08:00", 1800, 5.0), ("08:30", 1800, 10.0), ("10:00", 1800, 1.25),
    ]  # fmt: skip
    assert plan["intervals"][1]["by_erlang"] == 14
    assert plan["twice"]["begin"] == "08:00"


def test_a_recorded_day_is_planned_from_its_calls(ivr: Ivr, database: Database) -> None:
    for number in range(12):
        _enter(database, number, 60 * number, 170 if number % 3 else None)
    _enter(database, 20, 3700, 170)
    _enter(database, 21, 3700, 170, trial=True)
    code, out, _ = ivr("staffing", "suporte.rm", "--day", "2026-03-09", "--json", "--target", "90/10")
    plan = json.loads(out)
    assert code == 0
    assert [(each["begin"], each["calls"], each["aht"]) for each in plan["intervals"]] == [
        ("08:00", 12, 200.0), ("09:00", 1, 200.0),
    ]  # fmt: skip
    assert plan["target"] == {"percent": 90, "seconds": 10}
    assert plan["days"] == 1


def test_a_day_without_calls_and_one_without_talks_are_told(ivr: Ivr, database: Database) -> None:
    asked = ("staffing", "suporte.rm", "--day", "2026-03-09")
    told = "ivr: no call entered the queue of suporte.rm on 2026-03-09; give --calls or --arrivals\n"
    assert ivr(*asked) == (2, "", told)
    _enter(database, 1, 5, None)
    assert ivr(*asked)[2].endswith("was answered on 2026-03-09, so its handle time is unknown; give --aht\n")
    assert ivr(*asked, "--aht", 200)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give one of --calls, --arrivals and --day"),
        (("--calls", 5), "--calls needs --aht: the seconds for which a call keeps an agent"),
        (("--calls", 5, "--aht", 9, "--target", "80%"), "'80%' is no service target"),
        (("--calls", 5, "--aht", 9, "--twice", "25:00"), "'25:00' cannot be --twice; write a time like 08:00"),
        (("--calls", 99_999, "--aht", 999), "is too large to simulate"),
    ],
)
def test_what_cannot_be_planned_is_one_line(ivr: Ivr, arguments: tuple[object, ...], told: str) -> None:
    code, out, err = ivr("staffing", "suporte.rm", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert told in err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", [":1: the file is empty; its first line must name the columns"]),
        ("begin,calls\n", [":1: the file has no rows; give each interval one, like 08:00,42"]),
        ("hora,calls\n08:00,1\n", [":1: the header lacks the column 'begin'; add it", ":1: unknown column 'hora'"]),
        (
            "begin,calls,aht\n9:30,5,\n08:00,5,60\n24:00,1,60\n11:00,many,60\n12:00,1,60\n11:30,1,60\n",
            [
                ":2: the handle time is missing; fill in 'aht' in seconds, or give --aht",
                ":4: 'begin' is no time of day; write it like 08:30",
                ":5: 'calls' is no number of calls; write it like 42",
                ":7: this interval begins before the one above it; put the rows in order",
            ],
        ),
    ],
)
def test_each_wrong_row_of_a_file_is_told_at_its_line(tmp_path: Path, text: str, told: list[str]) -> None:
    file = tmp_path / "day.csv"
    file.write_text(text)
    day, problems = of_sheet(file, None)
    assert day.loads == ()
    assert len(problems) == len(told)
    assert all(str(row).startswith(f"{file}{each}") for row, each in zip(problems, told, strict=True))


def test_a_file_that_is_not_there_is_one_line(ivr: Ivr, tmp_path: Path) -> None:
    code, out, err = ivr("staffing", "suporte.rm", "--arrivals", tmp_path / "none.csv")
    assert (code, out) == (2, "")
    assert err == f"{tmp_path / 'none.csv'}:1: the file cannot be read: No such file or directory\n"
