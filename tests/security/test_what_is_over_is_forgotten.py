"""Retention on a virtual clock: each thing leaves on its due day and not a day before, and the skeleton stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, select, update

from data.attempts import ATTEMPT
from data.audit import record
from data.calls import CALL, NewCall, open_call
from data.closures import CLOSURE
from data.database import Database
from data.messages import MESSAGE
from data.periods import PERIODS
from data.protocols import find_by_protocol
from data.retention import BATCH, RecordingNotDeletedError, due_now, purge
from data.turns import TURN
from data.versions import NewVersion, publish
from tests.conftest import MakeServer, Now
from tests.databases import one_of_both
from tests.line_server import SID, twiml
from tests.security.old_calls import (
    CALLER,
    DIGEST,
    LINE,
    PROTOCOL_NUMBER,
    RECORDING,
    OldCall,
    announce_and_end,
    close_a_ticket,
    close_and_open,
    serve_and_leave,
    sid,
    stored,
    swap_and_end,
)

BEGAN = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=26)
"""As long as no call is, so that what counts from the beginning instead of the end shows by a day."""

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DAYS = {period.name: period.days for period in PERIODS}

Rows = dict[str, list[dict[str, Any]]]

PARTS: dict[str, Callable[[Rows], tuple[Any, ...]]] = {
    "answers": lambda rows: (
        rows["turn"][0]["answer"],
        rows["turn"][0]["tried"],
        rows["turn"][0]["replay"],
        rows["turn"][0]["headers"].strip("{}"),
        rows["call"][0]["position"],
    ),
    "attempts": lambda rows: (rows["attempt"],),
    "recordings": lambda rows: (rows["message"][0]["url"], rows["message"][0]["recording_sid"]),
    "statuses": lambda rows: (rows["status_event"],),
    "callbacks": lambda rows: (rows["callback"][0]["number"],),
    "numbers": lambda rows: (rows["call"][0]["from_number"], rows["call"][0]["to_number"]),
    "customers": lambda rows: (rows["call"][0]["contact_id"], rows["call"][0]["company_id"]),
    "consents": lambda rows: (rows["consent"][0]["contact_id"],),
    "tickets": lambda rows: tuple(
        [row for row in rows[name] if name == "ticket" or row["ticket"]]
        for name in (
            "ticket",
            "ticket_event",
            "ticket_attachment",
            "survey",
            "appointment",
            "charge",
            "remote_access",
        )
    ),
    "surveys": lambda rows: tuple(
        row[name]
        for row in rows["survey"]
        if row["ticket"] is None
        for name in ("company_id", "contact_id", "call_sid", "comment", "recording_sid")
    ),
    "closures": lambda rows: (rows["closure"][0]["closed_by"], rows["closure"][0]["opened_by"]),
    "announcements": lambda rows: (rows["announcement"][0]["made_by"], rows["announcement"][0]["ended_by"]),
    "swaps": lambda rows: tuple(rows["rota_swap"][0][name] for name in ("person", "stand_in", "made_by", "ended_by")),
    "versions": lambda rows: (rows["line_publication"][0]["who"],),
    "agents": lambda rows: ([row for row in rows["agent_state"] if row["until"]],),
    "addresses": lambda rows: tuple(row["address"] for row in rows["audit"]) or ("",),
    "audit": lambda rows: (rows["audit"],),
}
"""The personal parts of what a period is about; each is empty once it is forgotten."""


@pytest.fixture
def deleted() -> list[str]:
    """The recordings that the telephone company deleted."""
    return []


@pytest.fixture
def one_call(server_database: Database) -> Database:
    """A database with one customer's call that ended at ENDED."""
    OldCall(sid(1), BEGAN, ENDED, contact_id=1, company_id=1).write(server_database)
    close_and_open(server_database, BEGAN, ENDED)
    announce_and_end(server_database, BEGAN, ENDED)
    swap_and_end(server_database, BEGAN, ENDED)
    serve_and_leave(server_database, BEGAN, ENDED)
    close_a_ticket(server_database, BEGAN, ENDED)
    with server_database.transaction() as connection:
        record(connection, ENDED, "bia", "log in", "the pages", "203.0.113.7")
        version = NewVersion("4003-0015", "0123456789ab", "", "+551140030015", {"menu.yaml": b"line: ..."})
        publish(connection, version, ENDED, "bia", "menu novo")
    return server_database


def test_every_period_is_about_something_that_is_looked_at_here() -> None:
    assert set(DAYS) == set(PARTS)


def test_each_thing_leaves_on_its_due_day_and_not_a_day_before(one_call: Database, deleted: list[str]) -> None:
    gone: dict[str, int] = {}
    for day in sorted({0, 1, *(DAYS.values()), *(days - 1 for days in DAYS.values()), 3000}):
        purge(one_call, ENDED + day * DAY, deleted.append)
        rows = stored(one_call)
        for name, parts in PARTS.items():
            left = [bool(part) for part in parts(rows)]
            assert len(set(left)) == 1, f"of {name} only a part is forgotten"
            if not left[0]:
                gone.setdefault(name, day)
    assert gone == DAYS
    assert deleted == [RECORDING]


@one_of_both("sqlite")  # with PostgreSQL's own statements: the test of the due days
@pytest.mark.parametrize("period", sorted(PARTS))
def test_nothing_leaves_a_second_before_its_moment(period: str, one_call: Database, deleted: list[str]) -> None:
    purge(one_call, ENDED + DAYS[period] * DAY - SECOND, deleted.append)
    assert all(PARTS[period](stored(one_call)))
    purge(one_call, ENDED + DAYS[period] * DAY, deleted.append)
    assert not any(PARTS[period](stored(one_call)))


def test_after_all_periods_the_protocol_still_finds_the_skeleton(one_call: Database, deleted: list[str]) -> None:
    before = stored(one_call)
    purge(one_call, ENDED + 4000 * DAY, deleted.append)
    after = stored(one_call)
    assert after["line_publication"][0]["why"] == "menu novo"
    for text in (CALLER, DIGEST, RECORDING, "Bia", "Rui", "ca11" * 16, "bia", "203.0.113.7", "carla", "+551150900777"):
        assert text in repr(before)
        assert text not in repr(after)
    for name in ("sid", "line", "destination", "reason", "started_at", "ended_at", "duration", "status", "turn"):
        assert after["call"][0][name] == before["call"][0][name]
    for name in ("call_sid", "number", "at", "state", "event", "outcome", "states"):
        assert after["turn"][0][name] == before["turn"][0][name]
    assert after["protocol"] == before["protocol"]
    assert after["dialled"] == before["dialled"]
    assert after["consent"][0]["version"] == "f" * 64
    assert after["message"][0]["seconds"] == 12
    assert after["callback"][0]["note"] == "reached"
    assert [row["answers"] for row in after["survey"]] == ['{"atendimento": 4}']
    assert after["closure"][0]["reason"] == "falta de luz"
    assert after["announcement"][0]["text"] == "Falta luz."
    assert after["rota_swap"][0]["rota"] == "plantao"
    with one_call.reading() as connection:
        call = find_by_protocol(connection, PROTOCOL_NUMBER)
    assert call is not None
    assert (call.sid, call.from_number, call.contact_id) == (sid(1), "", None)


def test_what_is_due_can_be_counted_without_changing_anything(one_call: Database, deleted: list[str]) -> None:
    before, late = stored(one_call), ENDED + 4000 * DAY
    assert due_now(one_call, ENDED) == dict.fromkeys(DAYS, 0)
    counted = due_now(one_call, late)
    assert counted == dict.fromkeys(DAYS, 1)
    assert stored(one_call) == before
    assert purge(one_call, late, deleted.append).forgotten == counted


def test_purging_twice_changes_nothing_more(one_call: Database, deleted: list[str]) -> None:
    late = ENDED + 4000 * DAY
    purge(one_call, late, deleted.append)
    before = stored(one_call)
    assert purge(one_call, late, deleted.append).forgotten == dict.fromkeys(DAYS, 0)
    assert stored(one_call) == before
    assert deleted == [RECORDING]


def test_a_call_that_goes_on_keeps_everything_whatever_its_age(server_database: Database, deleted: list[str]) -> None:
    OldCall(sid(1), BEGAN, None, contact_id=1, company_id=1).write(server_database)
    before = stored(server_database)
    purge(server_database, BEGAN + 4000 * DAY, deleted.append)
    after = stored(server_database)
    assert after["call"] == before["call"]
    assert after["turn"] == before["turn"]
    assert after["status_event"] == before["status_event"]


def test_a_live_call_goes_on_through_a_purge(make_server: MakeServer, clock: Now, deleted: list[str]) -> None:
    OldCall(sid(1), clock() - 800 * DAY, clock() - 800 * DAY, contact_id=1, company_id=1).write(
        (server := make_server()).database
    )
    server.start()
    first = server.turn(1, Digits="2")
    assert purge(server.database, clock(), deleted.append).forgotten["customers"] == 1
    assert server.turn(1, Digits="2").data == first.data
    server.turn(2, Digits="11222333000181")
    purge(server.database, clock(), deleted.append)
    twiml(server.turn(3, Digits="1234"))
    call = server.call()
    assert call is not None
    assert (call.contact_id, call.turn) == (1, 4)


def test_a_turn_that_comes_again_after_it_was_forgotten_hangs_up_politely(
    make_server: MakeServer, clock: Now, deleted: list[str]
) -> None:
    server = make_server()
    server.keys("2")
    server.post("/twilio/status", CallStatus="completed", SequenceNumber="3")
    purge(server.database, clock() + 4000 * DAY, deleted.append)
    rows = stored(server.database)
    for number in (0, 1, 2):
        assert twiml(server.turn(number, SID, Digits="2")) is not None
    assert twiml(server.start()) is not None
    assert stored(server.database) == rows


def test_no_transaction_of_a_purge_holds_more_than_a_batch(server_database: Database, deleted: list[str]) -> None:
    calls = 2 * BATCH + 3
    with server_database.transaction() as connection:
        for number in range(calls):
            _short(connection, sid(number))
    written: list[int] = []
    engine = server_database._engine

    def note(_c: object, cursor: Any, statement: str, *_: object) -> None:
        if statement.startswith(("UPDATE", "DELETE")):
            written.append(cursor.rowcount)

    event.listen(engine, "after_cursor_execute", note)
    try:
        purged = purge(server_database, ENDED + 4000 * DAY, deleted.append)
    finally:
        event.remove(engine, "after_cursor_execute", note)
    assert purged.forgotten["answers"] == purged.forgotten["numbers"] == calls
    assert len(written) >= 6
    assert max(written) <= BATCH


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("suporte closed by Bia", "closed by telephone"),
        ("all opened by Bia", "opened by telephone"),
        ("suporte opened by telephone", "suporte opened by telephone"),
        (None, None),
    ],
)
def test_a_name_of_staff_that_an_older_release_wrote_into_a_reason_goes(
    one_call: Database, reason: str | None, kept: str | None
) -> None:
    with one_call.transaction() as connection:
        connection.execute(update(CALL).values(reason=reason))
        connection.execute(update(TURN).values(reason=reason))
    purge(one_call, ENDED + DAYS["answers"] * DAY)
    rows = stored(one_call)
    assert (rows["call"][0]["reason"], rows["turn"][0]["reason"]) == (kept, kept)


def _short(connection: Connection, call_sid: str) -> None:
    open_call(connection, NewCall(call_sid, LINE, "v1", CALLER, CALLER, BEGAN, "{}"))
    connection.execute(CALL.update().where(CALL.c.sid == call_sid).values(ended_at=ENDED, status="completed"))


def test_two_purges_at_once_are_as_good_as_one(server_database: Database, deleted: list[str]) -> None:
    for number in range(40):
        OldCall(sid(number), BEGAN, ENDED, 1, 1, protocol=f"{number:010}").write(server_database)
    failed: list[BaseException] = []

    def work() -> None:
        try:
            purge(server_database, ENDED + 4000 * DAY, deleted.append)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert due_now(server_database, ENDED + 4000 * DAY) == dict.fromkeys(DAYS, 0)
    with server_database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(CALL)).scalar() == 40
        assert connection.execute(select(func.count()).select_from(TURN)).scalar() == 40
        assert connection.execute(select(func.count()).select_from(ATTEMPT)).scalar() == 0


def test_a_recording_keeps_its_row_until_the_carrier_has_deleted_it(one_call: Database) -> None:
    late = ENDED + 90 * DAY

    def refuse(_: str) -> None:
        raise RecordingNotDeletedError("the account is closed")

    purged = purge(one_call, late, refuse)
    assert (purged.forgotten["recordings"], purged.kept, purged.why) == (0, 1, "the account is closed")
    assert all(PARTS["recordings"](stored(one_call)))
    assert purge(one_call, late).kept == 1
    assert all(PARTS["recordings"](stored(one_call)))
    deleted: list[str] = []
    assert purge(one_call, late, deleted.append).forgotten["recordings"] == 1
    assert deleted == [RECORDING]


def test_a_telephone_company_that_is_away_is_not_asked_for_every_recording(server_database: Database) -> None:
    for number in range(10):
        OldCall(sid(number), BEGAN, ENDED, protocol=f"{number:010}").write(server_database)
    asked: list[str] = []

    def refuse(recording: str) -> None:
        asked.append(recording)
        if len(asked) != 2:
            raise RecordingNotDeletedError("away")

    purged = purge(server_database, ENDED + 90 * DAY, refuse)
    assert (len(asked), purged.forgotten["recordings"], purged.kept) == (5, 1, 9)


def test_recordings_refused_for_good_do_not_keep_the_ones_after_them(server_database: Database) -> None:
    for number in range(10):
        OldCall(sid(number), BEGAN, ENDED, protocol=f"{number:010}").write(server_database)
    asked: list[str] = []

    def refuse(recording: str) -> None:
        asked.append(recording)
        if len(asked) <= 5:
            raise RecordingNotDeletedError("refused", alone=True)

    purged = purge(server_database, ENDED + 90 * DAY, refuse)
    assert (len(asked), purged.forgotten["recordings"], purged.kept) == (10, 5, 5)


def test_a_recording_without_a_sid_is_found_by_its_address(one_call: Database, deleted: list[str]) -> None:
    with one_call.transaction() as connection:
        connection.execute(MESSAGE.update().values(recording_sid=""))
    purge(one_call, ENDED + 90 * DAY, deleted.append)
    assert deleted == [RECORDING]


def test_a_callback_that_never_came_to_its_turn_is_given_up(server_database: Database, deleted: list[str]) -> None:
    OldCall(sid(1), BEGAN, None).write(server_database)
    purge(server_database, BEGAN + 90 * DAY, deleted.append)
    (row,) = stored(server_database)["callback"]
    assert (row["number"], row["note"]) == ("", "given up")
    assert row["ended_at"] is not None


def test_a_closure_that_holds_is_not_forgotten(server_database: Database, deleted: list[str]) -> None:
    close_and_open(server_database, BEGAN, ENDED)
    with server_database.transaction() as connection:
        connection.execute(CLOSURE.update().values(opened_at=None, opened_by=None))
    purge(server_database, ENDED + 4000 * DAY, deleted.append)
    assert stored(server_database)["closure"][0]["closed_by"] == "Bia"
