"""A wait belongs to the hour and the day in which it began, also where it ends after midnight or clocks are changed.

The stories are written as rows, and counted here from the stories themselves, by nothing that reports are made of.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, insert

from data.calls import CALL
from data.database import Database
from data.offers import OFFER, OfferRecord
from data.tables import values_of
from data.talks import TALK, TalkRecord
from data.turns import TURN
from data.waiting import WAITING, WaitingRecord, entry_name
from ivr.flow.line import Line
from ivr.reports.destination_rows import DestinationRow
from ivr.reports.period import ReportPeriod
from ivr.reports.report import Report, read_report
from ivr.reports.today import today_of
from tests.databases import one_of_both

HOUR = 3600
DESTINATION = "mesa.fila"
WITHIN = 20
"""The service target of a destination about whose agents nothing is written."""

CHANGES = (
    ("America/Sao_Paulo", date(2018, 2, 17)),  # 23:00 to midnight comes twice
    ("America/Sao_Paulo", date(2018, 11, 4)),  # there is no midnight
    ("America/Mexico_City", date(2022, 4, 3)),
    ("America/Mexico_City", date(2022, 10, 30)),
    ("America/Santiago", date(2018, 5, 12)),
    ("America/Santiago", date(2018, 8, 12)),
    ("America/Havana", date(2018, 11, 4)),  # midnight comes twice
    ("America/Sao_Paulo", date(2026, 3, 10)),
)


@dataclass(frozen=True)
class Story:
    """A call comes so many seconds after the first midnight; a telephone rings for ``rung`` before it is queued. After
    each of the ``lost`` waits an agent accepts and is lost; ``wait`` seconds more, and the call ``ends``.
    """

    comes: int
    rung: int = 0
    lost: tuple[int, ...] = ()
    wait: int = 30
    ends: str = "answered"
    talk: int = 100
    hold: int = 0
    wrap: int = 10

    @property
    def waited(self) -> int:
        return self.rung + sum(self.lost) + self.wait


def _near(midnight: int) -> st.SearchStrategy[int]:
    return st.integers(midnight - 900, midnight + 900)


STORIES = st.builds(
    Story,
    comes=st.one_of(st.integers(0, 70 * HOUR), _near(24 * HOUR), _near(48 * HOUR)),
    rung=st.sampled_from([0, 0, 25, 600]),
    lost=st.lists(st.integers(1, 700), max_size=3).map(tuple),
    wait=st.sampled_from([0, 1, WITHIN, WITHIN + 1, 300]),
    ends=st.sampled_from(["answered", "answered", "abandoned", "key", "timeout"]),
    talk=st.sampled_from([20, 400, 5 * HOUR]),
    hold=st.sampled_from([0, 15]),
    wrap=st.sampled_from([0, 30]),
)


def _write(connection: Connection, line: str, number: int, story: Story, comes: datetime) -> None:
    sid = f"CA{number:032x}"
    queued = comes + timedelta(seconds=story.rung)
    heard = comes + timedelta(seconds=story.waited)
    over = heard + timedelta(seconds=story.talk if story.ends == "answered" else 0)
    call = {"sid": sid, "line": line, "menu_version": "1", "from_number": "", "to_number": "", "status": "completed"}
    begins = comes - timedelta(seconds=20)
    connection.execute(
        insert(CALL), call | {"started_at": begins, "ended_at": over, "updated_at": over, "turn": 3, "position": "{}"}
    )
    entered_in = 2 if story.rung else 1
    for turn, at in ((0, begins), (1, comes), (2, queued))[: entered_in + 1]:
        told = {"event": "keys", "outcome": "key", "menu_version": "1", "answer": "", "headers": "{}"}
        state = {"state": "ligar", "states": '["ligar"]', "destination": DESTINATION if turn else None}
        connection.execute(insert(TURN), told | state | {"call_sid": sid, "number": turn, "at": at})
    before = None
    entered = queued
    endings = ("returned",) * len(story.lost) + (story.ends,)
    for part, (seconds, outcome) in enumerate(zip((*story.lost, story.wait), endings, strict=True)):
        left = entered + timedelta(seconds=seconds)
        entry = WaitingRecord(
            entry_name(sid, entered_in, part), sid, entered_in, line, DESTINATION, "fila", "ligar", 600, queued,
            entered, front=part > 0, transferred_from=before, left_at=left, outcome=outcome,
        )  # fmt: skip
        connection.execute(insert(WAITING), values_of(entry))
        before, entered = entry.id, left
    if story.ends == "answered":
        assert before is not None
        offer = OfferRecord(f"OF{number:032x}", before, number % 3, heard, "ended", ended_at=over)
        connection.execute(insert(OFFER), values_of(offer))
        wrapped = over + timedelta(seconds=story.wrap)
        talk = TalkRecord(
            before, offer.id, line, DESTINATION, sid, number % 3, before, heard, started_at=heard, ended_at=over,
            hold_seconds=story.hold, wrapped_at=wrapped,
        )  # fmt: skip
        connection.execute(insert(TALK), values_of(talk))


Key = tuple[datetime, timedelta | None]


def _hour(at: datetime, zone: tzinfo) -> Key:
    local = at.astimezone(zone)
    return local.replace(minute=0, second=0, microsecond=0, tzinfo=None, fold=0), local.utcoffset()


def _counted(story: Story) -> Counter[str]:
    waited, ends = story.waited, story.ends
    late = waited > WITHIN
    counted = Counter({"offered": 1, "wait_of_all": waited, ends: 1, "came": 1})
    if ends == "answered":
        counted += Counter(within=int(not late), wait_of_answered=waited, talk=story.talk - story.hold)
        counted += Counter(hold=story.hold, wrap=story.wrap)
    elif late:
        counted[f"{ends} late"] += 1
    return +counted


def _told(row: DestinationRow) -> Counter[str]:
    got = row.service
    told = {
        "came": row.came, "offered": got.offered, "answered": got.answered, "within": got.answered_within,
        "abandoned": got.abandoned, "abandoned late": got.abandoned_late, "key": got.left_by_key,
        "key late": got.left_by_key_late, "timeout": got.turned_away, "timeout late": got.turned_away_late,
        "wait_of_all": round(got.wait_of_all), "wait_of_answered": round(got.wait_of_answered),
        "talk": round(got.talk), "hold": round(got.hold), "wrap": round(got.wrap),
    }  # fmt: skip
    assert got.waiting == got.moved == 0
    return +Counter(told)


def _by_interval(report: Report) -> dict[Key, Counter[str]]:
    found: dict[Key, Counter[str]] = defaultdict(Counter)
    for row in report.intervals:
        assert row.begins is not None
        found[row.begins.replace(tzinfo=None), row.begins.utcoffset()] += _told(row)
    return {key: counted for key, counted in found.items() if counted}


def _total(report: Report) -> Counter[str]:
    return sum((_told(row) for row in report.destinations), Counter[str]())


def _check(database: Database, small: Line, zone_name: str, middle: date, stories: list[Story]) -> None:
    zone = ZoneInfo(zone_name)
    line = replace(small, header=replace(small.header, zone=zone))
    days = [middle + timedelta(days=shift) for shift in (-1, 0, 1)]
    first = datetime(days[0].year, days[0].month, days[0].day, tzinfo=zone).astimezone(UTC)
    hours: dict[Key, Counter[str]] = defaultdict(Counter)
    by_day: dict[date, Counter[str]] = defaultdict(Counter)
    talks: Counter[tuple[date, int]] = Counter()
    with database.transaction() as connection:
        for table in (TALK, OFFER, WAITING, TURN, CALL):
            connection.execute(delete(table))
        for number, story in enumerate(stories):
            comes = first + timedelta(seconds=story.comes)
            _write(connection, line.name, number, story, comes)
            hours[_hour(comes, zone)] += _counted(story)
            by_day[comes.astimezone(zone).date()] += _counted(story)
            if story.ends == "answered":
                talks[(comes + timedelta(seconds=story.waited)).astimezone(zone).date(), number % 3] += 1
    now = first + timedelta(days=6)
    with database.reading() as connection:

        def read(since: date, until: date, minutes: int) -> Report:
            return read_report(connection, line, ReportPeriod(since, until, zone), minutes, now)

        assert _by_interval(read(days[0], days[-1], 60)) == hours
        for day in days:
            hourly, daily = read(day, day, 60), read(day, day, 1440)
            of_day = {key: counted for key, counted in hours.items() if key[0].date() == day}
            assert _by_interval(hourly) == of_day
            assert _total(hourly) == _total(daily) == by_day[day]
            assert sum(_by_interval(hourly).values(), Counter[str]()) == by_day[day]
            assert len(_by_interval(daily)) == (1 if by_day[day] else 0)
            answered = {user: count for (at, user), count in talks.items() if at == day}
            assert {row.user_id: row.answered for row in hourly.agents if row.answered} == answered
            # The wallboard reads no turns: to it a wait begins in the queue.
            if not any(story.rung for story in stories):
                seen = today_of(connection, line, ReportPeriod(day, day, zone), now).destinations
                assert sum(each.offered for each in seen.values()) == by_day[day]["offered"]


@pytest.fixture(scope="module")
def store() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    yield database
    database.close()


MIDNIGHT = 24 * HOUR
OVER_MIDNIGHT = [
    Story(MIDNIGHT - 10, wait=60),
    Story(MIDNIGHT - 300, lost=(310, 20), wait=5),
    Story(MIDNIGHT - 300, lost=(100, 250), ends="abandoned"),
    Story(MIDNIGHT - 15, rung=25),
    Story(MIDNIGHT - 30, rung=25, lost=(60,)),
    Story(MIDNIGHT - HOUR, talk=2 * HOUR, hold=15),
    Story(MIDNIGHT, wait=0),
    Story(MIDNIGHT + 1, lost=(3,)),
    Story(MIDNIGHT + HOUR + 5),
    Story(2 * MIDNIGHT - 1, lost=(700,) * 3, ends="timeout"),
]


@given(case=st.sampled_from(CHANGES), stories=st.lists(STORIES, min_size=1, max_size=10))
@example(case=CHANGES[0], stories=OVER_MIDNIGHT)
@example(case=CHANGES[1], stories=OVER_MIDNIGHT)
@example(case=CHANGES[-2], stories=OVER_MIDNIGHT)
@example(case=CHANGES[-1], stories=OVER_MIDNIGHT)
def test_each_hour_and_day_is_reported_as_it_is_counted(
    store: Database, small_line: Line, case: tuple[str, date], stories: list[Story]
) -> None:
    _check(store, small_line, *case, stories)


@one_of_both("postgresql")
@pytest.mark.parametrize("case", CHANGES[:2], ids=["midnight twice", "no midnight"])
def test_waits_over_midnight_are_counted_alike_on_each_database(
    server_database: Database, small_line: Line, case: tuple[str, date]
) -> None:
    _check(server_database, small_line, *case, OVER_MIDNIGHT)
