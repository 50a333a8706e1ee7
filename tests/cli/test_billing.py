"""``ivr billing`` tells what tickets of billed services cost, and never a document."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from data.company import save_company
from data.contact import CONTACT, save_contact
from data.csv_cells import text_cell
from data.database import Database
from data.vault import Cost, Vault
from ivr.flow.line import Line
from ivr.service_desk.acts import TicketAct, act_on
from ivr.service_desk.opening import NewTicket, open_ticket
from ivr.tickets.events import Area, EventKind, Severity, TicketParty
from routing.documents import parse_document
from tests.cli.conftest import Ivr

ZONE = ZoneInfo("America/Sao_Paulo")
KEY = "a key of the tests, 32 bytes....."
PADARIA, METAL = "11.222.333/0001-81", "11.444.777/0001-61"
MARCH = ("--from", "2026-03-01", "--to", "2026-03-31")


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, _migrated_file: Path) -> Iterator[Database]:
    file = tmp_path / "ivr.db"
    file.write_bytes(_migrated_file.read_bytes())
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{file}")
    monkeypatch.setenv("IVR_SECRET_KEY", KEY)
    opened = Database(f"sqlite:///{file}")
    yield opened
    opened.close()


@pytest.fixture
def billed(database: Database, shipped_line: Line) -> None:
    """Two tickets of Consultoria Técnica, accepted in March, one of them of a franchise; and one of April."""
    vault = Vault(KEY.encode(), Cost.rehearsal())
    tickets = (
        ("5071343114", PADARIA, "=Padaria São João", None, 95, "2026-03-10T10:00"),
        ("5071343115", METAL, "Metalúrgica", "Franquia Campinas", 30, "2026-03-31T23:59"),
        ("5071343116", METAL, "Metalúrgica", "Franquia Campinas", 30, "2026-04-01T00:00"),
    )
    for number, document, name, unit, minutes, accepted in tickets:
        with database.transaction() as connection:
            company = save_company(connection, vault, parse_document(document), {"name": name, "unit": unit})
            save_contact(connection, company, {"name": "Ana", "password_hash": f"{document} of tests"})
            contact = connection.execute(select(CONTACT.c.id).where(CONTACT.c.company_id == company)).scalar_one()
            at = datetime.fromisoformat(accepted).replace(tzinfo=ZONE)
            new = NewTicket(
                company, contact, "telephone", Area.CONSULTORIA, "consultoria", Severity.MEDIUM, TicketParty.LINE,
                "Ana", "Nota", destination="consultoria", service="consultoria-tecnica",
            )  # fmt: skip
            ticket = open_ticket(connection, shipped_line, new, number, at)
            noted = TicketAct(EventKind.ACTIVITY_NOTED, TicketParty.STAFF, "Bia", text=".", minutes=minutes)
            solved = replace(noted, kind=EventKind.SOLUTION_SENT, minutes=None, details={"cause": "product"})
            accept = TicketAct(EventKind.ACCEPTED, TicketParty.CUSTOMER, "Ana")
            for act in (noted, solved, accept):
                ticket = act_on(connection, shipped_line, ticket, act, at)


@pytest.mark.usefixtures("billed")
def test_a_row_is_a_charge_of_the_days_that_are_asked_for(ivr: Ivr) -> None:
    code, told, _ = ivr("billing", *MARCH, "--csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(told)))
    # 95 minutes of R$ 400 an hour: 633.33; the product at fault does not waive Consultoria Técnica.
    assert rows == [
        {
            "ticket": "5071343114", "company": "'=Padaria São João", "last_two": "81", "service": "consultoria-tecnica",
            "minutes": "95", "hour_price": "400.00", "amount": "633.33", "currency": "BRL", "waived": "",
            "accepted_on": "2026-03-10", "unit": "",
        },
        {
            "ticket": "5071343115", "company": "Metalúrgica", "last_two": "61", "service": "consultoria-tecnica",
            "minutes": "30", "hour_price": "400.00", "amount": "200.00", "currency": "BRL", "waived": "",
            "accepted_on": "2026-03-31", "unit": "Franquia Campinas",
        },
    ]  # fmt: skip


@pytest.mark.usefixtures("billed")
def test_the_sums_are_those_of_the_rows(ivr: Ivr) -> None:
    told = json.loads(ivr("billing", *MARCH, "--json")[1])
    assert (told["from"], told["to"], told["sums"]) == ("2026-03-01", "2026-03-31", {"BRL": "833.33"})
    assert [each["amount"] for each in told["charges"]] == ["633.33", "200.00"]


@pytest.mark.usefixtures("billed")
def test_one_company_is_found_by_its_name_without_accents(ivr: Ivr) -> None:
    told = json.loads(ivr("billing", *MARCH, "--company", "metalurgica", "--json")[1])
    assert [each["ticket"] for each in told["charges"]] == ["5071343115"]


@pytest.mark.usefixtures("billed")
@pytest.mark.parametrize("form", [(), ("--csv",), ("--json",)])
def test_no_form_tells_a_document(ivr: Ivr, form: tuple[str, ...]) -> None:
    told = ivr("billing", *MARCH, *form)[1]
    digits = "".join(sign for sign in told if sign.isdigit())
    for document in (PADARIA, METAL):
        assert document not in told
        assert "".join(sign for sign in document if sign.isdigit())[:-2] not in digits


@pytest.mark.usefixtures("billed")
def test_the_table_tells_amounts_as_they_are_written_and_who_pays(ivr: Ivr) -> None:
    told = ivr("billing", *MARCH)[1].replace("\N{NO-BREAK SPACE}", " ")
    for part in ("5071343114", "…81", "1:35", "R$ 633,33", "Franquia Campinas", "2:05 in 2 charges: R$ 833,33"):
        assert part in told


@pytest.mark.usefixtures("database")
def test_days_without_charges_say_so(ivr: Ivr) -> None:
    assert ivr("billing", *MARCH)[:2] == (0, "no ticket with a billed service was accepted in these days\n")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--csv", "--json"), "two forms of one answer"),
        (("--from", "ontem"), "'ontem' is no day"),
        (("--from", "2026-03-31", "--to", "2026-03-01"), "swap the two days"),
        (("9999-0000",), "9999-0000"),
    ],
)
def test_what_cannot_be_asked_for_is_one_line(ivr: Ivr, arguments: tuple[str, ...], told: str) -> None:
    code, _, error = ivr("billing", *arguments)
    assert code == 2
    assert told in error
    assert "Traceback" not in error


@pytest.mark.parametrize("text", ["=1+1", "+55", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_a_spreadsheet_sees_no_formula_in_a_text(text: str) -> None:
    assert text_cell(text) == f"'{text}"
    assert text_cell("Padaria = Boa") == "Padaria = Boa"
