"""At the portal a customer agrees to billed services and appointments, and reads what is billed before accepting."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from data.appointments import appointments_of
from ivr.flow.line import Line
from ivr.service_desk.acts import ticket_for
from ivr.service_desk.appointments import AppointmentProposal, propose_appointment
from ivr.service_desk.corrections import MinutesCorrection, correct_minutes
from ivr.service_desk.services import offer_service
from ivr.tickets.events import EventKind, TicketParty
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer, LocalClient
from tests.web.at_the_portal import CustomerBrowser, activate, portal_of
from tests.web.tickets_at_the_portal import ANA, BRUNO, by_staff, events, opened, send, stored

SERVICE = "consultoria-do-suporte"
_READ = re.compile(r'name="read" value="([^"]+)"')


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    made = make_server(shipped_line)
    activate(made, "Ana", ANA)
    activate(made, "Bruno", BRUNO)
    return made


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    return portal_of(server)


def signed_in(portal: LocalClient, email: str) -> CustomerBrowser:
    browser = CustomerBrowser(portal)
    browser.sign_in(email)
    return browser


def offer(server: LineServer, line: Line, number: str) -> int:
    """Offer the service on a ticket; the position of the offer."""
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        return offer_service(connection, line, ticket, SERVICE, "Iara", None, server.clock()).position - 1


def test_a_billed_service_is_agreed_to_by_who_may_order_it_and_told(
    server: LineServer, shipped_line: Line, portal: LocalClient
) -> None:
    ana, bruno = signed_in(portal, ANA), signed_in(portal, BRUNO)
    number = opened(ana)
    position = offer(server, shipped_line, number)
    page = ana.get(f"/chamados/{number}").text
    assert "Um serviço cobrado é oferecido" in page
    assert "Concordo, e será cobrado" not in page
    refused = send(ana, number, f"servico/{position}", answer="agree")
    assert refused.status_code == 422
    assert "não inclui consultoria cobrada" in refused.text
    assert send(bruno, number, f"servico/{position}", answer="").status_code == 422
    assert send(bruno, number, "servico/x", answer="agree").status_code == 422
    assert send(bruno, number, f"servico/{position}", answer="agree").status_code == 303
    assert stored(server, number).service == SERVICE
    assert send(bruno, number, f"servico/{position}", answer="agree").status_code == 422
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "ajuste", minutes=57, visible=False)
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "Lemos o log.", minutes=33)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Pronto.", details={"cause": "other"})
    told = bruno.get(f"/chamados/{number}").text
    assert "1:30 horas de" in told
    assert "531,00" in told
    assert "ajuste" not in told
    assert "33 minutos" in told
    assert "57 minutos" not in told
    read = _READ.search(told)
    assert read
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "mais", minutes=10, visible=False)
    stale = send(bruno, number, "aceitar", read=read[1])
    assert stale.status_code == 422
    assert "as horas mudaram" in stale.text
    assert "1:40 horas de" in stale.text
    correction = MinutesCorrection(events(server, number)[-1].position, 0, "Não foi aqui.", "Iara")
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        correct_minutes(connection, shipped_line, ticket, correction, server.clock())
    assert "Não foi aqui." not in bruno.get(f"/chamados/{number}").text
    assert send(bruno, number, "aceitar", read=read[1]).status_code == 303
    assert "531,00" in bruno.get(f"/chamados/{number}").text


def test_a_service_is_declined_by_any_contact(server: LineServer, shipped_line: Line, portal: LocalClient) -> None:
    ana = signed_in(portal, ANA)
    number = opened(ana)
    position = offer(server, shipped_line, number)
    assert send(ana, number, f"servico/{position}", answer="decline").status_code == 303
    assert "Um serviço cobrado é oferecido" not in ana.get(f"/chamados/{number}").text
    assert stored(server, number).service is None


@pytest.mark.parametrize(("answer", "state"), [("confirm", "confirmed"), ("refuse", "refused")])
def test_a_proposed_time_is_confirmed_or_refused_before_it_lapses(
    server: LineServer, shipped_line: Line, portal: LocalClient, clock: Now, answer: str, state: str
) -> None:
    bruno = signed_in(portal, BRUNO)
    number = opened(bruno)
    send(bruno, number, f"servico/{offer(server, shipped_line, number)}", answer="agree")
    ids = ["a" * 32, "b" * 32]
    for place, each in enumerate(ids):
        starts = clock().replace(hour=9) + timedelta(days=2 + place)
        with server.database.transaction() as connection:
            proposal = AppointmentProposal(starts, 60, TicketParty.STAFF, "Iara")
            propose_appointment(
                connection, shipped_line, ticket_for(connection, number), proposal, each, server.clock()
            )
    page = bruno.get(f"/chamados/{number}").text
    assert "Um horário foi proposto" in page
    assert "60 minutos" in page
    assert send(bruno, number, f"agenda/{ids[0]}", answer="").status_code == 422
    assert send(bruno, number, f"agenda/{ids[0]}", answer=answer).status_code == 303
    assert send(bruno, number, f"agenda/{ids[0]}", answer=answer).status_code == 422
    clock.moment += timedelta(hours=25)
    bruno.sign_in(BRUNO)
    late = send(bruno, number, f"agenda/{ids[1]}", answer="confirm")
    assert late.status_code == 422
    with server.database.reading() as connection:
        found = {each.id: each.state for each in appointments_of(connection, number)}
    assert found[ids[0]] == state
    assert found[ids[1]] != "confirmed"
