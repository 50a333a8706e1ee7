"""Lists and searches of tickets: filtered, sorted, and paged by the key of the last row, never by counting rows.

A list reads an index that holds all it is filtered and sorted by, and then the rows of one page. A search first
reads those that would be listed anyway, since a common word is among the first of them; where these are not enough it
asks the database's index of words (``data.ticket_words``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    case,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from data.tables import Utc
from data.ticket_words import among, begins, having, numbers_in_a_file, telling
from data.tickets import TICKET, TicketRecord, searchable
from value_class import value_class
from wording import message

_Columns = ReadOnlyColumnCollection[str, Any]

PAGE: Final = 50
"""Tickets of one page."""

FEW: Final = 1000
"""Tickets that a search reads, or sorts; of a file it walks through the list where more have the words."""

_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ONE: Final = literal_column("1", Integer)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LATEST: Final = (_NEVER - _EPOCH) // _MICROSECOND


class _Never(ColumnElement[datetime]):
    """``_NEVER`` as indices of tickets have it (``data.tickets.WORK_IN_A_FILE``), which is written, and not bound."""

    inherit_cache = True
    type = Utc()


@compiles(_Never, "sqlite")
def _in_a_file(*_: object, **__: object) -> str:
    return "'9999-01-01 00:00:00.000000'"


@compiles(_Never, "postgresql")
def _on_a_server(*_: object, **__: object) -> str:
    return "'9999-01-01 00:00:00+00'::timestamptz"


class TicketOrder(StrEnum):
    """Tickets are listed in one of these orders; where all else is equal, by their numbers."""

    NEWEST = "newest"
    """Those that were opened last come first."""
    FORECAST = "forecast"
    """Those whose forecast comes first; those without one come last."""
    WORK = "work"
    """Those from the portal come first (seed 003 p. 15), and among equals those whose forecast does."""


_DASHES: Final = {TicketOrder.NEWEST: 1, TicketOrder.FORECAST: 1, TicketOrder.WORK: 2}
"""Signs between the parts of a page's key."""


@value_class
class TicketFilter:
    """Tickets of which all that is given holds. ``states`` and ``text`` that are empty ask for nothing.

    ``unassigned`` asks for tickets without an analyst. ``late_at`` (aware) asks for those whose forecast was before
    it. ``text`` is as people write: each of its words, in any order, begins a word of the number, subject, product,
    module or description, whatever its accents and capital letters.
    """

    line: str | None = None
    company_id: int | None = None
    contact_id: int | None = None
    states: frozenset[str] = frozenset()
    area: str | None = None
    analyst_id: int | None = None
    unassigned: bool = False
    severity: int | None = None
    late_at: datetime | None = None
    text: str = ""


@value_class
class TicketPage:
    """Tickets in their order. ``next`` is what the next page is asked for with, None on the last one."""

    tickets: tuple[TicketRecord, ...]
    next: str | None


def list_tickets(
    connection: Connection,
    wanted: TicketFilter,
    order: TicketOrder = TicketOrder.NEWEST,
    after: str | None = None,
    limit: int = PAGE,
    few: int = FEW,
) -> TicketPage:
    """Return the first ``limit`` tickets of those wanted, or the next ones ``after`` the page before. Of a search
    a ``few`` are read before the index of words is asked.

    Raises ValueError for an ``after`` that no page of this order gave.
    """
    words = telling(searchable(wanted.text).split())
    if words:
        numbers = _found(connection, words, _Listed(TICKET.c, wanted, order, after), limit + 1, few)
    else:
        numbers = list(connection.scalars(_Listed(TICKET.c, wanted, order, after).asked().limit(limit + 1)))
    tickets = _tickets(connection, numbers[:limit])
    return TicketPage(tickets, _written(tickets[-1], order) if len(numbers) > limit and tickets else None)


class _Listed:
    """What is asked of ``columns``, which are the table's or those of the tickets that were found in it."""

    def __init__(self, columns: _Columns, wanted: TicketFilter, order: TicketOrder, after: str | None) -> None:
        self.wanted, self.order, self.after = wanted, order, after
        self._columns = columns

    def of(self, columns: _Columns) -> _Listed:
        """The same of other columns."""
        return _Listed(columns, self.wanted, self.order, self.after)

    def asked(self, *more: ColumnElement[Any]) -> Select[Any]:
        """The numbers, and what is asked for besides, of all that is wanted, in its order."""
        keys = self._keys()
        newest = self.order is TicketOrder.NEWEST
        conditions = self._conditions()
        if self.after is not None:
            values = zip(_read(self.after, self.order), keys, strict=True)
            place = tuple_(*(literal(value, key.type) for value, key in values))
            conditions.append(tuple_(*keys) < place if newest else tuple_(*keys) > place)
        listed = select(self._columns.number, *more).where(*conditions)
        return listed.order_by(*(key.desc() if newest else key.asc() for key in keys))

    def _keys(self) -> tuple[ColumnElement[Any], ...]:
        columns = self._columns
        if self.order is TicketOrder.NEWEST:
            return columns.opened_at, columns.number
        forecast = func.coalesce(columns.forecast_at, _Never(), type_=Utc())
        if self.order is TicketOrder.FORECAST:
            return forecast, columns.number
        portal_first = case((columns.channel == literal_column("'portal'"), literal_column("0")), else_=_ONE)
        return portal_first, forecast, columns.number

    def _conditions(self) -> list[ColumnElement[bool]]:
        columns, wanted = self._columns, self.wanted
        named = ("line", "company_id", "contact_id", "area", "analyst_id", "severity")
        asked = [columns[name] == value for name in named if (value := getattr(wanted, name)) is not None]
        if wanted.states:
            asked.append(columns.state.in_(sorted(wanted.states)))
        if wanted.unassigned:
            asked.append(columns.analyst_id.is_(None))
        if wanted.late_at is not None:
            asked.append(columns.forecast_at < wanted.late_at)
        return asked


def _found(connection: Connection, words: list[str], listed: _Listed, limit: int, few: int) -> list[str]:
    """The numbers of the first tickets that have the words, in their order."""
    first = listed.asked().limit(few).subquery()
    begun = [begins(TICKET.c.folded, word) for word in words]
    rows = connection.execute(listed.asked(*begun).where(TICKET.c.number.in_(select(first.c.number)))).all()
    numbers = [number for number, *begun_there in rows if all(begun_there)]
    if len(numbers) >= limit or len(rows) < few:
        return numbers[:limit]
    known = numbers_in_a_file(connection, words, few + 1) if connection.dialect.name == "sqlite" else None
    if known == []:
        return known
    if known is not None and len(known) > few:
        return list(connection.scalars(listed.asked().where(*among(words)).limit(limit)))
    found = having(words, known).subquery()
    return list(connection.scalars(listed.of(found.c).asked().limit(limit)))


def _tickets(connection: Connection, numbers: Sequence[str]) -> tuple[TicketRecord, ...]:
    rows = connection.execute(select(TICKET).where(TICKET.c.number.in_(numbers))) if numbers else ()
    found = {ticket.number: ticket for ticket in (TicketRecord(*row) for row in rows)}
    return tuple(found[number] for number in numbers)


def _written(ticket: TicketRecord, order: TicketOrder) -> str:
    """The key of a ticket as a text that may stand in an address."""
    moment = ticket.opened_at if order is TicketOrder.NEWEST else ticket.forecast_at or _NEVER
    place = [str((moment - _EPOCH) // _MICROSECOND), ticket.number]
    if order is TicketOrder.WORK:
        place.insert(0, "0" if ticket.channel == "portal" else "1")
    return "-".join(place)


def _read(after: str, order: TicketOrder) -> tuple[int | datetime | str, ...]:
    *first, moment, number = after.split("-") if after.count("-") == _DASHES[order] else ("", "")
    if not (all(each in {"0", "1"} for each in first) and _number(moment, 18) and _number(number, 10)):
        raise ValueError(message("ticket-page-unknown", "there is no such page of tickets; begin with the first one"))
    return (*map(int, first), _EPOCH + min(int(moment), _LATEST) * _MICROSECOND, number)


def _number(text: str, digits: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= digits
