"""Work that met another transaction is begun again, a bounded number of times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from data.unavailable import TransactionConflictError

Result = TypeVar("Result")

MAX_TRIES: Final = 3
"""How often in all: of two that wait for each other PostgreSQL lets one go on, so the second try meets a third one."""


def repeated(work: Callable[[], Result]) -> Result:
    """Return what ``work`` returns, which is one whole transaction or several; where the database rolled it back
    because of another one at the same moment, do it again. Raises TransactionConflictError after MAX_TRIES.
    """
    for _ in range(MAX_TRIES - 1):
        try:
            return work()
        except TransactionConflictError:
            continue
    return work()
