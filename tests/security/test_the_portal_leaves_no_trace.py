"""No password, code, address or document of the portal stands in a log, an error, an address or the database."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import text

from data.erasure import erase
from data.vault import Vault
from routing.documents import parse_document
from tests.conftest import MakeServer
from tests.line_server import PADARIA
from tests.security.canary import CNPJ, Traces
from tests.web.at_the_portal import VAULT, CustomerBrowser, activate, portal_of
from tests.web.test_codes_for_the_portal import MailBox, ask, choose, invite

ADDRESS = "zoraide.canaria@padaria-pao.example"
SECRET = "sete-canarios-amarelos-na-gaiola"
WRONG = "oito-canarios-verdes-no-telhado"
MOBILE = "+5511987650123"
DIGITS = "90817263"
KEPT = "nove canarios brancos que ninguem enviou"


def test_nothing_typed_at_the_portal_is_logged_or_stored_in_the_clear(
    make_server: MakeServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = make_server()
    activate(server, "Ana", ADDRESS, password=None)
    invite(server, "Ana")
    portal, box = portal_of(server), MailBox(server, tmp_path / "mail")
    browser = CustomerBrowser(portal)
    answers = [ask(browser, ADDRESS)]
    code = box.code()
    assert choose(browser, "AAAAA-BBBBB", WRONG) == 403
    assert choose(browser, code, SECRET) == 303
    stranger = CustomerBrowser(portal)
    for form in ({"email": ADDRESS, "password": WRONG}, {"email": CNPJ, "password": DIGITS}):
        answers.append(stranger.post("/entrar", form).text.replace(f'value="{form["email"]}"', ""))
    sent = {"name": "Rita", "email": "rita.canaria@padaria.example", "mobile": MOBILE}
    browser.post("/contatos", sent, page="/contatos")
    form = {"digits": DIGITS, "digits-again": DIGITS, "password": SECRET}
    assert browser.post("/meus-dados/senha-telefone", form, page="/meus-dados").status_code == 303
    kept = {"text": KEPT, "kept-path": "/chamados/1234567890/mensagem", "kept-text": KEPT}
    for path in ("/chamados/1234567890/mensagem", "/entrar"):
        assert KEPT in stranger.post(path, kept).text, "what is kept is in the answer"
    for path in ("/nada", f"/contatos/{CNPJ}", "/meus-dados/nada"):
        answers.append(browser.get(path).text)
    traces = Traces()
    traces.add_records(caplog.records)
    traces.add_database(server.database)
    logged_and_stored = "\n".join(told for _, told in traces.texts)
    for canary in (ADDRESS, SECRET, WRONG, code, code.replace("-", ""), MOBILE, "rita.canaria", DIGITS, CNPJ, KEPT):
        assert canary not in logged_and_stored
        assert canary not in "\n".join(answers)
    assert traces.leaks() == []


def test_an_erasure_takes_all_of_the_portal_with_it(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server()
    activate(server, "Ana", ADDRESS)
    portal, box = portal_of(server), MailBox(server, tmp_path / "mail")
    browser = CustomerBrowser(portal)
    ask(browser, ADDRESS)
    assert choose(browser, box.code(), SECRET) == 303
    CustomerBrowser(portal).sign_in(ADDRESS, WRONG)
    ask(CustomerBrowser(portal), ADDRESS)  # waits in the outbox
    assert erase(server.database, VAULT, parse_document(PADARIA), server.clock())
    with server.database.reading() as connection:
        for table in ("portal_session", "portal_attempt", "one_time_secret", "audit"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0, table
        left = connection.execute(text("SELECT count(*) FROM contact_profile")).scalar_one()
        contacts = connection.execute(text("SELECT count(*) FROM contact")).scalar_one()
    assert left == contacts > 0
    assert len(box.letters()) == 1, "what waited goes to nobody"
    assert not browser.is_signed_in()


def test_a_stolen_database_gives_no_address_and_no_code_away(make_server: MakeServer, tmp_path: Path) -> None:
    server = make_server()
    activate(server, "Ana", ADDRESS)
    box = MailBox(server, tmp_path / "mail")
    ask(CustomerBrowser(portal_of(server)), ADDRESS)
    code = box.code()
    thief = Vault(b"another key of 32 bytes.........", VAULT.cost)
    with server.database.reading() as connection:
        secret = connection.execute(text("SELECT id FROM one_time_secret")).scalar_one()
        digest = connection.execute(
            text("SELECT email_digest FROM contact_profile WHERE email_digest IS NOT NULL LIMIT 1")
        )
        stored = digest.scalar_one()
    from data.contact_profile import address_digest
    from data.one_time_secrets import code_of, find_secret

    with server.database.reading() as connection:
        row = find_secret(connection, secret)
    assert row is not None
    assert code_of(VAULT, row) == code
    assert code_of(thief, row) != code
    assert address_digest(thief, ADDRESS) != stored
