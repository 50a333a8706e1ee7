"""A ticket (chamado) is one subject of a company, with a number, a state and a forecast; its events are rows beside
it.

The row repeats what follows from the events (state, severity, area, forecast, what is due), so that lists need no
sums; ``ivr.service_desk`` writes both in one transaction. ``position`` counts the events: of two acts that were
decided on the same one, the second is refused by ``save_ticket`` and decided anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import DDL, Column, Connection, Index, Text, bindparam, event, insert, select, text, update
from sqlmodel import Field

from data.personal import About, ColumnRule, Personal, columns
from data.protocols import DIGITS, PROTOCOL
from data.statement import Statement
from data.tables import moment, table_of_records, values_of
from value_class import value_class

WORD_SIGNS: Final = 40
"""Signs of a word that a search knows."""

_WORD: Final = re.compile(r"[^\W_]+")


class TicketChangedError(Exception):
    """Another act came to the ticket since it was read; it is to be read again, and the act decided anew."""


@value_class
class TicketRecord:
    """A ticket. ``state``, ``severity``, ``area`` and ``calendar`` are those of its last event; ``forecast_at`` is
    None while the clock stands still, ``due_at`` when the line itself acts next, ``closed_at`` None while it is open.

    ``channel`` is ``telephone``, ``portal``, ``chat``, ``agent`` or ``import``. ``product`` and ``module`` are words
    of people or the product access code's. ``linked_to`` is the ticket it follows, ``merged_into`` the one in which
    it goes on. ``folded`` is what a search looks in.
    """

    number: str
    line: str
    company_id: int
    contact_id: int | None
    call_sid: str | None
    channel: str
    destination: str | None
    area: str
    calendar: str
    product: str | None
    module: str | None
    subject: str
    description: str
    severity: int
    state: str
    opened_at: datetime
    state_at: datetime
    forecast_at: datetime | None
    due_at: datetime | None
    closed_at: datetime | None
    last_at: datetime
    analyst_id: int | None
    service: str | None
    linked_to: str | None
    merged_into: str | None
    position: int
    folded: str


_FILTERS: Final = ("line", "area", "analyst_id", "severity", "company_id", "contact_id", "channel")

LISTED: Final = ("number", "opened_at", "state", "forecast_at", *_FILTERS)
"""Columns by which lists are filtered and sorted."""

_PORTAL_FIRST: Final = "CASE WHEN channel = 'portal' THEN 0 ELSE 1 END"
WORK_IN_A_FILE: Final = (f"({_PORTAL_FIRST})", "coalesce(forecast_at, '9999-01-01 00:00:00.000000')")
WORK_ON_A_SERVER: Final = (f"({_PORTAL_FIRST})", "coalesce(forecast_at, '9999-01-01 00:00:00+00'::timestamptz)")
"""The order of work as an index has it: a planner knows an expression again by its text, so no value in it is bound."""

_OF_WORK: Final = ("number", "state", "forecast_at", "opened_at", *_FILTERS)

WORDS: Final = "array_to_tsvector(string_to_array(folded, ' '))"
"""The words of ``folded`` for PostgreSQL's index of words."""

TICKET = table_of_records(
    TicketRecord,
    "ticket",
    Index("ix_ticket_company_id_opened_at", "company_id", "opened_at"),
    # Lists read nothing but an index, whatever they are filtered by (``data.ticket_lists``).
    Index("ix_ticket_by_opening", "opened_at", "number", "state", "forecast_at", *_FILTERS),
    # A search asks for words; their index in a file is no part of the table (``data.ticket_words``).
    Index("ix_ticket_words", text(WORDS), postgresql_using="gin").ddl_if("postgresql"),
    number=Field(primary_key=True, max_length=DIGITS),
    company_id=Field(foreign_key="company.id"),
    contact_id=Field(foreign_key="contact.id", nullable=True),
    call_sid=Field(foreign_key="call.sid", max_length=34, nullable=True, index=True),
    channel=Field(max_length=12),
    area=Field(max_length=20),
    subject=Field(sa_column=Column(Text, nullable=False)),
    description=Field(sa_column=Column(Text, nullable=False)),
    state=Field(max_length=24),
    due_at=moment(nullable=True, index=True),
    closed_at=moment(nullable=True, index=True),
    linked_to=Field(max_length=DIGITS, nullable=True, index=True),
    merged_into=Field(max_length=DIGITS, nullable=True, index=True),
    folded=Field(sa_column=Column(Text, nullable=False)),
)

BY_WORK: Final = "ix_ticket_by_work"
# Alembic compares no index of expressions with what is there: a file tells it none, a server another text.
for _dialect, _order in (("sqlite", WORK_IN_A_FILE), ("postgresql", WORK_ON_A_SERVER)):
    _made = DDL(f"CREATE INDEX {BY_WORK} ON ticket ({', '.join((*_order, *_OF_WORK))})")  # type: ignore[no-untyped-call]
    event.listen(TICKET, "after_create", _made.execute_if(dialect=_dialect))

PERSONAL = Personal(
    TICKET,
    columns("company_id", "contact_id", "call_sid", "folded", about=About.CUSTOMER, exported=None)
    | columns("position", "due_at", exported=None)
    | columns("product", "module", "subject", "description", about=About.CUSTOMER)
    | columns("number", "line", "channel", "destination", "area", "calendar", "severity", "state", "opened_at")
    | columns("state_at", "forecast_at", "closed_at", "last_at", "service", "linked_to", "merged_into")
    | {"analyst_id": ColumnRule(About.STAFF, exported=None)},
    by_company="company_id",
    rows_period="tickets",
    of_company="tickets",
)

_FIXED: Final = ("number", "line", "company_id")
_INSERT: Final = Statement(insert(TICKET))
_FIND: Final = Statement(select(TICKET).where(TICKET.c.number == bindparam("of")))
_OF_CALL: Final = Statement(select(TICKET).where(TICKET.c.call_sid == bindparam("sid")).limit(1))
_MERGED_INTO: Final = Statement(
    select(TICKET).where(TICKET.c.merged_into == bindparam("of")).order_by(TICKET.c.opened_at, TICKET.c.number)
)
_OF_PROTOCOL: Final = Statement(select(PROTOCOL.c.number).where(PROTOCOL.c.number == bindparam("of")))
_SAVE: Final = Statement(
    update(TICKET)
    .where(TICKET.c.number == bindparam("of"), TICKET.c.position == bindparam("read_at"))
    .values({each.name: bindparam(f"new_{each.name}") for each in TICKET.c if each.name not in _FIXED})
)


def add_ticket(connection: Connection, ticket: TicketRecord) -> None:
    """Write a new ticket. Raises sqlalchemy's IntegrityError where its number is taken."""
    _INSERT.write(connection, values_of(ticket))


def find_ticket(connection: Connection, number: str) -> TicketRecord | None:
    """Return the ticket of that number (ten digits)."""
    row = _FIND.first(connection, {"of": number})
    return TicketRecord(*row) if row else None


def ticket_of_call(connection: Connection, call_sid: str) -> TicketRecord | None:
    """Return the ticket that was opened in that call."""
    row = _OF_CALL.first(connection, {"sid": call_sid})
    return TicketRecord(*row) if row else None


def tickets_merged_into(connection: Connection, number: str) -> list[TicketRecord]:
    """Return the tickets that go on in that one, the oldest first."""
    return [TicketRecord(*row) for row in _MERGED_INTO.all(connection, {"of": number})]


def save_ticket(connection: Connection, ticket: TicketRecord, read_at: int) -> None:
    """Write every field of a ticket that was read when it had ``read_at`` events. Raises TicketChangedError where it
    has others by now.
    """
    values = {f"new_{name}": value for name, value in values_of(ticket).items() if name not in _FIXED}
    if _SAVE.write(connection, {"of": ticket.number, "read_at": read_at, **values}) != 1:
        raise TicketChangedError(f"the ticket {ticket.number} was changed meanwhile")


def free_number(connection: Connection, numbers: Iterable[str]) -> str:
    """Return the first of ``numbers`` that neither a ticket nor a call's protocol has. Raises ValueError where all
    are taken.
    """
    for number in numbers:
        taken = _FIND.first(connection, {"of": number}) or _OF_PROTOCOL.first(connection, {"of": number})
        if taken is None:
            return number
    raise ValueError("every ticket number that was drawn is taken")


def searchable(*texts: str | None) -> str:
    """Return the words of the texts as they are searched: in small letters without accents, each once, one space
    between.

    A word is what stands between signs that are neither letters nor digits; of one that is longer than ``WORD_SIGNS``
    the rest is left out.
    """
    written = unicodedata.normalize("NFKD", " ".join(text for text in texts if text))
    joined = unicodedata.normalize("NFKD", written.casefold())
    plain = "".join(sign for sign in joined if not unicodedata.combining(sign))
    return " ".join(dict.fromkeys(word[:WORD_SIGNS] for word in _WORD.findall(plain)))
