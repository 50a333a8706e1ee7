"""The public address is looked at as the carrier sees it, by GET alone."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.doctor.examined import Examined
from ivr.doctor.get_only import GetOnly, Gotten
from ivr.doctor.public_address import clock, look_at
from ivr.settings import Settings
from ivr.simulator.signature import sign
from tests.capture.capturing import app_server
from tests.conftest import MakeServer
from tests.doctor.stub_server import Answer, certificate, stub_server

pytestmark = pytest.mark.network

TOKEN = "a token of the tests"
ACCOUNT = "AC" + "a" * 32
NOW = datetime.now(UTC)


def settings(url: str | None, token: str | None = TOKEN) -> Settings:
    return Settings("sqlite://", b"k" * 32, Path("flows"), url, ACCOUNT, token)


def found(url: str | None, get_only: GetOnly | None = None, token: str | None = TOKEN) -> dict[str, Examined]:
    return {each.check: each for each in look_at(settings(url, token), get_only or GetOnly(seconds=3), NOW)}


def codes(examined: dict[str, Examined]) -> dict[str, tuple[str, str]]:
    return {check: (each.state, each.told.code) for check, each in examined.items()}


def ours(path: str, headers: dict[str, str]) -> Answer:
    """Answers as a line of ours does."""
    if path == "/health":
        return 200, {"Content-Type": "application/json"}, json.dumps({"status": "ok"}).encode()
    if "x-twilio-signature" not in headers:
        return 403, {}, b"Forbidden: the request is not signed.\n"
    signed = headers["x-twilio-signature"] == sign(TOKEN, f"http://{headers['host']}{path}")
    return (200, {}, b"<Response/>") if signed else (403, {}, b"Forbidden.\n")


def test_a_server_of_ours_is_well_and_asked_by_get_alone() -> None:
    with stub_server(ours) as stub:
        examined = found(stub.url)
    assert codes(examined) == {
        "public-url": ("warning", "doctor-public-url-local"),
        "health": ("ok", ""),
        "unsigned": ("ok", ""),
        "signed": ("ok", ""),
    }
    assert stub.methods == {"GET"}
    assert [path for _, path, _ in stub.asked] == ["/health", "/twilio/voice", f"/twilio/status?AccountSid={ACCOUNT}"]
    assert not any(TOKEN in str(asked) for asked in stub.asked)


def test_the_real_webhooks_take_the_probes_and_no_call_comes_of_them(make_server: MakeServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    server = make_server(public_url=url, account_sid=ACCOUNT)
    with app_server(server.app, port) as served:
        assert served == url
        examined = found(url)
    assert [each.state for check, each in examined.items() if check != "public-url"] == ["ok", "ok", "ok"]
    with server.database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM call").scalar() == 0


def always(status: int, body: bytes = b"", **headers: str) -> Callable[[str, dict[str, str]], Answer]:
    return lambda *_: (status, headers, body)


def but(path: str, answer: Answer) -> Callable[[str, dict[str, str]], Answer]:
    return lambda asked, headers: answer if asked.startswith(path) else ours(asked, headers)


@pytest.mark.parametrize(
    ("answer", "check", "state", "code"),
    [
        (always(404), "health", "fault", "doctor-not-our-server"),
        (always(200, b"<html>"), "health", "fault", "doctor-not-our-server"),
        (always(200, b"[]"), "health", "fault", "doctor-not-our-server"),
        (always(301, Location="https://x.test/"), "health", "fault", "doctor-public-url-redirects"),
        (
            but("/health", (200, {}, b'{"status": "degraded", "reasons": ["x"]}')),
            "health",
            "warning",
            "doctor-degraded",
        ),
        (but("/twilio/voice", (200, {}, b"<Response/>")), "unsigned", "fault", "doctor-unsigned-taken"),
        (but("/twilio/voice", (404, {}, b"")), "unsigned", "fault", "doctor-unsigned-taken"),
        (but("/twilio/status", (403, {}, b"")), "signed", "fault", "doctor-signed-refused"),
        (but("/twilio/status", (200, {}, b"hello")), "signed", "fault", "doctor-signed-no-twiml"),
        (but("/twilio/status", (502, {}, b"")), "signed", "fault", "doctor-signed-no-twiml"),
    ],
)
def test_what_is_wrong_behind_the_address_is_told(
    answer: Callable[[str, dict[str, str]], Answer], check: str, state: str, code: str
) -> None:
    with stub_server(answer) as stub:
        examined = found(stub.url)
    assert codes(examined)[check] == (state, code)
    assert stub.methods == {"GET"}


def test_another_token_than_the_servers_is_told() -> None:
    with stub_server(ours) as stub:
        examined = found(stub.url, token="another token")
    assert codes(examined)["signed"] == ("fault", "doctor-signed-refused")
    assert "another token" not in str(examined)


@pytest.mark.parametrize(
    ("days", "state", "code"),
    [(80, "ok", ""), (5, "warning", "doctor-certificate-ends"), (-3, "fault", "doctor-certificate-bad")],
)
def test_a_certificate_is_told_before_it_ends(tmp_path: Path, days: int, state: str, code: str) -> None:
    serving, trusting = certificate(tmp_path, NOW + timedelta(days=days, hours=1))
    with stub_server(ours, serving) as stub:
        examined = found(stub.url, GetOnly(trusting, 3))
    assert codes(examined)["tls"] == (state, code)


def test_a_certificate_that_nobody_knows_is_a_fault(tmp_path: Path) -> None:
    serving, _ = certificate(tmp_path, NOW + timedelta(days=80))
    with stub_server(ours, serving) as stub:
        examined = found(stub.url)
        assert codes(examined)["tls"] == ("fault", "doctor-certificate-bad")
        assert stub.asked == []


@pytest.mark.parametrize(
    ("url", "check", "state", "code"),
    [
        (None, "public-url", "fault", "doctor-no-public-url"),
        ("http://nowhere.invalid", "public-url", "fault", "doctor-public-url-unreachable"),
        ("http://127.0.0.1:1", "public-url", "fault", "doctor-public-url-unreachable"),
    ],
)
def test_an_address_that_cannot_be_asked_is_a_fault(url: str | None, check: str, state: str, code: str) -> None:
    assert codes(found(url))[check] == (state, code)


def test_what_speaks_no_http_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.listen()
        examined = found(f"http://127.0.0.1:{silent.getsockname()[1]}", GetOnly(seconds=0.2))
    assert codes(examined)["public-url"] == ("fault", "doctor-public-url-unreachable")


@pytest.mark.parametrize(("apart", "state"), [(0, "ok"), (29, "ok"), (31, "warning"), (-3600, "warning")])
def test_a_clock_that_is_apart_is_told(apart: int, state: str) -> None:
    there = NOW.replace(microsecond=0) + timedelta(seconds=apart)
    answer = Gotten(200, {"date": there.strftime("%a, %d %b %Y %H:%M:%S GMT")}, b"")
    assert clock(answer, "api", NOW.replace(microsecond=0)).state == state


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026 00:00:00 GMT"])
def test_a_clock_that_is_not_told_is_a_warning(date: str) -> None:
    assert clock(Gotten(200, {"date": date}, b""), "api", NOW).told.code == "doctor-clock-unknown"
