"""``TheLine`` is the line whose number and day the portal tells: the first of those that this process knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ivr.call.lines import Lines
    from ivr.flow.line import Line

UNKNOWN: Final = "4003-0015"
"""What is told while no menu could be read yet."""


class TheLine:
    """Asks ``lines``, the menus that callers hear, each time; ``clock`` gives aware instants."""

    def __init__(self, lines: Callable[[], Lines], clock: Callable[[], datetime]) -> None:
        self._lines = lines
        self._clock = clock

    def line(self) -> Line | None:
        """Return the line; None while none could be read."""
        return next((engine.line for engine in self._lines()), None)

    def number(self) -> str:
        """Return the number as customers know it, which is the line's name."""
        line = self.line()
        return line.name if line else UNKNOWN

    def today(self) -> date:
        """Return the line's local day, by which invoices are overdue."""
        line = self.line()
        return self._clock().astimezone(line.header.zone if line else UTC).date()
