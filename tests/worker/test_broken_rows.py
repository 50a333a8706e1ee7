"""A row or a kind of work that breaks whatever touches it keeps nothing else waiting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from sqlalchemy import update

from data.callbacks import recent_callbacks
from data.due_work import DueWork, schedule, scheduled_work
from data.outbox import OUTBOX, OutboxRecord, put
from data.unavailable import DatabaseUnavailableError, TransactionConflictError
from ivr.worker.backoff import MOST_TRIES
from ivr.worker.deliveries.call import CallDelivery
from ivr.worker.work_kind import WorkDone, WorkKind
from ivr.worker.worker import Worker
from tests.databases import one_of_both
from tests.line_server import SID
from tests.worker.office import CALLER, Office

pytestmark = one_of_both("sqlite")

OTHER_SID, OTHER = "CA" + "7" * 32, "+5511912345678"
DAMAGED = ["", "{", "[]", "null", '{"line": "ensaio"}', '{"destination": 3}']


def _states(office: Office) -> dict[str, tuple[str, str | None]]:
    return {row.recipient: (row.state, row.note) for row in office.rows()}


@pytest.fixture
def reserved(office: Office) -> Office:
    """Two callers were promised calls; that of the first waits in the outbox."""
    office.api.making = ["no connection"]
    office.promise()
    office.pass_time(1)
    office.promise(OTHER_SID, OTHER)
    return office


@pytest.mark.parametrize("content", DAMAGED)
def test_a_row_whose_content_is_damaged_is_dead_and_the_others_are_sent(reserved: Office, content: str) -> None:
    with reserved.database.transaction() as connection:
        connection.execute(update(OUTBOX).values(content=content))
    reserved.pass_time(60, ringing=True, look=5)
    assert _states(reserved) == {CALLER: ("dead", "its content is damaged"), OTHER: ("sent", None)}


def test_a_damaged_row_that_may_have_been_sent_stays_unknown(office: Office) -> None:
    office.api.making = ["request lost"]
    office.promise()
    office.pass_time(1)
    with office.database.transaction() as connection:
        connection.execute(update(OUTBOX).values(content="{"))
    office.pass_time(600, look=10)
    row = office.row()
    assert (row.state, row.note) == ("unknown", "its content is damaged, so that it cannot be looked for")
    assert office.made == 0


def test_a_row_that_cannot_be_judged_is_tried_later_and_then_dead(
    reserved: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    judge = CallDelivery.why_not

    def broken(self: CallDelivery, connection: object, row: OutboxRecord, now: datetime) -> str | None:
        if row.recipient == CALLER:
            raise LookupError(f"no {row.recipient}")
        return judge(self, connection, row, now)  # type: ignore[arg-type]

    monkeypatch.setattr(CallDelivery, "why_not", broken)
    reserved.pass_time(4000, ringing=True, look=10)
    assert _states(reserved)[OTHER] == ("sent", None)
    (row,) = [row for row in reserved.rows() if row.recipient == CALLER][-1:]
    assert (row.state, row.tries, row.note) == ("dead", MOST_TRIES, "LookupError")
    assert CALLER not in caplog.text
    with reserved.database.reading() as connection:
        assert scheduled_work(connection, 10)[0].done_at
        assert all(each.try_sid is None or each.ended_at for each in recent_callbacks(connection, 10))


class Unbearable(WorkKind):
    """Work whose statement takes longer than the server lets it: the database itself is there."""

    name: ClassVar[str] = "unbearable"

    def do(self, subject: str, now: datetime) -> WorkDone:
        raise DatabaseUnavailableError("canceling statement due to statement timeout")


class Noting(WorkKind):
    """Work that notes when it was done."""

    name: ClassVar[str] = "noting"
    done: ClassVar[list[datetime]] = []

    def do(self, subject: str, now: datetime) -> WorkDone:
        self.done.append(now)
        return WorkDone("noted", now + timedelta(seconds=30))


@pytest.fixture
def noting() -> Iterator[list[datetime]]:
    Noting.done.clear()
    yield Noting.done
    Noting.done.clear()


def test_work_that_the_database_cannot_bear_stops_no_other(office: Office, noting: list[datetime]) -> None:
    with office.database.transaction() as connection:
        for kind in (Unbearable, Noting):
            schedule(connection, kind.name, "", office.now())
    office.worker = Worker(office.tools, office.now, office.worker._rng, "tests", (Unbearable, Noting), ())
    office.pass_time(119)
    assert len(noting) == 4
    with office.database.reading() as connection:
        rows: dict[str, DueWork] = {each.kind: each for each in scheduled_work(connection, 10)}
    assert rows["unbearable"].tries >= 3
    assert (rows["unbearable"].outcome or "").startswith("failed: DatabaseUnavailableError at ")


def test_a_conflict_with_another_transaction_is_no_database_that_is_away(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def conflict(*_: object, **__: object) -> None:
        raise TransactionConflictError("deadlock detected")

    office.promise()
    with monkeypatch.context() as patch:
        patch.setattr("ivr.worker.worker.claim_work", conflict)
        office.pass_time(3)
    office.pass_time(15, ringing=True)
    assert office.callback().note == "reached"
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


def test_a_row_of_a_newer_release_is_left_for_it_and_for_its_commands(office: Office) -> None:
    row = OutboxRecord("TR" + "1" * 32, "fax", CALLER, json.dumps({}), None, office.now(), office.now())
    with office.database.transaction() as connection:
        put(connection, row)
    office.pass_time(10)
    told = "this release knows no rows of the kind fax; ask the one that wrote it"
    assert office.worker.outbox.retry(row.id) == told
    assert office.worker.outbox.drop(row.id) == told
    assert office.row() == row
    assert SID not in told
