"""``ivr purge`` and ``ivr privacy`` as staff use them."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.calls import CALL
from data.database import Database
from data.periods import PERIODS
from data.vault import Cost, Vault
from ivr.cli import run
from tests.fixtures_of import fixtures_of
from tests.lines import write_line
from tests.security.canary import CNPJ, LETTERS, PASSWORD, sniffed
from tests.security.old_calls import CALLER, OldCall, sid

KEY = "a key of the tests, 32 bytes....."
NOW = datetime.now(UTC)
FIXTURES = {
    "companies": [
        {"document": CNPJ, "name": "Canário Amarelo", "contacts": [{"name": "Piu-Piu", "password": PASSWORD}]},
    ]
}


@pytest.fixture
def database(tmp_path: Path, _migrated_file: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """What the commands work on: one customer, whose call ended long ago."""
    write_line(tmp_path / "flows" / "ensaio")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    url = f"sqlite:///{tmp_path / 'ivr.db'}"
    monkeypatch.setenv("IVR_DATABASE_URL", url)
    monkeypatch.setenv("IVR_SECRET_KEY", KEY)
    for name in ("IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    shutil.copyfile(_migrated_file, tmp_path / "ivr.db")
    database = Database(url)
    vault = Vault(KEY.encode(), Cost.rehearsal())
    fixtures_of(FIXTURES).apply(database, vault)
    ended = NOW - timedelta(days=3000)
    OldCall(sid(1), ended, ended, 1, 1, vault.document_digest(CNPJ), recording="").write(database)
    return database


@pytest.fixture
def recorded(database: Database) -> Database:
    """The same, with a message of which the telephone company has the recording."""
    ended = NOW - timedelta(days=3000)
    OldCall(sid(2), ended, ended, 1, 1, protocol="7000000002").write(database)
    return database


def _caller(database: Database) -> str:
    with database.reading() as connection:
        return str(connection.execute(select(CALL.c.from_number).where(CALL.c.sid == sid(1))).scalar_one())


def test_a_dry_run_tells_what_is_due_with_its_period_and_changes_nothing(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["purge", "--dry-run"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert "numbers          1 due, 180 days: who called, and what was dialled" in rows
    assert len(rows) == len(PERIODS)
    assert _caller(database) == CALLER


def test_a_purge_forgets_it_and_the_next_one_finds_nothing(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["purge"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(
        "ended: 0 abandoned calls, 0 abandoned tries to call back; dropped: 0 statuses of no call, 1 "
    )
    assert "customers        1 forgotten, 731 days: whose call it was: contact and company" in out
    assert _caller(database) == ""
    assert run(["purge"]) == 0
    assert " 1 forgotten" not in capsys.readouterr().out


def test_a_purge_ends_abandoned_calls_first(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    OldCall(sid(5), NOW - timedelta(days=3000), None, protocol=None, recording="").write(database)
    assert run(["purge"]) == 0
    assert capsys.readouterr().out.startswith("ended: 1 abandoned calls, 1 abandoned tries")
    with database.reading() as connection:
        assert connection.execute(select(CALL.c.from_number).where(CALL.c.sid == sid(5))).scalar() == ""


@pytest.mark.usefixtures("recorded")
def test_recordings_that_cannot_be_deleted_are_told_with_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["purge"]) == 1
    assert capsys.readouterr().err == (
        "1 recordings are still there: the telephone company was not asked to delete them;"
        " set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN\n"
    )


@pytest.mark.usefixtures("recorded")
def test_a_telephone_company_that_cannot_be_reached_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "a" * 32)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a token of the tests")
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert run(["privacy", "erase", CNPJ, "--yes"]) == 2
    assert capsys.readouterr().err == (
        "ivr: the customer is still there: Twilio cannot be reached (ProxyError); do it again later\n"
    )
    assert run(["purge"]) == 1
    assert capsys.readouterr().err == "1 recordings are still there: Twilio cannot be reached (ProxyError)\n"


def test_a_call_that_was_forgotten_can_still_be_looked_up_by_its_protocol(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["purge"]) == 0
    capsys.readouterr()
    assert run(["calls", "show", "712 345-6789"]) == 0
    out = capsys.readouterr().out
    assert "protocol  7123456789" in out
    assert "from      unknown" in out
    assert "documento: keys, known > senha" in out
    assert CALLER not in out


def test_the_export_goes_to_stdout_as_json(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["privacy", "export", CNPJ]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["company"]["name"] == "Canário Amarelo"
    assert [call["protocol"] for call in shown["calls"]] == ["7123456789"]


@pytest.mark.usefixtures("database")
def test_an_exported_file_is_its_owners_alone_and_overwrites_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "cliente.json"
    assert run(["privacy", "export", CNPJ, "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert json.loads(out.read_text(encoding="utf-8"))["contacts"][0]["name"] == "Piu-Piu"
    assert run(["privacy", "export", CNPJ, "--out", str(out)]) == 2
    assert (
        capsys.readouterr().err
        == f"ivr: {out} is there already; name another file with --out, or write over it with --force\n"
    )


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["export", "erase"])
def test_a_document_that_nobody_has_is_told_and_not_repeated(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["privacy", command, LETTERS]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", "no customer has this document; compare it with the contract\n")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("command", ["export", "erase"])
@pytest.mark.parametrize("wrong", [CNPJ[:-1] + "x", CNPJ[:-1] + str((int(CNPJ[-1]) + 1) % 10), CNPJ[1:]])
def test_a_document_that_is_none_is_told_and_not_repeated(
    command: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["privacy", command, wrong]) == 2
    out, err = capsys.readouterr()
    assert "CNPJ" in err
    assert err.count("\n") == 1
    assert not sniffed(out + err)


def test_a_document_is_asked_for_where_none_is_given(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = {"hide_input": True}

    def prompt(text: str, hide_input: bool) -> str:
        assert hide_input is answers["hide_input"]
        return CNPJ

    monkeypatch.setattr("click.prompt", prompt)
    assert run(["privacy", "export"]) == 0
    assert "Canário" in capsys.readouterr().out


def test_an_erasure_asks_tells_what_goes_and_what_stays_and_leaves_no_byte(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("click.confirm", lambda text: False)
    assert run(["privacy", "erase", CNPJ]) == 1
    assert capsys.readouterr().err == "nothing was erased\n"
    assert _caller(database) == CALLER
    monkeypatch.setattr("click.confirm", lambda text: True)
    assert run(["privacy", "erase", CNPJ]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == (
        "to be erased: 1 company, 1 contacts, 0 invoices, 0 tickets, 1 tried passwords, 1 messages, 0 recorded talks;"
        " no longer anybody's: 1 calls, 1 callbacks"
    )
    assert "Kept, without a name: the protocol numbers of these calls, and 1 acceptances" in second
    left = b"".join(file.read_bytes() for file in tmp_path.glob("ivr.db*"))
    for needle in ("Canário Amarelo", "Piu-Piu", CALLER):
        assert needle.encode() not in left
    assert run(["privacy", "erase", CNPJ, "--yes"]) == 1


def test_a_customer_with_a_call_going_on_is_not_erased(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    OldCall(sid(3), NOW, None, 1, 1, protocol=None, recording="").write(database)
    assert run(["privacy", "erase", CNPJ, "--yes"]) == 2
    assert capsys.readouterr().err == (
        "ivr: nothing was erased: a call of this customer is going on; do it again when it has ended\n"
    )


@pytest.mark.usefixtures("recorded")
def test_a_customer_whose_recordings_cannot_be_deleted_is_not_erased(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["privacy", "erase", CNPJ, "--yes"]) == 2
    assert capsys.readouterr().err == (
        "ivr: nothing was erased: 1 recordings are at the telephone company, and must be deleted there;"
        " set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN\n"
    )
