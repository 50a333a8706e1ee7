"""A contact chooses a password with a code sent to a registered address: once, soon, in the browser that asked."""

from __future__ import annotations

import email
import re
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import select

from data import one_time_secrets
from data.audit import audit_since
from data.contact import CONTACT
from data.contact_profile import save_profile
from data.csv_import import import_csv
from data.mails import CODE_TEXT, MAIL
from data.one_time_secrets import GOOD_FOR, MOST_A_DAY, MOST_AN_HOUR, MOST_TRIES, SECRET
from data.outbox import OUTBOX
from ivr.worker.deliveries.mail import CodeTextDelivery, MailDelivery
from ivr.worker.mailing import MailFolder
from ivr.worker.outbox import Outbox
from ivr.worker.tools import Tools
from routing.documents import parse_document
from tests.conftest import Now
from tests.line_server import PADARIA, LineServer, LocalClient
from tests.web.at_the_portal import PASSWORD, VAULT, CustomerBrowser, activate, contact_id, portal_of

ANA = "ana@padaria-pao.example"
NEW = "nove gansos no quintal"
CODE = re.compile(r"\b[A-Z2-9]{5}-[A-Z2-9]{5}\b")


class MailBox:
    """What the line sends to contacts, written into a folder."""

    def __init__(self, server: LineServer, folder: Path) -> None:
        self._folder = folder
        tools = Tools(
            server.database,
            VAULT,
            lambda: server.lines,
            mail=MailFolder(folder),
            mail_from="portal@example.com",
            portal_url="https://cliente.example.com",
        )
        self._outbox = Outbox(
            server.database, [MailDelivery(tools), CodeTextDelivery(tools)], "a test", Random(1), server.clock
        )

    def letters(self) -> list[email.message.EmailMessage]:
        """Send what waits, and return every letter that was ever sent, the oldest first."""
        while self._outbox.step():
            pass
        return [
            BytesParser(email.message.EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
            for file in sorted(self._folder.glob("*.eml"), key=lambda each: each.stat().st_mtime_ns)
        ]

    def code(self) -> str:
        """The code of the newest letter."""
        found = CODE.search(self.letters()[-1].get_content())
        assert found
        return found[0]


@pytest.fixture
def box(server: LineServer, tmp_path: Path) -> MailBox:
    return MailBox(server, tmp_path / "mail")


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    """Ana is let in, and has no password yet."""
    invite(server, "Ana")
    return portal_of(server)


def invite(server: LineServer, name: str) -> int:
    number = contact_id(server, name)
    with server.database.transaction() as connection:
        company = connection.execute(select(CONTACT.c.company_id).where(CONTACT.c.id == number)).scalar_one()
        save_profile(connection, VAULT, number, company, invited_at=server.clock())
    return number


def ask(browser: CustomerBrowser, address: str = ANA, channel: str = "email") -> str:
    """The page that is told of an address, without what differs in any two answers."""
    answer = browser.post("/acesso", {"email": address, "channel": channel}, page="/acesso")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/acesso/codigo")
    return re.sub(r'value="[0-9a-f]{64}"', "", browser.get("/acesso/codigo").text)


def choose(browser: CustomerBrowser, code: str, password: str = NEW, again: str | None = None) -> int:
    form = {"code": code, "new": password, "again": password if again is None else again}
    return browser.post("/acesso/codigo", form, page="/acesso/codigo").status_code


def test_a_contact_who_was_let_in_chooses_a_first_password(
    server: LineServer, portal: LocalClient, box: MailBox
) -> None:
    browser = CustomerBrowser(portal)
    ask(browser)
    (letter,) = box.letters()
    assert (letter["To"], letter["From"], letter["Auto-Submitted"]) == (ANA, "portal@example.com", "auto-generated")
    assert "Padaria Pão Quente Ltda" in letter.get_content()
    assert NEW not in letter.as_string()
    assert choose(browser, box.code().lower().replace("-", " ")) == 303
    assert browser.is_signed_in()
    assert CustomerBrowser(portal).sign_in(ANA, NEW).status_code == 303
    with server.database.reading() as connection:
        acts = [row.act for row in audit_since(connection, server.clock().replace(year=2000))]
    assert acts == ["activate the portal", "sign in to the portal", "sign in to the portal"]


def test_a_lost_password_is_replaced_and_other_sessions_end(server: LineServer, box: MailBox) -> None:
    activate(server, "Ana", ANA)
    portal = portal_of(server)
    before = CustomerBrowser(portal)
    assert before.sign_in(ANA).status_code == 303
    browser = CustomerBrowser(portal)
    ask(browser)
    assert choose(browser, box.code()) == 303
    assert not before.is_signed_in()
    assert CustomerBrowser(portal).sign_in(ANA, PASSWORD).status_code == 403


def test_a_code_is_good_once(portal: LocalClient, box: MailBox) -> None:
    browser = CustomerBrowser(portal)
    ask(browser)
    code = box.code()
    assert choose(browser, code) == 303
    assert choose(browser, code) == 403


def test_a_code_is_good_in_no_other_browser(portal: LocalClient, box: MailBox) -> None:
    browser, other = CustomerBrowser(portal), CustomerBrowser(portal)
    ask(browser)
    code = box.code()
    assert choose(other, code) == 403
    ask(other, "bruno@padaria-pao.example")
    assert choose(other, code) == 403
    assert choose(browser, code) == 303


def test_a_code_is_over_after_fifteen_minutes(clock: Now, portal: LocalClient, box: MailBox) -> None:
    browser = CustomerBrowser(portal)
    ask(browser)
    code = box.code()
    assert timedelta(minutes=15) == GOOD_FOR
    clock.moment += GOOD_FOR
    assert choose(browser, code) == 403
    ask(browser)
    clock.moment += GOOD_FOR - timedelta(seconds=1)
    assert choose(browser, box.code()) == 303


def test_a_code_that_could_not_be_sent_in_time_is_never_sent(clock: Now, portal: LocalClient, box: MailBox) -> None:
    ask(CustomerBrowser(portal))
    clock.moment += GOOD_FOR
    assert box.letters() == []


def test_wrong_codes_use_a_code_up(portal: LocalClient, box: MailBox) -> None:
    browser = CustomerBrowser(portal)
    ask(browser)
    code = box.code()
    assert [choose(browser, "AAAAA-BBBBB") for _ in range(MOST_TRIES)] == [403] * MOST_TRIES
    assert choose(browser, code) == 403


def test_who_has_no_tries_left_at_a_password_chooses_another_with_a_code(server: LineServer, box: MailBox) -> None:
    activate(server, "Ana", ANA)
    browser = CustomerBrowser(portal_of(server))
    for _ in range(server.guesses.account):
        assert browser.sign_in(ANA, "a wrong password").status_code == 403
    assert browser.sign_in(ANA).status_code == 403
    ask(browser)
    assert choose(browser, box.code()) == 303
    assert browser.sign_in(ANA, NEW).status_code == 303


def test_what_is_wrong_with_a_password_uses_no_code_up(portal: LocalClient, box: MailBox) -> None:
    browser = CustomerBrowser(portal)
    ask(browser)
    code = box.code()
    for bad in ("curta", "a" * 20, f"{ANA} e mais"):
        assert choose(browser, code, bad) == 403
    assert choose(browser, code, NEW, "outra senha bem longa") == 403
    assert choose(browser, code) == 303


def test_every_address_is_answered_alike_and_only_those_let_in_get_a_code(
    server: LineServer, portal: LocalClient, box: MailBox
) -> None:
    told = {
        ask(CustomerBrowser(portal), address)
        for address in (
            ANA,
            "ninguem@nada.example",  # nobody's
            "bruno@padaria-pao.example",  # not let in
            "carla@padaria-pao.example",  # blocked
            "no address at all",
            "",
        )
    }
    assert len(told) == 1
    assert [letter["To"] for letter in box.letters()] == [ANA]
    with server.database.reading() as connection:
        rows = connection.execute(select(SECRET.c.contact_id)).scalars().all()
    assert len(rows) == 6
    assert rows.count(None) == 5


def test_a_wrong_code_is_told_alike_whatever_the_address(portal: LocalClient) -> None:
    told = set()
    for address in (ANA, "ninguem@nada.example"):
        browser = CustomerBrowser(portal)
        ask(browser, address)
        form = {"code": "AAAAA-BBBBB", "new": NEW, "again": NEW}
        answer = browser.post("/acesso/codigo", form, page="/acesso/codigo")
        told.add((answer.status_code, re.sub(r'value="[0-9a-f]{64}"', "", answer.text)))
    assert len(told) == 1


def test_a_stranger_cannot_fill_a_box_with_codes(clock: Now, portal: LocalClient, box: MailBox) -> None:
    for _ in range(3 * MOST_AN_HOUR):
        ask(CustomerBrowser(portal))
    assert len(box.letters()) == MOST_AN_HOUR
    for _ in range(20):
        clock.moment += timedelta(hours=1)
        ask(CustomerBrowser(portal))
    assert len(box.letters()) <= MOST_A_DAY + MOST_AN_HOUR


def test_codes_of_nobody_keep_no_code_from_those_let_in(
    server: LineServer, portal: LocalClient, box: MailBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_time_secrets, "MOST_OF_ALL", 4)
    stranger = CustomerBrowser(portal)
    for place in range(6):
        ask(stranger, f"nobody{place}@nowhere.example")
    ana = CustomerBrowser(portal)
    ask(ana)
    assert choose(ana, box.code()) == 303
    activate(server, "Bruno", "bruno@padaria.example")
    for place in range(6):
        ask(CustomerBrowser(portal), [ANA, "bruno@padaria.example"][place % 2])
    assert len(box.letters()) == 4, "no more are sent within the hour"


@pytest.mark.parametrize("administrator", [True, False])
def test_an_import_of_another_address_ends_what_was_proven_at_the_old_one(
    server: LineServer, portal: LocalClient, box: MailBox, tmp_path: Path, administrator: bool
) -> None:
    name, address = ("Ana", ANA) if administrator else ("Bruno", "bruno@padaria-pao.example")
    activate(server, name, address)
    signed_in, asking = CustomerBrowser(portal), CustomerBrowser(portal)
    signed_in.sign_in(address)
    ask(asking, address)
    code, file = box.code(), tmp_path / "contacts.csv"
    rows = "document,company,contact,password,email\n{},Padaria Pão Quente Ltda,{},{},{}\n"
    for now_at, ended in ((address, False), ("novo@padaria.example", True)):
        file.write_text(rows.format(PADARIA, name, "1234" if administrator else "4321", now_at))
        assert import_csv(server.database, VAULT, file, parse_document, all_or_nothing=True).problems == ()
        assert signed_in.is_signed_in() is (administrator or not ended)
    assert choose(asking, code) == 403
    assert CustomerBrowser(portal).sign_in("novo@padaria.example").status_code == (303 if administrator else 403)


def test_an_invitation_is_over_after_a_week(clock: Now, portal: LocalClient, box: MailBox) -> None:
    clock.moment += timedelta(days=7)
    ask(CustomerBrowser(portal))
    assert box.letters() == []


def test_a_code_comes_to_the_mobile_where_it_is_asked_for_there(portal: LocalClient, box: MailBox) -> None:
    browser = CustomerBrowser(portal)
    ask(browser, channel="mobile")
    (letter,) = box.letters()
    assert letter["To"] == "+5511900000001"
    assert choose(browser, box.code()) == 303


def test_a_letter_goes_nowhere_once_the_address_was_changed(
    server: LineServer, portal: LocalClient, box: MailBox
) -> None:
    ask(CustomerBrowser(portal))
    number = contact_id(server, "Ana")
    with server.database.transaction() as connection:
        company = connection.execute(select(CONTACT.c.company_id).where(CONTACT.c.id == number)).scalar_one()
        save_profile(connection, VAULT, number, company, email="outra@padaria-pao.example")
    assert box.letters() == []


def test_the_outbox_holds_no_code_and_no_address(server: LineServer, portal: LocalClient, box: MailBox) -> None:
    ask(CustomerBrowser(portal))
    code = box.code()
    with server.database.reading() as connection:
        (row,) = connection.execute(select(OUTBOX).where(OUTBOX.c.kind.in_((MAIL, CODE_TEXT))))
        secret = connection.execute(select(SECRET)).one()
    for stored in (str(tuple(row)), str(tuple(secret))):
        assert ANA not in stored
        assert code not in stored
        assert code.replace("-", "") not in stored
    assert row.state == "sent"


def test_a_letter_is_in_the_language_of_the_page(portal: LocalClient, box: MailBox) -> None:
    ask(CustomerBrowser(portal, language="es"))
    assert "Nuestro equipo nunca pide este código" in box.letters()[0].get_content()
