"""The index in which a file finds tickets by their words forgets a ticket with its row, and its bytes with the others'.

SQLite keeps the words of a deleted row in such an index, beside a mark that they are gone, until both are merged.
"""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from data.database import Database
from data.erasure import erase
from data.periods import PERIODS
from data.retention import purge
from data.ticket_lists import TicketFilter, list_tickets
from data.vault import Vault
from tests.databases import only
from tests.lines import TUESDAY
from tests.security.canary import words_of
from tests.security.old_calls import WORD, close_a_ticket
from tests.security.remembered_customer import DOCUMENT, ENDED, NAME, ids_of

KEPT = timedelta(days=next(each.days for each in PERIODS if each.name == "tickets") + 1)


def _indexed(database: Database) -> list[str]:
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return words_of(driver)


def _found(database: Database) -> list[str]:
    with database.reading() as connection:
        return [each.number for each in list_tickets(connection, TicketFilter(text=WORD)).tickets]


def _forget(way: str, database: Database, vault: Vault) -> None:
    if way == "erasure":
        erase(database, vault, DOCUMENT, TUESDAY, lambda _: None)
    else:
        purge(database, ENDED + KEPT, lambda _: None)


@pytest.fixture
def with_ticket(customer: Database) -> Database:
    """The customer with a ticket that was closed."""
    close_a_ticket(customer, ENDED - timedelta(minutes=5), ENDED, ids_of(customer, NAME)[0])
    return customer


@pytest.mark.parametrize("way", ["erasure", "period"])
def test_a_ticket_that_is_forgotten_is_found_no_more(with_ticket: Database, server_vault: Vault, way: str) -> None:
    assert len(_found(with_ticket)) == 1
    _forget(way, with_ticket, server_vault)
    assert _found(with_ticket) == []


@only("sqlite")
@pytest.mark.parametrize("rewrite", [False, True])
@pytest.mark.parametrize("way", ["erasure", "period", "an act"])
def test_no_byte_of_its_words_stays_in_the_file(
    database_url: str, with_ticket: Database, server_vault: Vault, way: str, rewrite: bool
) -> None:
    file = Path(str(make_url(database_url).database))

    def bytes_left() -> bytes:
        return b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))

    with_ticket.leave_no_remains()
    assert WORD in _indexed(with_ticket)
    assert WORD.encode() in bytes_left()
    if way == "an act":
        with with_ticket.transaction() as connection:
            connection.execute(text("UPDATE ticket SET folded = 'nota'"))
    else:
        _forget(way, with_ticket, server_vault)
    with_ticket.leave_no_remains(rewrite=rewrite)
    assert WORD not in _indexed(with_ticket)
    assert WORD.encode() not in bytes_left()
    with with_ticket.reading() as connection:
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
