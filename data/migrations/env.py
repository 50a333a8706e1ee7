"""Alembic runs this file for every command. The connection, in its transaction, comes from ``upgrade``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from data.all_tables import metadata_of


def plain_type(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our types into migrations as what they are in SQL, so that old migrations outlive them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance
        return f"sa.{plain!r}" if not isinstance(plain, String) or plain.length else "sa.String()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata_of(connection.dialect.name),
    render_item=plain_type,
    render_as_batch=True,  # SQLite cannot alter a table, only replace it
)
with context.begin_transaction():
    context.run_migrations()
