"""Alembic runs this file for every command. The connection, in its transaction, comes from ``upgrade``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import String
from sqlalchemy.types import TypeDecorator

from data import (
    attempts,
    callbacks,
    calls,
    closures,
    company,
    consents,
    contact,
    installation,
    invoice,
    lookups,
    messages,
    protocols,
    queue_exits,
    recordings,
    staff,
    traffic,
)
from data.tables import Stored

MODELS = (
    company.Company,
    contact.Contact,
    invoice.Invoice,
    calls.Call,
    calls.Turn,
    calls.StatusEvent,
    messages.Message,
    closures.Closure,
    staff.Staff,
    traffic.Dialled,
    protocols.Protocol,
    consents.Consent,
    queue_exits.QueueExit,
    callbacks.Callback,
    attempts.Attempt,
    installation.Installation,
    lookups.Lookup,
    recordings.Recording,
)


def plain_type(kind: str, item: Any, _: object) -> str | Literal[False]:
    """Write our types into migrations as what they are in SQL, so that old migrations outlive them."""
    if kind == "type" and isinstance(item, TypeDecorator):
        plain = item.impl_instance
        return f"sa.{plain!r}" if not isinstance(plain, String) or plain.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Stored.metadata,
    render_item=plain_type,
    render_as_batch=True,  # SQLite cannot alter a table, only replace it
)
with context.begin_transaction():
    context.run_migrations()
