"""What agents and callers go through is promised on SQLite and on PostgreSQL."""

from __future__ import annotations

from tests.databases import database_kind, database_url, server_database
from tests.talks.floor import floor

__all__ = ["database_kind", "database_url", "floor", "server_database"]
