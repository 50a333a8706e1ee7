"""A request for remote access has one answer, whatever telephone and portal say at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from data.contact_profile import PortalContact, find_contact
from data.database import Database
from data.remote_access import accesses_of
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.replay.fixture_tickets import apply_fixtures
from ivr.web.portal.tickets.acts import CustomerActs
from tests.conftest import Now
from tests.faults.test_last_places import _no_turn_written
from tests.fixtures_of import fixtures_of
from tests.line_server import PADARIA, LineServer, said

TICKET = "4003001501"
ALLOWED, REFUSED_BEFORE = "o acesso está permitido", "Esse acesso já foi recusado"

FIXTURES = {
    "tickets": [
        {
            "number": TICKET,
            "document": PADARIA,
            "opened": "2026-03-09T09:00",
            "destination": "suporte.rm",
            "accesses": [{"at": "2026-03-09T18:00", "tool": "AnyDesk", "minutes": 45}],
        }
    ]
}


@pytest.fixture
def served(server_database: Database, server_vault: Vault, shipped_line: Line) -> LineServer:
    """The shipped line, with a request that waits for the customer."""
    apply_fixtures(fixtures_of(FIXTURES), server_database, server_vault, shipped_line)
    return LineServer(Lines([shipped_line]), server_database, Now(), "http://ivr.test", "a token", None)


@pytest.fixture
def portal(served: LineServer, server_vault: Vault) -> CustomerActs:
    return CustomerActs(served.database, server_vault, lambda: served.lines, served.clock, lambda: "A" * 34)


def asked(server: LineServer, sid: str) -> int:
    """Bring the call ``sid`` to where the request is told, and return the number of its next turn."""
    entries = ("2", "4", PADARIA, "1234", TICKET, "5")
    assert "Para permitir, tecle 1." in said(server.keys(*entries, sid=sid))
    return len(entries) + 1


def count(server: LineServer, kind: str) -> int:
    with server.database.reading() as connection:
        found = connection.execute(text("SELECT count(*) FROM ticket_event WHERE kind = :kind"), {"kind": kind})
        return int(found.scalar_one())


def bruno(server: LineServer) -> PortalContact:
    with server.database.reading() as connection:
        found = find_contact(
            connection, connection.execute(text("SELECT id FROM contact WHERE name = 'Bruno'")).scalar_one()
        )
    assert found is not None
    return found


def refused(portal: CustomerActs, contact: PortalContact) -> bool:
    try:
        portal.answer_access(TICKET, contact, "RA400300150120260309180000", allowed=False)
    except ValueError:
        return False
    return True


def test_telephone_and_portal_at_the_same_moment_answer_once(
    served: LineServer, portal: CustomerActs, database_url: str
) -> None:
    sid, contact = f"CA{1:032x}", bruno(served)
    number = asked(served, sid)
    with ThreadPoolExecutor(2) as threads:
        with _no_turn_written(database_url):
            heard = threads.submit(served.turn, number, sid, Digits="1")
            written = threads.submit(refused, portal, contact)
        told, portal_won = said(heard.result(30)), written.result(30)
    with served.database.reading() as connection:
        (access,) = accesses_of(connection, TICKET)
    assert (ALLOWED in told, REFUSED_BEFORE in told) == (not portal_won, portal_won)
    assert (access.answer, access.channel) == (("refused", "portal") if portal_won else ("allowed", "telephone"))
    assert count(served, "access-answered") == 1
    assert count(served, "activity-noted") == int(not portal_won)


def test_two_calls_at_the_same_moment_answer_once(served: LineServer, database_url: str) -> None:
    sids = [f"CA{number:032x}" for number in (1, 2)]
    numbers = [asked(served, sid) for sid in sids]
    with ThreadPoolExecutor(2) as threads:
        with _no_turn_written(database_url):
            turns = [
                threads.submit(served.turn, number, sid, Digits="1") for number, sid in zip(numbers, sids, strict=True)
            ]
        told = [said(each.result(30)) for each in turns]
    assert sum(ALLOWED in each for each in told) == 1
    assert sum("Esse acesso já foi permitido" in each for each in told) == 1
    assert count(served, "access-answered") == 1
    assert count(served, "activity-noted") == 1
