"""The sweep: what nobody will end any more is ended, once, at its last sign of life; what goes on is left alone."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from data.callbacks import CALLBACK, CallbackRecord, ask_callback, begin_try, recent_callbacks
from data.calls import CALL, STATUS_EVENT, CallRecord, NewCall, find_call, open_call, record_status
from data.database import Database
from data.queue_exits import exit_key, leave_queue
from data.sweep import LONGEST_RINGING, Swept, sweep
from data.traffic import LONGEST_CALL
from data.turns import CallChanges, TurnRecord, save_turn
from tests.conftest import MakeServer, Now
from tests.line_server import SID, twiml
from tests.lines import TUESDAY

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
TRY = "CA" + "9" * 32


def _open(database: Database, at: datetime = TUESDAY, status: str = "in-progress", sid: str = SID) -> None:
    with database.transaction() as connection:
        open_call(connection, NewCall(sid, "4003-0015", "v1", "+55119", "+55114", at, "{}", status=status))


def _turn(database: Database, number: int, at: datetime) -> None:
    turn = TurnRecord(number, at, "principal", "keys", "2", (), None, None, "v1", "<Response/>")
    with database.transaction() as connection:
        save_turn(connection, SID, turn, CallChanges(number + 1, "{}"))


def _status(database: Database, status: str, at: datetime, sequence: int = 1, sid: str = SID) -> None:
    with database.transaction() as connection:
        record_status(connection, sid, status, sequence, None, at)


def _call(database: Database, sid: str = SID) -> CallRecord:
    with database.reading() as connection:
        call = find_call(connection, sid)
    assert call is not None
    return call


def test_a_call_quiet_for_too_long_has_ended_with_its_last_turn(
    server_database: Database,
) -> None:
    _open(server_database)
    last = TUESDAY + 3 * MINUTE
    _turn(server_database, 0, last)
    assert sweep(server_database, last + LONGEST_CALL - SECOND).calls == 0
    assert _call(server_database).ended_at is None
    assert sweep(server_database, last + LONGEST_CALL).calls == 1
    call = _call(server_database)
    assert (call.ended_at, call.status, call.duration, call.turn) == (last, "completed", None, 1)


def test_a_status_is_a_sign_of_life_even_where_it_told_nothing_new(server_database: Database) -> None:
    _open(server_database)
    _status(server_database, "in-progress", TUESDAY + HOUR, 2)
    _status(server_database, "ringing", TUESDAY + 2 * HOUR, 1)
    assert sweep(server_database, TUESDAY + 2 * HOUR + LONGEST_CALL - SECOND).calls == 0
    assert sweep(server_database, TUESDAY + 2 * HOUR + LONGEST_CALL).calls == 1
    assert _call(server_database).ended_at == TUESDAY + 2 * HOUR


@pytest.mark.parametrize(
    ("status", "ended"), [("ringing", "no-answer"), ("queued", "no-answer"), ("in-progress", "completed")]
)
def test_how_it_ended_is_told_by_how_far_it_came(status: str, ended: str, server_database: Database) -> None:
    _open(server_database, status=status)
    sweep(server_database, TUESDAY + DAY)
    assert _call(server_database).status == ended


def test_an_account_with_longer_calls_waits_longer(server_database: Database) -> None:
    _open(server_database)
    assert sweep(server_database, TUESDAY + 23 * HOUR, longest_call=DAY).calls == 0
    assert sweep(server_database, TUESDAY + DAY, longest_call=DAY).calls == 1


def test_a_call_that_ended_is_not_ended_again(server_database: Database) -> None:
    _open(server_database)
    _status(server_database, "busy", TUESDAY + MINUTE)
    before = _call(server_database)
    assert sweep(server_database, TUESDAY + 30 * DAY).calls == 0
    assert _call(server_database) == before


def test_sweeping_twice_changes_nothing_more(server_database: Database) -> None:
    _open(server_database)
    sweep(server_database, TUESDAY + DAY)
    before = _call(server_database)
    assert sweep(server_database, TUESDAY + 2 * DAY) == Swept()
    assert _call(server_database) == before


def test_an_end_that_is_told_late_does_not_move_a_swept_call(server_database: Database) -> None:
    _open(server_database)
    sweep(server_database, TUESDAY + LONGEST_CALL)
    before = _call(server_database)
    _status(server_database, "failed", TUESDAY + LONGEST_CALL + MINUTE, 5)
    assert _call(server_database) == before


def test_a_turn_that_moves_the_call_while_it_is_looked_at_keeps_it_open(
    server_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _open(server_database)
    now = TUESDAY + LONGEST_CALL
    transaction = server_database.transaction

    def late() -> object:
        monkeypatch.undo()
        _turn(server_database, 0, now)
        return transaction()

    monkeypatch.setattr(server_database, "transaction", late)
    assert sweep(server_database, now).calls == 0
    assert _call(server_database).ended_at is None


def test_a_turn_of_a_swept_call_hangs_up_politely(make_server: MakeServer, clock: Now) -> None:
    server = make_server()
    server.keys("2")
    sweep(server.database, clock() + LONGEST_CALL)
    before = server.call()
    assert twiml(server.turn(2, Digits="1")) is not None
    assert server.call() == before


def test_statuses_of_no_call_leave_after_a_day_and_those_of_a_call_stay(server_database: Database) -> None:
    _open(server_database)
    _status(server_database, "in-progress", TUESDAY)
    _status(server_database, "ringing", TUESDAY, sid=TRY)
    assert sweep(server_database, TUESDAY + DAY - SECOND, longest_call=9 * DAY).statuses == 0
    assert sweep(server_database, TUESDAY + DAY, longest_call=9 * DAY).statuses == 1
    with server_database.reading() as connection:
        assert connection.execute(select(STATUS_EVENT.c.call_sid)).scalars().all() == [SID]


def test_the_way_out_of_a_queue_leaves_a_day_after_its_call_ended(server_database: Database) -> None:
    _open(server_database)
    with server_database.transaction() as connection:
        leave_queue(connection, SID, 4, "3")
    assert sweep(server_database, TUESDAY + 3 * HOUR).queue_exits == 0
    _status(server_database, "completed", TUESDAY + 3 * HOUR)
    assert sweep(server_database, TUESDAY + 3 * HOUR + DAY - SECOND).queue_exits == 0
    assert sweep(server_database, TUESDAY + 3 * HOUR + DAY).queue_exits == 1
    with server_database.reading() as connection:
        assert exit_key(connection, SID, 4) is None


def _try(database: Database) -> None:
    _open(database)
    with database.transaction() as connection:
        ask_callback(connection, CallbackRecord(SID, "4003-0015", "cst", "+5511987654321", TUESDAY))
        begin_try(connection, SID, TRY, TUESDAY + HOUR)
    _status(database, "completed", TUESDAY + MINUTE)


def _callback(database: Database) -> CallbackRecord:
    with database.reading() as connection:
        (callback,) = recent_callbacks(connection, 10)
    return callback


def test_a_try_neither_answered_nor_ended_is_free_again(server_database: Database) -> None:
    _try(server_database)
    assert sweep(server_database, TUESDAY + HOUR + LONGEST_RINGING - SECOND).callbacks == 0
    assert _callback(server_database).try_sid == TRY
    assert sweep(server_database, TUESDAY + HOUR + LONGEST_RINGING).callbacks == 1
    callback = _callback(server_database)
    assert (callback.try_sid, callback.ended_at, callback.note) == (None, None, "not reached: no-answer")
    assert callback.not_before is not None


def test_a_try_from_before_its_beginning_was_noted_is_freed_too(server_database: Database) -> None:
    _try(server_database)
    with server_database.transaction() as connection:
        connection.execute(update(CALLBACK).values(tried_at=None))
    assert sweep(server_database, TUESDAY + LONGEST_RINGING).callbacks == 1


def test_an_answered_try_lasts_as_long_as_its_call_and_counts_as_reached(server_database: Database) -> None:
    _try(server_database)
    _open(server_database, TUESDAY + HOUR, sid=TRY)
    assert sweep(server_database, TUESDAY + 4 * HOUR).callbacks == 0
    assert sweep(server_database, TUESDAY + HOUR + LONGEST_CALL) == Swept(calls=1, callbacks=1)
    callback = _callback(server_database)
    assert (callback.note, callback.ended_at) == ("reached", TUESDAY + HOUR + LONGEST_CALL)


def test_several_sweeps_at_once_close_each_call_once(server_database: Database) -> None:
    for number in range(30):
        _open(server_database, sid=f"CA{number:032x}")
    swept: list[Swept] = []
    threads = [threading.Thread(target=lambda: swept.append(sweep(server_database, TUESDAY + DAY))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(each.calls for each in swept) == 30
    with server_database.reading() as connection:
        assert set(connection.execute(select(CALL.c.ended_at)).scalars()) == {TUESDAY}
