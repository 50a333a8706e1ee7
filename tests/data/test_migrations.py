from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, Table, inspect
from sqlmodel.sql.sqltypes import AutoString

from data import migrations
from data.database import Database
from data.migrations import downgrade, upgrade
from data.tables import Money, Stored, Utc


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


def test_a_new_migration_is_numbered_and_empty_while_the_models_say_nothing_new(written: Callable[[str], str]) -> None:
    text = written("nothing new")
    assert text.startswith('"""nothing new."""')
    assert "op." not in text


def test_a_migration_is_written_without_our_types_so_that_it_outlives_them(written: Callable[[str], str]) -> None:
    extra = Table("extra", Stored.metadata, Column("at", Utc), Column("amount", Money), Column("name", AutoString(7)))
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
    asked = "import sys; import data.calls, data.customers, data.csv_import, data.world, data.demo; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert "sqlalchemy" in modules
    assert "alembic" not in modules
