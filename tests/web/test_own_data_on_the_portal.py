"""A contact sees what is kept, chooses both passwords and wishes, and takes a copy along, with a pendency as well."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask

from data.all_tables import PERSONAL
from data.contact import MAX_CONTACTS
from data.contact_profile import find_contact, wants_survey
from data.customers import identify
from data.periods import PERIODS
from ivr.web.portal.guard import without_pendency
from ivr.web.portal.own_data.routes import MOST_DIGITS_A_DAY
from ivr.web.portal.privacy.routes import KEPT, OF_STAFF
from tests.conftest import Now
from tests.line_server import PADARIA, LineServer, LocalClient
from tests.web.at_the_portal import PASSWORD, VAULT, CustomerBrowser, activate, contact_id, portal_of

ANA = "ana@padaria-pao.example"
HELENA = "helena@transportes-andorinha.example"
ANDORINHA = "34190256000120"
NEW = "nove gansos no quintal"


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    activate(server, "Ana", ANA)
    activate(server, "Helena", HELENA, document=ANDORINHA)
    return portal_of(server)


@pytest.fixture
def ana(portal: LocalClient) -> CustomerBrowser:
    browser = CustomerBrowser(portal)
    browser.sign_in(ANA)
    return browser


def digits(browser: CustomerBrowser, typed: str, again: str | None = None, password: str = PASSWORD) -> int:
    form = {"digits": typed, "digits-again": typed if again is None else again, "password": password}
    return browser.post("/meus-dados/senha-telefone", form, page="/meus-dados").status_code


def test_digits_chosen_on_the_portal_are_keyed_on_the_telephone(
    server: LineServer, ana: CustomerBrowser, clock: Now
) -> None:
    assert "Ela foi dada a você" in ana.get("/meus-dados").text
    assert digits(ana, "80641") == 303
    assert "Você a escolheu hoje." in ana.get("/meus-dados").text
    caller = identify(server.database, VAULT, VAULT.document_digest(PADARIA), "80641")
    assert caller is not None
    assert caller.contact_name == "Ana"
    assert identify(server.database, VAULT, VAULT.document_digest(PADARIA), "1234") is None
    clock.moment += timedelta(days=40)
    ana.sign_in(ANA)
    assert "Você a escolheu há 40 dias." in ana.get("/meus-dados").text


@pytest.mark.parametrize(
    ("typed", "again", "password"),
    [
        ("4321", None, PASSWORD),  # in a row, and Bruno's
        ("1234", None, PASSWORD),  # the same again
        ("77777", None, PASSWORD),
        ("121212", None, PASSWORD),
        ("345678", None, PASSWORD),
        ("2468", None, PASSWORD),  # Carla's
        ("80641", "80642", PASSWORD),
        ("123", None, PASSWORD),
        ("123456789", None, PASSWORD),
        ("12a4", None, PASSWORD),
        ("80641", None, "another password"),
    ],
)
def test_digits_that_cannot_be_chosen_change_nothing(
    server: LineServer, ana: CustomerBrowser, typed: str, again: str | None, password: str
) -> None:
    assert digits(ana, typed, again, password) == 403
    caller = identify(server.database, VAULT, VAULT.document_digest(PADARIA), "1234")
    assert caller is not None
    assert caller.contact_name == "Ana"


def test_colleagues_digits_cannot_be_tried_out_one_after_the_other(ana: CustomerBrowser, clock: Now) -> None:
    tried = [digits(ana, f"{9000 + place}") for place in range(MOST_DIGITS_A_DAY + 1)]
    assert tried == [303] * MOST_DIGITS_A_DAY + [403]
    assert digits(ana, "4321") == 403
    clock.moment += timedelta(days=1, seconds=1)
    ana.sign_in(ANA)
    assert digits(ana, "9100") == 303


def test_who_is_renamed_gets_no_more_tries_at_colleagues_digits(server: LineServer, ana: CustomerBrowser) -> None:
    number, right = contact_id(server, "Ana"), 0
    for place in range(7 * MOST_DIGITS_A_DAY):
        if place % MOST_DIGITS_A_DAY == 0:
            form = {"name": f"Ana {place}", "email": ANA, "mobile": "11 90000-0001", "support": "yes"}
            assert ana.post(f"/contatos/{number}", form | {"password": PASSWORD}, page="/contatos").status_code == 303
        right += digits(ana, f"{9000 + place}") == 303
    assert right == MAX_CONTACTS * MOST_DIGITS_A_DAY


def test_another_password_of_the_portal_ends_other_sessions(portal: LocalClient, ana: CustomerBrowser) -> None:
    other = CustomerBrowser(portal)
    other.sign_in(ANA)
    form = {"password": PASSWORD, "new": NEW, "again": NEW}
    assert ana.post("/meus-dados/senha", form | {"password": "wrong"}, page="/meus-dados").status_code == 403
    assert ana.post("/meus-dados/senha", form | {"again": "x"}, page="/meus-dados").status_code == 403
    assert ana.post("/meus-dados/senha", form, page="/meus-dados").status_code == 303
    assert ana.is_signed_in()
    assert not other.is_signed_in()
    assert other.sign_in(ANA).status_code == 403
    assert other.sign_in(ANA, NEW).status_code == 303


def test_wishes_of_language_and_surveys_are_kept(server: LineServer, ana: CustomerBrowser) -> None:
    form = {"language": "es", "surveys": ["2"]}
    assert ana.post("/meus-dados/preferencias", form, page="/meus-dados").status_code == 303
    assert "Mis datos" in ana.get("/meus-dados").text
    number = contact_id(server, "Ana")
    with server.database.reading() as connection:
        assert [wants_survey(connection, number, each) for each in (1, 2)] == [False, True]
    ana.post("/meus-dados/preferencias", {"language": "xx", "surveys": ["9"]}, page="/meus-dados")
    with server.database.reading() as connection:
        found = find_contact(connection, number)
    assert found is not None
    assert (found.language, found.survey_severities) == (None, frozenset())


def test_a_copy_holds_what_is_ones_own_and_nothing_of_colleagues(server: LineServer, ana: CustomerBrowser) -> None:
    server.keys("2", "2", PADARIA, "1234")
    answer = ana.get("/meus-dados/copia.json")
    shown = json.loads(answer.text)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="meus-dados.json"'
    assert shown["contact"][0]["name"] == "Ana"
    assert shown["portal"][0]["email"] == ANA
    assert shown["acts on the portal"][0]["act"] == "sign in to the portal"
    by_company = {each.of_company for each in PERSONAL.values() if each.of_company}
    assert by_company <= shown.keys(), "each table that holds something of customers"
    assert {each.exported for each in PERSONAL.values() if each.exported} <= shown["calls"][0].keys()
    for of_others in ("Bruno", "Carla", "argon2", "digest", "password_hash", "siv:"):
        assert of_others not in answer.text


def test_a_pendency_closes_tickets_and_downloads_and_nothing_else(portal: LocalClient) -> None:
    app = cast(Flask, portal.application)
    app.add_url_rule("/fechado", "fechado", without_pendency(lambda: "tickets"), methods=["GET", "POST"])
    helena, ana = CustomerBrowser(portal), CustomerBrowser(portal)
    helena.sign_in(HELENA)
    ana.sign_in(ANA)
    assert ana.get("/fechado").text == "tickets"
    for answer in (helena.get("/fechado"), helena.post("/fechado", page="/")):
        assert answer.status_code == 403
        assert "tecle 4, depois 9" in answer.text
        assert "Fatura" in answer.text
    assert "tem uma pendência financeira" in helena.get("/").text
    for path in ("/contatos", "/meus-dados", "/meus-dados/copia.json", "/privacidade"):
        assert helena.get(path).status_code == 200


def test_the_privacy_notice_tells_of_each_period_in_words_for_customers(portal: LocalClient) -> None:
    assert {each.name for each in PERIODS} == set(KEPT) | OF_STAFF
    told = CustomerBrowser(portal).get("/privacidade").text
    for each in PERIODS:
        if each.name in KEPT:
            assert f'<td class="number">{each.days}</td><td>{each.source}</td>' in told
    assert "Lei 13.709/2018" in CustomerBrowser(portal, language="es").get("/privacidade").text
