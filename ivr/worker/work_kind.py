"""A kind of work says when it is due and does it; ``ivr.worker.kinds`` has one a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from typing import ClassVar

from ivr.worker.tools import Tools
from value_class import value_class

EVERYTHING = ""
"""The subject of work that comes again and again."""


@value_class
class WorkDone:
    """The outcome tells how work went, and nothing personal; ``again`` is when it is due next (aware), None: never."""

    outcome: str
    again: datetime | None = None


class WorkKind(ABC):
    """One kind of work. It may be done twice where a process dies in it, so doing it again must change nothing more."""

    name: ClassVar[str]
    """Stands in the rows, so that it is read by every release after this one."""

    longest: ClassVar[timedelta] = timedelta(minutes=5)
    """For how long a claim holds: work that did not end by then was cut short, and is done anew."""

    every: ClassVar[timedelta | None] = None
    """The longest pause of work that comes again and again; None for work that is done once."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def first(self, now: datetime) -> datetime | None:
        """Return when work that comes again and again is due for the first time; None for work that is scheduled by
        what decides it (``data.due_work.schedule``).
        """
        del now
        return None

    @abstractmethod
    def do(self, subject: str, now: datetime) -> WorkDone:
        """Do it to ``subject`` at ``now`` (aware). What it raises is logged, and it is tried again later."""
