"""PostgreSQL's words for what may be wrong (SQLSTATE, Appendix A of its manual), known without loading its driver."""

from __future__ import annotations

from typing import Final

LOCK_NOT_AVAILABLE: Final = "55P03"
UNDEFINED_TABLE: Final = "42P01"
INSUFFICIENT_PRIVILEGE: Final = "42501"
DAMAGED: Final = {"XX001", "XX002"}
STALE_PLAN: Final = "0A000"
"""A statement was prepared on a connection, and the tables were changed since: a machine of a new release migrated."""

CONFLICTS: Final = {"40001", "40P01", STALE_PLAN}
"""Serialization failure, deadlock, stale plan: the transaction was rolled back, and the same one may well succeed."""
