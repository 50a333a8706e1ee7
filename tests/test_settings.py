"""The environment: everything that is wrong is told at once, and secrets stay out of sight."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from data.budgets import Budgets
from ivr.addresses import is_loopback
from ivr.errors import SettingsError
from ivr.settings import Settings, embedded_url

KEY = "k" * 32


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows").mkdir()


def _faults(**environ: str) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        Settings.from_environment(environ)
    return str(raised.value).splitlines()


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == embedded_url() == "sqlite:///var/line.sqlite"
    assert settings.embedded
    assert settings.flows == Path("flows")
    assert (settings.public_url, settings.account_sid, settings.auth_token) == (None, None, None)


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    (tmp_path / "lines").mkdir()
    settings = Settings.from_environment(
        {
            "IVR_DATABASE_URL": "postgresql://ivr@db/ivr",
            "IVR_FLOWS": "lines",
            "IVR_PUBLIC_URL": "https://line.example.com/ivr/",
            "TWILIO_ACCOUNT_SID": "AC" + "a" * 32,
            "TWILIO_AUTH_TOKEN": "token",
            "IVR_SECRET_KEY": KEY,
        }
    )
    assert settings == Settings(
        "postgresql://ivr@db/ivr", KEY.encode(), Path("lines"), "https://line.example.com/ivr", "AC" + "a" * 32, "token"
    )
    assert not settings.embedded


def test_what_is_set_to_nothing_is_not_set() -> None:
    names = ["IVR_DATABASE_URL", "IVR_FLOWS", "IVR_PUBLIC_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"]
    settings = Settings.from_environment(dict.fromkeys([*names, "IVR_SECRET_KEY"], ""))
    assert settings == Settings.from_environment({})


def test_portal_and_mail_settings_are_judged_without_showing_a_password() -> None:
    good = {
        "IVR_PORTAL_URL": "https://cliente.example.com/",
        "IVR_SMTP_URL": "smtps://ana:s3cret%40word@mail.example.com:465",
        "IVR_MAIL_FROM": "portal@example.com",
    }
    settings = Settings.from_environment(good)
    assert (settings.portal_url, settings.mail_from) == ("https://cliente.example.com", "portal@example.com")
    assert "s3cret" not in repr(settings)
    for bad, told in (
        ({"IVR_PORTAL_URL": "http://cliente.example.com"}, "IVR_PORTAL_URL: write the https address"),
        ({"IVR_PORTAL_URL": "https://x.test/p"}, "IVR_PORTAL_URL: write the https address"),
        ({"IVR_PAGES_URL": "https://CLIENTE.example.com"}, "IVR_PORTAL_URL: the pages of the staff have this address"),
        ({"IVR_SMTP_URL": "http://ana:s3cret@mail.example.com"}, "IVR_SMTP_URL: write smtps://"),
        ({"IVR_SMTP_URL": ""}, "IVR_SMTP_URL and IVR_MAIL_FROM: set both, or none"),
        ({"IVR_MAIL_FROM": "nobody"}, "IVR_MAIL_FROM: write the address"),
        ({"IVR_MAIL_FROM": "a@b.c\r\nBcc: x@y.z"}, "IVR_MAIL_FROM: write the address"),
    ):
        with pytest.raises(SettingsError, match=told) as raised:
            Settings.from_environment(good | bad)
        assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("name", ["TWILIO_AUTH_TOKEN", "TWILIO_AUTH_TOKEN_PREVIOUS"])
def test_blanks_are_no_token_and_none_of_one(name: str) -> None:
    made = Settings.from_environment({"TWILIO_AUTH_TOKEN": "a", "IVR_SECRET_KEY": "k" * 64, name: " b\n"})
    assert made.auth_tokens[-1] == "b"
    assert Settings.from_environment({"IVR_SECRET_KEY": "k" * 64, name: " \n"}).auth_tokens == ()


def test_every_fault_is_told_at_once_and_each_says_what_to_do() -> None:
    faults = _faults(
        IVR_DATABASE_URL="postgresql://ivr:secret@db/ivr",
        IVR_FLOWS="nowhere",
        IVR_PUBLIC_URL="line.example.com",
        TWILIO_ACCOUNT_SID="SK123",
    )
    assert [fault.split(":")[0] for fault in faults] == [
        "IVR_FLOWS",
        "IVR_PUBLIC_URL",
        "TWILIO_ACCOUNT_SID",
        "IVR_SECRET_KEY",
    ]
    assert "secret@db" not in "\n".join(faults)


@pytest.mark.parametrize(
    "url",
    [
        "line.example.com",
        "ftp://line.example.com",
        "https://",
        "https://line.example.com?x=1",
        "https://line.example.com/#top",
        "https://[",
        "https://line.example.com:port",
        "https://line.example.com:99999",
    ],
)
def test_a_public_url_is_an_address_that_twilio_can_call(url: str) -> None:
    (fault,) = _faults(IVR_PUBLIC_URL=url)
    assert fault.startswith("IVR_PUBLIC_URL: ")


@pytest.mark.parametrize("sid", ["AC", "AC" + "g" * 32, "CA" + "a" * 32, "AC" + "a" * 33])
def test_an_account_has_the_shape_of_an_account(sid: str) -> None:
    (fault,) = _faults(TWILIO_ACCOUNT_SID=sid)
    assert fault.startswith("TWILIO_ACCOUNT_SID: ")


def test_a_key_that_is_too_short_is_told_by_its_length_only() -> None:
    (fault,) = _faults(IVR_SECRET_KEY="geheim")
    assert fault.startswith("IVR_SECRET_KEY: 6 characters are too few")
    assert "geheim" not in fault


def test_several_machines_must_share_a_key_and_are_told_how_to_make_one() -> None:
    (fault,) = _faults(IVR_DATABASE_URL="postgresql://db/ivr")
    assert fault.startswith("IVR_SECRET_KEY: required with PostgreSQL")
    assert "secrets.token_hex" in fault


def test_the_server_makes_its_key_once_for_its_own_eyes_only(tmp_path: Path) -> None:
    first = Settings.from_environment({}).secret_key
    file = tmp_path / "var" / "secret.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_bytes().strip() == first
    assert len(first) == 64
    assert Settings.from_environment({}).secret_key == first


def test_two_servers_have_two_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Settings.from_environment({}).secret_key
    (tmp_path / "other" / "flows").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "other")
    assert Settings.from_environment({}).secret_key != first


def test_a_key_that_is_given_is_not_written_down(tmp_path: Path) -> None:
    Settings.from_environment({"IVR_SECRET_KEY": KEY})
    assert not (tmp_path / "var").exists()


def test_nothing_is_made_where_something_is_wrong(tmp_path: Path) -> None:
    _faults(IVR_PUBLIC_URL="x")
    assert not (tmp_path / "var").exists()


def test_a_damaged_key_is_never_replaced_because_the_database_needs_it(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "secret.key").write_bytes(b"short\n")
    (fault,) = _faults()
    assert "secret.key holds no key" in fault
    assert "short" not in fault
    assert (tmp_path / "var" / "secret.key").read_bytes() == b"short\n"


def test_a_folder_that_cannot_be_written_to_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file where the folder should be")
    (fault,) = _faults()
    assert "cannot be kept" in fault


def test_settings_never_show_their_secrets() -> None:
    shown = repr(Settings("sqlite://", b"the key itself", Path("flows"), auth_token="the token itself"))
    assert "itself" not in shown


def test_while_a_token_is_changed_both_are_good() -> None:
    environ = {"TWILIO_AUTH_TOKEN": "new", "TWILIO_AUTH_TOKEN_PREVIOUS": "old"}
    assert Settings.from_environment(environ).auth_tokens == ("new", "old")
    assert Settings.from_environment({"TWILIO_AUTH_TOKEN": "new"}).auth_tokens == ("new",)
    assert Settings.from_environment({}).auth_tokens == ()


def test_a_previous_token_alone_turns_signatures_neither_on_nor_off() -> None:
    (fault,) = _faults(TWILIO_AUTH_TOKEN_PREVIOUS="the old token")
    assert fault.startswith("TWILIO_AUTH_TOKEN_PREVIOUS: only good beside TWILIO_AUTH_TOKEN")
    assert "the old token" not in fault
    assert "itself" not in repr(Settings("sqlite://", b"k", Path("flows"), auth_token_previous="the token itself"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "[::1]", "localhost"])
def test_only_this_machine_reaches_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "example.com", "localhost.example.com", ""])
def test_others_reach_everything_else(host: str) -> None:
    assert not is_loopback(host)


def test_the_budgets_of_wrong_passwords_are_those_that_are_written() -> None:
    assert Settings.from_environment({}).guesses == Budgets()
    some = Settings.from_environment({"IVR_GUESSES": "caller:20, all:500"}).guesses
    assert some == Budgets(account=5, caller=20, alarm=100, all=500)
    every = Settings.from_environment({"IVR_GUESSES": "account:1,caller:2,alarm:3,all:4"}).guesses
    assert every == Budgets(1, 2, 3, 4)


@pytest.mark.parametrize(
    "part", ["account", "account:0", "account:-1", "acount:5", "account:5.5", "account=5", "all:²"]
)
def test_a_budget_that_cannot_be_read_is_told_in_one_line(part: str) -> None:
    (fault,) = _faults(IVR_GUESSES=f"caller:15,{part}")
    assert fault.startswith(
        f"IVR_GUESSES: '{part}' is none of account, alarm, all, all_documents, caller, documents, staff with"
    )
    assert fault.endswith("write it like account:5,caller:15,alarm:100,all:2000")


def test_a_budget_that_is_written_twice_is_told() -> None:
    assert _faults(IVR_GUESSES="all:5,all:6") == ["IVR_GUESSES: all is written twice; write it once"]


@pytest.mark.parametrize(("written", "calls"), [("", 1), (" 30 ", 30), ("1", 1)])
def test_an_account_takes_one_call_a_second_unless_it_is_told(tmp_path: Path, written: str, calls: int) -> None:
    assert (
        Settings.from_environment({"IVR_FLOWS": str(tmp_path), "IVR_CALLS_PER_SECOND": written}).calls_per_second
        == calls
    )


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "many", "1000", "٣"])
def test_calls_per_second_are_a_whole_number(tmp_path: Path, written: str) -> None:
    with pytest.raises(SettingsError, match="IVR_CALLS_PER_SECOND: how many"):
        Settings.from_environment({"IVR_FLOWS": str(tmp_path), "IVR_CALLS_PER_SECOND": written})
