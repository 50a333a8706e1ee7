"""A company follows its tickets at the portal: opens, answers, accepts; and sees nothing of ours or of others."""

from __future__ import annotations

import html
import logging
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from data.contact import CONTACT
from data.remote_access import accesses_of
from data.ticket_attachments import attachments_of
from data.tickets import TICKET
from ivr.flow.line import Line
from ivr.service_desk.acts import ticket_for
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access
from ivr.tickets.events import EventKind, Severity, TicketState
from ivr.web.portal import tickets
from ivr.web.portal.tickets.customer_words import STATES
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer, LocalClient
from tests.web.at_the_portal import CustomerBrowser, activate, contact_id, portal_of
from tests.web.tickets_at_the_portal import (
    ANA,
    BRUNO,
    NEW,
    by_staff,
    events,
    form_of,
    number_in,
    open_ticket,
    opened,
    send,
    send_large,
    stored,
    with_files,
    without_tokens,
)

METALURGICA, ANDORINHA, LIVRARIA = "11444777000161", "34190256000120", "60735219000160"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
CPF, PASSWORD = "529.982.247-25", "lagoazul99"
DAY = timedelta(days=1)

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    made = make_server(shipped_line)
    activate(made, "Ana", ANA)
    activate(made, "Bruno", BRUNO)
    activate(made, "Fabiana", "fabiana@horizonte.example", document=METALURGICA)
    return made


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    return portal_of(server)


def signed_in(portal: LocalClient, email: str, language: str = "pt-BR") -> CustomerBrowser:
    browser = CustomerBrowser(portal, language=language)
    assert browser.sign_in(email).status_code == 303
    return browser


@pytest.fixture
def ana(portal: LocalClient) -> CustomerBrowser:
    return signed_in(portal, ANA)


def ask(server: LineServer, line: Line, number: str, tool: str = "TeamViewer", minutes: int | None = None) -> str:
    access = "a" * 32
    with server.database.transaction() as connection:
        ticket = ticket_for(connection, number)
        ask_for_access(
            connection, line, ticket, AccessAsk(tool, "ver a tela da nota", minutes, "Iara"), access, server.clock()
        )
    return access


def test_a_ticket_is_opened_with_number_and_forecast_told_at_once(server: LineServer, ana: CustomerBrowser) -> None:
    answer = open_ticket(ana)
    number = number_in(answer)
    ticket = stored(server, number)
    assert (ticket.channel, ticket.severity, ticket.area, ticket.subject) == (
        "portal",
        3,
        "sustentacao",
        "Emissão de nota",
    )
    page = ana.get(answer.location)
    assert ticket.forecast_at is not None
    told = ticket.forecast_at.astimezone(server.lines.named("4003-0015").header.zone)  # type: ignore[union-attr]
    assert f"{number}. Retornamos até {told:%d/%m/%Y %H:%M}" in page.text
    assert "Recebido" in page.text


@pytest.mark.parametrize(
    ("usable", "way_round", "corrupts", "severity"),
    [("no", "no", "no", 1), ("yes", "yes", "yes", 1), ("no", "yes", "no", 2), ("yes", "yes", "no", 3), ("", "", "", 3)],
)
def test_three_answers_propose_the_severity(
    server: LineServer, ana: CustomerBrowser, usable: str, way_round: str, corrupts: str, severity: int
) -> None:
    number = opened(ana, usable=usable, way_round=way_round, corrupts=corrupts)
    assert stored(server, number).severity == severity


def test_a_form_that_is_sent_twice_opens_one_ticket(server: LineServer, ana: CustomerBrowser) -> None:
    token = form_of(ana.get("/chamados/novo"))
    assert opened(ana, form=token) == opened(ana, form=token)
    assert opened(ana) != opened(ana)
    with server.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(TICKET)).scalar_one() == 3


def test_one_form_of_two_companies_opens_two_tickets(ana: CustomerBrowser, portal: LocalClient) -> None:
    token = form_of(ana.get("/chamados/novo"))
    fabiana = signed_in(portal, "fabiana@horizonte.example")
    assert opened(ana, form=token) != opened(fabiana, form=token)


@pytest.mark.parametrize("name", ["subject", "description", "destination"])
def test_what_is_missing_is_told_and_what_was_typed_stays(ana: CustomerBrowser, name: str) -> None:
    answer = open_ticket(ana, (), **{name: ""})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    kept = [value for key, value in NEW.items() if key in {"subject", "description", "product"} and key != name]
    assert all(value in answer.text for value in kept)


def test_a_ticket_of_a_desk_that_is_billed_or_unknown_is_not_opened(ana: CustomerBrowser) -> None:
    assert all(open_ticket(ana, destination=name).status_code == 422 for name in ("consultoria.rm", "ouvidoria", "x"))


def test_a_question_is_answered_and_an_answer_sent_twice_counts_once(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, "Qual a versão?")
    page = ana.get(f"/chamados/{number}")
    assert "Aguardando sua resposta" in page.text
    assert "Qual a versão?" in page.text
    assert "parada enquanto o chamado está com você" in page.text
    fields = {"form": form_of(page), "text": "A 12.1.33"}
    for _ in range(2):
        assert number_in(ana.post(f"/chamados/{number}/mensagem", fields, f"/chamados/{number}")) == number
    assert [each.kind for each in events(server, number)].count("answered") == 1
    assert stored(server, number).state == "in-analysis"


def test_a_message_to_a_closed_ticket_opens_a_linked_one_and_tells_so(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Atualize.")
    assert number_in(send(ana, number, "aceitar")) == number
    page = ana.get(f"/chamados/{number}")
    assert "abre um novo chamado" in page.text
    token = form_of(page)
    answers = [
        ana.post(f"/chamados/{number}/mensagem", {"form": token, "text": "Voltou."}, f"/chamados/{number}")
        for _ in range(2)
    ]
    other = number_in(answers[0])
    assert other != number
    assert number_in(answers[1]) == other
    assert stored(server, other).linked_to == number
    assert stored(server, number).state == "accepted"
    assert "abriu este" in ana.get(answers[0].location).text


def test_a_refusal_needs_a_reason_and_goes_back_to_service(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Atualize.")
    empty = send(ana, number, "recusar", reason="  ")
    assert empty.status_code == 422
    assert stored(server, number).state == "solution-sent"
    assert send(ana, number, "recusar", reason="Continua igual.", **with_files([("tela.png", PNG)])).status_code == 303
    assert stored(server, number).state == "refused"
    assert [each.kind for each in events(server, number)][-2:] == ["refused", "attached"]


def test_a_solution_is_postponed_once_and_told_until_when(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Atualize.")
    page = ana.get(f"/chamados/{number}")
    first = server.clock().date()
    assert f"Até {first + 15 * DAY:%d/%m/%Y}" in page.text
    assert f"Adiar até {first + 45 * DAY:%d/%m/%Y}" in page.text
    assert send(ana, number, "adiar").status_code == 303
    assert "Adiar até" not in ana.get(f"/chamados/{number}").text
    again = send(ana, number, "adiar")
    assert again.status_code == 422
    assert "andou nesse meio-tempo" in again.text


def test_of_two_contacts_at_once_the_second_is_told_that_it_moved_on(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, portal: LocalClient
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Atualize.")
    bruno = signed_in(portal, BRUNO)
    path = f"/chamados/{number}"
    seen = form_of(bruno.get(path))
    assert send(ana, number, "aceitar").status_code == 303
    late = bruno.post(f"{path}/recusar", {"form": seen, "reason": "Não serviu para nós."}, path)
    assert late.status_code == 422
    assert "encerrado de vez" in late.text
    assert "Não serviu para nós." in late.text, "what was typed is lost"
    assert stored(server, number).state == "accepted"


def test_a_page_is_right_while_the_worker_is_late(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, clock: Now
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Atualize.")
    clock.moment += 20 * DAY
    ana.sign_in(ANA)
    page = ana.get(f"/chamados/{number}")
    assert "terminou o prazo para responder" in page.text
    assert "Aceitar a solução" not in page.text
    assert stored(server, number).state == "solution-sent"


def test_a_severity_that_a_customer_proposes_changes_nothing_by_itself(
    server: LineServer, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    assert send(ana, number, "severidade", severity="1", why="A loja parou.").status_code == 303
    last = events(server, number)[-1]
    assert (last.kind, last.text) == ("message-added", "A loja parou.")
    assert '"proposed_severity": 1' in last.details
    assert stored(server, number).severity == 3
    assert send(ana, number, "severidade", severity="9", why="x").status_code == 422


def test_nothing_that_is_internal_is_shown(server: LineServer, shipped_line: Line, ana: CustomerBrowser) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "pensei alto", minutes=47, visible=False)
    by_staff(server, shipped_line, number, EventKind.ACTIVITY_NOTED, "Analisamos os logs.", minutes=47)
    by_staff(server, shipped_line, number, EventKind.MESSAGE_ADDED, "só entre nós", visible=False)
    by_staff(server, shipped_line, number, EventKind.ASSIGNED, "para o Davi", changes={"analyst_id": 1})
    by_staff(server, shipped_line, number, EventKind.SEVERITY_CHANGED, "cliente nervoso", severity=Severity.HIGH)
    page = without_tokens(ana.get(f"/chamados/{number}"))
    assert not re.search(r"\b47\b", page)
    assert not [each for each in ("pensei alto", "só entre nós", "Davi", "cliente nervoso") if each in page]
    assert "Severidade alterada: 2, alta" in page
    assert re.search(r"O que fizemos.*Analisamos os logs\.", page, re.DOTALL)


def test_another_companys_ticket_is_answered_as_one_that_does_not_exist(
    server: LineServer, ana: CustomerBrowser, portal: LocalClient
) -> None:
    number = opened(ana, [("tela.png", PNG)])
    with server.database.reading() as connection:
        (file,) = attachments_of(connection, number)
    fabiana = signed_in(portal, "fabiana@horizonte.example")
    own = opened(fabiana)
    unknown = "1234567890" if number != "1234567890" else "1234567891"
    missing = fabiana.get(f"/chamados/{unknown}")
    assert missing.status_code == 404
    for path in (f"/chamados/{number}", f"/chamados/{number}/anexos/{file.id}", f"/chamados/{own}/anexos/{file.id}"):
        found = fabiana.get(path)
        assert (found.status_code, without_tokens(found)) == (404, without_tokens(missing)), path
    for act in ("mensagem", "aceitar", "recusar", "adiar", "severidade", "acesso/x", "acesso/x/encerrar"):
        fields = {"text": "a", "reason": "a", "why": "a", "severity": "1", "answer": "refuse"}
        mine = fabiana.post(f"/chamados/{number}/{act}", fields, "/chamados/novo")
        none = fabiana.post(f"/chamados/{unknown}/{act}", fields, "/chamados/novo")
        assert (mine.status_code, without_tokens(mine)) == (404, without_tokens(none)), act
    assert [each.kind for each in events(server, number)] == ["opened", "attached"]
    assert number not in fabiana.get("/chamados?estado=todos").text
    assert f'href="/chamados/{number}"' not in fabiana.get(f"/chamados?estado=todos&q={number}").text


@pytest.mark.parametrize("number", ["0", "x", "12345678901", "%00", "1%00", "..%2f..", "٣٣٣٣٣٣٣٣٣٣", "a" * 500])
def test_a_number_that_can_be_none_is_missing(ana: CustomerBrowser, number: str) -> None:
    assert ana.get(f"/chamados/{number}").status_code == 404
    assert ana.post(f"/chamados/{number}/mensagem", {"text": "a"}, "/chamados/novo").status_code == 404


def test_every_contact_of_a_company_sees_its_tickets(ana: CustomerBrowser, portal: LocalClient) -> None:
    number = opened(ana)
    bruno = signed_in(portal, BRUNO)
    assert number in bruno.get("/chamados").text
    assert bruno.get(f"/chamados/{number}").status_code == 200


def test_tickets_are_found_without_accents_and_by_group(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    note, other = opened(ana), opened(ana, subject="Relatório de férias")
    found = ana.get("/chamados?q=emissao").text
    assert note in found
    assert other not in found
    by_staff(server, shipped_line, other, EventKind.SOLUTION_SENT, "Atualize.")
    mine = ana.get("/chamados?estado=comigo").text
    assert other in mine
    assert note not in mine
    for rubbish in ("estado=xyz", "depois=x", "q=%00%27%22%3Cb%3E&estado=todos", "depois=9-9"):
        assert ana.get(f"/chamados?{rubbish}").status_code == 200


def test_a_list_goes_on_where_its_page_ends(ana: CustomerBrowser) -> None:
    numbers = {opened(ana, subject=f"Assunto {each}") for each in range(27)}
    first = ana.get("/chamados").text
    found = re.search(r'href="(/chamados\?[^"]*depois=[^"]+)"', first)
    assert found
    second = ana.get(html.unescape(found[1])).text
    assert {each for each in numbers if each in first or each in second} == numbers


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}'"])
def test_what_people_write_is_never_a_part_of_the_page(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, hostile: str
) -> None:
    number = opened(ana, [("tela.png", PNG)], subject=hostile, description=hostile, product=hostile, module=hostile)
    by_staff(server, shipped_line, number, EventKind.QUESTION_ASKED, hostile, author=hostile)
    send(ana, number, "mensagem", text=hostile)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, hostile)
    send(ana, number, "recusar", reason=hostile)
    refused = open_ticket(ana, (), **dict.fromkeys(NEW, hostile))
    pages = [refused, ana.get(f"/chamados/{number}"), ana.get("/chamados"), ana.get("/chamados?q=" + hostile)]
    for page in pages:
        assert hostile not in page.text
        assert "<script" not in page.text
        assert "onerror=alert" not in re.sub(r"&#34;&gt;&lt;img src=x onerror=alert\(1\)&gt;", "", page.text)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tela.png", b"<!doctype html><script>alert(1)</script>"),
        ("pagina.html", b"<p>oi</p>"),
        ("desenho.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("programa.exe", b"MZ\x90\x00"),
        ("programa.png.exe", PNG),
        ("tela.png", b""),
        ("semextensao", b"oi"),
    ],
)
def test_a_wrong_file_is_refused_with_its_whole_message(
    server: LineServer, ana: CustomerBrowser, name: str, content: bytes
) -> None:
    answer = open_ticket(ana, [(name, content)])
    assert answer.status_code == 422
    assert "Nada foi enviado" in answer.text
    with server.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(TICKET)).scalar_one() == 0


def test_a_file_that_is_too_large_is_refused_and_a_screenshot_is_not(ana: CustomerBrowser) -> None:
    large = send_large(ana, "tela.png", PNG + bytes(5_000_000))
    assert large.status_code == 422
    assert "grande demais" in large.text
    assert send_large(ana, "tela.png", PNG + bytes(4_000_000)).status_code == 303


def test_a_file_is_served_for_keeping_alone_and_under_a_harmless_name(server: LineServer, ana: CustomerBrowser) -> None:
    number = opened(ana, [("..\\..//etc/passwd <b>.png", PNG)])
    with server.database.reading() as connection:
        (file,) = attachments_of(connection, number)
    assert not set('/\\"<>') & set(file.name)
    answer = ana.get(f"/chamados/{number}/anexos/{file.id}")
    assert answer.data == PNG
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.mimetype == "application/octet-stream"


def test_a_company_fills_neither_the_disk_nor_the_list(
    ana: CustomerBrowser, clock: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tickets.acts, "MOST_BYTES_A_DAY", 2 * len(PNG))
    number = opened(ana, [("tela.png", PNG)])
    assert send(ana, number, "mensagem", text="a", **with_files([("tela.png", PNG)])).status_code == 303
    refused = send(ana, number, "mensagem", text="a", **with_files([("a.txt", b"a")]))
    assert (refused.status_code, "muitos arquivos hoje" in refused.text) == (422, True)
    monkeypatch.setattr(tickets.may_open, "MOST_A_DAY", 2)
    opened(ana)
    assert "muitos chamados" in ana.get("/chamados/novo").text
    assert ana.post("/chamados/novo", NEW, "/contatos").status_code == 403
    clock.moment += timedelta(days=1, seconds=1)
    ana.sign_in(ANA)
    opened(ana, [("tela.png", PNG)])


@pytest.mark.parametrize("name", ["日本語 – relatório.txt", "Captura\u202f10.00.png.txt", "r" * 300 + ".txt", "😀.txt"])
def test_a_file_keeps_its_name_whatever_signs_it_has(server: LineServer, ana: CustomerBrowser, name: str) -> None:
    number = opened(ana, [(name, b"erro 17")])
    with server.database.reading() as connection:
        (file,) = attachments_of(connection, number)
    told = ana.get(f"/chamados/{number}/anexos/{file.id}").headers["Content-Disposition"]
    told.encode("ascii")  # what the listener writes into an answer
    assert unquote(told.partition("filename*=UTF-8''")[2]) == file.name
    assert file.name.endswith(".txt")


def test_a_message_brings_a_bounded_number_of_files(ana: CustomerBrowser) -> None:
    assert opened(ana, [(f"{each}.png", PNG) for each in range(5)])
    assert open_ticket(ana, [(f"{each}.png", PNG) for each in range(6)]).status_code == 422


def test_a_file_of_an_internal_event_is_missing_for_customers(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    from data.ticket_attachments import AttachmentRecord, add_attachment

    number = opened(ana)
    ticket = by_staff(server, shipped_line, number, EventKind.ATTACHED, visible=False)
    with server.database.transaction() as connection:
        record = AttachmentRecord(
            "f" * 32, number, ticket.position - 1, ticket.company_id, server.clock(), "staff", "dump.zip", "x", 4, "0",
            b"PK\x03\x04",
        )  # fmt: skip
        add_attachment(connection, record)
    assert "dump.zip" not in ana.get(f"/chamados/{number}").text
    assert ana.get(f"/chamados/{number}/anexos/{'f' * 32}").status_code == 404


def test_texts_of_a_megabyte_are_refused(server: LineServer, ana: CustomerBrowser) -> None:
    for name in ("subject", "description"):
        assert open_ticket(ana, (), **{name: "a" * 1_000_000}).status_code in {413, 422}
    named = opened(ana, product="a" * 1_000_000, module="b" * 1_000_000)
    assert (len(stored(server, named).product or ""), len(stored(server, named).module or "")) == (100, 100)
    longer = open_ticket(ana, description="á" * 10_001)
    assert longer.status_code == 422
    assert "longo demais" in longer.text


def test_remote_access_is_allowed_and_withdrawn_by_the_customer(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    access = ask(server, shipped_line, number)
    page = ana.get(f"/chamados/{number}").text
    assert all(told in page for told in ("TeamViewer", "ver a tela da nota", "Só olhamos"))
    assert send(ana, number, f"acesso/{access}", answer="").status_code == 422
    assert send(ana, number, f"acesso/{access}", answer="allow").status_code == 303
    assert "Você permitiu" in ana.get(f"/chamados/{number}").text
    assert send(ana, number, f"acesso/{access}/encerrar").status_code == 303
    assert "Você permitiu" not in ana.get(f"/chamados/{number}").text
    late = send(ana, number, f"acesso/{access}", answer="allow")
    assert late.status_code == 422
    assert "não espera mais resposta" in late.text
    with server.database.reading() as connection:
        (kept,) = accesses_of(connection, number)
    assert (kept.answer, kept.channel, kept.answered_by) == ("allowed", "portal", contact_id(server, "Ana"))


def test_what_was_allowed_by_telephone_is_shown_on_the_portal(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    access, bruno = ask(server, shipped_line, number), contact_id(server, "Bruno")
    with server.database.transaction() as connection:
        answer_access(
            connection,
            shipped_line,
            ticket_for(connection, number),
            access,
            allowed=True,
            author="Bruno",
            contact_id=bruno,
            channel="telephone",
            now=server.clock(),
            protocol="4003009999",
        )
    page = ana.get(f"/chamados/{number}").text
    assert "Permitido por telefone, protocolo 4003009999" in page
    assert "permitido por telefone" in page
    assert page.count("4003009999") == 2
    assert send(ana, number, f"acesso/{access}/encerrar").status_code == 303
    assert "encerrado antes da hora" in ana.get(f"/chamados/{number}").text


def test_a_billed_preparation_is_told_and_allowed_by_the_authorised(
    server: LineServer, shipped_line: Line, portal: LocalClient
) -> None:
    activate(server, "Davi", "davi@padaria.example")
    ana, davi = signed_in(portal, ANA), signed_in(portal, "davi@padaria.example")
    number = opened(ana)
    access = ask(server, shipped_line, number, "AnyDesk", 30)
    page = davi.get(f"/chamados/{number}").text
    assert "30 minutos de preparação são cobrados" in page
    assert ">Permitir<" not in page
    assert send(davi, number, f"acesso/{access}", answer="allow").status_code == 403
    assert send(signed_in(portal, BRUNO), number, f"acesso/{access}", answer="allow").status_code == 303


def test_who_is_not_served_by_telephone_opens_none_and_is_told_why(server: LineServer, portal: LocalClient) -> None:
    activate(server, "Laura", "laura@livraria.example", document=LIVRARIA)
    activate(server, "Davi", "davi@padaria.example")
    for email, told in (
        ("laura@livraria.example", "contrato da sua empresa terminou"),
        ("davi@padaria.example", "não inclui suporte"),
    ):
        browser = signed_in(portal, email)
        assert told in browser.get("/chamados/novo").text
        sent = browser.post("/chamados/novo", dict(NEW), "/chamados")
        assert sent.status_code == 403
        assert told in sent.text
    with server.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(TICKET)).scalar_one() == 0


def test_who_may_open_no_ticket_opens_none_by_writing_about_a_closed_one(
    server: LineServer, shipped_line: Line, ana: CustomerBrowser, portal: LocalClient
) -> None:
    number = opened(ana)
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "Pronto.", details={"cause": "other"})
    send(ana, number, "aceitar")
    bruno = signed_in(portal, BRUNO)
    support = update(CONTACT).where(CONTACT.c.id == contact_id(server, "Bruno")).values(support=False)
    with server.database.transaction() as connection:
        connection.execute(support)
    refused = send(bruno, number, "mensagem", text="Continua errado")
    assert refused.status_code == 422
    assert "Seu perfil não inclui suporte" in refused.text
    assert "Continua errado" in refused.text
    with server.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(TICKET)).scalar_one() == 1
    assert send(ana, number, "mensagem", text="Continua errado").status_code == 303


@pytest.mark.parametrize("how", ["idle", "signed out elsewhere", "signed in elsewhere"])
def test_what_was_typed_outlives_the_session_in_which_it_was_typed(
    server: LineServer, ana: CustomerBrowser, clock: Now, how: str
) -> None:
    number = opened(ana)
    path = f"/chamados/{number}"
    form = {"form": form_of(ana.get(path)), "text": "Duas linhas\nque levaram <meia> hora"}
    form["csrf_token"] = ana.token(path)
    if how == "idle":
        clock.moment += timedelta(minutes=31)
    elif how == "signed out elsewhere":
        ana.post("/sair")
    else:
        ana.sign_in(ANA)
    page = ana.post(f"{path}/mensagem", form)
    assert (page.status_code, "levaram &lt;meia&gt; hora" in page.text) == (403 if "in" in how.split() else 401, True)
    if how != "signed in elsewhere":
        page = ana.post("/entrar", fields_of(page) | {"email": ANA, "password": "another password"})
        assert page.status_code == 403
        page = ana.post("/entrar", fields_of(page) | {"email": ANA, "password": "quatro patos no lago"})
        assert page.status_code == 200
    assert [each.kind for each in events(server, number)] == ["opened"], "nothing is sent by itself"
    assert f'action="{path}/mensagem"' in page.text
    sent = fields_of(page) | {"text": "Duas linhas\nque levaram <meia> hora"}
    for _ in range(2):  # sent twice it counts once
        assert (
            ana.client.post(f"{path}/mensagem", base_url=ana.at, data=sent, headers={"Origin": ana.at}).status_code
            == 303
        )
    assert [each.text for each in events(server, number)][1:] == ["Duas linhas\nque levaram <meia> hora"]


def test_nothing_but_forms_of_tickets_is_kept(ana: CustomerBrowser) -> None:
    for path in ("/contatos", "/meus-dados/senha", "/entrar"):
        page = ana.post(path, {"csrf_token": "0" * 64, "text": "canary", "password": "canary"})
        assert (page.status_code, "canary" in page.text) == (403, False)
    for path in ("https://evil.example/", "//evil.example/chamados/", "/contatos", "/chamados/../contatos\\"):
        page = ana.post("/entrar", {"email": ANA, "password": "x", "kept-path": path, "kept-text": "canary"})
        assert "canary" not in page.text, path


def fields_of(page: TestResponse) -> dict[str, str]:
    """The hidden fields of the form of a page, as a browser sends them; the token is that of the page."""
    main = page.text.partition("<main")[2]
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(main)}


def test_a_pendency_closes_every_route_of_tickets(server: LineServer, portal: LocalClient) -> None:
    activate(server, "Helena", "helena@andorinha.example", document=ANDORINHA)
    helena = signed_in(portal, "helena@andorinha.example")
    app = portal.application
    assert isinstance(app, Flask)
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/chamados")]
    assert len(rules) >= 9
    for rule in rules:
        path = re.sub(r"<[^>]*act>", "aceitar", rule.rule)
        path = re.sub(r"<[^>]*>", "1234567890", path)
        answer = helena.post(path, {}) if "POST" in (rule.methods or ()) else helena.get(path)
        assert answer.status_code == 403, rule.rule
        assert "F-2023-11" in answer.text, rule.rule
        assert "tecle 4, depois 9" in answer.text or "4" in answer.text


def test_a_blocked_contact_is_out_at_once(server: LineServer, ana: CustomerBrowser) -> None:
    number = opened(ana)
    path = f"/chamados/{number}"
    token, page = form_of(ana.get(path)), ana.token(path)
    blocked = update(CONTACT).where(CONTACT.c.id == contact_id(server, "Ana")).values(blocked=True)
    with server.database.transaction() as connection:
        connection.execute(blocked)
    sent = ana.client.post(
        f"{path}/mensagem", data={"csrf_token": page, "form": token, "text": "ainda"}, headers={"Origin": ana.at}
    )
    assert sent.status_code == 401
    assert ana.get(path).status_code == 303
    assert len(events(server, number)) == 1


def test_a_form_without_its_pages_token_or_from_elsewhere_changes_nothing(
    server: LineServer, ana: CustomerBrowser
) -> None:
    number = opened(ana)
    path = f"/chamados/{number}"
    for data, headers in (
        ({"text": "a"}, {"Origin": ana.at}),
        ({"text": "a", "csrf_token": "0" * 64}, {"Origin": ana.at}),
        ({"text": "a", "csrf_token": ana.token(path)}, {"Origin": "https://evil.example"}),
        ({"text": "a", "csrf_token": ana.token(path)}, {}),
    ):
        assert ana.client.post(f"{path}/mensagem", data=data, headers=headers).status_code in {400, 403}
    assert len(events(server, number)) == 1


def test_documents_and_passwords_that_are_written_are_kept_nowhere(
    server: LineServer, ana: CustomerBrowser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = f"meu CPF {CPF}, senha: {PASSWORD}"
    number = opened(ana, subject=secret, description=secret, product=secret, module=secret)
    send(ana, number, "mensagem", text=secret)
    told = repr(stored(server, number)) + repr(events(server, number)) + ana.get(f"/chamados/{number}").text
    assert not [each for each in (CPF, "52998224725", PASSWORD) if each in told + caplog.text]
    assert "Emissão" not in caplog.text
    assert "Nunca escreva uma senha aqui" in ana.get("/chamados/novo").text


def test_each_state_has_words_of_customers_in_both_languages(portal: LocalClient, ana: CustomerBrowser) -> None:
    assert set(STATES) == set(TicketState)
    number = opened(ana)
    spanish = signed_in(portal, BRUNO, "es")
    page = spanish.get(f"/chamados/{number}")
    assert page.headers["Content-Language"] == "es"
    assert "Recibido" in page.text
    assert "Escribir un mensaje" in page.text
