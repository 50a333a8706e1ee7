"""The pages of tickets stand on a telephone and a wide screen, for all, and a whole ticket is worked on without a
script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from data.contact import CONTACT
from data.database import Database
from data.roles import Role
from data.users import add_user, find_user
from ivr.cli import clock
from ivr.flow.folder import load_line
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on, ticket_for
from ivr.service_desk.attachments import NewAttachment, attach
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.service_desk.remote_access import AccessAsk, answer_access, ask_for_access
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from tests.browser.conftest import OpenWindow
from tests.browser.served import ROOT, Served, served
from tests.browser.test_who_is_who import log_in
from tests.browser.window import Window, expect
from tests.databases import embed

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from sqlalchemy import Connection

pytestmark = [pytest.mark.network, pytest.mark.untraced]

HOSTILE = "<img src=x onerror=document.title=1>" + "x" * 120
LINE = "4003-0015"
STORY, HARD = "5071343114", "5071343115"
QUESTION = "Qual é a versão do RM, e a mensagem aparece para todos os usuários?\nSe puder, mande a tela inteira."


@pytest.fixture(scope="module")
def server(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, _filled_file: Path) -> Iterator[Served]:
    """The shipped line with tickets, one of which is written by people who mean ill."""
    folder = tmp_path_factory.mktemp("served")
    embed(_filled_file, folder)
    with served(folder, TWILIO_AUTH_TOKEN="a token of the tests") as server:
        database = Database(f"sqlite:///{next(folder.rglob('*.sqlite'))}")
        with database.transaction() as connection:
            tell_stories(connection, load_line(ROOT / "flows" / LINE))
        database.close()
        yield server


@pytest.fixture(scope="module")
def cookies(chromium: Browser, server: Served) -> list[Any]:
    """Those of a supervisor who has logged in."""
    context = chromium.new_context()
    window = Window(context.new_page(), server.pages)
    log_in(window, "supervisor", server.code)
    found: list[Any] = context.cookies()
    context.close()
    return found


@pytest.fixture(scope="module")
def site(server: Served) -> str:
    return server.pages


def tell_stories(connection: Connection, line: Line) -> None:
    """Tickets as a day at a desk leaves them."""
    now = clock.now()
    contacts = connection.execute(select(CONTACT).order_by(CONTACT.c.id).limit(12)).all()
    rita = add_user(connection, "rita.nogueira", "Rita Nogueira", Role.AGENT)
    find_user(connection, "supervisor")
    matters = [
        ("Nota fiscal não sai no faturamento", "portal", 2, "RM 12.1.2406", "Faturamento"),
        ("Fechamento da folha trava no cálculo de férias", "telephone", 1, "Protheus 12.1.2310", "Gestão de Pessoal"),
        ("Relatório de estoque em branco", "telephone", 3, "Datasul", None),
        ("Cores do menu trocadas depois da atualização", "portal", 4, "Logix", "Menu"),
        ("Integração bancária não lê o retorno", "telephone", 2, "RM 12.1.2406", "Financeiro"),
        (HOSTILE, "telephone", 3, HOSTILE[:80], HOSTILE[:80]),
    ]
    for place, (subject, channel, severity, product, module) in enumerate(matters):
        number = {0: STORY, 5: HARD}.get(place, f"60000000{place:02}")
        contact = contacts[place]
        new = NewTicket(
            company_id=contact.company_id,
            contact_id=contact.id,
            channel=channel,
            area=Area.SUSTENTACAO,
            calendar="suporte",
            severity=Severity(severity),
            party=TicketParty.CUSTOMER,
            author=HOSTILE if number == HARD else contact.name,
            subject=subject,
            description=HOSTILE if number == HARD else "Desde ontem, com todos os usuários da filial.",
            destination="suporte.rm",
            product=product,
            module=module,
        )
        open_ticket(connection, line, new, number, now - timedelta(days=9 - place))

    def do(number: str, kind: EventKind, days: float, *, customer: bool = False, **more: object) -> None:
        party = TicketParty.CUSTOMER if customer else TicketParty.STAFF
        author = "Ana Souza" if customer else "Rita Nogueira"
        act = TicketAct(kind, party, author, user_id=None if customer else rita.id, **more)  # type: ignore[arg-type]
        act_on(connection, line, ticket_for(connection, number), act, now - timedelta(days=days))

    do(STORY, EventKind.ASSIGNED, 8, visible=False, changes={"analyst_id": rita.id}, details={"analyst": rita.id})
    do(STORY, EventKind.QUESTION_ASKED, 7.5, text=QUESTION, minutes=15)
    do(STORY, EventKind.ANSWERED, 6, customer=True, text="12.1.2406. Sim, para todos.")
    do(
        STORY,
        EventKind.ACTIVITY_NOTED,
        5,
        text="Reproduzi na base de testes; falta o patch.",
        minutes=50,
        visible=False,
    )
    do(
        STORY,
        EventKind.SOLUTION_SENT,
        4,
        text="Aplique o patch P7.",
        details={"cause": "product", "patch": "12.1.2406-P7"},
    )
    do(STORY, EventKind.REFUSED, 3, customer=True, text="Apliquei, e a nota continua parada na mesma tela.")
    hour = timedelta(hours=1)
    ask = AccessAsk("TeamViewer", "Ver a nota parada", None, "Rita Nogueira", rita.id)
    ticket, _ = ask_for_access(connection, line, ticket_for(connection, STORY), ask, "RA0", now - hour)
    answer_access(
        connection, line, ticket, "RA0", allowed=True, author="Ana Souza", contact_id=None, channel="telephone",
        now=now - hour / 2, protocol="4003009999",
    )  # fmt: skip
    do(HARD, EventKind.MESSAGE_ADDED, 2, text=HOSTILE * 5)
    file = NewAttachment(f"{HOSTILE[36:]}.log", b"erro 42", TicketParty.STAFF, "Rita Nogueira", rita.id)
    attach(connection, line, ticket_for(connection, HARD), file, "AT1", now - timedelta(days=1))
    ask = AccessAsk(HOSTILE[:40], HOSTILE, 45, "Rita Nogueira", rita.id)
    ask_for_access(connection, line, ticket_for(connection, HARD), ask, "RA1", now)


def test_pages_of_tickets_stand_in_nobodys_way_and_run_nothing(
    open_window: OpenWindow, server: Served, cookies: list[Any]
) -> None:
    for language, width in (("pt-BR", 1440), ("en", 390), ("pt-BR", 390)):
        window = open_window(language, width, 900)
        window.page.context.add_cookies(cookies)
        for path in ("/tickets", f"/tickets/{STORY}", f"/tickets/{HARD}", "/tickets/new", "/tickets/new?contact=1"):
            name = re.sub(r"[^a-z0-9]+", "-", path).strip("-")
            window.page.goto(server.pages + path)
            expect(window.at("h1")).to_be_visible()
            window.picture(f"{name}-{width}-{language}-first")
            for each in window.at("summary").all():
                each.click()
            wide = window.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert (path, width, wide <= 0, window.violations()) == (path, width, True, [])
            assert window.at("img[src=x]").count() == 0
            window.picture(f"{name}-{width}-{language}")


def test_a_ticket_is_worked_on_where_no_script_runs(chromium: Browser, server: Served, cookies: list[Any]) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en")
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(f"{server.pages}/tickets")
    page.get_by_role("link", name="Open a ticket").click()
    page.get_by_label("Name of the company").fill("padaria")
    page.get_by_role("button", name="Look").click()
    page.locator(".people a").first.click()
    page.get_by_label("Subject: one a ticket").fill("Impressora fiscal parada")
    page.get_by_label("What happens").fill("Não imprime desde cedo.")
    page.get_by_label("Desk").select_option(label="suporte.rm")
    page.locator('input[name="usable"][value="no"]').check()
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.locator("h1")).to_have_text("Impressora fiscal parada")
    expect(page.locator(".chip.severity-1")).to_be_visible()
    page.get_by_text("Ask the customer", exact=True).click()
    page.get_by_label("The question;").fill("Qual o modelo?")
    page.get_by_role("button", name="Send the question").click()
    expect(page.locator(".chip.state-pending-customer")).to_be_visible()
    page.get_by_text("Attach a file", exact=True).click()
    page.locator("#attach-file").set_input_files({"name": "tela.txt", "mimeType": "text/plain", "buffer": b"erro"})
    page.get_by_role("button", name="Attach it").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="tela.txt").click()
    assert download.value.suggested_filename == "tela.txt"
    page.get_by_text("Note an activity", exact=True).click()
    page.get_by_label("What was done").fill("Testei outra impressora")
    page.get_by_label("Minutes it took", exact=True).fill("12")
    page.get_by_role("button", name="Note it").click()
    expect(page.locator(".event").last).to_contain_text("12 min")
    context.close()
