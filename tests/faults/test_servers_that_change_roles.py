"""PostgreSQL servers of which one takes writes now and another one later, and transactions that meet each other."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from data.conflicts import repeated
from data.database import Database, DatabaseUnavailableError
from data.unavailable import TransactionConflictError
from tests.databases import only

pytestmark = only("postgresql")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, patience=5)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE place (name TEXT PRIMARY KEY, n INTEGER)"))
        connection.execute(text("INSERT INTO place VALUES ('a', 0), ('b', 0)"))
    yield database
    database.close()


def _add(database: Database, name: str = "a") -> None:
    with database.transaction() as connection:
        connection.execute(text("UPDATE place SET n = n + 1 WHERE name = :name"), {"name": name})


def _demote(database: Database) -> None:
    """The server behind the one open connection takes no writes any more."""
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
        driver.commit()


def test_a_connection_to_a_demoted_server_is_dropped_for_another(database: Database) -> None:
    _demote(database)
    with pytest.raises(DatabaseUnavailableError, match="read-only"):
        _add(database)
    assert database.standing().state == "away"
    _add(database)
    assert database.standing().state == "up"


def test_a_host_that_does_not_even_refuse_is_waited_for_once(database_url: str) -> None:
    given = make_url(database_url)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        real = given.query.get("host") or f"{given.host}:{given.port or 5432}"
        hosts = (f"127.0.0.1:{silent.getsockname()[1]}", str(real))
        both = given.set(host=None, port=None).update_query_dict({"host": hosts})
        database = Database(both.render_as_string(hide_password=False), patience=5)
        waits = []
        for _ in range(2):
            began = time.monotonic()
            with database.reading() as connection:
                connection.execute(text("SELECT 1"))
                waits.append(time.monotonic() - began)
            database._reconnect()
        database.close()
    assert waits[0] >= 1.9
    assert waits[1] < 1.0


def test_what_each_of_several_hosts_said_is_told_in_one_line(database_url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    database = Database(f"postgresql://nobody@127.0.0.1:{port},127.0.0.2:{port}/ivr")
    with pytest.raises(DatabaseUnavailableError) as raised, database.reading():
        pass
    told = str(raised.value)
    assert "none of 2 hosts takes writes" in told
    assert told.count("Connection refused") == 2
    assert "\n" not in told


def test_of_two_transactions_that_wait_for_each_other_both_succeed(database: Database) -> None:
    both_hold = threading.Barrier(2)
    tries = []

    def add_to_both(first: str, second: str) -> None:
        def add() -> None:
            tries.append(first)
            with database.transaction() as connection:
                for name in (first, second):
                    connection.execute(text("UPDATE place SET n = n + 1 WHERE name = :name"), {"name": name})
                    if name == first and len(tries) <= 2:
                        both_hold.wait(10)

        repeated(add)

    threads = [threading.Thread(target=add_to_both, args=names) for names in (("a", "b"), ("b", "a"))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    with database.reading() as connection:
        assert list(connection.execute(text("SELECT n FROM place")).scalars()) == [2, 2]
    assert len(tries) == 3
    assert database.standing().state == "up"


def test_work_that_conflicts_each_time_is_given_up_after_some_tries(database: Database) -> None:
    tries = []

    def conflict() -> None:
        tries.append(1)
        with database.transaction() as connection:
            connection.execute(text("DO $$ BEGIN RAISE serialization_failure; END $$"))

    with pytest.raises(TransactionConflictError):
        repeated(conflict)
    assert len(tries) == 3


def test_reads_are_of_committed_rows_whatever_the_servers_default(database: Database, database_url: str) -> None:
    """What is counted under a lock is seen as it is once the lock is held."""
    name = make_url(database_url).database
    with psycopg.connect(database_url, autocommit=True) as server:
        server.execute(f'ALTER DATABASE "{name}" SET default_transaction_isolation = serializable')
    other = Database(database_url)
    with other.reading() as connection:
        assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "read committed"
    other.close()
