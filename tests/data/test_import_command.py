from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data import demo
from data.contact_acts import block_contact
from data.customers import identify
from data.database import Database
from data.phone_passwords import set_phone_password
from data.vault import Cost, Vault
from ivr.cli import run

KEY = "a key of the tests, long enough"

GOOD = "document,company,contact,password\n11.222.333/0001-81,Padaria,Ana,1234\n"
BAD = GOOD + "529.982.247-25,Maria,Maria,canary\n"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of its own, which does not exist yet, in an environment that names it."""
    url = f"sqlite:///{tmp_path / 'line.sqlite'}"
    (tmp_path / "flows").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY)
    monkeypatch.delenv("IVR_FLOWS", raising=False)
    return url


def _known(url: str, document: str, password: str) -> bool:
    database = Database(url)
    vault = Vault(KEY.encode(), Cost.production())
    known = identify(database, vault, vault.document_digest(document), password)
    database.close()
    return known is not None


def _file(text: str) -> str:
    Path("contacts.csv").write_text(text, encoding="utf-8")
    return "contacts.csv"


def test_a_file_is_loaded_into_a_database_that_is_made_on_the_way(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "import", _file(GOOD)]) == 0
    assert capsys.readouterr().out == "contacts.csv: 1 row of contacts loaded\n"
    assert _known(url, "11222333000181", "1234")


def test_contacts_and_their_invoices_are_loaded_with_one_command(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("few.csv").write_text("document,number,amount,due\n11222333000181,F-1,1,2026-01-10\n")
    assert run(["data", "import", _file(GOOD), "few.csv"]) == 0
    assert capsys.readouterr().out.splitlines()[1] == "few.csv: 1 row of invoices loaded"


def test_a_bad_row_is_told_on_standard_error_and_nothing_is_loaded(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["data", "import", _file(BAD)]) == 1
    told = capsys.readouterr()
    assert told.out == "contacts.csv: nothing loaded\n"
    assert told.err.startswith("contacts.csv:3: password: write a password of 4 to 8 digits")
    assert "canary" not in told.err + told.out
    assert not _known(url, "11222333000181", "1234")


def test_a_dry_run_counts_and_loads_nothing(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "import", "--dry-run", _file(GOOD)]) == 0
    told = "contacts.csv: 1 row of contacts would be loaded: 1 added, 0 changed, 0 blocked"
    assert capsys.readouterr().out == f"{told} (dry run: nothing was changed)\n"
    assert not _known(url, "11222333000181", "1234")
    assert run(["data", "import", "--dry-run", _file(BAD)]) == 1
    told_of_bad = capsys.readouterr()
    assert told_of_bad.out == "contacts.csv: nothing would be loaded (dry run: nothing was changed)\n"
    assert told_of_bad.err.startswith("contacts.csv:3: password: ")


def test_a_source_is_listed_with_its_age_until_it_is_forgotten(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    whole = ["data", "import", "--source", "erp", "--as-of", "2026-03-10T09:00-03:00", "--delete-missing"]
    assert run([*whole, _file(GOOD)]) == 0
    assert capsys.readouterr().out == "contacts.csv: 1 row of contacts loaded: 1 added, 0 changed, 0 blocked\n"
    assert run(["data", "sources", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["source"], told["as_of"], told["added"]) == ("erp", "2026-03-10T12:00:00+00:00", 1)
    assert told["age_seconds"] > 0
    assert run(["data", "sources"]) == 0
    assert capsys.readouterr().out.startswith("erp  2026-03-10 12:00:00  ")
    assert run(["data", "sources", "--forget", "erp"]) == 0
    assert capsys.readouterr().out == "no source was imported (ivr data import --source)\n"
    assert run(["data", "sources", "--forget", "erp"]) == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--delete-missing"],
        ["--as-of", "2026-03-10T09:00-03:00"],
        ["--source", "erp", "--no-all-or-nothing"],
        ["--source", "erp", "contacts.csv"],
        ["--source", "erp", "--as-of", "2999-01-01T00:00Z"],
        ["--source", "erp", "--as-of", "2026-03-10T09:00"],
        ["--source", " "],
        ["--source", "erp", "--share", "101"],
    ],
)
def test_what_would_not_be_a_whole_source_is_refused(options: list[str], url: str) -> None:
    assert run(["data", "import", _file(GOOD), *options]) == 2
    assert not Path("line.sqlite").exists()


def test_a_json_file_is_loaded_and_its_bad_object_told_by_its_place(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"document": "11.222.333/0001-81", "company": "Padaria", "contact": "Ana", "password": "1234"}
    Path("all.json").write_text(json.dumps([row, row | {"contact": "Bia", "password": "canary"}]))
    assert run(["data", "import", "all.json"]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("all.json[1]: password: write a password of 4 to 8 digits")
    assert "canary" not in told.err + told.out
    Path("all.json").write_text(json.dumps([row]))
    assert run(["data", "import", "all.json"]) == 0
    assert _known(url, "11222333000181", "1234")


def test_the_good_rows_are_loaded_where_that_was_asked_for(url: str) -> None:
    assert run(["data", "import", "--no-all-or-nothing", _file(BAD)]) == 1
    assert _known(url, "11222333000181", "1234")


def test_a_file_that_is_not_there_is_told_in_one_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "import", "none.csv"]) == 1
    assert capsys.readouterr().err == "none.csv:1: the file cannot be read: No such file or directory\n"


def test_a_database_that_cannot_be_used_is_told_in_one_line(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IVR_DATABASE_URL", "mysql://user:canary@host/name")
    assert run(["data", "import", _file(GOOD)]) == 2
    told = capsys.readouterr().err
    assert told.endswith("the database 'mysql' is not supported; use sqlite or postgresql\n")
    assert "canary" not in told


def test_the_help_names_the_columns_of_both_files(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "import", "--help"]) == 0
    shown = capsys.readouterr().out
    for name in demo.FILES:
        with (demo.FOLDER / name).open(encoding="utf-8") as file:
            for column in file.readline().strip().split(","):
                assert column in shown


def test_help_loads_no_database() -> None:
    asked = "import sys; import ivr.cli; ivr.cli.run(['data', '--help']); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert "import" in shown
    assert "sqlalchemy" not in shown


def test_passwords_that_contacts_chose_are_counted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["data", "import", _file(GOOD)]) == 0
    database = Database(url)
    vault = Vault(KEY.encode(), Cost.production())
    salt = vault.keypad_digest("11222333000181")
    with database.transaction() as connection:
        set_phone_password(connection, 1, 1, vault.hash_password(salt, "7391"), datetime(2026, 3, 10, tzinfo=UTC))
    database.close()
    capsys.readouterr()
    assert run(["data", "import", _file(GOOD)]) == 0
    kept = "; 1 telephone password(s) kept that contacts chose"
    assert capsys.readouterr().out == f"contacts.csv: 1 row of contacts loaded{kept}\n"
    assert run(["data", "import", "--dry-run", _file(GOOD.replace("1234", "4682"))]) == 0
    assert "; 1 that contacts chose set anew, as the file's changed (dry run" in capsys.readouterr().out
    assert _known(url, "11222333000181", "7391")


def test_values_that_people_changed_are_counted(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = GOOD.replace("password\n", "password,blocked\n").replace("1234\n", "1234,no\n")
    assert run(["data", "import", _file(rows)]) == 0
    database = Database(url)
    with database.transaction() as connection:
        block_contact(connection, 1, 1, datetime(2026, 3, 10, tzinfo=UTC))
    database.close()
    capsys.readouterr()
    assert run(["data", "import", _file(rows)]) == 0
    told = "contacts.csv: 1 row of contacts loaded; 1 other value(s) kept that people changed\n"
    assert capsys.readouterr().out == told
