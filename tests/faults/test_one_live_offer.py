"""A waiting call has one live offer, and an agent has one: the database holds it, whoever writes at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from data.calls import NewCall, open_call
from data.database import Database
from data.offers import (
    LIVE,
    find_offer,
    live_offer_of,
    live_offer_of_agent,
    live_offers,
    make_offer,
    move_offer,
    offers_of,
    own_leg,
)
from data.talk_events import events_between, events_of, note_event
from data.talks import (
    TalkRecord,
    begin_hold,
    begin_talk,
    change_talk,
    end_hold,
    end_talk,
    find_talk,
    last_talk_of,
    open_talks,
    start_talk,
    talks_of_call,
)
from data.waiting import (
    WaitingRecord,
    all_waiting,
    enter_queue,
    entry_name,
    entry_of_turn,
    find_waiting,
    leave,
    tell_place,
    waiting_of_call,
)

NOW = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
LATER = NOW + timedelta(seconds=40)
AGENTS = range(1, 9)


def _wait(database: Database, number: int, *, front: bool = False) -> WaitingRecord:
    sid = f"CA{number:032x}"
    since = NOW - timedelta(seconds=number)
    entry = WaitingRecord(
        entry_name(sid, 4), sid, 4, "4003-0015", "suporte.rm", "rm", "transferencia", 600, since, NOW, front=front
    )
    with database.transaction() as connection:
        open_call(connection, NewCall(sid, "4003-0015", "1", "+5511987654321", "+551140030015", NOW, "{}"))
        assert enter_queue(connection, entry)
        assert not enter_queue(connection, entry)
    return entry


def test_of_many_who_offer_a_call_at_one_moment_one_does(server_database: Database, database_url: str) -> None:
    entry = _wait(server_database, 1)

    def offer(agent: int) -> str | None:
        with server_database.transaction() as connection:
            made = make_offer(connection, entry.id, agent, NOW)
            return made.id if made else None

    with ThreadPoolExecutor(len(AGENTS)) as threads:
        made = [each for each in threads.map(offer, AGENTS) if each]
    with server_database.reading() as connection:
        live = live_offer_of(connection, entry.id)
        assert live
        assert [live.id] == made
        assert live_offers(connection) == [live] == offers_of(connection, [entry.id])


def test_of_many_calls_offered_to_an_agent_at_one_moment_one_is(server_database: Database, database_url: str) -> None:
    entries = [_wait(server_database, number) for number in AGENTS]

    def offer(entry: WaitingRecord) -> bool:
        with server_database.transaction() as connection:
            return make_offer(connection, entry.id, 7, NOW) is not None

    with ThreadPoolExecutor(len(entries)) as threads:
        assert sum(threads.map(offer, entries)) == 1
    with server_database.reading() as connection:
        live = live_offer_of_agent(connection, 7)
        assert live
        assert live_offers(connection) == [live]


def test_of_many_who_move_an_offer_at_one_moment_one_does(server_database: Database, database_url: str) -> None:
    entry = _wait(server_database, 1)
    with server_database.transaction() as connection:
        made = make_offer(connection, entry.id, 7, NOW)
        assert made

    def end(state: str) -> bool:
        with server_database.transaction() as connection:
            return move_offer(connection, made.id, state, LATER)  # type: ignore[arg-type]

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(end, ["accepted", "missed", "caller_gone", "canceled"])) == 1
    with server_database.transaction() as connection:
        found = find_offer(connection, made.id)
        assert found
        assert (found.ended_at is None) == (found.state in LIVE)
        if found.ended_at:
            assert make_offer(connection, entry.id, 8, LATER)


@pytest.mark.usefixtures("database_url")
def test_a_leg_owns_its_offer_and_no_other_takes_it(server_database: Database) -> None:
    entry = _wait(server_database, 1)
    with server_database.transaction() as connection:
        made = make_offer(connection, entry.id, 7, NOW, decision="{}")
        assert made
        assert own_leg(connection, made.id, "CA1")
        assert own_leg(connection, made.id, "CA1")
        assert not own_leg(connection, made.id, "CA2")
        assert move_offer(connection, made.id, "missed", LATER)
        assert not own_leg(connection, made.id, "CA1")


@pytest.mark.usefixtures("database_url")
def test_a_place_that_is_told_never_grows_and_an_end_stays(server_database: Database) -> None:
    first, second, front = _wait(server_database, 3), _wait(server_database, 2), _wait(server_database, 1, front=True)
    with server_database.transaction() as connection:
        assert [each.id for each in all_waiting(connection)] == [front.id, first.id, second.id]
        for place in (3, 1, 2):
            tell_place(connection, first.id, place)
        told = find_waiting(connection, first.id)
        assert told
        assert told.told_place == 1
        assert waiting_of_call(connection, first.call_sid) == told
        assert leave(connection, first.id, "key", LATER, "1")
        assert not leave(connection, first.id, "abandoned", LATER)
        left = entry_of_turn(connection, first.call_sid, 4)
        assert left
        assert (left.outcome, left.left_at, left.key) == ("key", LATER, "1")
        assert waiting_of_call(connection, first.call_sid) is None
        again = replace(first, id=entry_name(first.call_sid, 4, "again"), entered_at=LATER)
        assert enter_queue(connection, again)
        assert entry_of_turn(connection, first.call_sid, 4) == again


@pytest.mark.usefixtures("database_url")
def test_a_talk_counts_its_hold_by_what_the_carrier_tells(server_database: Database) -> None:
    entry = _wait(server_database, 1)
    with server_database.transaction() as connection:
        offer = make_offer(connection, entry.id, 7, NOW)
        assert offer
        talk = TalkRecord(entry.id, offer.id, entry.line, entry.destination, entry.call_sid, 7, entry.id, NOW)
        assert begin_talk(connection, talk)
        assert not begin_talk(connection, talk)
        assert start_talk(connection, talk.id, "CF1", NOW)
        assert not start_talk(connection, talk.id, "CF2", LATER)
        assert change_talk(connection, talk.id, hold_wanted=True, hold_asked_at=NOW)
        assert begin_hold(connection, talk, NOW, 5)
        held = find_talk(connection, talk.id)
        assert held
        assert (held.held_since, held.hold_wanted, held.conference_sid) == (NOW, None, "CF1")
        assert not end_hold(connection, held, NOW, 4)  # an older event that came late
        assert end_hold(connection, held, LATER, 6)
        assert open_talks(connection) == [find_talk(connection, talk.id)]
        assert change_talk(connection, talk.id, ended_by="agent")
        (ends,) = talks_of_call(connection, entry.call_sid)
        assert end_talk(connection, ends, "caller", LATER)
        assert not end_talk(connection, ends, "caller", LATER)
        over = last_talk_of(connection, 7)
        assert over
        assert (over.hold_seconds, over.ended_by, over.held_since) == (40, "agent", None)
        assert not change_talk(connection, talk.id, disposition="resolvido")
        assert change_talk(connection, talk.id, only_open=False, disposition="resolvido")


@pytest.mark.usefixtures("database_url")
def test_talk_events_are_added_and_read_in_their_order(server_database: Database) -> None:
    entry = _wait(server_database, 1)
    with server_database.transaction() as connection:
        note_event(connection, "entered", NOW, entry.id, entry.line, entry.destination)
        note_event(connection, "left", LATER, entry.id, entry.line, entry.destination, 7, outcome="key")
        told = events_of(connection, entry.id)
        assert [(each.kind, each.user_id, each.details()) for each in told] == [
            ("entered", None, {}),
            ("left", 7, {"outcome": "key"}),
        ]
        assert events_between(connection, NOW, LATER) == told[:1]
