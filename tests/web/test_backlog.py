"""What the line does by itself and does not get on with is a note in ``/health``, and degrades no server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text, update

from data.database import Database
from data.due_work import DUE_WORK, schedule
from data.outbox import OutboxRecord, put
from ivr.web.backlog import Backlog
from ivr.web.health import health_page
from tests.line_server import CALLER, LineServer
from tests.lines import TUESDAY

MINUTE = timedelta(minutes=1)
OK: dict[str, object] = {"status": "ok", "lines": {"ensaio": "v1"}}


def _health(backlog: Backlog) -> dict[str, object]:
    app = Flask(__name__)
    app.register_blueprint(health_page(lambda: backlog.beside(OK)))
    answer = app.test_client().get("/health")
    assert answer.status_code == 200
    told: dict[str, object] = answer.get_json()
    return told


def _put(database: Database, *states: str) -> None:
    with database.transaction() as connection:
        for number, state in enumerate(states):
            put(connection, OutboxRecord(f"TR{number:032x}", "call", CALLER, "{}", None, TUESDAY, TUESDAY, state))


def test_where_all_gets_on_there_is_no_note(server: LineServer) -> None:
    _put(server.database, "waiting", "unknown", "sent", "dropped")
    backlog = Backlog(server.database)
    assert _health(backlog) == OK
    backlog.look(TUESDAY + MINUTE)
    assert _health(backlog) == OK


@pytest.mark.parametrize(
    ("states", "note"),
    [
        (["dead"], "there is 1 dead letter: ivr outbox says why"),
        (["dead", "dead"], "there are 2 dead letters: ivr outbox says why"),
        (["waiting"], "the outbox has stood for 45 minutes: ivr outbox says why"),
        (["unknown"], "the outbox has stood for 45 minutes: ivr outbox says why"),
    ],
)
def test_dead_letters_and_an_outbox_that_stands_are_noted(server: LineServer, states: list[str], note: str) -> None:
    _put(server.database, *states)
    backlog = Backlog(server.database)
    backlog.look(TUESDAY + 45 * MINUTE)
    assert _health(backlog) == {**OK, "notes": [note]}
    assert CALLER not in note


def test_work_that_is_late_or_fails_is_noted_and_what_is_in_hand_is_not(server: LineServer) -> None:
    with server.database.transaction() as connection:
        schedule(connection, "sweep", "", TUESDAY)
    backlog = Backlog(server.database)
    backlog.look(TUESDAY + 3 * MINUTE)
    assert _health(backlog)["notes"] == [
        "due work has waited for 3 minutes: ivr worker --show says which process works"
    ]
    with server.database.transaction() as connection:
        connection.execute(update(DUE_WORK).values(claimed_by="one", claimed_until=TUESDAY + 5 * MINUTE))
    backlog.look(TUESDAY + 3 * MINUTE)
    assert _health(backlog) == OK
    with server.database.transaction() as connection:
        connection.execute(update(DUE_WORK).values(tries=8, at=None))
    backlog.look(TUESDAY + 3 * MINUTE)
    assert _health(backlog)["notes"] == ["sweep failed 8 times: ivr worker --show says how"]


def test_while_the_database_is_away_nothing_is_noted_and_nothing_breaks(server: LineServer) -> None:
    _put(server.database, "dead")
    backlog = Backlog(server.database)
    backlog.look(TUESDAY)
    with server.database.transaction() as connection:
        connection.execute(text("DROP TABLE outbox"))
    backlog.look(TUESDAY)
    assert _health(backlog) == OK


def test_the_webhooks_health_says_nothing_of_the_backlog(server: LineServer) -> None:
    _put(server.database, "dead")
    assert "notes" not in (server.client.get("/health").json or {})
