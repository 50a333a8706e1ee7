"""Remote access is allowed or refused by telephone as on the portal: once, by who may, and only what was heard."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import text

from data.database import Database
from data.export import export
from data.remote_access import RemoteAccessRecord, accesses_of
from data.vault import Vault
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.replay.fixture_tickets import apply_fixtures
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access, end_access
from ivr.tickets.events import EventKind, TicketParty
from routing.documents import parse_document
from tests.conftest import Now
from tests.fixtures_of import fixtures_of
from tests.line_server import PADARIA, SID, LineServer, said, sql

TICKET = "4003001501"
WAITS = "Há um pedido de acesso remoto"
ALLOWED = "o acesso está permitido"


@pytest.fixture
def served(server_database: Database, server_vault: Vault, shipped_line: Line, clock: Now) -> LineServer:
    """The shipped line, with a ticket of the Padaria on which nothing was asked for."""
    ticket = {"number": TICKET, "document": PADARIA, "opened": "2026-03-09T09:00", "destination": "suporte.rm"}
    apply_fixtures(fixtures_of({"tickets": [ticket]}), server_database, server_vault, shipped_line)
    return LineServer(Lines([shipped_line]), server_database, clock, "http://ivr.test", "a token", None)


@pytest.fixture
def line(shipped_line: Line) -> Line:
    return shipped_line


def ask(server: LineServer, line: Line, tool: str = "TeamViewer", minutes: int | None = None, id_: str = "RA1") -> None:
    asked = AccessAsk(tool, "Ver o erro", minutes, "Rita")
    with server.database.transaction() as connection:
        ask_for_access(connection, line, ticket_for(connection, TICKET), asked, id_, server.clock())


def take_back(server: LineServer, line: Line) -> None:
    """End the request of ``ask``, as the analyst does."""
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, TICKET)
        end_access(connection, line, ticket, "RA1", party=TicketParty.STAFF, author="Rita", now=server.clock())


def refuse_on_the_portal(server: LineServer, line: Line) -> None:
    with server.database.transaction() as connection:
        answer_access(
            connection,
            line,
            ticket_for(connection, TICKET),
            "RA1",
            allowed=False,
            author="Bruno",
            contact_id=None,
            channel="portal",
            now=server.clock(),
        )


def accesses(server: LineServer) -> list[RemoteAccessRecord]:
    with server.database.reading() as connection:
        return accesses_of(connection, TICKET)


def events(server: LineServer, kind: EventKind) -> list[dict[str, object]]:
    """The details of each event of a kind, with its author and minutes."""
    rows = text("SELECT details, author, minutes FROM ticket_event WHERE kind = :kind ORDER BY position")
    with server.database.reading() as connection:
        found = connection.execute(rows, {"kind": kind.value}).all()
    return [json.loads(row.details) | {"author": row.author, "minutes": row.minutes} for row in found]


def protocol_of(server: LineServer) -> str:
    """Return the protocol number that the call got."""
    with server.database.reading() as connection:
        return str(
            connection.execute(text("SELECT number FROM protocol WHERE call_sid = :sid"), {"sid": SID}).scalar_one()
        )


def asked(server: LineServer, password: str = "1234", sid: str = SID) -> str:
    """Bring a call to where the request is told, and return what is heard; its next turn is 7."""
    return said(server.keys("2", "4", PADARIA, password, TICKET, "5", sid=sid))


def test_an_answer_is_kept_with_the_protocol_of_its_call(served: LineServer, line: Line, clock: Now) -> None:
    ask(served, line)
    clock.moment += timedelta(hours=1)
    assert "com o TeamViewer. O pedido vence amanhã às" in asked(served)
    assert ALLOWED in said(served.turn(7, Digits="1"))
    (access,) = accesses(served)
    protocol = protocol_of(served)
    assert (access.answer, access.channel, access.protocol) == ("allowed", "telephone", protocol)
    assert (access.answered_at, access.expires_at) == (clock.moment, clock.moment + timedelta(hours=1))
    assert access.answered_by is not None
    assert events(served, EventKind.ACCESS_ANSWERED) == [
        {
            "access": "RA1", "allowed": True, "channel": "telephone", "protocol": protocol, "author": "Ana",
            "minutes": None,
        }
    ]  # fmt: skip


def test_a_refusal_leaves_nothing_to_be_billed(served: LineServer, line: Line) -> None:
    ask(served, line, "AnyDesk", 45)
    assert "a sua empresa paga 45 minutos de preparo" in asked(served)
    assert "o acesso foi recusado" in said(served.turn(7, Digits="2"))
    assert [access.answer for access in accesses(served)] == ["refused"]
    assert events(served, EventKind.ACTIVITY_NOTED) == []


def test_what_was_told_to_be_billed_is_noted_as_it_is_allowed(served: LineServer, line: Line) -> None:
    ask(served, line, "AnyDesk", 45)
    asked(served)
    assert ALLOWED in said(served.turn(7, Digits="1"))
    (noted,) = events(served, EventKind.ACTIVITY_NOTED)
    assert (noted["minutes"], noted["preparation"]) == (45, True)


def test_a_contact_without_the_profile_cannot_allow_what_is_billed(served: LineServer, line: Line) -> None:
    with served.database.transaction() as connection:
        connection.execute(text("UPDATE contact SET administrator = false, consultancy = false"))
    ask(served, line, "AnyDesk", 45)
    heard = asked(served)
    assert "Quem pode permitir é o administrador" in heard
    assert "Para permitir, tecle 1" not in heard
    assert "não entendi" in said(served.turn(7, Digits="1"))
    assert accesses(served)[0].answer is None
    assert "o acesso foi recusado" in said(served.turn(8, Digits="2"))


def test_an_answer_of_the_portal_meanwhile_wins_and_is_told(served: LineServer, line: Line) -> None:
    ask(served, line)
    asked(served)
    refuse_on_the_portal(served, line)
    heard = said(served.turn(7, Digits="1"))
    assert "Esse acesso já foi recusado" in heard
    assert WAITS not in heard
    assert [(access.answer, access.channel) for access in accesses(served)] == [("refused", "portal")]


def test_an_expired_request_is_not_allowed(served: LineServer, line: Line, clock: Now) -> None:
    ask(served, line)
    asked(served)
    clock.moment += timedelta(hours=24)
    assert "Esse pedido de acesso já venceu" in said(served.turn(7, Digits="1"))
    assert accesses(served)[0].answer is None


def test_a_request_that_was_taken_back_is_not_allowed(served: LineServer, line: Line) -> None:
    ask(served, line)
    asked(served)
    take_back(served, line)
    assert "Esse pedido de acesso já foi encerrado" in said(served.turn(7, Digits="1"))
    assert accesses(served)[0].answer is None


def test_another_request_meanwhile_is_heard_before_it_is_allowed(served: LineServer, line: Line) -> None:
    """The key that answers TeamViewer, for nothing, does not allow AnyDesk, for 45 minutes."""
    ask(served, line)
    asked(served)
    take_back(served, line)
    ask(served, line, "AnyDesk", 45, "RA2")
    heard = said(served.turn(7, Digits="1"))
    assert "com o AnyDesk" in heard
    assert "45 minutos" in heard
    assert [access.answer for access in accesses(served)] == [None, None]
    assert ALLOWED in said(served.turn(8, Digits="1"))
    assert [access.answer for access in accesses(served)] == [None, "allowed"]


def test_a_ticket_that_closed_meanwhile_takes_no_answer(served: LineServer, line: Line) -> None:
    ask(served, line)
    asked(served)
    for kind, party in ((EventKind.SOLUTION_SENT, TicketParty.STAFF), (EventKind.ACCEPTED, TicketParty.CUSTOMER)):
        with served.database.transaction() as connection:
            ticket = ticket_for(connection, TICKET)
            act_on(connection, line, ticket, TicketAct(kind, party, "Rita", text="Pronto."), served.clock())
    heard = said(served.turn(7, Digits="1"))
    assert "Esse pedido de acesso já foi encerrado" in heard
    assert "O chamado está encerrado" in heard
    assert accesses(served)[0].answer is None


def test_an_overdue_ticket_takes_no_answer(served: LineServer, line: Line, clock: Now) -> None:
    """Silence has accepted the solution at midnight, and the worker has not written it yet."""
    with served.database.transaction() as connection:
        sent = TicketAct(EventKind.SOLUTION_SENT, TicketParty.STAFF, "Rita", text="Pronto.")
        act_on(connection, line, ticket_for(connection, TICKET), sent, clock.moment)
    clock.moment += timedelta(days=15, hours=13)
    ask(served, line)
    assert "com o TeamViewer" in asked(served)
    clock.moment += timedelta(hours=1)
    heard = said(served.turn(7, Digits="1"))
    assert "Esse pedido de acesso já foi encerrado" in heard
    assert "O chamado está encerrado" in heard
    assert accesses(served)[0].answer is None
    assert WAITS not in said(served.keys("2", "4", PADARIA, "1234", TICKET, sid=f"CA{2:032x}"))


@pytest.mark.parametrize(
    ("became", "told"),
    [
        ("UPDATE contact SET blocked = true", "O seu contato está bloqueado"),
        ("UPDATE invoice SET paid = false, due = '2020-01-01', grace_days = 0", "pendência"),
    ],
    ids=["blocked", "owing"],
)
def test_who_may_not_answer_any_more_is_led_where_a_new_call_is(
    served: LineServer, line: Line, became: str, told: str
) -> None:
    ask(served, line)
    asked(served)
    with served.database.transaction() as connection:
        connection.execute(text("INSERT INTO invoice (company_id, number, amount, due, grace_days, paid)"
                                " SELECT id, 'F-9', 10, '2026-03-01', 30, true FROM company"))  # fmt: skip
        connection.execute(text(became))
    heard = said(served.turn(7, Digits="1"))
    assert told in heard
    assert ALLOWED not in heard
    assert accesses(served)[0].answer is None


def test_a_turn_that_comes_twice_answers_once(served: LineServer, line: Line) -> None:
    ask(served, line, "AnyDesk", 45)
    asked(served)
    first, second = (served.turn(7, Digits="1") for _ in range(2))
    assert first.data == second.data
    assert len(events(served, EventKind.ACCESS_ANSWERED)) == 1
    assert len(events(served, EventKind.ACTIVITY_NOTED)) == 1


def test_a_ticket_on_which_nothing_was_asked_is_read_as_before(served: LineServer, line: Line) -> None:
    with sql(served.database) as sent:
        heard = said(served.keys("2", "4", PADARIA, "1234", TICKET))
    assert WAITS not in heard
    assert not any("remote_access" in each for each in sent)
    assert "não entendi" in said(served.turn(6, Digits="5"))
    ask(served, line)
    with sql(served.database) as sent:
        assert WAITS in said(served.keys("2", "4", PADARIA, "1234", TICKET, sid=f"CA{2:032x}"))
    assert sum("remote_access" in each for each in sent) == 1


def test_the_evidence_is_in_the_export_of_the_company(served: LineServer, line: Line, server_vault: Vault) -> None:
    ask(served, line)
    asked(served)
    served.turn(7, Digits="1")
    told = export(served.database, server_vault, parse_document(PADARIA))
    assert told is not None
    (access,) = told["remote accesses"]
    assert (access["answer"], access["channel"], access["protocol"]) == ("allowed", "telephone", protocol_of(served))
