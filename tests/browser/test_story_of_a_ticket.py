"""One story from the first call to the bill: real webhooks, pages, portal and worker, on one clock that is passed in.

An administrator is let in after a call to Assessoria and adds a contact, who calls Consultoria, hears the number and
the forecast of the ticket, and follows it at the portal until it is accepted and billed.
"""

from __future__ import annotations

import email
import json
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask

from app import pages_front, portal_front, webhooks_front
from data.contact import CONTACT
from data.contact_profile import find_contact
from data.database import Database
from data.roles import Role
from data.ticket_lists import TicketFilter, list_tickets
from data.tickets import TicketRecord
from ivr.call.lines import Lines
from ivr.flow.line import Line
from ivr.server.bounds import Bounds
from ivr.server.front import Front
from ivr.server.listener import Listener, bind
from ivr.worker.deliveries.mail import MailDelivery
from ivr.worker.kinds.tickets import TicketsDue
from ivr.worker.mailing import MailFolder
from ivr.worker.tools import Tools
from ivr.worker.worker import Worker
from tests.browser.served import IVR, ROOT, clean_environment
from tests.browser.window import Window, expect
from tests.conftest import Now
from tests.line_server import KEY, LineServer
from tests.web.at_the_portal import VAULT, contact_id, portal_of
from tests.web.browsing import PASSWORD, make_user

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.network, pytest.mark.untraced]

TOKEN = "a token of the tests"
MARIA = "52998224725"
PEDRO = "pedro@sitio.example"
DIGITS = "7194"
OF_THE_PORTAL = "quatro patos no lago"
BOUNDS = Bounds(body_bytes=640 * 1024, wire_bytes=1280 * 1024)
DAY = timedelta(days=1)

ASSESSORIA = """
call: The administrator asks Assessoria to be let in
from: "+5511987654321"
at: {at:%Y-%m-%dT%H:%M}
steps:
  - press: "7"
  - hear: Assessoria
  - callee: answered
    for: 120
"""

CONSULTANCY = """
call: The contact orders consultancy and hears number and forecast
from: "+5511912345678"
at: {at:%Y-%m-%dT%H:%M}
steps:
  - press: "2"
  - press: "3"
  - press: "{document}#"
  - press: "{digits}#"
  - hear: tecle 1
  - press: "1"
  - hear: código de acesso
  - press: "0#"
  - hear: Para Protheus
  - speak: o RM
  - hear: previsão de retorno
  - callee: answered
    for: 1200
"""


class Story:
    """The three listeners on loopback, a worker, a telephone, and browsers of the staff and of customers."""

    def __init__(self, server: LineServer, chromium: Browser, folder: Path, stack: ExitStack) -> None:
        self.server = server
        self.folder = folder
        self._chromium = chromium
        self._stack = stack
        self.pages = self._served(lambda app: pages_front(app), server.pages.application)
        self.portal = self._served(lambda app: portal_front(app), portal_of(server).application)
        self._mail = folder / "mail"
        tools = Tools(
            server.database,
            VAULT,
            lambda: server.lines,
            mail=MailFolder(self._mail),
            mail_from="portal@example.com",
            portal_url=self.portal,
        )
        self._worker = Worker(tools, server.clock, Random(1), "the story", (TicketsDue,), (MailDelivery,), ())

    def _served(self, front: Callable[[Flask], Front], app: Any) -> str:
        return self._stack.enter_context(listening(front(app)))[0]

    def window(self, site: str) -> Window:
        """A browser of its own at one of both sites."""
        context = self._chromium.new_context(locale="pt-BR", reduced_motion="reduce")
        context.set_default_timeout(30_000)
        self._stack.callback(context.close)
        return Window(context.new_page(), site)

    def call(self, script: str, **blanks: Any) -> None:
        """A call from the simulated telephone by the webhooks, in which all is heard that the script waits for."""
        file = self.folder / "story.call.yaml"
        file.write_text(script.format(at=self.server.clock(), **blanks), encoding="utf-8")
        played = subprocess.run(
            [IVR, "call", f"{self.server.public_url}/twilio/voice", "--script", file, "--json", "--auth-token", TOKEN],
            cwd=self.folder,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert played.returncode == 0, played.stdout[-3000:] + played.stderr[-3000:]
        assert json.loads(played.stdout)["passed"]

    def work(self) -> None:
        """Have the worker do all that is due."""
        while self._worker.step() == 0.0:
            pass

    def letters(self, to: str) -> list[email.message.EmailMessage]:
        """Every mail to an address, the oldest first."""
        self.work()
        files = sorted(self._mail.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)
        letters = [
            BytesParser(email.message.EmailMessage, policy=policy.default).parsebytes(each.read_bytes())
            for each in files
        ]
        return [each for each in letters if each["To"] == to]

    def ticket(self) -> TicketRecord:
        """The one ticket of the story."""
        with self.server.database.reading() as connection:
            (found,) = list_tickets(connection, TicketFilter()).tickets
        return found

    def billing(self, day: datetime) -> str:
        """Return what ``ivr billing --csv`` prints for a day."""
        url = self.server.database._engine.url.render_as_string(hide_password=False)
        environment = {"IVR_DATABASE_URL": url, "IVR_SECRET_KEY": KEY.decode(), "IVR_FLOWS": str(ROOT / "flows")}
        told = subprocess.run(
            [IVR, "billing", "--from", f"{day:%Y-%m-%d}", "--to", f"{day:%Y-%m-%d}", "--csv"],
            cwd=self.folder,
            env=clean_environment() | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told.returncode == 0, told.stderr
        return told.stdout


@contextmanager
def listening(front: Front, socket: Any = None) -> Iterator[tuple[str, Any]]:
    """Serve an application on a port of this machine, as ``ivr serve`` does; its address."""
    listener = Listener(front, BOUNDS)
    bound = socket or bind("127.0.0.1", 0, "port")
    thread = threading.Thread(target=listener.run_on, args=(bound,))
    thread.start()
    while not listener.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}", listener
    finally:
        listener.should_exit = True
        thread.join(30)


@pytest.fixture
def story(chromium: Browser, tmp_path: Path, shipped_line: Line, clock: Now, _filled_file: Path) -> Iterator[Story]:
    database = Database(f"sqlite:///{shutil.copyfile(_filled_file, tmp_path / 'story.sqlite')}")
    webhooks = bind("127.0.0.1", 0, "port")
    address = f"http://127.0.0.1:{webhooks.getsockname()[1]}"
    server = LineServer(Lines((shipped_line,)), database, clock, public_url=address, auth_token=TOKEN, account_sid=None)
    with ExitStack() as stack:
        stack.enter_context(listening(webhooks_front(server.app, server.settings), webhooks))
        yield Story(server, chromium, tmp_path, stack)
    database.close()


def choose_password(window: Window, story: Story, address: str) -> None:
    """First access: the address, the code that comes there, a password."""
    page = window.page
    page.goto(f"{window.site}/acesso")
    page.fill("#email", address)
    page.click("main button[type=submit]")
    expect(page.locator("#code")).to_be_visible()
    told = " ".join(each.get_content() for each in story.letters(address))
    code = re.search(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b", told)
    assert code
    page.fill("#code", code[0])
    page.fill("#new", OF_THE_PORTAL)
    page.fill("#again", OF_THE_PORTAL)
    page.click("main button[type=submit]")
    expect(page.locator("h1")).to_contain_text("Olá")


def sign_in(window: Window, address: str, path: str) -> None:
    """Sign in, and go on to ``path``."""
    page = window.page
    page.goto(f"{window.site}{path}")
    page.fill("#email", address)
    page.fill("#password", OF_THE_PORTAL)
    page.click("main button[type=submit]")
    page.wait_for_url(f"**{path}")


def act(window: Window, number: str, name: str, **fields: str) -> None:
    """Fill in and send one form of the staff's page of a ticket."""
    page = window.page
    page.goto(f"{window.site}/tickets/{number}")
    page.click(f"#act-{name} > summary")
    for field, value in fields.items():
        page.fill(f"#{name}-{field}", value)
    if name == "solve":
        page.check("input[name=cause][value=other]")
    with page.expect_navigation():
        page.click(f"#act-{name} form button.button")


def test_from_the_first_call_to_the_bill(story: Story, clock: Now) -> None:
    server = story.server
    maria = contact_id(server, "Maria", MARIA)
    with server.database.reading() as connection:
        found = find_contact(connection, maria)
    assert found is not None
    address = found.email_of(VAULT)
    assert address
    make_user(server, "iara", Role.SUPERVISOR)

    # Option 7: Assessoria is asked on the telephone, and lets the administrator in on its page.
    story.call(ASSESSORIA)
    staff = story.window(story.pages)
    staff.page.goto(f"{story.pages}/login")
    staff.page.fill("#name", "iara")
    staff.page.fill("#password", PASSWORD)
    staff.page.click("main button[type=submit]")
    staff.page.wait_for_url(lambda url: "/login" not in url)
    staff.page.goto(f"{story.pages}/customers")
    staff.page.fill("#document", MARIA)
    staff.page.click("form.find button")
    staff.page.click("form[action='/customers/let-in'] button")
    expect(staff.at("[role=status]")).to_be_visible()
    assert "portal" in str(story.letters(address)[0]["Subject"])

    # The administrator chooses a password with the one-time code, and adds a contact.
    administrator = story.window(story.portal)
    choose_password(administrator, story, address)
    page = administrator.page
    page.goto(f"{story.portal}/contatos")
    page.fill("#name", "Pedro Sá")
    page.fill("#email", PEDRO)
    page.check("form[action='/contatos'] input[name=consultancy]")
    page.check("form[action='/contatos'] input[name=surveys][value='3']")
    page.click("form[action='/contatos'] button[type=submit]")
    expect(page.locator("main")).to_contain_text("Pedro Sá")

    # The contact comes in by the same way, and chooses digits for the telephone.
    contact = story.window(story.portal)
    choose_password(contact, story, PEDRO)
    page = contact.page
    page.goto(f"{story.portal}/meus-dados")
    page.fill("#digits", DIGITS)
    page.fill("#digits-again", DIGITS)
    page.fill("#password-digits", OF_THE_PORTAL)
    page.click("form[action='/meus-dados/senha-telefone'] button")
    expect(page.locator("form[action='/meus-dados/senha-telefone'] [role=status]")).to_be_visible()

    # The call: number and forecast are heard before it rings.
    story.call(CONSULTANCY, document=MARIA, digits=DIGITS)
    ticket = story.ticket()
    assert (ticket.channel, ticket.service) == ("telephone", "consultoria-tecnica")
    assert story.letters(PEDRO)[-1]["Subject"] == f"Chamado {ticket.number} aberto"

    # The contact follows it; the analyst asks, the contact answers.
    path = f"/chamados/{ticket.number}"
    page.goto(f"{story.portal}/chamados")
    page.click(f"a[href='{path}']")
    assert ticket.forecast_at is not None
    zone = server.lines.named("4003-0015").header.zone  # type: ignore[union-attr]
    expect(page.locator("#forecast")).to_have_text(f"{ticket.forecast_at.astimezone(zone):%d/%m/%Y %H:%M}")
    act(staff, ticket.number, "ask", text="Qual relatório não fecha?")
    assert "precisamos da sua resposta" in str(story.letters(PEDRO)[-1]["Subject"])
    page.goto(f"{story.portal}{path}")
    expect(page.locator("#state")).to_have_text("Aguardando sua resposta")
    expect(page.locator("main")).to_contain_text("Qual relatório não fecha?")
    page.fill("#text", "O balancete de fevereiro.")
    page.click("main form.waits button[type=submit]")
    expect(page.locator("#state")).to_have_text("Em análise")

    # A solution; the reminder comes by itself, once, before the last day; the contact refuses with a reason.
    act(staff, ticket.number, "solve", text="Refaça o fechamento.", minutes="60")
    sent = clock.moment
    for _ in range(14):
        clock.moment += DAY
        story.work()
    reminders = [each for each in story.letters(PEDRO) if "aguarda seu aceite" in str(each["Subject"])]
    assert len(reminders) == 1
    assert f"{(sent + 15 * DAY).astimezone(zone):%d/%m/%Y}" in str(reminders[0]["Subject"])
    sign_in(contact, PEDRO, path)
    expect(page.locator("#state")).to_have_text("Solução aguardando seu aceite")
    page.click("main details > summary >> nth=0")
    page.fill("#reason", "Março ficou igual.")
    page.click(f"form[action='{path}/recusar'] button[type=submit]")
    expect(page.locator("#state")).to_have_text("Solução recusada por você, de volta ao atendimento")

    # Another solution; what is billed is told, and it is accepted.
    log_in_again(staff, story)
    act(staff, ticket.number, "solve", text="Corrigimos o plano de contas.", minutes="30")
    letter = story.letters(PEDRO)[-1].get_content()
    assert "1:30 h" in letter
    survey = re.search(r"(/pesquisas/\S+)", letter)
    assert survey
    page.goto(f"{story.portal}{path}")
    expect(page.locator(".billed")).to_contain_text("1:30 horas")
    expect(page.locator(".billed")).to_contain_text("600,00")
    assert contact.violations() == []
    page.click(f"form[action='{path}/aceitar'] button")
    expect(page.locator("#state")).to_have_text("Encerrado: você aceitou a solução")
    assert story.letters(PEDRO)[-1]["Subject"] == f"Chamado {ticket.number} encerrado"

    # The survey of the last solution, once.
    page.goto(f"{story.portal}{survey[1]}")
    for question in page.locator("main fieldset").all():
        question.locator("input[value='5']").check()
    with page.expect_navigation():
        page.click("main form button")
    assert page.locator("main [role=alert]").all_text_contents() == []
    expect(page.locator("main [role=status]")).to_be_visible()
    page.goto(f"{story.portal}{survey[1]}")
    assert page.locator("main fieldset").count() == 0

    # The bill.
    bill = story.billing(clock.moment.astimezone(zone))
    assert ticket.number in bill
    assert "600" in bill
    assert story.ticket().state == "accepted"
    # No faults: Chromium's hint about forms with a password and no name, and the survey that is over (410).
    faults = [*contact.faults, *administrator.faults]
    assert [each for each in faults if "console: verbose" not in each and "410 (Gone)" not in each] == []
    with server.database.reading() as connection:
        assert connection.execute(CONTACT.select().where(CONTACT.c.name == "Pedro Sá")).first()


def log_in_again(staff: Window, story: Story) -> None:
    """Log the analyst in anew: the session was over long ago."""
    staff.page.goto(f"{story.pages}/login")
    staff.page.fill("#name", "iara")
    staff.page.fill("#password", PASSWORD)
    staff.page.click("main button[type=submit]")
    staff.page.wait_for_url(lambda url: "/login" not in url)
