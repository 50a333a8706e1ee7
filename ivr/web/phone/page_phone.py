"""A page's telephone: its number, and the log of what its page is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ivr.server.streams import EventLog

FIRST: int = 5511987650001
"""The first number that is given to a page. Numbers that begin like this are told apart from customers' by the mark of
their calls, and not by themselves."""


def as_line(told: dict[str, object]) -> str:
    """``told`` as one line of JSON."""
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@dataclass(eq=False, slots=True)
class PagePhone:
    """``seen`` is when a page was last connected to it, in seconds of the carrier's stopwatch."""

    id: str
    number: str
    seen: float
    log: EventLog = field(default_factory=EventLog)

    def tell(self, told: dict[str, object], *, passing: bool = False) -> None:
        """Let the page hear of it."""
        self.log.publish(as_line(told), passing=passing)
