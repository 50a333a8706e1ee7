"""Tells whether tables are of the newest revision, without Alembic, which a server that starts again has no use for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"

_TABLE: Final = "alembic_version"
"""Where Alembic writes the revision, in the transaction that brings the tables to it."""


def is_newest(connection: Connection) -> bool:
    """Return whether the tables stand at the newest file of ``VERSIONS``, whose names begin with their revision."""
    if not inspect(connection).has_table(_TABLE):
        return False
    stands = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalars().all()  # noqa: S608 - a constant
    return list(stands) == [max(file.name.partition("_")[0] for file in VERSIONS.glob("[0-9]*.py"))]
