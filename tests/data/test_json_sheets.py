"""A JSON file is read as the CSV file of the same rows is, and told by the places of its objects."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from data.contact import CONTACT
from data.csv_import import ImportReport, import_csv
from data.database import Database
from data.invoice import INVOICE
from data.vault import Vault
from routing.documents import parse_document

DOCUMENT = "11.222.333/0001-81"
ANA = f'{{"document": "{DOCUMENT}", "company": "Padaria", "contact": "Ana", "password": 1234}}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "all.json"


def _load(database: Database, vault: Vault, path: Path, text: str | bytes) -> ImportReport:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_csv(database, vault, path, parse_document)


def test_contacts_and_invoices_are_loaded_from_lists(database: Database, vault: Vault, path: Path) -> None:
    assert _load(database, vault, path, f"[{ANA}]").rows == 1
    owed = f'[{{"document": "{DOCUMENT}", "number": "F-1", "amount": 10.50, "due": "2026-01-10", "grace_days": null}}]'
    report = _load(database, vault, path, owed)
    assert (report.kind, report.rows, report.problems) == ("invoices", 1, ())
    with database.reading() as connection:
        assert connection.execute(select(CONTACT.c.name)).scalars().all() == ["Ana"]
        assert str(connection.execute(select(INVOICE.c.amount)).scalar_one()) == "10.50"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ":1: this is not JSON (column 1)"),
        ("[\n{]", ":2: this is not JSON (column 2)"),
        (b"[\n\xff]", ":2: the file is not UTF-8"),
        ("{}", ":1: the file is no list"),
        ("[]", ":1: the file is no list"),
        ("[NaN]", ":1: the file holds NaN or Infinity"),
        ("[" * 100_000, ":1: "),
        (f"[{ANA}, 4]", "[1]: this is no object"),
        (f'[{ANA}, {ANA[:-1]}, "company": "canary"}}]', "[1]: its key number 5 stands twice; delete one"),
        (f'[{ANA[:-1]}, "blocked": true}}]', "[0]: the value of its key number 5 is no text"),
        (f'[{ANA[:-1]}, "blocked": ["canary"]}}]', "[0]: the value of its key number 5 is no text"),
        (f"[{ANA}]".replace("Ana", chr(92) + "ud800"), "[0]: the value of its key number 3 is no text"),
        (f"[{ANA}]".replace("1234", '"canary"'), "[0]: password: write a password of 4 to 8 digits"),
        (f"[{ANA}, {ANA.replace('1234', '2345')}]", "[1]: password: not as at [0] for the same one"),
        (f"[{ANA.replace('contact', 'kontact')}]", ":1: no object has the column 'contact'"),
        ('[{"canary": 1}]', ":1: the keys are those of neither contacts"),
        ("[{}, {}]", "[0]: no object of the list holds anything"),
        (f"[{ANA}, {{}}]", "[1]: document: write something here"),
    ],
)
def test_what_is_wrong_in_a_list_is_told_by_its_place(
    text: str | bytes, told: str, database: Database, vault: Vault, path: Path
) -> None:
    report = _load(database, vault, path, text)
    assert str(report.problems[0]).startswith(f"{path}{told}")
    assert report.rows == 0
    for each in report.problems:
        assert "canary" not in str(each)
        assert DOCUMENT not in str(each)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    junk=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["document", "contact", "password", "number", "x"]), inner, max_size=4)
        ),
    )
)
def test_any_json_is_refused_in_lines_and_nothing_is_loaded(
    junk: object, database: Database, vault: Vault, path: Path
) -> None:
    import json

    report = _load(database, vault, path, json.dumps(junk))
    assert report.rows == 0
    assert report.problems
