"""What a caller does to a ticket happens once, whatever is delivered twice and whoever calls at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from data.database import Database
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.replay.fixture_tickets import apply_fixtures
from tests.conftest import Now
from tests.faults.test_last_places import _no_turn_written
from tests.fixtures_of import fixtures_of
from tests.line_server import PADARIA, LineServer, said

TICKET = "4003001501"
ACCEPTED = "a solução foi aceita"

FIXTURES = {
    "tickets": [
        {
            "number": TICKET,
            "document": PADARIA,
            "opened": "2026-03-02T09:00",
            "destination": "suporte.rm",
            "events": [{"at": "2026-03-03T10:00", "kind": "solution-sent"}],
        }
    ]
}


@pytest.fixture
def served(server_database: Database, server_vault: Vault, shipped_line: Line) -> LineServer:
    """The shipped line, with a solution that waits for the customer."""
    apply_fixtures(fixtures_of(FIXTURES), server_database, server_vault, shipped_line)
    return LineServer(Lines([shipped_line]), server_database, Now(), "http://ivr.test", "a token", None)


def asked(server: LineServer, sid: str) -> int:
    """Bring the call ``sid`` to where the acceptance is confirmed, and return the number of its next turn."""
    entries = ("2", "4", PADARIA, "1234", TICKET, "1")
    assert "Para confirmar, tecle 1." in said(server.keys(*entries, sid=sid))
    return len(entries) + 1


def events(server: LineServer, kind: str) -> int:
    with server.database.reading() as connection:
        found = connection.execute(text("SELECT count(*) FROM ticket_event WHERE kind = :kind"), {"kind": kind})
        return int(found.scalar_one())


def test_an_acceptance_delivered_twice_is_one(served: LineServer) -> None:
    sid = f"CA{1:032x}"
    number = asked(served, sid)
    first, second = (served.turn(number, sid, Digits="1") for _ in range(2))
    assert first.data == second.data
    assert ACCEPTED in said(first)
    assert events(served, "accepted") == 1


def test_two_calls_that_accept_at_the_same_moment_accept_once(served: LineServer, database_url: str) -> None:
    sids = [f"CA{number:032x}" for number in (1, 2)]
    numbers = [asked(served, sid) for sid in sids]
    with ThreadPoolExecutor(2) as threads:
        with _no_turn_written(database_url):
            heard = [
                threads.submit(served.turn, number, sid, Digits="1") for number, sid in zip(numbers, sids, strict=True)
            ]
        texts = [said(each.result(30)) for each in heard]
    assert sum(ACCEPTED in each for each in texts) == 1
    assert sum("O chamado está encerrado, com a solução aceita." in each for each in texts) == 1
    assert events(served, "accepted") == 1


def test_an_act_of_another_person_meanwhile_is_told(served: LineServer) -> None:
    sids = [f"CA{number:032x}" for number in (1, 2)]
    first, second = (asked(served, sid) for sid in sids)
    assert ACCEPTED in said(served.turn(first, sids[0], Digits="1"))
    answer = said(served.turn(second, sids[1], Digits="1"))
    assert "O chamado está encerrado" in answer
    assert "Para aceitar" not in answer
    assert events(served, "accepted") == 1
