"""A watch looks at what goes on, once a second, while there is anything of it; ``ivr.worker.watches`` has one a file.

It has no row of its own that would be written each second: what it looks at are the rows of waiting calls, offers and
talks themselves. It runs where the worker does, may run in several processes at once, and must bear that.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import ClassVar

from ivr.worker.tools import Tools


class StandingWatch(ABC):
    """One thing to be watched."""

    name: ClassVar[str]

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    @abstractmethod
    def look(self, now: datetime) -> bool:
        """Look at ``now`` (aware), and do what follows; True where rows of the outbox may be due because of it."""
