"""``ivr load`` in a process of its own, since Locust exchanges sockets and locks of the whole process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.cli import run
from ivr.cli.load_job import LoadJob
from ivr.replay.load import LoadReport, stream_of
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


def _environ() -> dict[str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    return environ | {"TWILIO_AUTH_TOKEN": TOKEN}


def _load(folder: Path, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [IVR, "load", url, *arguments, "--seconds", "1", "--rate", "8"],
        cwd=folder,
        env=_environ(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def _loading(folder: Path, url: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A load in a process group of its own, and the file with what it says on standard error."""
    said = folder / f"said-{len(list(folder.glob('said-*')))}"
    with said.open("w") as errors:
        process = subprocess.Popen(
            [IVR, "load", url, *arguments],
            cwd=folder,
            env=_environ(),
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    try:
        yield process, said
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert process.stdout
        process.stdout.close()


def _await(happened: Callable[[], object], what: str) -> None:
    until = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < until, what
        time.sleep(0.05)


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


class _OneWrong:
    """The application, but for the third call, which hears something else; it notes the account of each call."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.calls: dict[str, str] = {}

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/twilio/voice":
            return self.app(environ, start)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        fields = parse_qs(body.decode())
        self.calls[fields["CallSid"][0]] = fields["AccountSid"][0]
        if len(self.calls) == 3:
            start("200 OK", [("Content-Type", "text/xml")])
            return [b"<Response><Say>Engano.</Say></Response>"]
        return self.app(environ | {"wsgi.input": BytesIO(body)}, start)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_figures_of_two_workers_are_whole_and_tell_a_wrong_turn(folder: Path, make_server: MakeServer) -> None:
    master = f"127.0.0.1:{_free_port()}"
    accounts = ["AC" + sign * 32 for sign in "12"]
    with _serving() as (at, apps):
        server = make_server(public_url=at)
        noted = _OneWrong(server.app)
        apps.append(noted)
        asked = (f"{at}/twilio/voice", "good.call.yaml", "--seconds", "3", "--rate", "4")
        with (
            _loading(folder, *asked, "--master", master, "--workers", "2") as (leading, told),
            _loading(folder, *asked, "--worker", master, "--account-sid", accounts[0]) as (first, of_first),
            _loading(folder, *asked, "--worker", master, "--account-sid", accounts[1]) as (second, of_second),
        ):
            shown, _ = leading.communicate(timeout=150)
            assert (first.wait(30), second.wait(30)) == (0, 0)
    assert leading.returncode == 1, told.read_text()
    calls = int(shown.split(" calls in ")[0])
    assert calls == len(noted.calls) == server.calls() + 1 >= 10
    assert f"; {3 * (calls - 1) + 1} turns, " in shown
    assert "errors: 0, astray: 1" in shown
    assert 'heard instead: "Engano."' in shown
    assert min(Counter(noted.calls.values())[account] for account in accounts) >= 4
    assert told.read_text() == f"waits for 2 load workers at {master}\n"
    assert {text.read_text().splitlines()[-1] for text in (of_first, of_second)} == {
        "calls as load worker 1",
        "calls as load worker 2",
    }


def test_a_worker_that_dies_is_told_and_an_interrupt_ends_all(folder: Path, make_server: MakeServer) -> None:
    with _serving() as (at, apps):
        server = make_server(public_url=at)
        apps.append(server.app)
        asked = (f"{at}/twilio/voice", "good.call.yaml", "--seconds", "600", "--rate", "4", "--callers", "8")
        with _loading(folder, *asked, "--processes", "2", "--json") as (leading, told):
            _await(lambda: server.calls() >= 4, "no call came")
            forked = Path(f"/proc/{leading.pid}/task/{leading.pid}/children").read_text().split()
            assert len(forked) == 2
            os.kill(int(forked[0]), signal.SIGKILL)
            _await(lambda: "is not heard any more" in told.read_text(), "the worker's death was not told")
            heard = server.calls()
            _await(lambda: server.calls() > heard, "the other worker stopped")
            os.killpg(leading.pid, signal.SIGINT)
            shown, _ = leading.communicate(timeout=60)
            assert leading.returncode == 1
            _await(lambda: not _alive(leading.pid), "a process is left")
    figures = json.loads(shown)
    assert figures["workers_lost"] == 1
    assert 0 < figures["calls"] <= server.calls()
    assert "interrupted: what follows is of the time until now" in told.read_text()
    assert "the last figures of 1 load worker are lost" in told.read_text()


def _alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_with_other_options_than_its_master_is_refused(folder: Path, make_server: MakeServer) -> None:
    master = f"127.0.0.1:{_free_port()}"
    with _serving() as (at, apps):
        server = make_server(public_url=at)
        apps.append(server.app)
        asked = (f"{at}/twilio/voice", "good.call.yaml", "--seconds", "3")
        with (
            _loading(folder, *asked, "--master", master, "--workers", "1") as (leading, told),
            _loading(folder, *asked, "--worker", master, "--rate", "2") as (worker, _),
        ):
            assert leading.wait(120) == 2
            assert worker.wait(30) == 0
    assert "load worker 1 was started with other options or call scripts than its master" in told.read_text()
    assert server.calls() == 0


def test_workers_draw_streams_of_their_own() -> None:
    streams = [[stream_of(7, worker).random() for _ in range(3)] for worker in (None, 0, 1, 2)]
    assert len({tuple(stream) for stream in streams}) == 4
    assert streams[2] == [stream_of(7, 1).random() for _ in range(3)]


def test_the_mark_of_a_load_is_of_what_its_callers_do() -> None:
    job = LoadJob("http://a/", [], [(1.0, b"call: a")], 1.0, 60.0, 9, False, None, 0, "AC1", "t", None)
    assert replace(job, url="http://b/", account_sid="AC2", auth_token="u").mark == job.mark
    others = [replace(job, rate=2.0), replace(job, seed=1), replace(job, files=[(2.0, b"call: a")])]
    assert len({each.mark for each in [job, *others]}) == 4


ASKED = st.tuples(st.sampled_from(["POST /a", "POST /b"]), st.floats(0, 9), st.sampled_from([None, "status 500"]))


@given(st.lists(st.tuples(st.integers(0, 2), ASKED)))
def test_reports_in_parts_add_up_to_the_whole(answers: list[tuple[int, tuple[str, float, str | None]]]) -> None:
    whole, total, parts = LoadReport(), LoadReport(), [LoadReport(), LoadReport()]
    for who, answer in answers:
        whole.asked(*answer)
        parts[who % 2].asked(*answer)
        if who == 2:
            total.add(parts[0].taken())
    for part in parts:
        total.add(json.loads(json.dumps(part.taken())))
        assert part == LoadReport()
    assert total.figures(1.0) == whole.figures(1.0)
    assert total.errors == whole.errors


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--processes", "2", "--master", "127.0.0.1:5557"), "write one of --processes, --master and --worker"),
        (("--master", "127.0.0.1:5557"), "--master and --workers N go together: it begins when N have come"),
        (("--worker", "5557"), "Invalid value for '--worker': write HOST:PORT, like 10.0.0.7:5557, not '5557'"),
    ],
)
def test_roles_that_make_no_sense_are_told(
    arguments: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["load", "http://127.0.0.1:1/", "callers", *arguments]) == 2
    assert told in capsys.readouterr().err
