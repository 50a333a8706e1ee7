"""What servers of earlier releases left behind while they ran; ``make.py`` writes it."""

from __future__ import annotations

import gzip
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from data.database import Database
from data.migrations import upgrade

FOLDER = Path(__file__).parent

RELEASES = ("1594046", "dcef606")
"""In their order. ``make faults`` has all of them taken in, ``make test`` the last one."""

BEFORE_AGENTS, WITH_AGENTS = RELEASES
"""The first encrypted documents in a former way, and called back without agents; the second has agents who talk."""


def left_by_one(release: str) -> pytest.MarkDecorator:
    """For a test about what only one release left."""
    return pytest.mark.parametrize("left_behind", [release], indirect=True)


def left_by(release: str, url: str) -> Database:
    """A database with everything that ``release`` left, as it left it: SQLite's file is its own file again; a server
    gets the tables of that time, and the rows in them.
    """
    written = gzip.decompress((FOLDER / f"{release}.sql.gz").read_bytes()).decode()
    database = Database(url)
    if database.dialect == "sqlite":
        with sqlite3.connect(str(sa.make_url(url).database)) as file:
            file.executescript(written)
        file.close()
        return database
    source = sqlite3.connect(":memory:")
    source.executescript(written)
    source.row_factory = sqlite3.Row
    ((revision,),) = source.execute("SELECT version_num FROM alembic_version").fetchall()
    with database.transaction() as connection:
        upgrade(connection, revision)
        tables = sa.MetaData()
        tables.reflect(connection)
        for table in tables.sorted_tables:
            rows = [dict(row) for row in source.execute(f'SELECT * FROM "{table.name}"')]
            if rows and table.name != "alembic_version":
                connection.execute(table.insert(), [_typed(table, row) for row in rows])
            if "id" in table.c and isinstance(table.c.id.type, sa.Integer):
                counted = f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM {table.name}"
                connection.execute(sa.text(counted))
    source.close()
    return database


def _typed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row as PostgreSQL takes it: SQLite keeps moments as text and truth as a number."""
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case sa.Boolean():
            return bool(value)
        case sa.DateTime():
            at = datetime.fromisoformat(value)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        case sa.Date():
            return datetime.fromisoformat(value).date()
        case _:
            return value
