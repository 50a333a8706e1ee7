"""Working hours of an agent are windows of the week in one line: ``seg-sex 08:00-12:00, 13:30-18:00; sab 09:00-13:00``.

Days and spans are spelt as in the ``hours`` of routing.yaml.
"""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Final

from ivr.flow.routing.days import parse_days
from routing.spans import DAY, parse_span
from routing.windows import Window, refuse_overlaps
from value_class import value_class
from wording import message, phrase

MOST_LETTERS: Final = 200

_PART: Final = re.compile(r"(?P<days>[^0-9]+?)\s*(?P<spans>[0-9].*)")


@value_class
class WorkingHours:
    """Working hours say when an agent is rung; ``text`` is how they were written."""

    text: str
    windows: tuple[Window, ...]

    def holds(self, at: datetime, zone: tzinfo) -> bool:
        """Return whether the agent works at ``at`` (aware), by the clocks of ``zone``."""
        local = at.astimezone(zone)
        return any(
            (window.begins_on(local.date()) and window.span.holds(local.time()))
            or (window.begins_on(local.date() - DAY) and window.span.holds(local.time(), day_after=True))
            for window in self.windows
        )


def parse_working_hours(written: str) -> WorkingHours:
    """Read working hours. Raises ValueError for what are none, and for windows that overlap."""
    text = " ".join(written.split())
    if len(text) > MOST_LETTERS:
        raise ValueError(
            message("working-hours-too-long", "working hours have {most} characters at most", most=MOST_LETTERS)
        )
    windows: list[Window] = []
    for part in text.split(";"):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise ValueError(
                message(
                    "working-hours-malformed",
                    "'{text}' are no working hours; write them like seg-sex 08:00-12:00, 13:30-18:00; sab 09:00-13:00",
                    text=part.strip(),
                )
            )
        days = parse_days(found["days"].rstrip(" ,"))
        windows += [Window(days, parse_span(span)) for span in found["spans"].split(",")]
    refuse_overlaps(windows, phrase("the working hours"))
    return WorkingHours(text, tuple(windows))
