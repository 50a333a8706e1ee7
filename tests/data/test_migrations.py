from __future__ import annotations

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from data.database import Database
from data.migrations import downgrade, upgrade
from data.tables import Stored


def test_a_database_is_new_until_it_was_migrated() -> None:
    database = Database("sqlite://")
    assert database.is_new()
    database.migrate()
    assert not database.is_new()
    database.close()


def test_the_migrations_end_in_exactly_what_the_models_say(database: Database) -> None:
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Stored.metadata) == []


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


def test_migrating_twice_changes_nothing(demo_database: Database) -> None:
    with demo_database.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM contact").scalar()
    demo_database.migrate()
    with demo_database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM contact").scalar() == before


def test_alembic_is_loaded_only_to_migrate() -> None:
    asked = "import sys; import data.calls, data.customers, data.csv_import, data.world, data.demo; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlalchemy" in modules
    assert "alembic" not in modules
