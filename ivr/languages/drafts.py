"""A line tells telephones that it names for its draft, before all else, what they hear."""

from __future__ import annotations

from value_class import value_class


@value_class
class DraftNotices:
    """The line says ``heard`` where the draft answers, ``faulty`` where that has faults and what is published does."""

    heard: str
    faulty: str
