"""Limits bound the calls that a destination takes: at once, in an hour, in a day."""

from __future__ import annotations

from value_class import value_class
from wording import message


@value_class
class Load:
    """The load of a destination: its calls at this moment, and those of the last hour and of this day."""

    concurrent: int = 0
    hour: int = 0
    day: int = 0


IDLE = Load()


@value_class
class Limits:
    """Limits are the most calls that a destination's telephones take; None is without limit. A caller above it gets
    busy.

    Raises ValueError for a limit below one: a destination that takes no calls is closed, not full.
    """

    concurrent: int | None = None
    per_hour: int | None = None
    per_day: int | None = None

    def __post_init__(self) -> None:
        if any(limit is not None and limit < 1 for limit in (self.concurrent, self.per_hour, self.per_day)):
            raise ValueError(message("limit-below-one", "a limit is at least 1; close the desk to send it no calls"))

    def reached(self, load: Load) -> str | None:
        """Return the limit that one more call would break, in words, or None."""
        for limit, taken, span in (
            (self.concurrent, load.concurrent, "at once"),
            (self.per_hour, load.hour, "an hour"),
            (self.per_day, load.day, "a day"),
        ):
            if limit is not None and taken >= limit:
                return f"{limit} {span}"
        return None


UNLIMITED = Limits()
