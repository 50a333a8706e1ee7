"""``ivr serve`` as it is really started: a process of its own, found by the address that it prints."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from ivr.cli import run
from tests.lines import write_line

pytestmark = pytest.mark.network

IVR = Path(sys.executable).with_name("ivr")
TOKEN = "0123456789abcdef0123456789abcdef"
OUTSIDE = "https://line.example.com"
END = "Ctrl-C ends it."
IGNORING_CTRL_C = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
"""As a shell starts what it puts in the background."""

SCRIPT = """\
call: A key leads to people
from: "+5511987654321"
steps:
  - hear: Bem-vindo
  - press: "2"
  - hear: Digite o CNPJ
  - press: "*"
  - hear: Tecle 2
  - press: "7"
  - callee: answered
"""


@dataclass
class Connected:
    """A running server: what it printed, and where it answers."""

    process: subprocess.Popen[str]
    greeting: str
    at: str
    pages: str
    folder: Path

    @property
    def entry(self) -> str:
        return f"{self.at}/twilio/voice"


def _environment(folder: Path, **more: str) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    return clean | {"IVR_FLOWS": str(folder / "flows"), "PYTHONUNBUFFERED": "1"} | more


def _serve(folder: Path, *options: str, **environ: str) -> subprocess.Popen[str]:
    with (folder / "stderr.txt").open("w") as stderr:
        return subprocess.Popen(
            [*IGNORING_CTRL_C, IVR, "serve", *options],
            cwd=folder,
            env=_environment(folder, **environ),
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )


def _greeted(process: subprocess.Popen[str], folder: Path) -> Connected:
    assert process.stdout is not None
    greeting = ""
    for line in process.stdout:
        greeting += line
        if line.strip() == END:
            break
    found = re.search(r"open this\s+(http://\S+)/ .*\n\s+webhooks\s+(http://\S+) ", greeting)
    assert found, greeting + (folder / "stderr.txt").read_text()
    return Connected(process, greeting, found[2], found[1], folder)


def _page(served: Connected, path: str) -> requests.Response:
    """A page; before the process of the pages answers, who asks waits in its port's queue."""
    return requests.get(f"{served.pages}{path}", timeout=30)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    process.communicate(timeout=20)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    """The small line with an embedded database, and with signatures."""
    folder = tmp_path_factory.mktemp("server")
    write_line(folder / "flows" / "ensaio")
    process = _serve(folder, "--port", "0", TWILIO_AUTH_TOKEN=TOKEN)
    try:
        yield _greeted(process, folder)
    finally:
        _end(process)


def test_it_tells_the_line_the_address_and_how_to_make_a_call(served: Connected) -> None:
    assert "The line ensaio answers" in served.greeting
    assert f"entry webhook   {served.entry}" in served.greeting
    assert f"ivr call {served.entry}" in served.greeting
    assert f"open this       {served.pages}/ in a browser" in served.greeting
    assert "sqlite:///var/line.sqlite" in served.greeting
    assert TOKEN not in served.greeting


CODE = re.compile(r"first user      supervisor, .* (http\S+/login/code) .*\n.* code ([A-Z2-9]{5}(?:-[A-Z2-9]{5}){3}):")


def test_the_first_user_is_told_in_the_greeting_and_the_code_nowhere_else(served: Connected) -> None:
    told = CODE.search(served.greeting)
    assert told
    assert told[1] == f"{served.pages}/login/code"
    assert _page(served, "/login/code").status_code == 200
    kept = (served.folder / "stderr.txt").read_bytes() + (served.folder / "var" / "line.sqlite").read_bytes()
    for code in (told[2], told[2].replace("-", "")):
        assert code.encode() not in kept


def test_the_pages_answer_no_name_that_was_led_to_them_and_no_other_site(served: Connected) -> None:
    for path in ("/", "/login", "/metrics", "/health"):
        for headers in ({"Host": "evil.test"}, {"Origin": "http://evil.test"}, {"Origin": served.at}):
            assert requests.get(f"{served.pages}{path}", headers=headers, timeout=30).status_code == 403
    form = {"name": "supervisor", "password": "seis galinhas ruivas"}
    for origin in ("", served.pages, "null"):
        sent = {"Origin": origin} if origin else {}
        assert requests.post(f"{served.pages}/login", form, headers=sent, timeout=10).status_code == 403


def test_the_portal_answers_customers_on_a_port_of_its_own(served: Connected) -> None:
    found = re.search(r"customers +(http://\S+)/ is their portal", served.greeting)
    assert found
    answer = requests.get(f"{found[1]}/", headers={"Accept": "text/html"}, timeout=60)
    assert answer.url == f"{found[1]}/entrar?next=%2F"
    assert '<html lang="pt-BR">' in answer.text
    assert requests.get(f"{found[1]}/overview", timeout=30).status_code == 404
    assert requests.get(f"{found[1]}/twilio/voice", timeout=30).status_code == 404
    assert _page(served, "/entrar").status_code == 404
    led_here = requests.get(f"{found[1]}/entrar", headers={"Host": "evil.test"}, timeout=30)
    assert led_here.status_code == 403
    too_much = requests.post(f"{found[1]}/entrar", data=iter([b"x" * 100_000]), timeout=30)
    assert too_much.status_code == 413


def test_with_a_token_there_is_nothing_to_warn_of(served: Connected) -> None:
    assert "WARNING" not in served.greeting


def test_its_database_and_key_are_its_own_and_only_the_owners(served: Connected) -> None:
    kept = {file.name: file.stat().st_mode & 0o777 for file in (served.folder / "var").iterdir()}
    assert kept["line.sqlite"] == 0o600
    assert kept["secret.key"] == 0o600


def test_it_is_healthy_and_has_a_front_page_and_figures(served: Connected) -> None:
    health = requests.get(f"{served.at}/health", timeout=10)
    assert (health.status_code, health.json()["status"]) == (200, "ok")
    assert "ensaio" in _page(served, "/").text
    assert "# TYPE ivr_calls gauge" in _page(served, "/metrics").text


def test_the_process_of_the_pages_tells_what_that_of_the_webhooks_counted(served: Connected) -> None:
    assert requests.post(served.entry, data={"CallSid": "CA" + "4" * 32}, timeout=10).status_code == 403
    figures = _page(served, "/metrics").text
    assert re.search(r'ivr_refused_requests_total{status="403"} [1-9]', figures)
    assert re.search(r"ivr_webhooks_process_resident_memory_bytes [1-9]", figures)


def test_more_than_a_hundred_kept_connections_are_all_answered(served: Connected) -> None:
    with ExitStack() as open_ones:
        for _ in range(150):
            line = http.client.HTTPConnection(urlsplit(served.at).netloc, timeout=15)
            open_ones.enter_context(closing(line))
            line.request("GET", "/health")
            assert line.getresponse().read()


def test_unsigned_requests_are_refused(served: Connected) -> None:
    answer = requests.post(served.entry, data={"CallSid": "CA" + "1" * 32}, timeout=10)
    assert answer.status_code == 403


Ivr = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ivr(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ivr]:
    """Runs a command in this process, in a folder with the small line: its exit code, output and errors."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    write_line(tmp_path / "flows" / "ensaio")
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, **environ: str) -> tuple[int, str, str]:
        for name in set(os.environ) - set(_environment(tmp_path)):
            monkeypatch.delenv(name)
        for name, value in _environment(tmp_path, **environ).items():
            monkeypatch.setenv(name, value)
        return run(arguments), *capsys.readouterr()

    yield command
    for number, handler in handlers.items():
        signal.signal(number, handler)


def _call(ivr: Ivr, served: Connected, token: str) -> tuple[int, str, str]:
    script = served.folder / "people.call.yaml"
    script.write_text(SCRIPT, encoding="utf-8")
    return ivr("call", served.entry, "--script", str(script), "--json", TWILIO_AUTH_TOKEN=token)


def test_a_signed_call_goes_from_the_welcome_to_the_destination(ivr: Ivr, served: Connected) -> None:
    code, out, err = _call(ivr, served, TOKEN)
    assert code == 0, out + err
    transcript = json.loads(out)
    assert (transcript["status"], transcript["error"], transcript["warnings"]) == ("completed", None, [])
    dialled = [(event["to"], event["outcome"]) for event in transcript["events"] if event["kind"] == "dial"]
    assert dialled == [("+551150900700", "answered")]
    spoken = [event["text"] for event in transcript["events"] if event["kind"] == "say"]
    assert (spoken[0], spoken[-1]) == ("Bem-vindo.", "Até logo & obrigado.")
    figures = _page(served, "/metrics").text
    assert re.search(r'ivr_turns_total{event="start",line="ensaio",outcome="start"} [1-9]', figures)
    assert re.search(r'ivr_webhook_seconds_count{result="taken",webhook="turn"} [1-9]', figures)
    turns = [json.loads(told) for told in (served.folder / "stderr.txt").read_text().splitlines()]
    assert {told["process"] for told in turns if told.get("call") == transcript["call_sid"]} == {"webhooks"}


def test_a_call_signed_with_another_token_is_refused(ivr: Ivr, served: Connected) -> None:
    code, out, _ = _call(ivr, served, "another token altogether")
    assert code == 1
    assert "403" in out


def test_a_second_server_on_the_same_port_is_told_in_one_line(ivr: Ivr, served: Connected) -> None:
    port = served.at.rpartition(":")[2]
    code, _, err = ivr("serve", "--port", port, IVR_DATABASE_URL="sqlite://")
    (line,) = err.splitlines()
    assert code == 2
    assert line.startswith(f"ivr: cannot listen on 127.0.0.1:{port}: ")
    assert "--port" in line


def test_without_a_token_it_warns_loudly_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    own = f"sqlite:///{tmp_path / 'own.sqlite'}"
    process = _serve(tmp_path, "--port", "0", IVR_DATABASE_URL=own)
    try:
        served = _greeted(process, tmp_path)
        assert "WARNING: TWILIO_AUTH_TOKEN is not set, so signatures are NOT verified." in served.greeting
        assert "own.sqlite" not in served.greeting
        unsigned = requests.post(served.entry, data={"CallSid": "CA" + "1" * 32, "To": "+551140030015"}, timeout=10)
        assert "Bem-vindo" in unsigned.text
        forwarded = requests.post(served.entry, data={}, headers={"X-Forwarded-For": "203.0.113.9"}, timeout=10)
        elsewhere = requests.post(served.entry, data={}, headers={"Host": "line.example.com"}, timeout=10)
        assert (forwarded.status_code, elsewhere.status_code) == (403, 403)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
    finally:
        _end(process)


def test_a_signal_ends_a_line_with_0_before_it_serves(tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    process = _serve(tmp_path, "--port", "0", IVR_DATABASE_URL=f"sqlite:///{tmp_path / 'own.sqlite'}")
    try:
        assert process.stdout is not None
        assert process.stdout.readline()  # the greeting begins; who serves does not stand yet
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        # On a busy machine the worker may have begun before the signal came.
        told = (tmp_path / "stderr.txt").read_text().splitlines()
        assert all("this process works now" in line for line in told)
    finally:
        _end(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_from_its_first_step_on_each_signal_ends_a_line_with_0(ivr: Ivr, number: signal.Signals) -> None:
    assert ivr("serve", IVR_FLOWS="nowhere")[0] == 2
    with pytest.raises(SystemExit) as ended:
        signal.raise_signal(number)
    assert ended.value.code == 0


@pytest.mark.parametrize(
    ("options", "environ", "told"),
    [
        (("--host", "0.0.0.0"), {"IVR_PUBLIC_URL": OUTSIDE}, "ivr: TWILIO_AUTH_TOKEN: required where others can reach"),
        (("--host", "0.0.0.0"), {"TWILIO_AUTH_TOKEN": TOKEN}, "ivr: IVR_PUBLIC_URL: required where others can reach"),
        ((), {"IVR_PUBLIC_URL": OUTSIDE}, "ivr: TWILIO_AUTH_TOKEN: required where others can reach"),
        ((), {"IVR_PUBLIC_URL": "http://192.168.0.9:5000"}, "ivr: TWILIO_AUTH_TOKEN: required where others can reach"),
        (("--pages", "0.0.0.0:0"), {}, "'0.0.0.0:0' can be reached by others, and the pages ask for no login; set"),
        (("--pages", "[::]:5001"), {}, "'[::]:5001' can be reached by others, and the pages ask for no login; set"),
        (("--pages", "0.0.0.0:0"), {"IVR_PAGES_URL": "http://x.test"}, "ivr: IVR_PAGES_URL: write the https address"),
        (
            ("--pages", "0.0.0.0:0"),
            {"IVR_PAGES_URL": OUTSIDE},
            "ivr: IVR_PAGES_URL: nobody could log in yet; ivr users",
        ),
        (("--pages", "127.0.0.1:99999"), {}, "'127.0.0.1:99999' is no address; write one like 127.0.0.1:5001"),
        (("--pages", "5001"), {}, "'5001' is no address; write one like 127.0.0.1:5001"),
        (("--portal", "0.0.0.0:0"), {}, "'0.0.0.0:0' can be reached by others, and their passwords would be read"),
        (("--portal", "off"), {}, "'off' is no address; write one like 127.0.0.1:5002, or none"),
        (
            ("--portal", "0.0.0.0:0"),
            {"IVR_PORTAL_URL": "http://x.test"},
            "ivr: IVR_PORTAL_URL: write the https address",
        ),
        ((), {"IVR_FLOWS": "nowhere"}, "ivr: IVR_FLOWS: there is no folder nowhere/"),
        ((), {"IVR_DATABASE_URL": "mysql://db/ivr", "IVR_SECRET_KEY": "k" * 32}, "mysql"),
        (
            ("--host", "no.such.host.test"),
            {"TWILIO_AUTH_TOKEN": TOKEN, "IVR_PUBLIC_URL": OUTSIDE},
            "cannot listen on no.such.host.test:0",
        ),
        (("--port", "99999"), {}, "--port"),
    ],
)
def test_what_it_cannot_start_with_is_told_in_one_line(
    ivr: Ivr, options: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    code, out, err = ivr("serve", "--port", "0", *options, **{"IVR_DATABASE_URL": "sqlite://"} | environ)
    assert (code, out) == (2, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_a_line_whose_database_is_away_starts_and_answers_its_menus(tmp_path: Path) -> None:
    write_line(tmp_path / "flows" / "ensaio")
    away = {"IVR_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "IVR_SECRET_KEY": "k" * 32}
    process = _serve(tmp_path, "--port", "0", **away)
    try:
        served = _greeted(process, tmp_path)
        called = requests.post(served.entry, data={"CallSid": "CA" + "1" * 32, "To": "+551140030015"}, timeout=20)
        assert "Bem-vindo" in called.text
        health = requests.get(f"{served.at}/health", timeout=10).json()
        assert (health["status"], health["reasons"]) == ("degraded", ["the database does not answer"])
        assert _page(served, "/overview").status_code == 503
        assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
    finally:
        _end(process)
