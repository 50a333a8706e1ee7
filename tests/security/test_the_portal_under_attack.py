"""What strangers, contacts of other companies and contacts who have left try at the portal, on both databases."""

from __future__ import annotations

import io
import json
import logging
import re
import threading
from datetime import timedelta
from decimal import Decimal
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import update

from data.appointments import AppointmentRecord, add_appointment, appointments_of
from data.company import find_company
from data.contact import CONTACT
from data.contact_acts import WantedContact, add_contact
from data.database import Database
from data.invoice import INVOICE
from data.remote_access import accesses_of
from data.ticket_attachments import attachments_of
from ivr.flow.line import Line
from ivr.service_desk.acts import ticket_for
from ivr.service_desk.remote_access import AccessAsk, ask_for_access
from ivr.tickets.events import EventKind, Severity
from ivr.web.portal.guard import RULE, PortalRule
from ivr.web.portal.own_data.routes import MOST_DIGITS_A_DAY
from routing.documents import parse_document
from tests.conftest import MakeServer, Now
from tests.line_server import PADARIA, LineServer, LocalClient
from tests.security.signing import content
from tests.web.at_the_portal import PASSWORD, VAULT, CustomerBrowser, activate, contact_id, portal_of
from tests.web.tickets_at_the_portal import ANA, BRUNO, by_staff, events, opened, send, without_tokens

METALURGICA = "11444777000161"
FABIANA = "fabiana@horizonte.example"
CONTACT_FORM = "/contatos/<int(max=2147483647):contact_id>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    made = make_server(shipped_line)
    activate(made, "Ana", ANA)
    activate(made, "Bruno", BRUNO)
    activate(made, "Fabiana", FABIANA, document=METALURGICA)
    return made


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    return portal_of(server)


def signed_in(portal: LocalClient, email: str) -> CustomerBrowser:
    browser = CustomerBrowser(portal)
    assert browser.sign_in(email).status_code == 303
    return browser


def with_everything(server: LineServer, line: Line, ana: CustomerBrowser) -> tuple[str, dict[str, str]]:
    """A ticket with a file, a request for remote access and a proposed time; its number, and the ids of these."""
    number, now = opened(ana, [("tela.png", PNG)]), server.clock()
    with server.database.transaction() as connection:
        ask = AccessAsk("LogMeIn", "Ver a tela", 0, "Iara", None)
        ask_for_access(connection, line, ticket_for(connection, number), ask, "AC1", now)
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        time = now + timedelta(days=2)
        record = AppointmentRecord(
            "AP1", number, ticket.company_id, "consultoria-tecnica", time, 60, now, "staff", None, None, "proposed"
        )
        add_appointment(connection, record)
    with server.database.reading() as connection:
        (file,) = attachments_of(connection, number)
        assert len(accesses_of(connection, number)) == len(appointments_of(connection, number)) == 1
    return number, {"file": file.id, "access": "AC1", "appointment": "AP1"}


def acts_on(number: str, ids: dict[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Every form of a ticket's page, filled in."""
    path = f"/chamados/{number}"
    return [
        (f"{path}/mensagem", {"text": "a"}),
        (f"{path}/aceitar", {}),
        (f"{path}/recusar", {"reason": "a"}),
        (f"{path}/adiar", {}),
        (f"{path}/severidade", {"severity": "1", "why": "a"}),
        (f"{path}/acesso/{ids['access']}", {"answer": "allow"}),
        (f"{path}/acesso/{ids['access']}/encerrar", {}),
        (f"{path}/agenda/{ids['appointment']}", {"answer": "confirm"}),
        (f"{path}/servico/0", {"answer": "agree"}),
    ]


def test_nothing_of_another_company_is_reached_by_its_number_or_id(
    server: LineServer, shipped_line: Line, portal: LocalClient
) -> None:
    ana, fabiana = signed_in(portal, ANA), signed_in(portal, FABIANA)
    number, ids = with_everything(server, shipped_line, ana)
    own, before = opened(fabiana), events(server, number)
    missing = without_tokens(fabiana.get("/chamados/0000000000"))
    for path in (f"/chamados/{number}", f"/chamados/{number}/anexos/{ids['file']}"):
        assert without_tokens(fabiana.get(path)) == missing
    assert fabiana.get(f"/chamados/{own}/anexos/{ids['file']}").status_code == 404
    for path, form in acts_on(number, ids):
        refused = fabiana.post(path, form, "/chamados/novo")
        assert (refused.status_code, without_tokens(refused)) == (404, missing), path
    # Ids of the other company under the number of an own ticket.
    for path, form in acts_on(own, ids)[5:]:
        assert fabiana.post(path, form, "/chamados/novo").status_code == 422, path
    assert events(server, number) == before
    with server.database.reading() as connection:
        assert [each.answer for each in accesses_of(connection, number)] == [None]
        assert [each.state for each in appointments_of(connection, number)] == ["proposed"]
    bruno = contact_id(server, "Bruno")
    for act in ("", "/bloquear", "/liberar"):
        assert fabiana.post(f"/contatos/{bruno}{act}", {"name": "X", "email": "x@x.example"}, "/").status_code in {
            403,
            404,
        }
    to = {"to": str(bruno), "password": PASSWORD}
    assert fabiana.post("/contatos/administrador", to, "/").status_code == 403
    assert signed_in(portal, BRUNO).is_signed_in()


def test_who_lost_what_opens_tickets_is_out_in_the_middle_of_a_session(
    server: LineServer, shipped_line: Line, portal: LocalClient
) -> None:
    ana, bruno = signed_in(portal, ANA), signed_in(portal, BRUNO)
    number, ids = with_everything(server, shipped_line, ana)
    before, yesterday = events(server, number), server.clock().date() - timedelta(days=90)
    with server.database.transaction() as connection:
        company = find_company(connection, VAULT, parse_document(PADARIA))
        overdue = {"number": "NF 77", "amount": Decimal(10), "due": yesterday, "grace_days": 0, "paid": False}
        connection.execute(INVOICE.insert(), overdue | {"company_id": company})
    forms = acts_on(number, ids)
    for path in ("/chamados", "/chamados/novo", f"/chamados/{number}", f"/chamados/{number}/anexos/{ids['file']}"):
        told = bruno.get(path)
        assert (told.status_code, "NF 77" in told.text, "4003-0015" in told.text) == (403, True, True), path
        assert "Emissão de nota" not in told.text
    for path, form in [*forms, ("/chamados/novo", {"subject": "a"})]:
        assert bruno.post(path, form, "/").status_code == 403, path
    assert events(server, number) == before
    assert bruno.get("/meus-dados/copia.json").status_code == 200, "the law gives everybody their own data"
    blocked = update(CONTACT).where(CONTACT.c.id == contact_id(server, "Bruno")).values(blocked=True)
    with server.database.transaction() as connection:
        connection.execute(blocked)
    for path in ("/", "/contatos", "/meus-dados", "/meus-dados/copia.json", f"/chamados/{number}/anexos/{ids['file']}"):
        assert bruno.get(path).headers.get("Location", "").startswith("/entrar?next="), path
    for path, form in forms:
        assert bruno.post(path, form).status_code == 401, path
    assert bruno.sign_in(BRUNO).status_code == 403


OPEN = {"/entrar", "/sair", "/acesso", "/acesso/codigo", "/privacidade", "/idioma/<tag>", "/pesquisas/<survey>"}
FILES = "/static/"


def rules_of(portal: LocalClient) -> list[tuple[str, set[str], PortalRule]]:
    """Every address of the portal, with its methods and who may see it."""
    app = cast(Flask, portal.application)
    return [
        (each.rule, each.methods or set(), cast(PortalRule, getattr(app.view_functions[each.endpoint], RULE)))
        for each in app.url_map.iter_rules()
    ]


def test_every_address_asks_for_a_session_and_tickets_for_no_pendency(portal: LocalClient) -> None:
    rules = rules_of(portal)
    assert {path for path, _, rule in rules if not rule.signed_in and not path.startswith(FILES)} == OPEN
    assert {path for path, _, rule in rules if rule.no_pendency} == {
        path for path, _, _ in rules if path.startswith("/chamados")
    }
    changing = {path for path, methods, _ in rules if path.startswith("/contatos") and "POST" in methods}
    assert {path for path, _, rule in rules if rule.administrator} == changing | {CONTACT_FORM}


def test_no_form_is_taken_without_the_token_of_its_own_session(
    server: LineServer, portal: LocalClient, shipped_line: Line
) -> None:
    ana, other = signed_in(portal, ANA), signed_in(portal, BRUNO)
    number, ids = with_everything(server, shipped_line, ana)
    filled = {"number": number, "access": ids["access"], "appointment": ids["appointment"], "position": "0"}
    filled |= {"contact_id": str(contact_id(server, "Bruno")), "survey": "SV1", "act": "aceitar"}
    mine, theirs = ana.token("/"), other.token("/")
    form = {"text": "a", "reason": "a", "name": "A", "email": "a@x.example", "password": PASSWORD, "answer": "allow"}
    forged: tuple[tuple[dict[str, str], str | None], ...] = (
        ({}, ana.at),
        ({"csrf_token": theirs}, ana.at),
        ({"csrf_token": mine.swapcase()}, ana.at),
        ({"csrf_token": mine}, "https://evil.example"),
        ({"csrf_token": mine}, "null"),
        ({"csrf_token": mine}, None),
    )
    before = content(server.database)
    for path, methods, _ in rules_of(portal):
        if "POST" not in methods:
            continue
        address = re.sub(r"<(?:[^:>]*:)?(\w+)>", lambda found: filled[found[1]], path)
        for token, origin in forged:
            headers = {"Accept": "text/html"} | ({"Origin": origin} if origin else {})
            refused = ana.client.post(address, base_url=ana.at, data=form | token, headers=headers)
            assert refused.status_code == 403, (address, token, origin)
    assert content(server.database) == before
    assert ana.is_signed_in()


RUBBISH = ("x%00y", "%ed%a0%80", "9999999999", "-1", "'--", "a" * 300)


def test_no_address_of_the_portal_breaks_it_whatever_stands_in_it(
    server: LineServer, portal: LocalClient, caplog: pytest.LogCaptureFixture
) -> None:
    ana = signed_in(portal, ANA)
    number = opened(ana)
    token, headers = ana.token("/chamados/novo"), {"Origin": ana.at, "Accept": "text/html"}
    form = {"csrf_token": token, "severity": "1", "text": ""}
    for each in RUBBISH:
        for path in ("/{1}", "/{0}/anexos/{1}", "?q={1}", "?depois={1}", "?depois={1}-1", "?estado={1}"):
            assert (
                ana.get("/chamados" + path.format(number, each)[: 2000 if "anexos" in path else None]).status_code < 500
            )
        for path in ("/pesquisas/{0}?mark={0}", "/contatos/{0}", "/idioma/{0}?next={0}", "/entrar?next={0}", "/{0}"):
            assert ana.get(path.format(each)).status_code < 500, path
        for act, answer in (("acesso", "refuse"), ("acesso", "allow"), ("agenda", "confirm"), ("servico", "agree")):
            path = f"/chamados/{number}/{act}/{each}"
            answered = ana.client.post(path, base_url=ana.at, data=form | {"answer": answer}, headers=headers)
            assert answered.status_code in {404, 422}, path
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize("language", ["pt-BR", "es"])
def test_an_error_is_told_in_the_customers_language_and_repeats_nothing(portal: LocalClient, language: str) -> None:
    browser = CustomerBrowser(portal, language=language)
    told = {"pt-BR": "Esta página não existe", "es": "Esta página no existe"}[language]
    for path in ("/canario", "/idioma/canario", "/chamados%00canario"):
        page = browser.get(path)
        assert (page.status_code, told in page.text, "canario" in page.text) == (404, True, False)
    for method in ("PUT", "DELETE", "PATCH", "TRACE"):
        refused = browser.client.open("/entrar", method=method, base_url=browser.at, headers={"Origin": browser.at})
        assert (refused.status_code, "Method" in refused.text) == (405, False)
        assert "GET" in refused.headers["Allow"]
    page = browser.client.post("/contatos/arquivo", base_url=browser.at, data={"a": "x" * 70_000})
    assert (page.status_code, "Entity" in page.text) == (413, False) or page.status_code == 403
    for name, value in (("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")):
        assert browser.get("/canario").headers[name] == value
    assert "frame-ancestors 'none'" in browser.get("/canario").headers["Content-Security-Policy"]


def test_one_address_of_two_companies_at_once_is_one_contacts(
    server_database: Database, database_url: str, clock: Now
) -> None:
    start, outcomes = threading.Barrier(2), []

    def add(document: str) -> None:
        wanted = WantedContact("Pessoa Nova", "mesma@x.example", "+5511987654321", True, False, frozenset())
        try:
            with server_database.transaction() as connection:
                company = find_company(connection, VAULT, parse_document(document))
                assert company is not None
                start.wait()
                add_contact(connection, VAULT, company, wanted, f"hash {document}", clock())
        except ValueError as error:
            outcomes.append(error.args[0].code)
        else:
            outcomes.append("done")

    if server_database.dialect == "sqlite":
        start = threading.Barrier(1)  # which lets one write at a time
    threads = [threading.Thread(target=add, args=(each,)) for each in (METALURGICA, "34190256000120")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["contact-email-taken", "done"]


def test_digits_chosen_at_once_are_counted_one_by_one(
    make_server: MakeServer, shipped_line: Line, database_url: str
) -> None:
    server = make_server(shipped_line)
    activate(server, "Ana", ANA)
    portal = portal_of(server)
    browsers = [signed_in(portal, ANA) for _ in range(3)]
    answers: list[int] = []
    pages = [(each, each.token("/meus-dados")) for each in browsers]

    def choose(browser: CustomerBrowser, token: str, first: int) -> None:
        for place in range(first, first + 3):
            form = {"digits": str(place), "digits-again": str(place), "password": PASSWORD, "csrf_token": token}
            path, headers = "/meus-dados/senha-telefone", {"Origin": browser.at}
            answers.append(browser.client.post(path, base_url=browser.at, data=form, headers=headers).status_code)

    threads = [threading.Thread(target=choose, args=(*page, 9020 + 10 * at)) for at, page in enumerate(pages)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(answers) == [303] * MOST_DIGITS_A_DAY + [403] * (9 - MOST_DIGITS_A_DAY)


def test_a_copy_holds_own_words_and_no_note_of_staff_or_colleagues(
    server: LineServer, shipped_line: Line, portal: LocalClient
) -> None:
    ana, bruno = signed_in(portal, ANA), signed_in(portal, BRUNO)
    number = opened(ana, [("minha-tela.png", PNG)])
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "nota da equipe", minutes=47, visible=False)
    by_staff(server, shipped_line, number, EventKind.MESSAGE_ADDED, "nota fechada", visible=False)
    by_staff(server, shipped_line, number, EventKind.SEVERITY_CHANGED, "nota da severidade", severity=Severity.HIGH)
    by_staff(server, shipped_line, number, EventKind.MESSAGE_ADDED, "resposta da equipe")
    send(bruno, number, "mensagem", text="recado do Bruno", files=[(io.BytesIO(PNG), "tela-do-bruno.png")])
    send(ana, number, "mensagem", text="recado da Ana")
    CustomerBrowser(portal).sign_in(BRUNO, "another password")
    mine, his = (each.get("/meus-dados/copia.json").text for each in (ana, bruno))
    for hidden in ("nota da equipe", "nota fechada", "nota da severidade", "recado do Bruno", "tela-do-bruno", "Iara"):
        assert hidden not in mine, hidden
    assert '"minutes"' not in re.sub(r'"minutes": null', "", mine)
    for own in ("A nota não sai", "minha-tela.png", "resposta da equipe", "recado da Ana"):
        assert own in mine, own
    for of_others in ("recado da Ana", "minha-tela.png", "A nota não sai", "resposta da equipe", ANA):
        assert of_others not in his, of_others
    assert "recado do Bruno" in his
    assert "tela-do-bruno.png" in his
    assert [each["matched"] for each in json.loads(his)["passwords tried at the portal"]] == [True, False]
