"""What acts by itself is promised on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.databases import database_kind, database_url, server_database
from tests.worker.office import office

__all__ = ["database_kind", "database_url", "office", "server_database"]
