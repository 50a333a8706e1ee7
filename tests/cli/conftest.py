"""What the tests of the command line share: the lines as shipped, and a webhook of somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from data.vault import Cost
from ivr.cli import clock, run
from tests.conftest import Now
from tests.lines import TUESDAY

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

FLOWS = Path(__file__).parents[2] / "flows"

Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped lines, wherever the test stands; no account of whoever runs the tests."""
    monkeypatch.setenv("IVR_FLOWS", str(FLOWS))
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "IVR_TRACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _demo_customers_are_cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """An embedded database that a command makes is filled with the demo customers, whose passwords cost a second."""
    monkeypatch.setattr(Cost, "production", Cost.rehearsal)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    """The clock of the commands: half past ten in the morning in São Paulo."""
    shown = Now(TUESDAY.astimezone(UTC))
    monkeypatch.setattr(clock, "now", shown)
    return shown


@pytest.fixture
def ivr(capsys: pytest.CaptureFixture[str]) -> Ivr:
    """Runs the command with these arguments: its exit code, standard output and standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is what the command says."""


@pytest.fixture
def webhook() -> Iterator[str]:
    """The URL of a running webhook that greets; 1 says goodbye, 9 is broken, and every answer is plain TwiML."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        form = parse_qs(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode())
        digits = form.get("Digits", [""])[0]
        if digits == "9":
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"broken"]
        start_response("200 OK", [("Content-Type", "text/xml")])
        if digits:
            return [b"<Response><Say>Goodbye.</Say></Response>"]
        greeting = f"<Say>Hello, {form['From'][0]}.</Say>"
        return [f'<Response><Gather numDigits="1">{greeting}</Gather></Response>'.encode()]

    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/voice"
        server.shutdown()
        thread.join()
