"""``ivr call``: a telephone for one of our lines or for anybody's webhook."""

from __future__ import annotations

import io
import json
import os
import pty
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from werkzeug.serving import make_server

from ivr.cli.account_options import AccountOptions
from ivr.cli.beside_the_api import OtherCalls, beside_the_api
from ivr.cli.paced_clock import paced
from ivr.replay.script import improvised
from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.clock import VirtualClock
from ivr.simulator.moments import Moment
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport
from tests.cli.conftest import Ivr
from tests.webapps import AT, CALL_SID, CALLED, CALLER, ENTRY, WebApp

pytestmark = pytest.mark.network

MENU = "call: A look at the menu\nsteps:\n  - hear: tecle 2\n  - hang_up: true\n"
HELLO = "call: Hello\nsteps:\n  - hear: hello\n  - press: '1'\n"


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "one.call.yaml"


def test_a_script_plays_a_shipped_line_and_its_transcript_is_one_object(ivr: Ivr, script: Path) -> None:
    script.write_text(MENU, encoding="utf-8")
    code, out, _ = ivr("call", "4003-0015", "--script", script, "--json")
    transcript = json.loads(out)
    assert code == 0
    assert (transcript["call"], transcript["target"], transcript["to"]) == (
        "A look at the menu",
        "4003-0015",
        "+551140030015",
    )
    assert (transcript["passed"], transcript["error"], transcript["events"][-1]["by"]) == (True, None, "caller")


def test_without_json_the_dialogue_is_told(ivr: Ivr, script: Path) -> None:
    script.write_text(MENU, encoding="utf-8")
    code, out, _ = ivr("call", "--script", script)
    assert code == 0
    assert "line     “Bem-vindo" in out
    assert "caller   hangs up" in out
    assert out.splitlines()[-1].startswith("call completed after ")


def test_out_writes_the_transcript_to_a_file(ivr: Ivr, script: Path, tmp_path: Path) -> None:
    script.write_text(MENU, encoding="utf-8")
    ivr("call", "--script", script, "--out", tmp_path / "t.json")
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["status"] == "completed"


def test_out_where_nothing_can_be_written_is_one_line(ivr: Ivr, script: Path, tmp_path: Path) -> None:
    script.write_text(MENU, encoding="utf-8")
    code, _, err = ivr("call", "--script", script, "--json", "--out", tmp_path / "no" / "t.json")
    assert code == 2
    assert "t.json cannot be written: there is no folder " in err


def test_a_script_plays_anybodys_webhook_over_http(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text(HELLO, encoding="utf-8")
    code, out, _ = ivr("call", webhook, "--script", script, "--json", "--from", "+5511912345678")
    transcript = json.loads(out)
    assert code == 0
    assert (transcript["target"], transcript["from"]) == (webhook, "+5511912345678")
    spoken = [event["text"] for event in transcript["events"] if event["kind"] == "say"]
    assert spoken == ["Hello, +5511912345678.", "Goodbye."]


def test_every_call_to_a_url_is_another_call(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text(HELLO, encoding="utf-8")
    sids = {json.loads(ivr("call", webhook, "--script", script, "--json")[1])["call_sid"] for _ in range(2)}
    assert len(sids) == 2


def test_an_expectation_that_does_not_hold_is_exit_1_and_told_on_stderr(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text(f"{HELLO}expect:\n  requests: 5\n", encoding="utf-8")
    code, out, err = ivr("call", webhook, "--script", script, "--json")
    failure = f"{script}:6: expected 5 webhook requests, but the call made 2"
    assert code == 1
    assert json.loads(out)["failures"] == [failure]
    assert failure in err.splitlines()


def test_an_error_of_somebody_elses_webhook_fails_the_script(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text("call: broken\nsteps:\n  - press: '9'\n", encoding="utf-8")
    code, out, err = ivr("call", webhook, "--script", script, "--json")
    transcript = json.loads(out)
    assert (code, transcript["passed"], transcript["error"]["code"]) == (1, False, 11200)
    assert f"{script}:1: the call met error 11200: " in err
    assert "expect: {error: 11200}" in err
    script.write_text("call: broken\nsteps:\n  - press: '9'\nexpect: {error: 11200}\n", encoding="utf-8")
    assert ivr("call", webhook, "--script", script)[0] == 0


def test_secret_shows_every_key_as_a_mark(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text(HELLO, encoding="utf-8")
    _, out, _ = ivr("call", webhook, "--script", script, "--json", "--secret")
    pressed = [event["digits"] for event in json.loads(out)["events"] if event["kind"] == "press"]
    assert pressed == ["•"]


def test_the_target_wins_over_the_scripts_line(ivr: Ivr, script: Path, webhook: str) -> None:
    script.write_text(f"line: 0800-no-such-line\n{HELLO}", encoding="utf-8")
    assert ivr("call", webhook, "--script", script)[0] == 0


def test_at_and_from_are_the_callers_choice(ivr: Ivr, script: Path) -> None:
    script.write_text("call: At night\nsteps:\n  - press: '5'\n  - hear: não há atendimento\n", encoding="utf-8")
    code, out, err = ivr("call", "--script", script, "--at", "2026-03-10T23:00", "--from", "+5511912345678", "--json")
    assert (code, err.splitlines()[-1][:4]) == (0, "call")
    assert json.loads(out)["from"] == "+5511912345678"


def test_keys_from_a_pipe_are_pressed_and_the_call_ends_by_itself(
    ivr: Ivr, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n"))
    code, out, _ = ivr("call", webhook)
    assert code == 0
    assert out.splitlines()[:3] == ["line: “Hello, +5511987650000.”", "caller: presses 1", "line: “Goodbye.”"]


def test_a_call_that_failed_is_exit_1(ivr: Ivr, webhook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("9"))
    code, _, err = ivr("call", webhook)
    assert code == 1
    assert "error 11200: " in err.splitlines()[0]


def test_a_pipe_can_have_the_transcript_as_json_too(ivr: Ivr, webhook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    _, out, err = ivr("call", webhook, "--json")
    assert json.loads(out)["call"] is None
    assert "caller: presses 1" in err


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (
            "4003-0051",
            "there is no line '4003-0051'; did you mean '4003-0015'? (the lines are: 4003-0015, internacional)",
        ),
        ("ftp://host/voice", "ftp://host/voice cannot be called; a webhook's URL begins with http:// or https://"),
        ("http://", "http:// cannot be called; a webhook's URL begins with http:// or https://"),
        ("http://[::1/", "http://[::1/ is no address; write it like http://localhost:5000/twilio/voice"),
        ("http://me:secret@[::1/", "http://[::1/ is no address; write it like http://localhost:5000/twilio/voice"),
        ("ftp://me:secret@host/", "ftp://host/ cannot be called; a webhook's URL begins with http:// or https://"),
        (
            "localhost:5000",
            "localhost:5000 is neither a line nor a URL; a webhook's URL begins with http:// or https://",
        ),
    ],
)
def test_a_target_that_cannot_be_called_is_one_line_and_exit_2(ivr: Ivr, target: str, told: str) -> None:
    assert ivr("call", target) == (2, "", f"ivr: {told}\n")


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
    return port


@pytest.mark.parametrize("who", ["", "me:secret@"])
def test_a_server_that_is_not_there_is_told_with_how_to_start_ours(ivr: Ivr, closed_port: int, who: str) -> None:
    code, out, err = ivr("call", f"http://{who}127.0.0.1:{closed_port}/twilio/voice")
    assert (code, out) == (2, "")
    assert err == (
        f"ivr: nothing answers at http://127.0.0.1:{closed_port} (connection refused);"
        " start the server first (a line of ours: ivr serve)\n"
    )


def test_a_script_with_a_fallback_may_call_a_server_that_is_not_there(
    ivr: Ivr, script: Path, webhook: str, closed_port: int
) -> None:
    script.write_text(
        f"call: f\ncarrier: {{fallback: {{url: '{webhook}'}}}}\nsteps: [{{press: '1'}}]\nexpect: {{warnings: [11205]}}",
        encoding="utf-8",
    )
    code, out, _ = ivr("call", f"http://127.0.0.1:{closed_port}/voice", "--script", script, "--json")
    assert code == 0
    assert [event["text"] for event in json.loads(out)["events"] if event["kind"] == "say"][-1] == "Goodbye."


def test_a_file_of_several_scripts_is_not_one_call(ivr: Ivr, script: Path) -> None:
    script.write_text("call: one\n---\ncall: two\n", encoding="utf-8")
    assert ivr("call", "--script", script) == (
        2,
        "",
        f"ivr: {script} holds 2 call scripts, and --script plays one; split it, or play them with: ivr replay\n",
    )


def test_a_script_that_is_not_there_is_one_line(ivr: Ivr, script: Path) -> None:
    assert ivr("call", "--script", script) == (2, "", f"ivr: {script} is no file; give --script a call script\n")


def test_the_faults_of_a_script_are_told_at_their_places(ivr: Ivr, script: Path) -> None:
    script.write_text("call: a\nsteps:\n  - pres: '1'\nat: noon\n", encoding="utf-8")
    code, out, err = ivr("call", "--script", script, "--json")
    assert (code, out) == (2, "")
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{script}:3:5", f"{script}:4:5"]


def test_a_state_that_our_line_does_not_have_is_a_bad_script(ivr: Ivr, script: Path) -> None:
    script.write_text(f"{MENU}expect:\n  never: [principall]\n", encoding="utf-8")
    assert ivr("call", "--script", script) == (
        2,
        "",
        f"{script}:6:11: the line has no state 'principall'; did you mean 'principal'?\n",
    )


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--at", "noon", "write the line's local time, such as 2026-03-10T10:00, not 'noon'"),
        ("--from", "me", "write a number such as +5511987654321, client:name or sip:name@host, not 'me'"),
    ],
)
def test_an_option_with_a_bad_value_is_one_line(ivr: Ivr, option: str, value: str, told: str) -> None:
    assert ivr("call", option, value) == (2, "", f"ivr call: Invalid value for '{option}': {told}\n")


def test_a_person_at_a_terminal_presses_keys_without_enter(webhook: str) -> None:
    leader, follower = pty.openpty()
    command = [sys.executable, "-c", "from ivr.cli import main; main()", "call", webhook]
    with subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower) as phone:
        os.close(follower)
        shown = read_until(leader, b"keys, h hang up")
        os.write(leader, b"1")
        shown += read_until(leader, b"call completed after")
    os.close(leader)
    assert phone.returncode == 0
    assert b"caller: presses 1" in shown
    assert b"Goodbye." in shown


def read_until(terminal: int, text: bytes) -> bytes:
    """What a program writes to its terminal, up to ``text`` or its end."""
    shown = b""
    while text not in shown:
        try:
            shown += os.read(terminal, 4096)
        except OSError:  # the program has ended and closed its side
            break
    return shown


def test_a_person_calls_now_or_at_a_chosen_hour_and_time_passes() -> None:
    chosen = datetime(2026, 12, 24, 23, tzinfo=UTC)
    clock = paced(from_now=False)(chosen)
    assert chosen <= clock.now() < chosen + timedelta(minutes=1)
    assert clock.now() < clock.now()
    assert abs(paced(from_now=True)(chosen).now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_api_that_an_app_calls_back_is_there_as_long_as_the_call(ivr: Ivr, script: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
    client.api.base_url = f"http://127.0.0.1:{port}"
    app = Flask("asks-back")

    @app.post("/voice")
    def voice() -> tuple[str, dict[str, str]]:
        other = client.calls.create(to="+5511900000002", from_="+551140030015", twiml="<Response/>")
        return f"<Response><Say>the other call is {other.status}</Say></Response>", {"Content-Type": "text/xml"}

    script.write_text("call: Asks back\nsteps:\n  - hear: the other call is queued\n", encoding="utf-8")
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/voice"
        code, _, told = ivr("call", url, "--script", script, "--rest", str(port))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert code == 0, told
    assert f"http://127.0.0.1:{port}" in told


def test_what_the_api_does_not_simulate_is_listed_at_the_end_with_its_page(ivr: Ivr, script: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
    client.api.base_url = f"http://127.0.0.1:{port}"
    app = Flask("counts-usage")

    @app.post("/voice")
    def voice() -> tuple[str, dict[str, str]]:
        for _ in range(2):
            with suppress(TwilioException):
                client.usage.records.list()
        return "<Response/>", {"Content-Type": "text/xml"}

    script.write_text("call: Counts\nexpect: {warnings: [0]}\n", encoding="utf-8")
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/voice"
        _, _, told = ivr("call", url, "--script", script, "--rest", str(port))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    asked = (
        "  GET /2010-04-01/Accounts/*/Usage/Records.json (2 times): https://www.twilio.com/docs/usage/api/usage-record"
    )
    assert asked in told.splitlines()


def test_a_port_that_is_taken_is_told_in_one_line(ivr: Ivr, script: Path) -> None:
    script.write_text(MENU, encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, told = ivr("call", "4003-0015", "--script", script, "--rest", str(taken.getsockname()[1]))
    assert code == 2
    assert told.count("\n") == 1
    assert "choose another one" in told


def test_at_a_terminal_the_other_calls_are_looked_at_while_a_prompt_plays() -> None:
    others = OtherCalls()
    assert not others.are_due()
    app = WebApp().page("/voice", "<Say>oi</Say>")
    setup = CallSetup(ENTRY, WsgiTransport(app), CALLER, CALLED, CALL_SID, VirtualClock(AT))
    seen: list[bool] = []

    class Listening(ScriptedPhone):
        def act(self, moment: Moment) -> Act | None:
            seen.append(others.are_due is not OtherCalls.are_due)
            return super().act(moment)

    beside_the_api(AccountOptions(0), improvised("an app"), others, setup, Listening())
    assert seen == [True]
