"""Agents, their talks and those who wait are taken in as the release before left them, and go on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from data.agents import all_agents
from data.database import Database
from data.offers import live_offers
from data.rota_swaps import lasting_swaps
from data.talk_events import events_of
from data.talks import open_talks, talks_of_call
from data.vault import Cost, Vault
from data.waiting import all_waiting
from ivr.flow.line import Line
from ivr.reports.period import ReportPeriod
from ivr.reports.report import read_report
from tests.databases import one_of_both
from tests.talks.floor import Floor, Person, make_floor
from tests.upgrades.at_work import BEGINS, FIRST_CALL, SERVED
from tests.upgrades.make import KEY
from tests.upgrades.releases import WITH_AGENTS, left_by_one

pytestmark = [one_of_both("sqlite"), left_by_one(WITH_AGENTS)]

STANDING = {
    "ada": "talking",
    "bento": "talking",
    "celia": "talking",
    "davi": "paused",
    "elis": "talking",
    "fabio": "paused",
    "gil": "ringing",
}

STOPPED = BEGINS + timedelta(minutes=13)
"""The present release comes a little after the one before was stopped."""


def _call(number: int) -> str:
    return f"CA{FIRST_CALL + number:032x}"


@pytest.fixture
def floor(left_behind: Database, shipped_line: Line) -> Iterator[Floor]:
    left_behind.migrate()
    for floor in make_floor(left_behind, Vault(KEY, Cost.rehearsal()), shipped_line, lambda: STOPPED):
        for agent in _agents(floor):
            floor.people[agent[0]] = Person(agent[0])
        yield floor


def _agents(floor: Floor) -> list[tuple[str, str, str]]:
    with floor.database.reading() as connection:
        return [(each.telephone, each.login, each.state.value) for each in all_agents(connection)]


def test_agents_talks_offers_and_swaps_are_read_as_they_stood(left_behind: Database) -> None:
    left_behind.migrate()
    with left_behind.reading() as connection:
        agents = {each.login: each for each in all_agents(connection)}
        talks = {each.call_sid: each for each in open_talks(connection)}
        (swap,) = lasting_swaps(connection, STOPPED)
        offers = live_offers(connection)
        (first,) = talks_of_call(connection, _call(0))
        happened = [each.kind for each in events_of(connection, first.id)]
    assert {login: each.state.value for login, each in agents.items()} == STANDING
    assert agents["fabio"].standing.reason == "almoço"
    assert set(talks) == {_call(number) for number in (1, 2, 3)}
    assert talks[_call(2)].held_since is not None
    assert (first.notes, first.ended_by) == ("Pediu a segunda via.", "caller")
    assert happened == ["entered", "offered", "accepted", "left", "started", "ended", "wrapped"]
    assert (swap.person, swap.stand_in) == ("ana", "carla")
    assert sorted(each.state for each in offers) == ["joined", "joined", "joined", "joined", "ringing"]


def test_a_report_of_what_the_release_before_wrote_counts_its_rows(left_behind: Database, shipped_line: Line) -> None:
    left_behind.migrate()
    day, zone = BEGINS.date(), shipped_line.header.zone
    with left_behind.reading() as connection:
        report = read_report(connection, shipped_line, ReportPeriod(day, day, zone), 60, STOPPED)
        asked = (
            "SELECT count(*), count(talk.started_at) FROM waiting LEFT JOIN talk ON talk.id = waiting.id"
            " WHERE waiting.line = '4003-0015' AND waiting.destination = 'cst' AND waiting.entered_at < '2026-03-11'"
        )
        offered, answered = connection.execute(text(asked)).one()
    (row,) = [each for each in report.destinations if each.destination == "cst"]
    assert offered == row.service.offered > 5
    assert answered == 5
    assert {each.user_id for each in report.agents if each.answered} == {1, 2, 3, 6}


def test_callers_of_the_release_before_hang_up_and_their_agents_are_free(floor: Floor) -> None:
    assert len(_agents(floor)) == len(SERVED)
    for number in (1, 2, 3):
        floor.tell("/twilio/status", _call(number), CallStatus="completed", SequenceNumber="9", CallDuration="300")
    with floor.database.reading() as connection:
        assert open_talks(connection) == []
    # Those who waited are offered to whoever is free by then, and accepted; this carrier knows nothing of them.
    before = _standing(floor)
    for login in STANDING:
        floor.telephone(_user(floor, login)).keys = ["1", "1", "1"]
    floor.pass_time(100)
    assert before > set() == _standing(floor)
    states = {login: state for _, login, state in _agents(floor)}
    assert states == dict.fromkeys(SERVED, "available") | {"davi": "paused", "fabio": "paused"}


def _standing(floor: Floor) -> set[str]:
    """Whose calls wait for those who are at work."""
    with floor.database.reading() as connection:
        return {each.call_sid for each in all_waiting(connection) if each.destination in SERVED.values()}


def _user(floor: Floor, login: str) -> int:
    with floor.database.reading() as connection:
        return next(each.user_id for each in all_agents(connection) if each.login == login)
