"""How many statements and transactions each sort of turn costs: what is added later adds none to turns without it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from argon2.low_level import hash_secret

from ivr.flow.line import Line
from tests.conftest import MakeServer
from tests.line_server import PADARIA, LineServer, sql, twiml

pytestmark = pytest.mark.untraced

READ = ["SELECT call"]
BEGUN = ["BEGIN IMMEDIATE"]
STORED = ["INSERT turn", "UPDATE call"]
ENDED = ["COMMIT"]
MENU = [*BEGUN, *STORED, *ENDED]

RESERVED = [*BEGUN, "SELECT attempt", "INSERT attempt", *ENDED]
COMPARED = [*BEGUN, *STORED, "UPDATE attempt", *ENDED]


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    server = make_server(shipped_line)
    server.keys("2", "2", sid=f"CA{'9' * 32}")  # whatever is done once is done
    return server


def _costs(server: LineServer, ask: Callable[[], object]) -> list[str]:
    """The statements in order, each as its verb and its table."""
    with sql(server.database) as sent:
        ask()
    return [_short(each) for each in sent if not each.startswith("PRAGMA synchronous")]


def _short(statement: str) -> str:
    found = re.match(r"(?:SELECT\b.*?\bFROM|INSERT INTO|UPDATE) (\w+)", statement, re.DOTALL)
    return f"{statement.split()[0]} {found[1]}" if found else statement


def test_the_first_turn_opens_the_call(server: LineServer) -> None:
    opened = ["INSERT call", "SELECT status_event"]
    assert _costs(server, server.start) == [*BEGUN, *opened, *STORED, *ENDED]


@pytest.mark.parametrize(
    ("before", "digits"),
    [((), "2"), (("2",), "*"), ((), "*"), ((), ""), ((), "7")],
    ids=["menu", "back", "repeat", "silence", "another menu"],
)
def test_a_turn_without_data_is_one_transaction_and_no_read(
    server: LineServer, before: tuple[str, ...], digits: str
) -> None:
    server.keys(*before)
    number = len(before) + 1
    assert _costs(server, lambda: server.turn(number, Digits=digits)) == MENU


def test_half_an_entry_is_one_read_more(server: LineServer) -> None:
    server.keys("2", "2")
    assert _costs(server, lambda: server.turn(3, Digits="12")) == [*READ, *MENU]


def test_a_call_that_another_process_moved_is_one_read_more(
    server: LineServer, make_server: MakeServer, shipped_line: Line
) -> None:
    server.keys("2")
    other = make_server(shipped_line)
    assert _costs(other, lambda: other.turn(2, Digits="*")) == [*READ, *MENU]


def test_a_turn_that_comes_again_is_two_reads(server: LineServer) -> None:
    server.keys("2")
    assert _costs(server, lambda: server.turn(1, Digits="2")) == [*READ, "SELECT turn"]


def test_a_document_is_one_read_more(server: LineServer) -> None:
    server.keys("2", "2")
    assert _costs(server, lambda: server.turn(3, Digits=PADARIA)) == [*READ, "SELECT company", *MENU]


@pytest.mark.parametrize(("password", "who"), [("1234", ["SELECT contact"]), ("0000", [])], ids=["right", "wrong"])
def test_a_password_is_two_transactions_with_the_argon2_between(
    server: LineServer, monkeypatch: pytest.MonkeyPatch, password: str, who: list[str]
) -> None:
    server.keys("2", "2", PADARIA)
    with sql(server.database) as sent:

        def compared(**options: object) -> bytes:
            sent.append("argon2")
            return hash_secret(**options)  # type: ignore[arg-type]

        monkeypatch.setattr("data.vault.hash_secret", compared)
        server.turn(4, Digits=password)
    costs = [_short(each) for each in sent if not each.startswith("PRAGMA synchronous")]
    assert costs == [*READ, "SELECT contact", *RESERVED, "argon2", *who, *COMPARED]


def test_a_transfer_without_a_ticket_writes_none(server: LineServer) -> None:
    server.keys("5")  # another caller came to the ombudsman, whose calls open no ticket
    reads = ["SELECT protocol", "SELECT closure"]
    costs = _costs(server, lambda: server.keys("5", sid=f"CA{'8' * 32}"))
    assert costs[-6:] == [*BEGUN, *STORED, "INSERT protocol", "INSERT dialled", *ENDED][-6:]
    assert [each for each in costs if each in reads] == reads
    assert not any("ticket" in each for each in costs)


def test_a_queue_without_tickets_asks_the_database_nothing_of_them(server: LineServer) -> None:
    server.keys("4", "3")
    enqueue = twiml(server.turn(3, DialCallStatus="busy")).find("Enqueue")
    assert enqueue is not None
    costs = _costs(server, lambda: server.post(enqueue.get("waitUrl") or "", QueueTime="0", QueuePosition="1"))
    assert not any("ticket" in each for each in costs)


def test_a_transfer_reads_who_calls_and_what_is_closed(server: LineServer) -> None:
    server.keys("2", "2", PADARIA, "1234")
    reads = [*READ, "SELECT contact", "SELECT protocol", "SELECT closure"]  # an access code is an entry
    letter = ["SELECT trial", "SELECT contact_profile", "INSERT outbox"]  # the contact is told of the ticket
    rings = ["INSERT protocol", "INSERT ticket", "INSERT ticket_event", *letter, "INSERT dialled"]
    assert _costs(server, lambda: server.turn(5, Digits="0510003")) == [*reads, *BEGUN, *STORED, *rings, *ENDED]
    waits = ["SELECT talk", "INSERT waiting", "INSERT talk_event"]
    costs = _costs(server, lambda: server.turn(6, DialCallStatus="busy"))
    assert costs == ["SELECT contact", "SELECT closure", *BEGUN, *STORED, *waits, *ENDED]
