"""``FactsChangedError`` has a turn decided anew, from facts that are read again."""

from __future__ import annotations


class FactsChangedError(Exception):
    """Another call or person changed, since the facts of a turn were read, what this turn was decided by."""
