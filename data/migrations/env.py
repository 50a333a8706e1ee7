"""Alembic runs this file for every command. The connection, in its transaction, comes from ``upgrade``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from data.all_tables import OF_INDICES, metadata_of


def plain_type(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our types into migrations as what they are in SQL, so that old migrations outlive them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance
        return f"sa.{plain!r}" if not isinstance(plain, String) or plain.length else "sa.String()"
    return False


def is_compared(name: str | None, *_: object) -> bool:
    """Return whether a migration that is written is to look at what there is by that name."""
    return name not in OF_INDICES


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata_of(connection.dialect.name),
    render_item=plain_type,
    include_name=is_compared,
    render_as_batch=True,  # SQLite cannot alter a table, only replace it
)
with context.begin_transaction():
    context.run_migrations()
