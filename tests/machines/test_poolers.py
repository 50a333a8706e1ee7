"""A line behind PgBouncer in transaction mode, where each transaction may be another session's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from data.database import Database, DatabaseUnavailableError
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.simulator.transports import WsgiTransport
from tests.conftest import Now
from tests.databases import only
from tests.faults.company import AT, IDENTIFIED, QUEUED, answers_of, play
from tests.faults.served import PUBLIC_URL, TOKEN
from tests.line_server import ACCOUNT, LineServer
from tests.machines.pooler import Pooler

pytestmark = [pytest.mark.network, only("postgresql")]

CALLS = 4


@pytest.fixture
def pooled(database_url: str) -> Iterator[Database]:
    pooler = Pooler(database_url)
    database = Database(pooler.url(database_url), patience=4)
    yield database
    database.close()
    pooler.close()


def test_calls_at_once_behind_a_pooler_go_as_without_one(
    pooled: Database, shipped_line: Line, clock: Now, undisturbed: LineServer
) -> None:
    """More turns than psycopg lets pass before it prepares a statement, on fewer sessions than there are calls."""
    clock.moment = AT
    line = LineServer(
        Lines([shipped_line]), pooled, clock, public_url=PUBLIC_URL, auth_token=TOKEN, account_sid=ACCOUNT
    )

    def course(number: int, server: LineServer) -> list[tuple[str, bytes | None]]:
        plan = (QUEUED, IDENTIFIED)[number % 2]
        answers = answers_of(play(f"CA{number:032x}", plan, WsgiTransport(server.app)))
        # What is told in a queue is the place among those who wait at that moment.
        return [(path, document) for path, document in answers if path != "/twilio/wait"]

    with ThreadPoolExecutor(CALLS) as threads:
        heard = list(threads.map(lambda number: course(number, line), range(CALLS)))
    assert heard == [course(number, undisturbed) for number in range(CALLS)]


def test_a_lock_is_waited_for_behind_a_pooler_as_long_as_without_one(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The settings of a session are none there: each transaction brings them, and leaves none behind."""
    monkeypatch.setattr("data.database.LOCK_WAIT_SECONDS", 0.5)
    pooler = Pooler(database_url)
    direct, behind = Database(database_url), Database(pooler.url(database_url), patience=7)
    with behind.reading() as connection:
        told = [connection.execute(text(f"SHOW {name}")).scalar_one() for name in ("lock_timeout", "statement_timeout")]
    assert told == ["500ms", "7s"]
    with direct.transaction() as holder:
        holder.execute(text("LOCK TABLE call IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(DatabaseUnavailableError, match="lock"), behind.transaction() as connection:
            connection.execute(text("DELETE FROM call"))
    for database in (direct, behind):
        database.close()
    pooler.close()


def test_only_a_pooler_is_taken_for_one(pooled: Database, server_database: Database) -> None:
    for database, threshold in ((pooled, None), (server_database, 5)):
        with database.reading() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            assert driver.prepare_threshold == threshold
