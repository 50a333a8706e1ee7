"""``ivr load`` in a process of its own, since Locust exchanges sockets and locks of the whole process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from ivr.cli import run
from tests.conftest import MakeServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

IVR = Path(sys.executable).with_name("ivr")
TOKEN = "a token of the tests"

pytestmark = pytest.mark.network

GOOD = """\
call: Goes to people
steps:
  - hear: Bem-vindo
  - press: "7"
  - callee: answered
    for: 20
"""
ASTRAY = """\
call: Waits for what is never said
steps:
  - hear: Welcome to somebody else
"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def _serving() -> Iterator[tuple[str, list[WSGIApplication]]]:
    """An address, and the application behind it, which may be put there later."""
    apps: list[WSGIApplication] = []

    def app(environ: WSGIEnvironment, start: StartResponse) -> object:
        return apps[0](environ, start)

    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:  # type: ignore[arg-type]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", apps
        server.shutdown()
        thread.join()


def _load(folder: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    return subprocess.run(
        [IVR, "load", url, *arguments, "--seconds", "1", "--rate", "8"],
        cwd=folder,
        env=environ | {"TWILIO_AUTH_TOKEN": TOKEN},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "flows").mkdir()
    (tmp_path / "good.call.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "astray.call.yaml").write_text(ASTRAY, encoding="utf-8")
    return tmp_path


def test_signed_callers_at_a_rate_are_all_answered_as_their_script_says(folder: Path, make_server: MakeServer) -> None:
    with _serving() as (at, apps):
        server = make_server(public_url=at)
        apps.append(server.app)
        loaded = _load(folder, f"{at}/twilio/voice", "good.call.yaml=2", "--json")
    assert (loaded.returncode, loaded.stderr) == (0, ""), loaded.stderr
    told = json.loads(loaded.stdout)
    assert told["calls"] == server.calls() >= 7
    assert told["turns"] == 3 * told["calls"]
    assert (told["errors"], told["astray"]) == (0, 0)
    assert 0 < told["p50_ms"] <= told["p95_ms"] <= told["p99_ms"] <= told["max_ms"]


def test_calls_astray_and_refused_are_told_and_exit_1(folder: Path, make_server: MakeServer) -> None:
    with _serving() as (at, apps):
        apps.append(make_server(public_url=at, auth_token="another token").app)
        loaded = _load(folder, f"{at}/twilio/voice", "astray.call.yaml")
    assert loaded.returncode == 1
    assert "POST /twilio/voice: status 403" in loaded.stdout
    calls = int(loaded.stdout.split(" calls in ")[0])
    assert f"errors: {calls}, astray: {calls}" in loaded.stdout


@pytest.mark.parametrize("option", ["--rate", "--seconds"])
def test_a_rate_that_is_no_number_is_told(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["load", "http://127.0.0.1:1/", "callers", option, "nan"]) == 2
    assert capsys.readouterr().err == f"ivr load: Invalid value for '{option}': nan is no number\n"
