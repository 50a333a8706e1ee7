from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from data.calls import (
    STATUSES,
    TERMINAL,
    CallRecord,
    NewCall,
    count_calls,
    find_call,
    open_call,
    recent_calls,
    record_status,
)
from data.database import Database
from data.turns import CallChanges, CallMovedError, Stood, TurnRecord, find_turn, save_turn, turns_of

NOW = datetime(2026, 3, 10, 13, 0, tzinfo=UTC)
SID = "CA" + "0" * 32

CALL = NewCall(
    sid=SID,
    line="4003-0015",
    menu_version="v1",
    from_number="+5511987654321",
    to_number="+551140030015",
    started_at=NOW,
    position='{"state": "principal"}',
)

TURN = TurnRecord(
    number=0,
    at=NOW + timedelta(seconds=3),
    state="principal",
    event="keys",
    outcome="2",
    states=("software", "documento"),
    destination=None,
    reason=None,
    menu_version="v1",
    answer="<Response><Say>Olá</Say></Response>",
    headers={"Content-Type": "text/xml; charset=utf-8"},
)


def test_a_call_is_opened_once_however_often_its_webhook_comes(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        save_turn(connection, SID, TURN, CallChanges(turn=1, position="{}"))
        open_call(connection, replace(CALL, menu_version="v2", started_at=NOW + timedelta(seconds=9)))
        call = find_call(connection, SID)
    assert call is not None
    assert (call.menu_version, call.started_at, call.turn) == ("v1", NOW, 1)


def test_a_call_that_never_began_is_none(database: Database) -> None:
    with database.transaction() as connection:
        assert find_call(connection, SID) is None
        assert find_turn(connection, SID, 0) is None
        assert turns_of(connection, SID) == []


def test_a_turn_is_stored_with_its_answer_and_moves_its_call(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        changes = CallChanges(turn=1, position='{"state": "documento"}', destination="cst", reason="pendencia")
        save_turn(connection, SID, TURN, changes)
    with database.reading() as connection:
        assert find_turn(connection, SID, 0) == TURN
        assert find_turn(connection, SID, 1) is None
        call = find_call(connection, SID)
    assert call is not None
    assert (call.turn, call.position, call.destination, call.reason) == (1, changes.position, "cst", "pendencia")
    assert call.updated_at == TURN.at


def test_a_call_remembers_who_was_identified(demo_database: Database) -> None:
    with demo_database.transaction() as connection:
        contact_id, company_id = connection.exec_driver_sql("SELECT id, company_id FROM contact LIMIT 1").one()
        open_call(connection, CALL)
        changes = CallChanges(turn=1, position="{}", contact_id=contact_id, company_id=company_id)
        save_turn(connection, SID, TURN, changes)
        call = find_call(connection, SID)
    assert call is not None
    assert (call.contact_id, call.company_id) == (contact_id, company_id)


def test_the_turns_of_a_call_come_in_their_order(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        for place, number in enumerate((2, 0, 1)):
            save_turn(connection, SID, replace(TURN, number=number), CallChanges(place + 1, "{}"), stood_at=place)
        assert [turn.number for turn in turns_of(connection, SID)] == [0, 1, 2]


def test_a_turn_cannot_be_stored_twice(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        save_turn(connection, SID, TURN, CallChanges(1, "{}"))
    with pytest.raises(IntegrityError), database.transaction() as connection:
        save_turn(connection, SID, replace(TURN, answer="<other/>"), CallChanges(2, "{}"))
    with database.reading() as connection:
        assert find_turn(connection, SID, 0) == TURN


def test_a_call_that_another_has_moved_is_not_moved_from_where_it_stood(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        save_turn(connection, SID, TURN, CallChanges(1, "{}"))
    with pytest.raises(CallMovedError, match="turn 0"), database.transaction() as connection:
        save_turn(connection, SID, replace(TURN, number=5), CallChanges(6, "{}"), stood_at=0)
    with database.reading() as connection:
        assert [turn.number for turn in turns_of(connection, SID)] == [0]


def test_a_known_call_is_moved_with_what_has_changed_of_it(database: Database) -> None:
    def moved(turn: int, changes: CallChanges, stood: Stood | None) -> tuple[object, ...]:
        with database.transaction() as connection:
            save_turn(connection, SID, replace(TURN, number=turn), changes, turn, stood)
            call = find_call(connection, SID)
        assert call is not None
        return call.turn, call.position, call.destination, call.reason

    with database.transaction() as connection:
        open_call(connection, CALL)
    first = CallChanges(1, "at cst", destination="cst")
    assert moved(0, first, None) == (1, "at cst", "cst", None)
    second = CallChanges(2, "there still", destination="cst", reason="pendencia")
    assert moved(1, second, Stood("at cst", "cst")) == (2, "there still", "cst", "pendencia")
    assert moved(2, CallChanges(3, "away"), Stood("there still", "cst")) == (3, "away", None, None)
    with pytest.raises(CallMovedError):
        moved(3, CallChanges(4, "lost"), Stood("elsewhere", None))


def test_a_call_that_has_ended_is_not_moved(database: Database) -> None:
    with database.transaction() as connection:
        open_call(connection, CALL)
        record_status(connection, SID, "completed", 3, 12, NOW)
    with pytest.raises(CallMovedError), database.transaction() as connection:
        save_turn(connection, SID, TURN, CallChanges(1, "{}"))
    with database.reading() as connection:
        assert turns_of(connection, SID) == []


def test_a_turn_delivered_to_many_threads_at_once_is_taken_once(file_database: Database) -> None:
    with file_database.transaction() as connection:
        open_call(connection, CALL)

    def deliver(_: int) -> bool:
        try:
            with file_database.transaction() as connection:
                save_turn(connection, SID, TURN, CallChanges(1, "{}"))
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(deliver, range(20)))
    assert taken.count(True) == 1
    with file_database.reading() as connection:
        call = find_call(connection, SID)
        assert call is not None
        assert call.turn == 1


def test_a_turn_keeps_the_kind_of_its_event_and_never_what_was_pressed() -> None:
    pressed: Any = "52998224725#"
    with pytest.raises(ValueError, match="keeps the kind of its event only") as caught:
        replace(TURN, event=pressed)
    assert pressed not in str(caught.value)


def test_a_turn_does_not_show_its_answer() -> None:
    assert "Olá" not in repr(TURN)


def test_moments_are_kept_in_utc_whatever_zone_they_came_in(database: Database) -> None:
    in_sao_paulo = NOW.astimezone(timezone(timedelta(hours=-3)))
    with database.transaction() as connection:
        open_call(connection, replace(CALL, started_at=in_sao_paulo))
        call = find_call(connection, SID)
    assert call is not None
    assert call.started_at == NOW
    assert call.started_at.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="must have a time zone"), database.transaction() as connection:
        open_call(connection, replace(CALL, started_at=NOW.replace(tzinfo=None)))


def test_recent_calls_come_newest_first_and_no_more_than_asked_for(database: Database) -> None:
    with database.transaction() as connection:
        for minute in (3, 1, 2):
            started = NOW + timedelta(minutes=minute)
            open_call(connection, replace(CALL, sid=f"CA{minute:032}", started_at=started))
        assert [call.started_at.minute for call in recent_calls(connection, 2)] == [3, 2]


def test_calls_are_counted_by_line_status_and_destination(database: Database) -> None:
    with database.transaction() as connection:
        for number in range(3):
            open_call(connection, replace(CALL, sid=f"CA{number:032}"))
        save_turn(connection, f"CA{0:032}", TURN, CallChanges(1, "{}", destination="cst"))
        assert sorted(count_calls(connection), key=str) == [
            ("4003-0015", "in-progress", "cst", 1),
            ("4003-0015", "in-progress", None, 2),
        ]


def _after(database: Database, events: list[tuple[str, int]], *, opened_at: int = 0) -> CallRecord:
    """The call after these callbacks; it comes in before the one of index ``opened_at``."""
    copy = database.copy()
    with copy.transaction() as connection:
        for place, (status, sequence) in enumerate(events):
            if place == opened_at:
                open_call(connection, replace(CALL, status="queued"))
            duration = 41 if status in TERMINAL else None
            record_status(connection, SID, status, sequence, duration, NOW + timedelta(seconds=sequence))
        if opened_at >= len(events):
            open_call(connection, replace(CALL, status="queued"))
        call = find_call(connection, SID)
    copy.close()
    assert call is not None
    return call


ORDERLY = [("initiated", 0), ("ringing", 1), ("in-progress", 2)]


@pytest.fixture(scope="module")
def empty() -> Iterator[Database]:
    database = Database("sqlite://")
    database.migrate()
    yield database
    database.close()


# Which of the four callbacks arrives when: each at least once, some again.
ARRIVALS = st.lists(st.integers(0, 3), max_size=4).flatmap(lambda again: st.permutations([0, 1, 2, 3, *again]))


@given(arrivals=ARRIVALS, opened_at=st.integers(0, 8), end=st.sampled_from(sorted(TERMINAL)))
def test_callbacks_in_any_order_and_repeated_give_the_same_row(
    empty: Database, arrivals: list[int], opened_at: int, end: str
) -> None:
    orderly = [*ORDERLY, (end, 3)]
    expected = _after(empty, orderly)
    assert (expected.status, expected.duration, expected.ended_at) == (end, 41, NOW + timedelta(seconds=3))
    assert _after(empty, [orderly[place] for place in arrivals], opened_at=opened_at) == expected


@given(statuses=st.lists(st.sampled_from([*STATUSES, *sorted(TERMINAL)]), min_size=1, max_size=8))
def test_a_status_only_moves_up_and_an_end_never_changes(empty: Database, statuses: list[str]) -> None:
    copy = empty.copy()
    with copy.transaction() as connection:
        open_call(connection, replace(CALL, status="queued"))
        before = "queued"
        for sequence, status in enumerate(statuses):
            record_status(connection, SID, status, sequence, None, NOW)
            call = find_call(connection, SID)
            assert call is not None
            if before in TERMINAL:
                assert call.status == before
            else:
                assert STATUSES.get(call.status, 9) >= STATUSES[before]
                assert STATUSES.get(call.status, 9) >= STATUSES.get(status, 9)
            before = call.status
    copy.close()


def test_an_unfinished_call_has_no_end(empty: Database) -> None:
    call = _after(empty, ORDERLY)
    assert (call.status, call.ended_at, call.duration) == ("in-progress", None, None)


def test_two_callbacks_with_one_sequence_number_are_both_remembered(empty: Database) -> None:
    assert _after(empty, [("ringing", 0), ("completed", 0)]).status == "completed"


def test_a_status_of_a_call_that_never_comes_changes_nothing(database: Database) -> None:
    with database.transaction() as connection:
        record_status(connection, SID, "completed", 0, 3, NOW)
        assert find_call(connection, SID) is None
        assert recent_calls(connection, 10) == []


def test_an_unknown_status_is_refused_with_the_known_ones(database: Database) -> None:
    with (
        pytest.raises(ValueError, match="known are queued, initiated, ringing, in-progress, busy"),
        database.transaction() as connection,
    ):
        record_status(connection, SID, "exploded", 0, None, NOW)


@pytest.mark.parametrize("told", [[("completed", 3), ("busy", 5)], [("busy", 5), ("completed", 3)]])
def test_of_two_ends_told_before_the_call_the_first_one_stays(empty: Database, told: list[tuple[str, int]]) -> None:
    call = _after(empty, told, opened_at=9)
    assert (call.status, call.ended_at) == ("completed", NOW + timedelta(seconds=3))


@pytest.mark.parametrize(("first", "second"), [("completed", "busy"), ("no-answer", "completed")])
def test_of_two_ends_told_of_a_call_the_first_one_stays(empty: Database, first: str, second: str) -> None:
    assert _after(empty, [(first, 5), (second, 3)]).status == first
