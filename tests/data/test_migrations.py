from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Connection, MetaData, Table, TableClause, func, inspect, select, table, text
from sqlmodel.sql.sqltypes import AutoString

from data import migrations
from data.all_tables import METADATA, OF_INDICES, metadata_of
from data.database import Database
from data.migrations import downgrade, upgrade
from data.revision import is_newest
from data.tables import MoneyColumn, Stored, Utc
from data.ticket_lists import TicketFilter, list_tickets
from tests.databases import Kind, database_kind, one_of_both, only
from tests.postgres import PostgresServer

__all__ = ["database_kind"]


@pytest.fixture
def bare_database(request: pytest.FixtureRequest, database_kind: Kind) -> Iterator[Database]:
    """Nothing at all, on either database."""
    if database_kind == "sqlite":
        database = Database("sqlite://")
        yield database
        database.close()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create()
    database = Database(url)
    yield database
    database.close()
    server.drop(url)


@pytest.fixture
def database(bare_database: Database) -> Database:
    """Tables and nothing in them, on either database."""
    bare_database.migrate()
    return bare_database


def test_the_migrations_end_in_exactly_what_the_models_say(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": _is_ours})
        assert compare_metadata(context, metadata_of(connection.dialect.name)) == []


@only("sqlite")  # only there are tables made so
def test_tables_made_without_migrations_are_the_same(database: Database) -> None:
    made = Database("sqlite://")
    made.create_tables(METADATA)
    with made.reading() as connection, database.reading() as migrated:
        made_by_migrations = {name: shape for name, shape in _shapes(migrated).items() if name != "alembic_version"}
        assert _shapes(connection) == made_by_migrations
        assert _written(connection) == _written(migrated)
    made.close()


def test_tables_are_brought_forward_where_they_are_not_the_newest(bare_database: Database) -> None:
    with bare_database.reading() as connection:
        assert not is_newest(connection)
    bare_database.migrate()
    with bare_database.transaction() as connection:
        assert is_newest(connection)
        downgrade(connection, "0017")
        assert not is_newest(connection)
    bare_database.migrate()
    with bare_database.reading() as connection:
        assert is_newest(connection)


def test_the_migrations_go_forward_back_to_nothing_and_forward_again(database: Database) -> None:
    with database.reading() as connection:
        there = set(inspect(connection).get_table_names())
    assert {"company", "contact", "invoice", "call", "turn", "status_event"} <= there
    with database.transaction() as connection:
        downgrade(connection, "base")
    with database.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    with database.transaction() as connection:
        upgrade(connection)
    with database.reading() as connection:
        assert set(inspect(connection).get_table_names()) == there


@one_of_both("sqlite")
def test_what_each_version_wrote_is_there_in_the_newest_and_back(bare_database: Database) -> None:
    revisions = sorted(file.name[:4] for file in (migrations.HERE / "versions").glob("0*.py"))
    for revision in revisions:
        with bare_database.transaction() as connection:
            upgrade(connection, revision)
            _write_a_row_into_every_empty_table(connection)
    for revision in reversed(revisions):
        with bare_database.transaction() as connection:
            assert {name: count for name, count in _rows(connection).items() if count != 1} == {}
            downgrade(connection, str(int(revision) - 1).zfill(4) if revision != "0001" else "base")


def _is_ours(name: str | None, *_: object) -> bool:
    return name not in OF_INDICES


def _tables(connection: Connection) -> list[Table]:
    """Every table as it is there, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [each for each in metadata.sorted_tables if each.name not in {"alembic_version", *OF_INDICES}]


def _rows(connection: Connection) -> dict[str, int]:
    names = set(inspect(connection).get_table_names()) - {"alembic_version", *OF_INDICES}
    return {name: _count(connection, table(name)) for name in names}


def _count(connection: Connection, counted: TableClause) -> int:
    return int(connection.execute(select(func.count()).select_from(counted)).scalar_one())


def _write_a_row_into_every_empty_table(connection: Connection) -> None:
    for each in _tables(connection):
        if not _count(connection, each):
            connection.execute(each.insert().values({column.name: _value(column) for column in each.columns}))


def _value(column: Column[Any]) -> object:
    """Something that the column takes; a row that it refers to has the same."""
    kind = column.type.python_type
    if kind is datetime:
        return datetime(2026, 3, 10, tzinfo=UTC)
    if kind is date:
        return date(2026, 3, 10)
    return kind(1)


def test_tickets_of_an_older_release_are_found_by_their_words(bare_database: Database) -> None:
    with bare_database.transaction() as connection:
        upgrade(connection, "0033")
        _write_a_row_into_every_empty_table(connection)
        (ticket,) = (each for each in _tables(connection) if each.name == "ticket")
        values = {column.name: _value(column) for column in ticket.columns}
        texts = {"number": "5071343114", "folded": "5071343114 nota fiscal"}
        connection.execute(ticket.insert().values(values | texts))
    bare_database.migrate()
    with bare_database.reading() as connection:
        for wanted, there in (("FÍS not", 1), ("isca", 0), ("50713", 1)):
            for few in (0, 1):
                assert len(list_tickets(connection, TicketFilter(text=wanted), few=few).tickets) == there


@one_of_both("sqlite")
def test_staff_who_closed_destinations_become_users_and_go_back(bare_database: Database) -> None:
    staff = [("101", "Bia", "a hash"), ("7001", "Bia", "another hash")]
    with bare_database.transaction() as connection:
        upgrade(connection, "0018")
        for row in staff:
            connection.exec_driver_sql(f"INSERT INTO staff (number, name, password_hash) VALUES {row}")
        upgrade(connection, "0019")
        asked = "SELECT login, name, role, keypad_number, keypad_hash, password_hash FROM staff_user ORDER BY id"
        users = connection.exec_driver_sql(asked).all()
        connection.exec_driver_sql("INSERT INTO staff_user (login, name, role) VALUES ('rui', 'Rui', 'agent')")
        connection.exec_driver_sql(
            "INSERT INTO staff_user (login, name, role, keypad_number, keypad_hash, disabled_at)"
            " VALUES ('ana', 'Ana', 'ops', '102', 'a hash of one who is disabled', '2026-03-10 10:00:00')"
        )
        downgrade(connection, "0018")
        back = connection.exec_driver_sql("SELECT number, name, password_hash FROM staff ORDER BY number").all()
    assert users == [(number, name, "ops", number, kept, None) for number, name, kept in staff]
    assert back == staff


@pytest.fixture
def written(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a migration to a copy of the folder; its text."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(migrations, "HERE", folder)
    following = f"{len(list((folder / 'versions').glob('0*.py'))) + 1:04}"

    def write(message: str) -> str:
        with database.transaction() as connection:
            migrations.write_revision(connection, message)
        (file,) = (folder / "versions").glob(f"{following}_*.py")
        return file.read_text(encoding="utf-8")

    return write


@only("sqlite")
def test_a_new_migration_is_numbered_and_empty_where_models_are_unchanged(written: Callable[[str], str]) -> None:
    text = written("nothing new")
    assert text.startswith('"""nothing new."""')
    assert "op." not in text


@only("sqlite")
def test_a_migration_is_written_without_our_types_so_that_it_outlives_them(written: Callable[[str], str]) -> None:
    extra = Table(
        "extra", Stored.metadata, Column("at", Utc), Column("amount", MoneyColumn), Column("name", AutoString(7))
    )
    try:
        text = written("an extra table")
    finally:
        Stored.metadata.remove(extra)
    for column in ("'at', sa.DateTime(timezone=True)", "'amount', sa.BigInteger()", "'name', sa.String(length=7)"):
        assert f"sa.Column({column}" in text


def test_migrating_twice_changes_nothing(demo_database: Database) -> None:
    with demo_database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM contact").scalar()
    demo_database.migrate()
    with demo_database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM contact").scalar() == before


def test_alembic_is_loaded_only_to_migrate() -> None:
    asked = (
        "import sys; import data.calls, data.customers, data.csv_import, data.fixtures, data.demo; print(*sys.modules)"
    )
    modules = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlalchemy" in modules
    assert "alembic" not in modules


_CALLS = """INSERT INTO call (sid, line, menu_version, from_number, to_number, started_at, status, turn, position,
    reason, updated_at) VALUES (:sid, 'l', 'v', '', '', :at, 'completed', 1, '{}', :reason, :at)"""
_TURNS = """INSERT INTO turn (call_sid, number, at, state, event, outcome, states, reason, menu_version, answer,
    headers) VALUES (:sid, 0, :at, 's', 'keys', 'closed', '[]', :reason, 'v', '', '{}')"""
_CALLBACKS = """INSERT INTO callback (call_sid, line, destination, number, since, tries)
    VALUES (:sid, 'l', 'd', :number, :at, 0)"""


def test_tables_of_an_older_release_lose_names_and_callbacks_asked_twice(bare_database: Database) -> None:
    reasons = ["suporte closed by Bia de Souza", "all opened by Caio closed by", "finance: overdue", None]
    with bare_database.transaction() as connection:
        upgrade(connection, "0009")
        for number, reason in enumerate(reasons):
            row = {"sid": f"CA{number:032}", "at": "2026-03-10 10:00:00.000000", "reason": reason}
            connection.execute(text(_CALLS), row)
            connection.execute(text(_TURNS), row)
            asked = {**row, "number": "+5521991040175" if number < 3 else "+5511987654321"}
            connection.execute(text(_CALLBACKS), asked)
    bare_database.migrate()
    with bare_database.reading() as connection:
        for table, key in (("call", "sid"), ("turn", "call_sid")):
            kept = connection.execute(text(f"SELECT reason FROM {table} ORDER BY {key}")).scalars().all()
            assert kept == ["suporte closed by telephone", "all opened by telephone", "finance: overdue", None]
        callbacks = connection.execute(text("SELECT note FROM callback ORDER BY call_sid")).scalars().all()
    assert callbacks == [None, "asked for twice", "asked for twice", None]


def _written(connection: Connection) -> dict[str, str]:
    """What SQLAlchemy does not know of SQLite, by its name, as it was written: triggers, and indices of expressions."""
    asked = f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' OR name IN {tuple(OF_INDICES)}"
    return {name: sql for name, sql in connection.exec_driver_sql(asked) if sql}


def _shapes(connection: Connection) -> dict[str, object]:
    """What SQLite knows of each table: columns, keys and indices, in no order."""
    found = inspect(connection)
    return {
        name: (
            sorted((each["name"], str(each["type"]), each["nullable"]) for each in found.get_columns(name)),
            found.get_pk_constraint(name)["constrained_columns"],
            sorted((each["constrained_columns"], each["referred_table"]) for each in found.get_foreign_keys(name)),
            sorted((each["name"], each["column_names"], each["unique"]) for each in found.get_indexes(name)),
        )
        for name in found.get_table_names()
    }
