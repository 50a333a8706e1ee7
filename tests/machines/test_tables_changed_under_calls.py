"""Another machine, of another release, changes the tables while the connections of this one are held."""

from __future__ import annotations

from sqlalchemy import text
from werkzeug.test import TestResponse

from data.database import Database
from tests.conftest import MakeServer
from tests.databases import only
from tests.line_server import LineServer

PREPARED_AFTER = 5
"""Executions of a statement, after which psycopg prepares it."""


@only("postgresql")
def test_calls_go_on_while_a_column_gets_another_type(
    server_database: Database, database_url: str, make_server: MakeServer
) -> None:
    """What was prepared before says then that its result may not change, on each connection that is held."""
    server = make_server(database=server_database)
    for number in range(PREPARED_AFTER + 2):
        _look_around(server, number)
    other = Database(database_url)
    with other.transaction() as connection:
        connection.execute(text("ALTER TABLE call ALTER COLUMN status TYPE VARCHAR(20)"))
        connection.execute(text("ALTER TABLE call ADD COLUMN of_another_release INTEGER"))
    other.close()
    for number in range(100, 104):
        for answer in _look_around(server, number):
            assert "X-IVR-States" in answer.headers
            assert "X-IVR-Away" not in answer.headers


def _look_around(server: LineServer, number: int) -> list[TestResponse]:
    """The first turns of a call."""
    sid = f"CA{number:032x}"
    return [server.start(sid), server.turn(1, sid, Digits="2"), server.turn(2, sid, Digits="*")]
