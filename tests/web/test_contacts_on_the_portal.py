"""The administrator of a company adds, changes, releases, blocks and hands over; there is one, always."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.audit import audit_since
from data.company import find_company
from data.contact import CONTACT
from data.contact_profile import contacts_of, find_contact
from data.customers import identify
from ivr.web.portal.contacts.routes import MOST_INVITATIONS_A_DAY
from routing.documents import parse_document
from tests.conftest import MakeServer, Now
from tests.line_server import PADARIA, LineServer, LocalClient
from tests.web.at_the_portal import PASSWORD, VAULT, CustomerBrowser, activate, contact_id, portal_of
from tests.web.test_codes_for_the_portal import MailBox, ask, choose

FABIANA = "fabiana@metalurgica-horizonte.example"
METALURGICA = "11444777000161"
NEW = {"name": "Rita Alves", "email": "rita@metalurgica.example", "mobile": "11 91234-0001", "support": "yes"}


@pytest.fixture
def portal(server: LineServer) -> LocalClient:
    activate(server, "Fabiana", FABIANA, document=METALURGICA)
    return portal_of(server)


@pytest.fixture
def fabiana(portal: LocalClient) -> CustomerBrowser:
    """The administrator of a company of two, signed in."""
    browser = CustomerBrowser(portal)
    assert browser.sign_in(FABIANA).status_code == 303
    return browser


@pytest.fixture
def box(server: LineServer, tmp_path: Path) -> MailBox:
    return MailBox(server, tmp_path / "mail")


def names(server: LineServer, document: str = METALURGICA) -> dict[str, tuple[bool, bool]]:
    """Who is administrator, and who blocked, by name."""
    with server.database.reading() as connection:
        company = find_company(connection, VAULT, parse_document(document))
        assert company is not None
        return {each.contact_name: (each.administrator, each.blocked) for each in contacts_of(connection, company)}


def add(browser: CustomerBrowser, **form: str) -> int:
    return browser.post("/contatos", NEW | form, page="/contatos").status_code


def test_a_contact_who_is_added_chooses_a_password_and_signs_in(
    portal: LocalClient, fabiana: CustomerBrowser, box: MailBox
) -> None:
    assert add(fabiana) == 303
    (invitation,) = box.letters()
    assert (invitation["To"], "https://cliente.example.com/acesso" in invitation.get_content()) == (NEW["email"], True)
    rita = CustomerBrowser(portal)
    ask(rita, NEW["email"])
    assert choose(rita, box.code()) == 303
    assert "Olá, Rita Alves" in rita.get("/").text
    assert "usa o portal" in fabiana.get("/contatos").text


def test_a_company_has_five_contacts_the_administrator_included(server: LineServer, fabiana: CustomerBrowser) -> None:
    for place in range(3):
        assert add(fabiana, name=f"Pessoa {place}", email=f"p{place}@x.example", mobile="") == 303
    assert len(names(server)) == 5
    answer = fabiana.post("/contatos", NEW, page="/contatos")
    assert answer.status_code == 403
    assert "no máximo 5 contatos" in answer.text
    assert len(names(server)) == 5


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": ""}, "Escreva alguma coisa."),
        ({"name": "gustavo"}, "Outro contato já tem este nome"),
        ({"email": "rita"}, "Escreva um e-mail como"),
        ({"email": "ANA@padaria-pao.example"}, "Outro contato já tem este e-mail"),
        ({"mobile": "123"}, "Escreva um celular com DDD"),
        ({"mobile": "+5511900000001"}, "Outro contato já tem este celular"),
        ({"name": "a\u202eb"}, "Isto não pode ser aceito"),
        ({"name": "x" * 121}, "Isto não pode ser aceito"),
    ],
)
def test_what_cannot_be_a_contact_is_told_and_filled_in_again(
    server: LineServer, fabiana: CustomerBrowser, form: dict[str, str], told: str
) -> None:
    answer = fabiana.post("/contatos", NEW | form, page="/contatos")
    assert answer.status_code == 403
    assert told in answer.text
    assert len(names(server)) == 2


def sent(browser: CustomerBrowser, text: str | bytes) -> str:
    content = text.encode() if isinstance(text, str) else text
    file = (io.BytesIO(content), "contatos.csv")
    return browser.post("/contatos/arquivo", {"file": file}, page="/contatos").text


def test_a_file_adds_all_its_contacts_or_none_and_tells_each_bad_line(
    server: LineServer, fabiana: CustomerBrowser
) -> None:
    bad = sent(
        fabiana,
        "nome;e-mail;celular;suporte\n"
        "Rita Alves;rita@m.example;;sim\n"
        ";sem-nome@m.example;;sim\n"
        "\n"
        "Sônia;sonia;123;talvez\n"
        "Gustavo;g2@m.example;;\n",
    )
    assert "linha 3: nome: Escreva alguma coisa." in bad
    assert re.search(r"linha 5: e-mail: Escreva um e-mail .* celular: .* suporte: Escreva sim ou não", bad)
    assert set(names(server)) == {"Fabiana", "Gustavo"}
    stored = sent(fabiana, "nome;e-mail\nRita Alves;rita@m.example\nGustavo;g2@m.example\nRita alves;r2@m.example\n")
    assert "linha 3: Outro contato já tem este nome" in stored
    assert "linha 4: Outro contato já tem este nome" in stored
    assert "linha 2: Esta linha tem mais células" in sent(fabiana, "nome,e-mail\nAlves, Rita,rita@m.example\n")
    assert set(names(server)) == {"Fabiana", "Gustavo"}
    # The apostrophe keeps a spreadsheet from computing the number.
    rita, sonia = "Rita Álvares;rita@m.example;sim;'+5511977770001", "Sônia;sonia@m.example;não;"
    sent(fabiana, f"nome;e-mail;consultoria;celular\n{rita}\n{sonia}\n".encode("cp1252"))
    assert set(names(server)) == {"Fabiana", "Gustavo", "Rita Álvares", "Sônia"}
    assert "linha 3: Uma empresa tem no máximo 5 contatos" in sent(
        fabiana, "name,email\nX um,x1@m.example\nX dois,x2@m.example\n"
    )


@pytest.mark.parametrize(
    "rubbish", [b"", b"\0\0\0", b'"', b"a;b\n1;2\n", b"\xff\xfe\x00", b"nome;e-mail\n" * 3, b"x" * 50_000]
)
def test_rubbish_in_place_of_a_file_adds_nobody(server: LineServer, fabiana: CustomerBrowser, rubbish: bytes) -> None:
    assert "Nada do arquivo entrou" in sent(fabiana, rubbish)
    assert len(names(server)) == 2


def test_a_contact_who_is_blocked_is_out_and_released_comes_back(
    server: LineServer, portal: LocalClient, fabiana: CustomerBrowser
) -> None:
    number = activate(server, "Gustavo", "gustavo@metalurgica-horizonte.example", document=METALURGICA)
    gustavo = CustomerBrowser(portal)
    gustavo.sign_in("gustavo@metalurgica-horizonte.example")
    assert fabiana.post(f"/contatos/{number}/bloquear", page="/contatos").status_code == 303
    assert not gustavo.is_signed_in()
    assert gustavo.sign_in("gustavo@metalurgica-horizonte.example").status_code == 403
    assert fabiana.post(f"/contatos/{number}/liberar", page="/contatos").status_code == 303
    assert gustavo.sign_in("gustavo@metalurgica-horizonte.example").status_code == 303


def test_the_administrator_cannot_be_blocked_nor_replaced_by_nobody(
    server: LineServer, fabiana: CustomerBrowser
) -> None:
    me, gustavo = contact_id(server, "Fabiana", METALURGICA), contact_id(server, "Gustavo", METALURGICA)
    assert "não pode ser bloqueado" in fabiana.post(f"/contatos/{me}/bloquear", page="/contatos").text
    fabiana.post(f"/contatos/{gustavo}/bloquear", page="/contatos")
    for to in (me, gustavo, contact_id(server, "Ana"), 0, 10**12):
        form = {"to": str(to), "password": PASSWORD}
        assert fabiana.post("/contatos/administrador", form, page="/contatos").status_code == 403
    assert names(server) == {"Fabiana": (True, False), "Gustavo": (False, True)}


def test_a_handover_needs_the_password_and_names_both_in_the_audit(
    server: LineServer, fabiana: CustomerBrowser
) -> None:
    gustavo = contact_id(server, "Gustavo", METALURGICA)
    wrong = {"to": str(gustavo), "password": "another password"}
    assert fabiana.post("/contatos/administrador", wrong, page="/contatos").status_code == 403
    assert names(server)["Fabiana"] == (True, False)
    right = {"to": str(gustavo), "password": PASSWORD}
    assert fabiana.post("/contatos/administrador", right, page="/contatos").status_code == 303
    assert names(server) == {"Fabiana": (False, False), "Gustavo": (True, False)}
    with server.database.reading() as connection:
        row = audit_since(connection, server.clock().replace(year=2000))[-1]
    assert (row.act, row.subject) == ("hand over administration", "Fabiana → Gustavo")
    assert row.who.startswith("Fabiana (company ")
    refused = fabiana.post("/contatos", NEW, page="/")
    assert refused.status_code == 403
    assert "É Gustavo." in refused.text


def test_who_is_no_administrator_reads_names_and_no_address(server: LineServer, portal: LocalClient) -> None:
    activate(server, "Gustavo", "gustavo@metalurgica-horizonte.example", document=METALURGICA)
    browser = CustomerBrowser(portal)
    browser.sign_in("gustavo@metalurgica-horizonte.example")
    told = browser.get("/contatos").text
    assert "Fabiana é quem administra o portal" in told
    assert FABIANA not in told
    number = contact_id(server, "Fabiana", METALURGICA)
    for path in (f"/contatos/{number}", f"/contatos/{number}/bloquear", "/contatos", "/contatos/arquivo"):
        assert browser.post(path, NEW, page="/").status_code == 403
    assert browser.get(f"/contatos/{number}").status_code == 403


def test_an_administrator_reaches_no_contact_of_another_company(server: LineServer, fabiana: CustomerBrowser) -> None:
    ana = contact_id(server, "Ana")
    for path in (f"/contatos/{ana}", f"/contatos/{ana}/bloquear", f"/contatos/{ana}/liberar"):
        assert fabiana.post(path, NEW, page="/contatos").status_code in {403, 404}
    assert fabiana.get(f"/contatos/{ana}").status_code == 404
    assert names(server, PADARIA)["Ana"] == (True, False)
    with server.database.reading() as connection:
        found = find_contact(connection, ana)
    assert found is not None
    assert found.email_of(VAULT) == "ana@padaria-pao.example"


def test_another_address_ends_the_password_until_its_owner_chooses_one(
    server: LineServer, portal: LocalClient, fabiana: CustomerBrowser, box: MailBox
) -> None:
    number = activate(server, "Gustavo", "gustavo@metalurgica-horizonte.example", document=METALURGICA)
    gustavo = CustomerBrowser(portal)
    gustavo.sign_in("gustavo@metalurgica-horizonte.example")
    form = {"name": "Gustavo", "email": "novo@metalurgica.example", "support": "yes", "surveys": ["1", "3"]}
    form |= {"password": PASSWORD}
    assert fabiana.post(f"/contatos/{number}", form, page="/contatos").status_code == 303
    assert not gustavo.is_signed_in()
    assert gustavo.sign_in("novo@metalurgica.example").status_code == 403
    assert box.letters()[-1]["To"] == "novo@metalurgica.example"
    ask(gustavo, "novo@metalurgica.example")
    assert choose(gustavo, box.code()) == 303
    with server.database.reading() as connection:
        found = find_contact(connection, number)
    assert found is not None
    assert found.survey_severities == {1, 3}


@pytest.mark.parametrize("name", ["Rita\r\nBcc: outra@x.example", "Rita\n\n<b>corpo", "{portal}{0.__class__}", "=1+1"])
def test_no_name_adds_anything_to_the_head_of_a_letter(fabiana: CustomerBrowser, box: MailBox, name: str) -> None:
    assert add(fabiana, name=name) == 303
    assert add(fabiana, name="Outra", email="rita@x.example\r\nBcc: outra@x.example", mobile="") == 403
    (letter,) = box.letters()
    assert set(letter.keys()) == {
        *("From", "To", "Date", "Message-ID", "Subject", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
    }
    assert letter["To"] == NEW["email"]
    assert letter["Subject"] == "Seu acesso ao portal do cliente"
    assert " ".join(name.split()) in letter.get_content()


@pytest.mark.parametrize("changed", [{"email": "x@metalurgica.example"}, {"mobile": "11 98888-7777"}])
def test_where_codes_go_is_changed_with_the_password_alone(
    server: LineServer, portal: LocalClient, fabiana: CustomerBrowser, box: MailBox, changed: dict[str, str]
) -> None:
    address = "gustavo@metalurgica-horizonte.example"
    people = [(activate(server, "Gustavo", address, document=METALURGICA), "Gustavo", address)]
    people.append((contact_id(server, "Fabiana", METALURGICA), "Fabiana", FABIANA))
    gustavo = CustomerBrowser(portal)
    ask(gustavo, address)
    before = box.code()
    for number, name, email in people:
        form = {"name": name, "email": email, "support": "yes"} | changed
        for password in ("", "another password"):
            refused = fabiana.post(f"/contatos/{number}", form | {"password": password}, page="/contatos")
            assert refused.status_code == 403
        with server.database.reading() as connection:
            found = find_contact(connection, number)
        assert found is not None
        assert found.email_of(VAULT) == email
    renamed = {"name": "Gustavo Lima", "email": address, "mobile": ""}
    with server.database.reading() as connection:
        mobile = find_contact(connection, people[0][0])
    assert mobile is not None
    renamed["mobile"] = mobile.mobile_of(VAULT) or ""
    assert fabiana.post(f"/contatos/{people[0][0]}", renamed, page="/contatos").status_code == 303
    number, name, email = people[0]
    form = {"name": name, "email": email, "support": "yes", "password": PASSWORD} | changed
    assert fabiana.post(f"/contatos/{number}", form, page="/contatos").status_code == 303
    assert choose(gustavo, before) == 403


def test_a_company_has_a_bounded_number_of_invitations_sent(
    server: LineServer, fabiana: CustomerBrowser, box: MailBox, clock: Now
) -> None:
    assert add(fabiana) == 303
    rita = contact_id(server, "Rita Alves", METALURGICA)
    send = f"/contatos/{rita}/liberar"
    answers = [fabiana.post(send, page="/contatos").status_code for _ in range(MOST_INVITATIONS_A_DAY)]
    assert answers == [303] * (MOST_INVITATIONS_A_DAY - 1) + [403]
    assert len(box.letters()) == MOST_INVITATIONS_A_DAY
    assert add(fabiana, name="Outra", email="outra@metalurgica.example", mobile="") == 403
    assert "Outra" not in names(server)
    clock.moment += timedelta(days=1, seconds=1)
    fabiana.sign_in(FABIANA)
    assert fabiana.post(send, page="/contatos").status_code == 303


def test_a_contact_of_the_portal_cannot_be_keyed_before_digits_are_chosen(
    server: LineServer, fabiana: CustomerBrowser
) -> None:
    add(fabiana)
    with server.database.reading() as connection:
        hashes = (
            connection.execute(select(CONTACT.c.password_hash).where(CONTACT.c.name == NEW["name"])).scalars().all()
        )
    assert len(hashes) == 1
    for digits in ("0000", "1234", "00000000"):
        assert identify(server.database, VAULT, VAULT.document_digest(METALURGICA), digits) is None


def test_guesses_at_the_portal_lock_no_contact_out_of_a_known_browser(make_server: MakeServer, clock: Now) -> None:
    server = make_server()
    activate(server, "Ana", "ana@padaria-pao.example")
    portal = portal_of(server)
    known = CustomerBrowser(portal)
    known.sign_in("ana@padaria-pao.example")
    for _ in range(server.guesses.staff + 2):
        assert CustomerBrowser(portal).sign_in("ana@padaria-pao.example", "wrong password").status_code == 403
    assert CustomerBrowser(portal).sign_in("ana@padaria-pao.example").status_code == 403, "strangers have no tries left"
    assert known.sign_in("ana@padaria-pao.example").status_code == 303
    stranger = CustomerBrowser(portal)
    for _ in range(server.guesses.account):
        stranger.sign_in("ninguem@nada.example", "wrong password")
    clock.moment = clock.moment.replace(hour=clock.moment.hour + 2)
    assert CustomerBrowser(portal).sign_in("ana@padaria-pao.example").status_code == 303, "the hour is over"
