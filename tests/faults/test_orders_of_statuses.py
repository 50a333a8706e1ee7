"""Whatever the order in which the statuses of a call arrive, and however often, the call ends as the same row."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import Connection

from data.calls import CallRecord, NewCall, find_call, open_call, record_status
from data.database import Database
from tests.databases import THOROUGHLY
from tests.line_server import CALLER, NUMBER, SID
from tests.lines import TUESDAY

TOLD = ("queued", "initiated", "ringing", "in-progress", "in-progress", "completed")
"""Six callbacks, by their SequenceNumber; only the last one knows a duration."""

ORDERS = list(permutations(range(len(TOLD))))

ENDED = TUESDAY + timedelta(seconds=42)


def _open(connection: Connection, sid: str) -> None:
    open_call(connection, NewCall(sid, "ensaio", "v", CALLER, NUMBER, TUESDAY, "{}"))


def _end(connection: Connection, sid: str) -> None:
    record_status(connection, sid, "completed", 5, 12, ENDED)


def _told(database: Database, number: int, order: tuple[int, ...]) -> CallRecord:
    """The row of a call whose callbacks came in this order, each of them once more at some later time.

    The call itself comes in somewhere among them.
    """
    rng = random.Random(number)
    sid = f"CA{number:032x}"
    deliveries: list[int | None] = list(order)
    for told in order:
        deliveries.insert(rng.randint(deliveries.index(told) + 1, len(deliveries)), told)
    opens = number % (len(deliveries) + 1)
    for place, sequence in enumerate([*deliveries, None]):
        # Each in a transaction of its own, as each is a request of its own.
        if place == opens:
            with database.transaction() as connection:
                _open(connection, sid)
        if sequence is not None:
            status = TOLD[sequence]
            duration = 12 if status == "completed" else None
            with database.transaction() as connection:
                record_status(connection, sid, status, sequence, duration, ENDED)
    with database.reading() as connection:
        call = find_call(connection, sid)
    assert call is not None
    return replace(call, sid="")


def test_all_orders_of_six_callbacks_each_told_twice_end_as_the_same_row(server_database: Database) -> None:
    # On PostgreSQL every tenth of them: there the rule is the same code, and a transaction takes ten times as long.
    every = (1 if server_database.dialect == "sqlite" else 10) * (1 if THOROUGHLY else 7)
    chosen = list(enumerate(ORDERS))[::every]
    rows = {_told(server_database, number, order) for number, order in chosen}
    (row,) = rows
    assert (row.status, row.duration, row.ended_at, row.updated_at) == ("completed", 12, ENDED, ENDED)
    assert (row.started_at, row.turn, row.position) == (TUESDAY, 0, "{}")


@pytest.mark.parametrize(("first", "second"), [(_open, _end), (_end, _open)])
def test_an_end_that_is_told_while_the_call_is_being_opened_is_not_lost(
    server_database: Database,
    first: Callable[[Connection, str], None],
    second: Callable[[Connection, str], None],
) -> None:
    failures = []

    def meanwhile() -> None:
        try:
            with server_database.transaction() as connection:
                second(connection, SID)
        except Exception as error:
            failures.append(error)

    thread = threading.Thread(target=meanwhile)
    with server_database.transaction() as connection:
        first(connection, SID)
        thread.start()
        time.sleep(0.2)  # enough for the other one, were it not held back
    thread.join()
    assert failures == []
    with server_database.reading() as connection:
        call = find_call(connection, SID)
    assert call is not None
    assert (call.status, call.duration, call.ended_at) == ("completed", 12, ENDED)


def test_of_two_ends_the_one_that_was_told_first_stays(server_database: Database) -> None:
    later = ENDED + timedelta(minutes=1)
    with server_database.transaction() as connection:
        _open(connection, SID)
        _end(connection, SID)
        ended = find_call(connection, SID)
    for sequence, status in ((4, "failed"), (6, "busy"), (5, "completed")):
        with server_database.transaction() as connection:
            record_status(connection, SID, status, sequence, 99, later)
            assert find_call(connection, SID) == ended
