"""A ticket that a call opens holds nothing that was keyed, is its company's, and exists only with its turn."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from data.protocols import PROTOCOL
from data.ticket_events import TICKET_EVENT
from data.tickets import TICKET, ticket_of_call
from ivr.flow.line import Line
from tests.conftest import MakeServer
from tests.line_server import PADARIA, SID, LineServer, twiml

KEYS = ("2", "2", PADARIA, "1234")


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    """4003-0015 on each database."""
    return make_server(shipped_line)


def _rows(server: LineServer) -> tuple[int, int, int]:
    """How many numbers, tickets and events there are."""
    with server.database.reading() as connection:
        found = [len(connection.execute(select(each)).all()) for each in (PROTOCOL, TICKET, TICKET_EVENT)]
    numbers, tickets, events = found
    return numbers, tickets, events


def test_neither_document_nor_password_stands_in_a_ticket(server: LineServer) -> None:
    server.keys(*KEYS, "0190201")
    with server.database.reading() as connection:
        ticket = ticket_of_call(connection, SID)
        rows = [connection.execute(select(each)).all() for each in (TICKET, TICKET_EVENT)]
    assert ticket is not None
    # The number of the ticket is drawn, and may hold any digits.
    told = str(rows).replace(ticket.number, "")
    assert "01.9.02" in told, "the part of the access code that is in the table"
    for secret in (PADARIA, "11.222.333", "1234", "0190201"):
        assert secret not in told, secret


def test_a_turn_that_cannot_be_stored_leaves_neither_number_nor_ticket(server: LineServer) -> None:
    server.keys(*KEYS, "0")
    _rename(server, "ticket_event", "gone")
    twiml(server.turn(6, Digits="3"))
    _rename(server, "gone", "ticket_event")
    assert _rows(server) == (0, 0, 0)
    server.turn(6, Digits="3")
    assert _rows(server) == (1, 1, 1)


def test_a_turn_that_is_delivered_twice_opens_one_ticket(server: LineServer) -> None:
    first = server.keys(*KEYS, "0", "3")
    assert server.turn(6, Digits="3").data == first.data
    assert _rows(server) == (1, 1, 1)


def test_a_stranger_opens_none(server: LineServer) -> None:
    server.keys("2", "2", *((PADARIA, "0000") * 3))
    assert _rows(server) == (1, 0, 0)


def _rename(server: LineServer, table: str, other: str) -> None:
    with server.database.transaction() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {other}"))
