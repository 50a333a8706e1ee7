"""An emergency closure shuts a destination, a family of destinations or the whole line, whatever its hours say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from value_class import value_class
from wording import message

EVERYTHING = "*"


@value_class
class EmergencyClosure:
    """An emergency closure holds from ``since`` until just before ``until`` (aware; None is until ops open again).

    ``scope`` is a destination (``suporte.rm``), a beginning of names (``suporte`` is every destination below it too) or
    ``*``. Raises ValueError for a time without a zone and for one that ends before it begins.
    """

    scope: str
    since: datetime
    until: datetime | None
    reason: str

    def __post_init__(self) -> None:
        if self.since.tzinfo is None or (self.until and self.until.tzinfo is None):
            raise ValueError("a closure begins and ends at aware datetimes; give them a time zone")
        if self.until and self.until <= self.since:
            raise ValueError(message("closure-ends-before", "a closure ends after it begins; give a later 'until'"))

    def covers(self, destination: str) -> bool:
        """Return whether the destination is within the scope of this closure."""
        return self.scope == EVERYTHING or in_scope(destination, self.scope)

    def holds(self, at: datetime) -> bool:
        """Return whether the closure is in force at ``at``."""
        return self.since <= at and (self.until is None or at < self.until)


def scopes_of(destinations: Iterable[str]) -> set[str]:
    """Return what a closure of a line with these ``destinations`` may cover: each, and each family of them."""
    parts = [name.split(".") for name in destinations]
    return {".".join(each[:end]) for each in parts for end in range(1, len(each) + 1)}


def in_scope(destination: str, scope: str) -> bool:
    """Return whether ``scope`` is the name of the destination, or a beginning of it: ``suporte`` of ``suporte.rm``."""
    return destination == scope or destination.startswith(f"{scope}.")


def closure_in_force(closures: Iterable[EmergencyClosure], destination: str, at: datetime) -> EmergencyClosure | None:
    """Return the closure that keeps the destination shut at ``at``; of several, the one that ends last."""
    found = [each for each in closures if each.covers(destination) and each.holds(at)]
    endless = [each for each in found if each.until is None]
    return endless[0] if endless else max(found, key=lambda each: each.until or each.since, default=None)
