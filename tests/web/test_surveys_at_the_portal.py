"""A survey goes with a solution to who wants it, is answered once by its link, and by nothing that only looks at it."""

from __future__ import annotations

import html
import json
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.contact import CONTACT
from data.contact_profile import find_contact, save_profile
from data.surveys import SURVEY, SurveyRecord
from ivr.flow.line import Line
from ivr.service_desk.surveys import survey_link
from ivr.tickets.events import EventKind
from tests.conftest import MakeServer, Now
from tests.line_server import LineServer
from tests.security.canary import CNPJ, Traces
from tests.web.at_the_portal import VAULT, CustomerBrowser, activate, portal_of
from tests.web.test_codes_for_the_portal import MailBox
from tests.web.tickets_at_the_portal import ANA, by_staff, opened, send

DAY = timedelta(days=1)
FIGURES = {"atendimento": "5", "solucao": "4", "prazo": "3"}
USED = "Esta pesquisa já foi respondida. Obrigado."
OVER = "O prazo desta pesquisa terminou."
NONE = "Este link não leva a nenhuma pesquisa."


@pytest.fixture
def server(make_server: MakeServer, shipped_line: Line) -> LineServer:
    return make_server(shipped_line)


@pytest.fixture
def box(server: LineServer, tmp_path: Path) -> MailBox:
    return MailBox(server, tmp_path / "mail")


@pytest.fixture
def ana(server: LineServer) -> CustomerBrowser:
    contact = activate(server, "Ana", ANA)
    browser = CustomerBrowser(portal_of(server))
    browser.sign_in(ANA)
    want(server, contact, 1, 2, 3)
    return browser


def want(server: LineServer, contact: int, *severities: int) -> None:
    with server.database.transaction() as connection:
        found = find_contact(connection, contact)
        assert found
        save_profile(connection, VAULT, contact, found.company_id, surveys=frozenset(severities))


def surveys(server: LineServer) -> list[SurveyRecord]:
    with server.database.reading() as connection:
        return [SurveyRecord(*row) for row in connection.execute(select(SURVEY).order_by(SURVEY.c.sent_at))]


def solved(server: LineServer, ana: CustomerBrowser, line: Line) -> str:
    number = opened(ana)
    by_staff(server, line, number, EventKind.SOLUTION_SENT, "Atualize.", user_id=7, changes={"analyst_id": 7})
    return number


def links(server: LineServer, box: MailBox) -> list[str]:
    """Every link to a survey in the letters that were sent, in the order of the surveys."""
    found = re.findall(r"/pesquisas/SV[0-9a-f]{32}\?mark=[0-9a-f]{64}", "".join(x.get_content() for x in box.letters()))
    return [link for each in surveys(server) for link in found if each.id in link]


def answer(browser: CustomerBrowser, link: str, **figures: str) -> tuple[int, str]:
    path, mark = link.split("?mark=")
    page = browser.post(path, FIGURES | {"mark": mark, "comment": "Muito bom"} | figures, link)
    return page.status_code, page.text


def test_a_solution_brings_a_survey_that_names_destination_and_analyst(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    number = solved(server, ana, shipped_line)
    (survey,) = surveys(server)
    assert (survey.ticket, survey.destination, survey.analyst_id, survey.severity) == (number, "suporte.rm", 7, 3)
    assert survey.expires_at == survey.sent_at + 15 * DAY
    assert links(server, box)[-1] == survey_link(VAULT, survey.id)


def test_a_survey_is_answered_once_by_who_has_its_link(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    link, stranger = links(server, box)[-1], CustomerBrowser(portal_of(server))
    page = stranger.get(link)
    assert (page.status_code, page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == (
        200,
        "no-store",
        "same-origin",
    )
    assert "Como foi o atendimento do analista?" in page.text
    status, text = answer(stranger, link)
    assert (status, "suas respostas foram registradas" in text) == (200, True)
    (survey,) = surveys(server)
    assert json.loads(survey.answers or "") == {"atendimento": 5, "solucao": 4, "prazo": 3}
    assert (survey.comment, survey.channel, survey.answered_at) == ("Muito bom", "portal", server.clock())
    again = stranger.get(link)
    assert (again.status_code, USED in again.text) == (410, True)


def test_a_form_that_was_open_in_two_windows_records_the_first(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    link = links(server, box)[-1]
    path, mark = link.split("?mark=")
    first, second = CustomerBrowser(portal_of(server)), CustomerBrowser(portal_of(server))
    token = second.token(link)
    answer(first, link)
    form = FIGURES | {"mark": mark, "csrf_token": token, "atendimento": "1"}
    headers = {"Origin": second.at, "Accept-Language": "pt-BR"}
    late = second.client.post(path, base_url=second.at, data=form, headers=headers)
    assert (late.status_code, USED in late.text) == (410, True)
    assert json.loads(surveys(server)[0].answers or "")["atendimento"] == 5


def test_the_link_of_a_contact_who_was_blocked_since_leads_nowhere(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    link, stranger = links(server, box)[-1], CustomerBrowser(portal_of(server))
    asked = surveys(server)[0].contact_id
    with server.database.transaction() as connection:
        connection.execute(CONTACT.update().where(CONTACT.c.id == asked).values(blocked=True))
    assert stranger.get(link).status_code == 404
    with server.database.transaction() as connection:
        connection.execute(CONTACT.update().values(blocked=False))
    assert answer(stranger, link)[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_only_looks_at_a_link_records_nothing(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line, method: str
) -> None:
    solved(server, ana, shipped_line)
    link = links(server, box)[-1] + "&atendimento=1&solucao=1&prazo=1"
    for _ in range(3):
        looked = ana.client.open(link, method=method, base_url=ana.at)
        assert looked.status_code == 200
    assert surveys(server)[0].answered_at is None


def test_a_post_from_no_page_of_ours_records_nothing(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    path, mark = links(server, box)[-1].split("?mark=")
    for headers in ({}, {"Origin": "https://mail.example"}):
        sent = ana.client.post(path, base_url=ana.at, data=FIGURES | {"mark": mark}, headers=headers)
        assert sent.status_code == 403
    assert surveys(server)[0].answered_at is None


def test_a_survey_expires_at_the_end_of_its_days(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line, clock: Now
) -> None:
    solved(server, ana, shipped_line)
    link = links(server, box)[-1]
    clock.moment += 15 * DAY - timedelta(seconds=1)
    assert ana.get(link).status_code == 200
    clock.moment += timedelta(seconds=1)
    over = ana.get(link)
    assert (over.status_code, OVER in over.text) == (410, True)


def test_a_forged_link_leads_nowhere_and_neither_does_that_of_another(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    solved(server, ana, shipped_line)
    one, other = (survey_link(VAULT, each.id) for each in surveys(server))
    (path, mark), (_, mark_of_other) = one.split("?mark="), other.split("?mark=")
    unknown = f"/pesquisas/SV{'0' * 32}?mark={mark}"
    for link in (path, f"{path}?mark={mark_of_other}", f"{path}?mark={mark[:-1]}x", unknown):
        page = ana.get(link)
        assert (page.status_code, NONE in page.text) == (404, True)
    sent = ana.post(path, FIGURES | {"mark": mark_of_other}, one)
    assert sent.status_code == 404
    assert all(each.answered_at is None for each in surveys(server))


@pytest.mark.parametrize("figure", ["", "0", "6", "5.0", "cinco", "٣"])
def test_a_figure_that_is_none_of_1_to_5_keeps_what_was_written(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line, figure: str
) -> None:
    solved(server, ana, shipped_line)
    status, text = answer(ana, links(server, box)[-1], prazo=figure)
    assert (status, "Escolha uma nota de 1 a 5" in text, "Muito bom" in text) == (422, True, True)
    assert surveys(server)[0].answered_at is None


def test_a_comment_keeps_no_document_and_is_shown_as_text(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    link = links(server, box)[-1]
    status, text = answer(ana, link, prazo="", comment="<b>oi</b>")
    assert (status, "&lt;b&gt;oi" in text) == (422, True)
    answer(ana, link, comment="CNPJ 11.222.333/0001-81")
    assert "222.333" not in (surveys(server)[0].comment or "")


def test_the_survey_of_a_new_solution_takes_the_place_of_the_old_one(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line, clock: Now
) -> None:
    number = solved(server, ana, shipped_line)
    old = links(server, box)[-1]
    clock.moment += timedelta(minutes=5)
    send(ana, number, "recusar", reason="Continua.", text="Continua.")
    by_staff(server, shipped_line, number, EventKind.SOLUTION_SENT, "E agora?")
    new = links(server, box)[-1]
    assert new != old
    assert ana.get(old).status_code == 410
    assert ana.get(new).status_code == 200


def test_a_contact_who_wants_none_for_the_severity_gets_none(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    contact = activate(server, "Ana", ANA)
    want(server, contact, 1, 2)
    solved(server, ana, shipped_line)
    assert surveys(server) == []
    assert links(server, box) == []
    assert not any("/pesquisas/" in each.get_content() for each in box.letters())


def test_a_line_that_asks_nothing_sends_no_survey(make_server: MakeServer, shipped_line: Line) -> None:
    silent = replace(shipped_line, routing=replace(shipped_line.routing, surveys=None))
    server = make_server(silent)
    contact = activate(server, "Ana", ANA)
    want(server, contact, 1, 2, 3, 4)
    browser = CustomerBrowser(portal_of(server))
    browser.sign_in(ANA)
    solved(server, browser, silent)
    assert surveys(server) == []


def test_the_page_speaks_spanish_too(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line
) -> None:
    solved(server, ana, shipped_line)
    page = CustomerBrowser(portal_of(server), language="es").get(links(server, box)[-1])
    assert "¿Cómo fue la atención del analista?" in page.text
    assert "Enviar" in page.text
    browser = CustomerBrowser(portal_of(server))
    switch = re.search(r'href="(/idioma/es[^"]*)"', browser.get(links(server, box)[-1]).text)
    assert switch
    back = browser.get(html.unescape(switch[1])).location
    assert "¿Cómo fue la atención del analista?" in browser.get(back).text


def test_a_link_stands_in_no_log_and_in_no_row(
    server: LineServer, ana: CustomerBrowser, box: MailBox, shipped_line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    solved(server, ana, shipped_line)
    link = links(server, box)[-1]
    ana.get(link)
    ana.get(f"{link}x")
    answer(ana, link, comment=f"CNPJ {CNPJ}, senha: quatro-patos")
    traces = Traces()
    traces.add_records(caplog.records)
    traces.add_database(server.database)
    told = "\n".join(text for _, text in traces.texts)
    for canary in (link.split("?mark=")[1], "quatro-patos", CNPJ):
        assert canary not in told
