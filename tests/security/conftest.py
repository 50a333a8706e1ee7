"""What is promised here holds on SQLite and on PostgreSQL."""

from tests.databases import database_kind, database_url, house_database
from tests.security.guessing import attacker, caller, sids

__all__ = ["attacker", "caller", "database_kind", "database_url", "house_database", "sids"]
