"""By telephone nothing tells whether another company has a ticket, and no new password finds a colleague's out."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from data.database import Database
from data.phone_passwords import is_trivial
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.replay.fixture_tickets import apply_fixtures
from tests.conftest import Now
from tests.fixtures_of import fixtures_of
from tests.line_server import PADARIA, SID, LineServer, said, statements

FOREIGN = "9003001500"
FIXTURES = {
    "companies": [
        {"document": "11444777000161", "name": "Oficina Vizinha", "contacts": [{"name": "Zeca", "password": "5566"}]}
    ],
    "tickets": [
        {"number": FOREIGN, "document": "11444777000161", "opened": "2026-03-02T09:00", "destination": "suporte.rm"}
    ],
}


@pytest.fixture
def served(server_database: Database, server_vault: Vault, shipped_line: Line) -> LineServer:
    apply_fixtures(fixtures_of(FIXTURES), server_database, server_vault, shipped_line)
    return LineServer(Lines([shipped_line]), server_database, Now(), "http://ivr.test", "a token", None)


def told_of(server: LineServer, number: str, sid: str) -> tuple[str, list[str]]:
    """What a caller of the Padaria hears of a ticket of that number, and what the database was asked for it."""
    server.keys("2", "4", PADARIA, "1234", sid=sid)
    with statements(server.database) as asked:
        return said(server.turn(5, sid, Digits=number)), list(asked)


def test_a_foreign_ticket_is_heard_and_asked_for_as_none_is(served: LineServer) -> None:
    foreign, nobodys = (told_of(served, number, f"CA{at:032x}") for at, number in enumerate((FOREIGN, "1234567890"), 1))
    assert "Não encontrei esse número" in foreign[0]
    assert foreign == nobodys


def test_a_password_that_may_not_be_is_a_wrong_try(served: LineServer) -> None:
    """A colleague's, the caller's own and a trivial one are refused alike, and each is one wrong try of the account."""
    served.keys("7", "7", "1", PADARIA, "1234")
    heard = [said(served.turn(number, SID, Digits=tried)) for number, tried in ((6, "4321"), (7, "1234"))]
    assert heard[0] == heard[1]
    assert "Essa senha não pode ser usada" in heard[0]
    with served.database.reading() as connection:
        found = connection.execute(text("SELECT matched FROM attempt ORDER BY turn")).scalars().all()
    assert [bool(each) for each in found] == [True, False, False]


def test_no_new_password_is_kept_as_it_was_keyed(served: LineServer) -> None:
    served.keys("7", "7", "1", PADARIA, "1234", "82637415", "82637415")
    with served.database.reading() as connection:
        rows = [
            *connection.execute(text("SELECT answer, headers, replay, reason FROM turn")).all(),
            *connection.execute(text("SELECT position, reason FROM call")).all(),
            *connection.execute(text("SELECT who, act, subject FROM audit")).all(),
        ]
        changed = connection.execute(text("SELECT act FROM audit WHERE act = 'phone password'")).scalars().all()
    assert len(changed) == 1
    assert not any("82637415" in str(each) for row in rows for each in row)


@pytest.mark.parametrize("password", ["0000", "1234", "456789", "8765", "1212", "90909090", "01234567"])
def test_what_a_guesser_tries_first_is_trivial(password: str) -> None:
    assert is_trivial(password)


@pytest.mark.parametrize("password", ["8263", "1357", "12345", "1224", "826374"])
def test_other_digits_are_not(password: str) -> None:
    assert is_trivial(password) is (password == "12345")
