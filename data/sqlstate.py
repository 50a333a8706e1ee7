"""PostgreSQL's words for what may be wrong (SQLSTATE, Appendix A of its manual), known without loading its driver."""

from __future__ import annotations

from typing import Final

LOCK_NOT_AVAILABLE: Final = "55P03"
UNDEFINED_TABLE: Final = "42P01"
INSUFFICIENT_PRIVILEGE: Final = "42501"
DAMAGED: Final = {"XX001", "XX002"}
CONFLICTS: Final = {"40001", "40P01"}
"""Serialization failure and deadlock: the transaction was rolled back, and the same one may well succeed."""
