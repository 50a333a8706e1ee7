"""What acts by itself is promised on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.databases import database_kind, database_url, server_database

__all__ = ["database_kind", "database_url", "server_database"]
