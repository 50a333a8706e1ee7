"""``ivr doctor``: everything about a deployment in one look, by its command, with nothing changed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import RealClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.rest.seed import read_seed
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.switchboard import Switchboard
from tests.cli.conftest import Ivr
from tests.cli.test_publishing import edit
from tests.lines import write_line

TOKEN = "canary-of-the-token"
KEY = "canary of the key, 32 bytes long.."
ACCOUNT = "AC" + "1" * 32


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in {
        "IVR_FLOWS": str(tmp_path / "flows"), "IVR_DATABASE_URL": f"sqlite:///{tmp_path / 'ivr.db'}",
        "IVR_SECRET_KEY": KEY, "IVR_PUBLIC_URL": "http://127.0.0.1:1", "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return write_line(tmp_path / "flows" / "ensaio")


def checks(out: str) -> list[dict[str, Any]]:
    return [json.loads(each) for each in out.splitlines()]


def states(out: str, check: str) -> list[tuple[str, str]]:
    return [(each["state"], each.get("code", "")) for each in checks(out) if each["check"] == check]


def test_an_empty_environment_is_told_and_nothing_is_made(
    ivr: Ivr, line: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("IVR_DATABASE_URL", "IVR_SECRET_KEY", "IVR_PUBLIC_URL", "TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID"):
        monkeypatch.delenv(name)
    before = sorted(tmp_path.rglob("*"))
    code, out, err = ivr("doctor", "--json")
    assert (code, err) == (2, "")
    assert states(out, "settings") == [("fault", "doctor-no-token"), ("warning", "doctor-no-account"), ("ok", "")]
    assert states(out, "database") == [("warning", "doctor-database-missing")]
    assert states(out, "public-url") == [("fault", "doctor-no-public-url")]
    assert states(out, "account") == [("warning", "doctor-account-unknown")]
    assert sorted(tmp_path.rglob("*")) == before


def test_a_published_line_is_well_until_its_folder_is_edited(ivr: Ivr, line: Path, tmp_path: Path) -> None:
    assert states(ivr("doctor", "--no-account", "--json")[1], "published") == []
    assert ivr("publish", "ensaio", "-m", "como está", "--by", "ana")[0] == 0
    digest = hashlib.sha256((tmp_path / "ivr.db").read_bytes()).hexdigest()
    _, out, _ = ivr("doctor", "--no-account", "--json")
    assert states(out, "line") == states(out, "published") == states(out, "database") == [("ok", "")]
    edit(line, "Bem-vindo", "Olá")
    _, out, _ = ivr("doctor", "--no-account", "--json")
    assert states(out, "published") == [("warning", "doctor-folder-differs")]
    assert "version 1, and the folder differs from it in prompts.pt-BR.yaml" in out
    assert hashlib.sha256((tmp_path / "ivr.db").read_bytes()).hexdigest() == digest


def test_a_faulty_line_and_a_database_that_is_away_are_faults(
    ivr: Ivr, line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line / "menu.yaml").write_text("line: {}\n", encoding="utf-8")
    monkeypatch.setenv("IVR_DATABASE_URL", "postgresql://u:canary@127.0.0.1:1/none")
    code, out, _ = ivr("doctor", "--no-account", "--json")
    assert code == 2
    assert states(out, "line") == [("fault", "doctor-line-faulty")]
    assert states(out, "database") == [("fault", "doctor-database-away")]
    assert "canary" not in out


def test_wrong_settings_are_told_each_for_itself(ivr: Ivr, line: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVR_PUBLIC_URL", "line.example.com")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC1")
    code, out, err = ivr("doctor", "--json")
    assert (code, err) == (2, "")
    assert [(each["where"], each["code"]) for each in checks(out)] == [
        ("IVR_PUBLIC_URL", "doctor-settings"),
        ("TWILIO_ACCOUNT_SID", "doctor-settings"),
    ]


SEED = f"""\
account: {ACCOUNT}
token: {TOKEN}
numbers:
  - phone_number: "+551140030015"
    voice_url: http://127.0.0.1:1/twilio/voice
    status_callback: http://127.0.0.1:1/twilio/status
  - {{phone_number: "+551140030016", voice_url: http://127.0.0.1:1/other}}
queues:
  vendas: {{agent: wait, max_size: 2}}
"""


@pytest.mark.network
def test_the_simulated_account_is_looked_at_by_its_api(ivr: Ivr, line: Path, tmp_path: Path) -> None:
    (tmp_path / "account.yaml").write_text(SEED, encoding="utf-8")
    carrier = Carrier(ACCOUNT, TOKEN)
    setup = CallSetup("http://a.test", HttpTransport(), "+5511", "+551140030015", "CA" + "1" * 32, RealClock(), carrier)
    with rest_server(Switchboard.of(setup, account=read_seed(tmp_path / "account.yaml"))) as address:
        code, out, err = ivr("doctor", "--api", address)
        _, as_json, _ = ivr("doctor", "--api", address, "--json")
    assert (code, err) == (2, "")
    rows = [(row.split()[0], row.split()[1]) for row in out.splitlines()]
    assert {("ok", check) for check in ("account", "number", "status-callback", "caller-id")} <= set(rows)
    assert {("warning", "fallback"), ("fault", "public-url")} <= set(rows)
    assert ("warning", "doctor-not-looked-at") in states(as_json, "geo")  # another product, which is not simulated
    assert out.splitlines()[-1].startswith(f"{len(rows) - 1} checks: ")
    assert TOKEN not in out + as_json
    assert KEY not in out + as_json


@pytest.mark.parametrize("api", ["http://api.example.com", "ftp://127.0.0.1", "nowhere", "http://127.0.0.1:x"])
def test_the_token_is_sent_to_no_plain_address_elsewhere(ivr: Ivr, line: Path, api: str) -> None:
    code, out, err = ivr("doctor", "--api", api)
    assert (code, out) == (2, "")
    assert "it must be https, or http on this machine" in err


def test_each_check_is_told_in_portuguese_too(ivr: Ivr, line: Path) -> None:
    _, out, _ = ivr("doctor", "--no-account", "--language", "pt-BR")
    assert out.splitlines()[-1].endswith(("verificações: 1 erro, 1 aviso", "verificações: 1 erro, 2 avisos"))
    assert "nada responde" in out
