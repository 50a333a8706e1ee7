"""``RotaSwaps`` are those that staff made, as a process knows them: it reads them aside, and no turn asks for them.

While the database is away those that were known hold, and end when they were to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from data.rota_swaps import NewRotaSwap, RotaSwapRecord, find_swap, lasting_swaps, make_swap
from data.unavailable import DatabaseUnavailableError
from routing.rota_swaps import RotaSwap
from routing.swap_rules import read_swap, refusal_of_swap
from value_class import value_class

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from data.database import Database
    from ivr.flow.line import Line


class RotaSwaps:
    """The swaps of the database as one process knows them: none before its first look.

    One thread looks; others may ask meanwhile.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._of: Mapping[str, tuple[RotaSwap, ...]] = {}

    def refresh(self, now: datetime) -> None:
        """Look at who stands in at ``now`` (aware) or later. Where the database is away, what was known stays."""
        if self._database.standing().state != "up":
            return
        try:
            with self._database.autocommit() as connection:
                records = lasting_swaps(connection, now)
        except DatabaseUnavailableError:
            return
        self._of = {line: swaps_of(records, line) for line in {each.line for each in records}}

    def of(self, line: str) -> tuple[RotaSwap, ...]:
        """Return those of the line; some may not have begun, or be over."""
        return self._of.get(line, ())


def swaps_of(records: Iterable[RotaSwapRecord], line: str) -> tuple[RotaSwap, ...]:
    """Return those of ``records`` that are of the line, as the router knows them."""
    return tuple(
        RotaSwap(each.rota, each.person, each.stand_in, each.since, each.until) for each in records if each.line == line
    )


@value_class
class WantedSwap:
    """A wanted swap is what a person writes on a page or at the console; it begins when it is made."""

    rota: str
    person: str
    stand_in: str
    until: datetime

    def make(self, connection: Connection, line: Line, now: datetime, who: str) -> RotaSwapRecord:
        """Write the swap on ``line`` as made by ``who`` at ``now`` (aware), and return it.

        Raises ValueError, whose message says what to write instead.
        """
        table = line.routing.table
        read = read_swap(table, self.rota, self.person, self.stand_in, now, self.until)
        refused = refusal_of_swap(table, read, swaps_of(lasting_swaps(connection, now), line.name))
        if refused:
            raise ValueError(refused)
        new = NewRotaSwap(line.name, read.rota, read.person, read.stand_in, now, read.until, who)
        made = find_swap(connection, make_swap(connection, new))
        assert made is not None  # noqa: S101 - it was written just now
        return made
