"""Open tickets are counted by area and by analyst, for those who see to it that they are served."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, case, func, select

from data.tickets import TICKET
from value_class import value_class


@value_class
class OpenCount:
    """So many tickets are ``open``; ``staff`` of them are with the staff, of which ``late`` are past their forecast."""

    open: int = 0
    staff: int = 0
    late: int = 0

    def __add__(self, other: OpenCount) -> OpenCount:
        """Return the sum of two counts."""
        return OpenCount(self.open + other.open, self.staff + other.staff, self.late + other.late)


@value_class
class OpenTickets:
    """The counts of open tickets: all, by area, and by the analyst's id (None: those without one)."""

    all: OpenCount
    by_area: dict[str, OpenCount]
    by_analyst: dict[int | None, OpenCount]


_WITH_STAFF = TICKET.c.state.in_(bindparam("staff", expanding=True))
_COUNT: Final = (
    select(
        TICKET.c.area,
        TICKET.c.analyst_id,
        func.count(),
        func.sum(case((_WITH_STAFF, 1), else_=0)),
        func.sum(case((_WITH_STAFF & (TICKET.c.forecast_at < bindparam("now")), 1), else_=0)),
    )
    .where(TICKET.c.state.in_(bindparam("open", expanding=True)))
    .group_by(TICKET.c.area, TICKET.c.analyst_id)
)
_OPENED: Final = select(func.count()).where(
    TICKET.c.company_id == bindparam("of"), TICKET.c.opened_at > bindparam("since"), TICKET.c.channel == bindparam("by")
)


def count_opened(connection: Connection, company_id: int, channel: str, since: datetime) -> int:
    """Return how many tickets of a company were opened by ``channel`` after ``since`` (aware)."""
    return int(connection.execute(_OPENED, {"of": company_id, "by": channel, "since": since}).scalar_one())


def count_open(
    connection: Connection,
    staff: Collection[str],
    open_states: Collection[str],
    now: datetime,
    line: str | None = None,
) -> OpenTickets:
    """Count the tickets in ``open_states`` at ``now`` (aware), of all lines or of one; those in the states ``staff``
    are with the staff.
    """
    found = OpenTickets(OpenCount(), {}, {})
    whole = OpenCount()
    asked = {"staff": sorted(staff), "open": sorted(open_states), "now": now}
    counting = _COUNT if line is None else _COUNT.where(TICKET.c.line == line)
    for area, analyst, *numbers in connection.execute(counting, asked):
        count = OpenCount(*(int(number) for number in numbers))
        whole += count
        found.by_area[area] = found.by_area.get(area, OpenCount()) + count
        found.by_analyst[analyst] = found.by_analyst.get(analyst, OpenCount()) + count
    return OpenTickets(whole, found.by_area, found.by_analyst)
