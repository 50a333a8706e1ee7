"""What spreadsheets make of documents, names and flags on their way into a CSV file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
import sqlalchemy as sa

from data.contact import CONTACT
from data.csv_import import ImportReport, import_csv
from data.database import Database
from data.migrations import upgrade
from data.vault import Vault
from routing.documents import parse_document

HEADER = "document,company,contact,password,administrator\n"
CPF, CNPJ = "529.982.247-25", "11.222.333/0001-81"
NFC, NFD = (unicodedata.normalize(form, "João") for form in ("NFC", "NFD"))


@pytest.fixture
def load(database: Database, vault: Vault, tmp_path: Path) -> object:
    def load(text: str) -> ImportReport:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
        return import_csv(database, vault, tmp_path / "a.csv", parse_document)

    return load


def told(report: ImportReport) -> str:
    return "\n".join(problem.message for problem in (*report.problems, *report.warnings))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ("1000000028.0", "decimal point"),
        ("1000025000158.0", "decimal point"),
        ("100000028.00", "decimal point"),
        ("529982247.25", "decimal point"),
        ('"1000000028,0"', "decimal point"),
        ('"100.000.002,80"', "decimal point"),
        ('"100,000,002.80"', "decimal point"),
        ("1.00E+09", "scientific notation"),
        ('"1,00E+09"', "scientific notation"),
        ("1.2345E+13", "scientific notation"),
        ("5.2998224725e10", "scientific notation"),
        ("1.0E+13", "scientific notation"),
        ("1E+10", "scientific notation"),
        ('"10000000028,0"', "decimal point"),
        ("1000000028.", "decimal point"),
        ("'1000000028.0", "decimal point"),
        ("CO:9003739134.0", "decimal point"),
        ("PE:2010007097.0", "decimal point"),
        ("CO:9.0E+9", "scientific notation"),
        ("MX:GO\u200bDE561231GR8", "ZERO WIDTH SPACE (U+200B)"),
        ("AR:20\u201105536168\u20112", "NON-BREAKING HYPHEN (U+2011)"),
        ("529.982.247/25", "its signs do not stand where a document has them"),
        ("529*982*247*25", "its signs do not stand where a document has them"),
        ("52.998.224.725", "its signs do not stand where a document has them"),
        ("5299822472-5", "its signs do not stand where a document has them"),
        ("11222.333/0001–81", "EN DASH (U+2013)"),
        ("529.982.247\u201125", "NON-BREAKING HYPHEN (U+2011)"),
        ("\u200b11.222.333/0001-81", "ZERO WIDTH SPACE (U+200B)"),
        ("529.982.247\u221225", "MINUS SIGN (U+2212)"),
        ("529982247\u00a025", "NO-BREAK SPACE (U+00A0)"),
        ("\uff152998224725", "FULLWIDTH DIGIT FIVE (U+FF15)"),
    ],
)
def test_a_document_that_a_spreadsheet_changed_is_told_as_such(load: object, document: str, why: str) -> None:
    report = load(f"{HEADER}{document},Padaria,Ana,1234,sim\n")  # type: ignore[operator]
    assert report.rows == 0
    assert why in told(report)
    assert "check digits" not in told(report)


@pytest.mark.parametrize(
    "document", [CPF, "52998224725", "529982247-25", "529 982 247 25", "'52998224725", CNPJ, "11222333/000181"]
)
def test_a_document_in_a_usual_writing_is_taken(load: object, document: str) -> None:
    report = load(f"{HEADER}{document},Padaria,Ana,1234,sim\n")  # type: ignore[operator]
    assert (report.rows, told(report)) == (1, "")


def test_a_name_in_two_spellings_is_one_contact(load: object, database: Database) -> None:
    load(f"{HEADER}{CPF},{NFC} ME,{NFC},1234,sim\n")  # type: ignore[operator]
    report = load(f"{HEADER}{CPF},{NFD} ME,{NFD},4321,sim\n{CPF},{NFC} ME,{NFD.upper()},5678,sim\n")  # type: ignore[operator]
    assert told(report) == ""
    with database.reading() as connection:
        assert connection.execute(sa.select(CONTACT.c.name)).scalars().all() == [NFC.upper()]


def test_stored_names_get_one_spelling_and_no_contact_is_lost(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = Database("sqlite://")
    with database.transaction() as connection:
        upgrade(connection, "0014")
        connection.execute(
            sa.text(
                "INSERT INTO company (id, sealed, keyed, last_two, kind, name, datacenter) VALUES"
                " (1, 'a', 'a', '25', 'cpf', :name, false), (2, 'b', 'b', '25', 'cpf', 'Outra', false)"
            ),
            {"name": NFD},
        )
        people = [(1, NFC, "x"), (1, NFD, "y"), (1, f"{NFD.lower()} (2)", "z"), (2, NFD, "w")]
        for company, name, password in people:
            connection.execute(
                sa.text(
                    "INSERT INTO contact"
                    " (company_id, name, password_hash, blocked, administrator, support, consultancy)"
                    " VALUES (:company, :name, :password, false, false, true, false)"
                ),
                {"company": company, "name": name, "password": password},
            )
        with caplog.at_level("WARNING"):
            upgrade(connection, "0015")
        found = connection.execute(sa.text("SELECT name, password_hash FROM contact ORDER BY id")).all()
        assert [tuple(row) for row in found] == [
            (NFC, "x"),
            (f"{NFC} (2)", "y"),
            (f"{NFC.lower()} (2) (2)", "z"),
            (NFC, "w"),
        ]
        assert connection.execute(sa.text("SELECT name FROM company WHERE id = 1")).scalar_one() == NFC
    assert caplog.text.count("two contacts of company 1") == 2
    database.close()


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Ana", "1234", "não"), ("Bia", "4321", "não")], "no contact of this company would be its administrator"),
        ([("Ana", "1234", "sim"), ("Bia", "4321", "não")], ""),
    ],
)
def test_a_company_without_an_administrator_is_told(load: object, rows: list[tuple[str, str, str]], said: str) -> None:
    report = load(HEADER + "".join(f"{CPF},Padaria,{','.join(row)}\n" for row in rows))  # type: ignore[operator]
    assert report.rows == 2
    assert [warning.line for warning in report.warnings] == ([2] if said else [])
    assert said in told(report)


def test_a_file_that_names_two_administrators_of_a_company_is_refused(load: object) -> None:
    report = load(f"{HEADER}{CPF},Padaria,Ana,1234,sim\n{CPF},Padaria,Bia,4321,sim\n")  # type: ignore[operator]
    assert (report.rows, [problem.line for problem in report.problems]) == (0, [3])
    assert "administrator: line 2 says that another contact is" in told(report)


def test_who_is_imported_as_the_administrator_takes_the_place_of_another(load: object, database: Database) -> None:
    load(f"{HEADER}{CPF},Padaria,Ana,1234,sim\n{CPF},Padaria,Bia,4321,não\n")  # type: ignore[operator]
    report = load(f"{HEADER}{CPF},Padaria,Bia,4321,sim\n")  # type: ignore[operator]
    assert (report.rows, told(report)) == (1, "")
    with database.reading() as connection:
        stored = connection.execute(sa.select(CONTACT.c.name, CONTACT.c.administrator).order_by(CONTACT.c.id)).all()
    assert [tuple(row) for row in stored] == [("Ana", False), ("Bia", True)]


BLOCKING = HEADER.replace("\n", ",blocked\n")
BOTH = f"{HEADER}{CPF},Padaria,Ana,1234,sim\n{CPF},Padaria,Bia,4321,não\n"


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([("Ana", "1234", "sim", "sim"), ("Bia", "4321", "não", "não")], [2]),
        ([("Ana", "1234", "", "sim")], [2]),
        ([("Bia", "4321", "sim", "sim")], [2]),
        ([("Ana", "1234", "", "sim"), ("Bia", "4321", "sim", "não")], []),
        ([("Bia", "4321", "sim", "não"), ("Ana", "1234", "", "sim")], []),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
def test_an_import_does_not_block_an_administrator_beside_others(
    load: object,
    database: Database,
    vault: Vault,
    tmp_path: Path,
    rows: list[tuple[str, ...]],
    lines: list[int],
    dry_run: bool,
) -> None:
    load(BOTH)  # type: ignore[operator]
    (tmp_path / "b.csv").write_text(BLOCKING + "".join(f"{CPF},Padaria,{','.join(row)}\n" for row in rows))
    report = import_csv(database, vault, tmp_path / "b.csv", parse_document, dry_run=dry_run)
    assert [problem.line for problem in report.problems] == lines
    assert ("write no under 'blocked', or yes under 'administrator' for another contact" in told(report)) is bool(lines)
    with database.reading() as connection:
        served = connection.execute(sa.select(CONTACT.c.name).where(CONTACT.c.administrator, ~CONTACT.c.blocked)).all()
    assert [row.name for row in served] == (["Ana"] if lines or dry_run else ["Bia"])


def test_good_rows_beside_a_blocked_administrator_are_loaded_alone(
    load: object, database: Database, vault: Vault, tmp_path: Path
) -> None:
    load(BOTH)  # type: ignore[operator]
    (tmp_path / "b.csv").write_text(f"{BLOCKING}{CPF},Padaria,Ana,9876,sim,sim\n{CPF},Padaria,Caio,5555,não,não\n")
    report = import_csv(database, vault, tmp_path / "b.csv", parse_document, all_or_nothing=False)
    assert (report.rows, [problem.line for problem in report.problems]) == (1, [2])
    with database.reading() as connection:
        stored = connection.execute(sa.select(CONTACT.c.name, CONTACT.c.blocked).order_by(CONTACT.c.id)).all()
    assert [tuple(row) for row in stored] == [("Ana", False), ("Bia", False), ("Caio", False)]


def test_a_company_that_is_blocked_as_a_whole_is_told(load: object, database: Database) -> None:
    everybody = f"{BLOCKING}{CPF},Padaria,Ana,1234,sim,sim\n{CPF},Padaria,Bia,4321,não,sim\n"
    report = load(everybody)  # type: ignore[operator]
    assert (report.rows, [warning.line for warning in report.warnings]) == (2, [2])
    assert "the administrator of this company would be blocked" in told(report)
    again = load(everybody.replace("4321,não,sim", "4321,não,não"))  # type: ignore[operator]
    assert (again.rows, len(again.warnings)) == (2, 1), "what was so before the import is no new fault"


def test_a_spreadsheets_own_words_and_lines_are_taken(load: object, database: Database) -> None:
    text = (
        "sep=;\n"
        "document;company;contact;password;administrator;blocked;;\n"
        f"{CPF};Padaria;Ana;1234;VERDADEIRO;FALSO;;\n"
        f"{CPF};Padaria;Bia;4321;Falso;Verdadeiro\n"
    )
    report = load("\ufeff" + text)  # type: ignore[operator]
    assert (report.rows, told(report)) == (2, "")
    with database.reading() as connection:
        stored = connection.execute(sa.select(CONTACT.c.administrator, CONTACT.c.blocked).order_by(CONTACT.c.id)).all()
    assert [tuple(row) for row in stored] == [(True, False), (False, True)]
    bad = load(text + f"{CPF};Padaria;Caio;12;;\n")  # type: ignore[operator]
    assert [problem.line for problem in bad.problems] == [5]


def test_a_garbled_name_is_loaded_with_a_warning(load: object) -> None:
    report = load(f"{HEADER}{CPF},Padaria São JoÃ£o,Ana,1234,sim\n{CPF},Padaria São JoÃ£o,JosÃ©,4321,não\n")  # type: ignore[operator]
    assert report.rows == 2
    assert [(warning.line, "garbled" in warning.message) for warning in report.warnings] == [
        (2, True),
        (3, True),
        (3, True),
    ]
    report = load(f"{HEADER}{CNPJ},PadÃ¡ria,Ana,1234,sim\n")  # type: ignore[operator]
    assert told(report).startswith("warning: company: its accents are garbled")


@pytest.mark.parametrize(
    "name",
    [
        "LuÃ\u00ads",
        "Ã\u0081lvaro",
        "DÃ\u0090",
        "Ã‰rica Ávila",
        "Jo\ufffdo",
        "Dâ€™Ávila",
        "ConceiÃ§Ã£o",
        "Ã\u00a0 Mesa",
        "JoÃƒÂ£o",
    ],
)
def test_accents_garbled_in_any_way_are_loaded_with_a_warning(load: object, name: str) -> None:
    report = load(f"{HEADER}{CPF},Padaria,{name},1234,sim\n")  # type: ignore[operator]
    assert report.rows == 1
    assert told(report).startswith("warning: contact: its accents are garbled")


@pytest.mark.parametrize(
    "name", ["João", "CONCEIÇÃO", "Ãngela", "“CAFÉ”", "Café’s", "Nº 1", "SÃO", "D’Ávila", "Ünal İşçi"]
)
def test_a_name_that_is_written_well_is_not_called_garbled(load: object, name: str) -> None:
    assert told(load(f"{HEADER}{CPF},Padaria,{name},1234,sim\n")) == ""  # type: ignore[operator]


def test_stored_names_of_staff_and_invoices_get_one_spelling(caplog: pytest.LogCaptureFixture) -> None:
    database = Database("sqlite://")
    old = [(1, f"{NFD} 1"), (1, f"{NFD} 2"), (1, f"{NFC} 2"), (2, f"{NFD} 2")]
    with database.transaction() as connection:
        upgrade(connection, "0016")
        connection.execute(sa.text("INSERT INTO staff VALUES ('101', :name, 'x')"), {"name": NFD})
        for company in (1, 2):
            row = "INSERT INTO company (id, sealed, keyed, last_two, kind, name, datacenter)"
            connection.execute(sa.text(f"{row} VALUES ({company}, '{company}', 'a', '25', 'cpf', 'Uma', false)"))
        for company, number in old:
            connection.execute(
                sa.text(
                    "INSERT INTO invoice (company_id, number, amount, due, grace_days, paid)"
                    " VALUES (:company, :number, 100, '2026-01-01', 0, false)"
                ),
                {"company": company, "number": number},
            )
        with caplog.at_level("WARNING"):
            upgrade(connection, "0017")
        assert connection.execute(sa.text("SELECT name FROM staff")).scalars().all() == [NFC]
        found = connection.execute(sa.text("SELECT number FROM invoice ORDER BY id")).scalars().all()
        assert found == [f"{NFC} 1", f"{NFD} 2", f"{NFC} 2", f"{NFC} 2"]
    assert caplog.text.count("company 1 has one invoice twice, invoice 2 among them") == 1
    database.close()
