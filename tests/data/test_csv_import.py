from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from data.company import COMPANY
from data.contact import CONTACT
from data.csv_import import ImportReport, import_csv
from data.customers import identify
from data.database import Database
from data.invoice import INVOICE
from data.vault import Vault
from routing.documents import parse_document

PADARIA, METAL, MARIA = "11.222.333/0001-81", "11.444.777/0001-61", "529.982.247-25"
HEADER = "document,company,contact,password\n"

Import = Callable[..., ImportReport]


@pytest.fixture
def load(database: Database, vault: Vault, tmp_path: Path) -> Import:
    """Imports a text or bytes as the file ``file.csv``."""

    def load(content: str | bytes, *, all_or_nothing: bool = True) -> ImportReport:
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_csv(database, vault, path, parse_document, all_or_nothing=all_or_nothing)

    return load


def _told(report: ImportReport) -> list[str]:
    """The problems without the folder."""
    return [str(problem).partition("file.csv:")[2] for problem in report.problems]


def _rows(database: Database) -> tuple[list[object], ...]:
    with database.reading() as connection:
        return tuple(
            [tuple(row) for row in connection.execute(select(table).order_by(table.c.id))]
            for table in (COMPANY, CONTACT, INVOICE)
        )


def test_a_contact_of_a_file_can_be_identified(load: Import, database: Database, vault: Vault) -> None:
    report = load(
        "document,company,contact,password,contract_until,datacenter,special_contract,blocked,administrator,support,consultancy\n"
        f"{PADARIA},Padaria,Ana,1234,2039-12-31,yes,SLA,no,yes,no,yes\n"
    )
    assert (report.kind, report.rows, report.problems) == ("contacts", 1, ())
    ana = identify(database, vault, vault.document_digest(PADARIA), "1234")
    assert ana is not None
    assert (ana.contact_name, ana.administrator, ana.support, ana.consultancy) == ("Ana", True, False, True)
    assert (ana.company_name, ana.contract_until, ana.datacenter) == ("Padaria", date(2039, 12, 31), True)
    assert ana.special_contract == "SLA"


def test_a_company_of_a_franchise_is_told_by_its_unit_and_freed_of_it(load: Import, database: Database) -> None:
    header = "document,company,contact,password,unit\n"
    for written, stored in (("Franquia Campinas", "Franquia Campinas"), ("", None)):
        assert load(f"{header}{PADARIA},Padaria,Ana,1234,{written}\n").problems == ()
        with database.reading() as connection:
            assert connection.execute(select(COMPANY.c.unit)).scalars().all() == [stored]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + f"document;company;contact;password\r\n{MARIA};Maria;Maria;9630\r\n".encode(),
        f'"document","company","contact","password"\n"{MARIA}","Maria","Maria","9630"\n'.encode(),
        b"\n Document , COMPANY,contact,password\n\n52998224725, Maria ,Maria,9630\n\n",
    ],
    ids=["excel in Brazil", "everything quoted", "spaces, blank lines, capitals"],
)
def test_files_are_read_as_spreadsheets_write_them(
    load: Import, database: Database, vault: Vault, content: bytes
) -> None:
    assert load(content).problems == ()
    assert identify(database, vault, vault.document_digest(MARIA), "9630") is not None


def test_importing_a_file_twice_changes_nothing(load: Import, database: Database) -> None:
    contacts = f"{HEADER}{PADARIA},Padaria,Ana,1234\n{PADARIA},Padaria,Bruno,4321\n"
    invoices = f"document,number,amount,due\n{PADARIA},F-1,10.00,2026-01-10\n"
    load(contacts)
    load(invoices)
    once = _rows(database)
    assert [len(rows) for rows in once] == [1, 2, 1]
    load(contacts)
    load(invoices)
    assert _rows(database) == once


def test_a_second_file_changes_what_it_says_and_leaves_the_rest(load: Import, database: Database, vault: Vault) -> None:
    load(f"document,company,contact,password,consultancy,datacenter\n{PADARIA},Padaria,Ana,1234,yes,yes\n")
    load(f"document,company,contact,password,blocked\n{PADARIA},Padaria Nova,ANA,5678,no\n")
    ana = identify(database, vault, vault.document_digest(PADARIA), "5678")
    assert ana is not None
    assert (ana.company_name, ana.consultancy, ana.datacenter) == ("Padaria Nova", True, True)
    assert identify(database, vault, vault.document_digest(PADARIA), "1234") is None


def test_an_empty_end_of_contract_means_that_there_is_none(load: Import, database: Database, vault: Vault) -> None:
    header = "document,company,contact,password,contract_until,special_contract\n"
    load(f"{header}{PADARIA},Padaria,Ana,1234,2020-01-01,SLA\n")
    load(f"{header}{PADARIA},Padaria,Ana,1234,,\n")
    ana = identify(database, vault, vault.document_digest(PADARIA), "1234")
    assert ana is not None
    assert (ana.contract_until, ana.special_contract) == (None, None)


def test_invoices_are_loaded_for_companies_that_are_known(load: Import, database: Database, vault: Vault) -> None:
    load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n")
    report = load(
        "document,number,amount,due,grace_days,paid\n"
        f'{PADARIA},F-1,"1.234,56",10/01/2026,15,não\n{PADARIA},F-2,5.00,2026-02-10,,sim\n'
    )
    assert (report.kind, report.rows) == ("invoices", 2)
    ana = identify(database, vault, vault.document_digest(PADARIA), "1234")
    assert ana is not None
    assert [(each.number, str(each.amount), each.due, each.grace_days) for each in ana.invoices] == [
        ("F-1", "1234.56", date(2026, 1, 10), 15)
    ]


def test_an_invoice_of_an_unknown_company_asks_for_the_contacts_first(load: Import) -> None:
    report = load(f"document,number,amount,due\n{PADARIA},F-1,5.00,2026-02-10\n")
    assert _told(report) == ["2: document: no company has it; import the company's contacts first"]
    assert report.rows == 0


EVERYTHING_WRONG = (
    "document,company,contact,password,contract_until,special_contract,blocked\n"
    "11.222.333/0001-82,A,Canária,1234,,,\n"
    "1222333000181,A,B,1234,,,\n"
    f"{PADARIA},,Ana,123,31-12-2026,GOLD,maybe\n"
    f"{PADARIA},Padaria,Ana,12345678\n"
    f"{METAL},Metal,Bia,canary77,,,\n"
)


def test_every_bad_row_is_told_with_its_place_and_remedy_in_one_pass(load: Import) -> None:
    assert _told(load(EVERYTHING_WRONG)) == [
        "2: document: this is not a valid CNPJ: its check digits do not match; compare it with the contract",
        "3: document: a document of 13 digits and letters; a CPF has 11, a CNPJ 14;"
        " a spreadsheet drops leading zeros, format the column as text",
        "4: company: write something here",
        "4: contract_until: write a date as 2026-03-10 or 10/03/2026",
        "4: special_contract: write SLA, BSO or PRIME, with a facilitator like PRIME.ANA, or leave it empty",
        "4: password: write a password of 4 to 8 digits; a spreadsheet drops leading zeros, format it as text",
        "4: blocked: write yes or no",
        "5: 4 cells under 7 columns; put a cell that has commas in quotes",
        "6: password: write a password of 4 to 8 digits; a spreadsheet drops leading zeros, format it as text",
    ]


def test_no_problem_repeats_a_document_or_a_password(load: Import) -> None:
    report = load(EVERYTHING_WRONG)
    told = "\n".join(map(str, report.problems)) + repr(report)
    for secret in ("11.222.333", "11222333", "222333", "canary", "12345678", "0001"):
        assert secret not in told


def test_a_file_without_its_header_does_not_give_away_its_first_row(load: Import) -> None:
    for content in (f"{MARIA},Maria,Maria,9630\n", f"contact,{MARIA},9630,number\n"):
        told = "\n".join(_told(load(content)))
        assert told.startswith("1: ")
        assert "529" not in told
        assert "9630" not in told


def test_conflicts_with_stored_rows_are_told_in_the_pass_of_bad_cells(load: Import) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{METAL},Metal,Bia,1\n{PADARIA},Padaria,Caio,1234\n")
    assert [problem.line for problem in report.problems] == [3, 4]


def test_one_bad_row_keeps_all_out(load: Import, database: Database) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{METAL},Metal,Bia,1\n")
    assert report.rows == 0
    assert _rows(database) == ([], [], [])


def test_the_good_rows_are_loaded_where_that_was_asked_for(load: Import, database: Database, vault: Vault) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{METAL},Metal,Bia,1\n", all_or_nothing=False)
    assert (report.rows, len(report.problems)) == (1, 1)
    assert identify(database, vault, vault.document_digest(PADARIA), "1234") is not None
    assert len(_rows(database)[0]) == 1


SIX = "".join(f"{PADARIA},Padaria,Contact {place},000{place}\n" for place in range(6))


def test_a_sixth_contact_of_a_company_is_refused(load: Import, database: Database) -> None:
    report = load(HEADER + SIX)
    assert _told(report) == ["7: this company has 5 contacts already, the most there may be; leave one out"]
    assert _rows(database) == ([], [], [])
    assert load(HEADER + SIX, all_or_nothing=False).rows == 5


def test_a_sixth_contact_in_a_second_file_is_refused_too(load: Import) -> None:
    load(HEADER + SIX.rpartition(PADARIA)[0])
    assert _told(load(f"{HEADER}{PADARIA},Padaria,Zoe,9999\n")) == [
        "2: this company has 5 contacts already, the most there may be; leave one out"
    ]


def test_two_contacts_of_one_company_cannot_share_a_password(load: Import) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{PADARIA},Padaria,Bia,1234\n{METAL},Metal,Caio,1234\n")
    assert _told(report) == ["3: another contact of this company has this password; give each one of its own"]


def test_a_rejected_row_leaves_no_company_behind(load: Import, database: Database) -> None:
    load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n")
    load(f"{HEADER}{PADARIA},Outra Padaria,Bia,1234\n", all_or_nothing=False)
    with database.reading() as connection:
        assert connection.execute(select(COMPANY.c.name)).scalars().all() == ["Padaria"]


def test_rows_that_say_different_things_of_one_company_are_told(load: Import) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{PADARIA},Padoca,Bia,4321\n")
    assert _told(report) == ["3: company: not as at line 2 for the same company; correct one"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "1: the file is empty; its first line must name the columns"),
        ("document,contact,company\n", "1: the header lacks the column 'password'; add it"),
        ("document,contact\n", "1: the header lacks the columns 'company', 'password'; add them"),
        ("document,company,contact,password,blokced\n", "1: unknown column 'blokced'; did you mean 'blocked'?"),
        ("document,company,contact,password,contact\n", "1: the column 'contact' stands twice; delete one"),
        (
            "a,b\n",
            "1: the header names neither contacts (document, company, contact, password)"
            " nor invoices (document, number, amount, due); write one of these lines first",
        ),
        (
            HEADER.encode() + "São,João,x,y\n".encode("cp1252"),
            "2: the file is not UTF-8, but looks like Windows-1252; save",
        ),
        (HEADER.encode() + b"S\x8do,Jo\x81o,x,y\n", "2: the file is not UTF-8; save it from"),
        ((HEADER + "São,João,x,y\n").encode("utf-16-le"), "1: the file is not UTF-8, but looks like UTF-16; save"),
        ((HEADER + "a,b,c,d\n").encode("utf-16-be"), "1: the file is not UTF-8, but looks like UTF-16; save"),
        (HEADER.encode("utf-16") + b"x", "1: the file begins as UTF-16 and does not go on so; save"),
        (f'{HEADER}{PADARIA},"Padaria,Ana,1234\n', "2: this row cannot be read as CSV; look for a quote"),
    ],
)
def test_what_is_wrong_with_the_file_itself_is_one_line(load: Import, content: str | bytes, told: str) -> None:
    problems = _told(load(content))
    assert len(problems) == 1
    assert problems[0].startswith(told)


def test_a_row_after_a_cell_of_two_lines_is_told_at_its_own_line(load: Import) -> None:
    report = load(f'{HEADER}{PADARIA},"Padaria\nPão Quente",Ana,1234\n{METAL},Metal,Bia,1\n')
    assert [problem.line for problem in report.problems] == [4]


def test_a_file_that_is_not_there_is_told(database: Database, vault: Vault, tmp_path: Path) -> None:
    report = import_csv(database, vault, tmp_path / "none.csv", parse_document)
    assert [str(problem) for problem in report.problems] == [
        f"{tmp_path / 'none.csv'}:1: the file cannot be read: No such file or directory"
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_utf_16_with_its_mark_is_read_and_tabs_part_cells(
    load: Import, database: Database, encoding: str, separator: str
) -> None:
    text = f"{HEADER}{PADARIA},Padaria São João,Ana,1234\n".replace(",", separator)
    assert load(text.encode(encoding)).problems == ()
    assert "Padaria São João" in str(_rows(database)[0])


def test_a_contact_twice_with_other_values_is_told_and_keeps_the_file_out(load: Import, database: Database) -> None:
    report = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{PADARIA},Padaria,Bia,9876\n{PADARIA},Padaria,Ana,4321\n")
    assert _told(report) == ["4: password: not as at line 2 for the same one; delete one of the rows"]
    assert _rows(database)[1] == []


def test_a_row_twice_is_a_warning_and_stored_once(load: Import, database: Database) -> None:
    contacts = load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n{PADARIA},Padaria,Ana,1234\n")
    row = f"{PADARIA},N1,10.00,2026-01-01\n"
    invoices = load(f"document,number,amount,due\n{row}{row}")
    for report in (contacts, invoices):
        assert (report.rows, report.problems) == (1, ())
        assert "3: warning: is what line 2 says; delete one" in [
            str(each).partition("file.csv:")[2] for each in report.warnings
        ]
    assert [len(rows) for rows in _rows(database)] == [1, 1, 1]


def test_an_invoice_twice_with_other_values_is_told(load: Import) -> None:
    load(f"{HEADER}{PADARIA},Padaria,Ana,1234\n")
    rows = f"{PADARIA},N1,10.00,2026-01-01\n{PADARIA},N1,20.00,2026-01-01\n"
    assert _told(load(f"document,number,amount,due\n{rows}")) == [
        "3: amount: not as at line 2 for the same one; delete one of the rows"
    ]
