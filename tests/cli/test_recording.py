"""``ivr call --record``: the call just made as a script; and the webhooks that the options of a call set up."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Ivr

pytestmark = pytest.mark.network

IDENTIFIED = "22" + "11222333000181#" + "1234#" + "h"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "recorded.call.yaml"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who identifies themselves on our line and hangs up."""
    monkeypatch.setattr(sys, "stdin", io.StringIO(IDENTIFIED))


@pytest.mark.usefixtures("keys")
def test_a_call_from_a_pipe_is_recorded_and_plays_again(ivr: Ivr, file: Path) -> None:
    code, out, err = ivr("call", "--record", file, "--record-secrets")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"recorded to {file}"
    code, out, err = ivr("replay", file)
    assert code == 0, out + err


@pytest.mark.usefixtures("keys")
def test_a_secret_is_not_written_and_the_place_to_fill_it_in_is_told(ivr: Ivr, file: Path) -> None:
    code, out, err = ivr("call", "--record", file)
    text = file.read_text(encoding="utf-8")
    lines = [number for number, line in enumerate(text.splitlines(), 1) if "<fill in>" in line]
    assert code == 0
    assert "11222333000181" not in text
    assert "1234" not in text
    assert err == (
        f"what went into secret fields is not in it: fill in lines {', '.join(map(str, lines))},"
        " or record with --record-secrets\n"
    )
    assert "11222333000181" not in out
    code, _, err = ivr("replay", file)
    assert (code, err.count("still to be filled in")) == (2, len(lines))


def test_a_call_by_script_is_recorded_too(ivr: Ivr, file: Path, tmp_path: Path) -> None:
    script = tmp_path / "one.call.yaml"
    script.write_text(
        "call: A look\nat: 2026-03-10T11:00\nsteps: [{silent: true}, {hang_up: true}]\n", encoding="utf-8"
    )
    assert ivr("call", "--script", script, "--record", file)[0] == 0
    text = file.read_text(encoding="utf-8")
    assert text.splitlines()[:4] == [
        "call: A look",
        'line: "4003-0015"',
        'from: "+5511987650000"',
        "at: 2026-03-10T11:00:00",
    ]
    assert ivr("replay", file)[0] == 0


def test_a_call_to_a_url_is_recorded_and_plays_again(
    ivr: Ivr, file: Path, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    assert ivr("call", webhook, "--record", file)[0] == 0
    assert f"ivr call {webhook} --script" in file.read_text(encoding="utf-8")
    assert ivr("call", webhook, "--script", file)[0] == 0


def test_json_stays_alone_on_standard_output(
    ivr: Ivr, file: Path, webhook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    _, out, err = ivr("call", webhook, "--record", file, "--json")
    json.loads(out)
    assert f"recorded to {file}" in err


def test_a_place_that_cannot_be_written_is_told_before_the_call(ivr: Ivr, tmp_path: Path, webhook: str) -> None:
    nowhere = tmp_path / "no" / "a.call.yaml"
    assert ivr("call", webhook, "--record", nowhere) == (
        2,
        "",
        f"ivr: {nowhere} cannot be written: there is no folder {nowhere.parent}\n",
    )
    assert ivr("call", webhook, "--record", tmp_path)[2] == f"ivr: {tmp_path} cannot be written: it is a folder\n"


def test_a_status_callback_is_told_of_the_end(ivr: Ivr, webhook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    _, out, _ = ivr("call", webhook, "--status-callback", webhook, "--json")
    (told,) = [event for event in json.loads(out)["events"] if event.get("callback")]
    assert (told["url"], told["params"]["CallStatus"]) == (webhook, "completed")


def test_a_fallback_is_asked_where_the_webhook_is_away(ivr: Ivr, webhook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("1"))
    code, out, err = ivr("call", "http://127.0.0.1:1/voice", "--fallback", webhook)
    assert (code, "error 11205: " in err) == (1, True)  # the fallback answered, and yet the webhook failed
    assert "line: “Goodbye.”" in out


def test_an_address_that_is_none_is_one_line(ivr: Ivr, webhook: str) -> None:
    code, _, err = ivr("call", webhook, "--fallback", "localhost")
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("ivr call: Invalid value for '--fallback': write an http:// or https:// address")


def test_our_own_line_is_told_of_the_end_and_the_transcript_ends_with_it(ivr: Ivr, tmp_path: Path) -> None:
    script = tmp_path / "one.call.yaml"
    text = "call: a\nsteps: [{hang_up: true}]\nexpect: {requests: 1}\n"
    script.write_text(text, encoding="utf-8")
    code, out, _ = ivr("call", "--script", script, "--json")
    assert (code, json.loads(out)["events"][-1]["kind"]) == (0, "hangup")
    script.write_text(text + "carrier: {status_callback: {url: /twilio/status}}\n", encoding="utf-8")
    code, out, _ = ivr("call", "--script", script, "--json")
    last = json.loads(out)["events"][-1]
    assert (code, last["url"], last["status"]) == (0, "http://ivr.test/twilio/status", 200)


def test_a_call_that_the_company_makes_is_recorded_as_one(ivr: Ivr, webhook: str, tmp_path: Path) -> None:
    script, recorded = tmp_path / "a.call.yaml", tmp_path / "b.call.yaml"
    steps = "steps: [{called: answered, by: machine, after: 7}, {press: '1'}]"
    script.write_text(f"call: a\ncarrier: {{fields: {{CallerName: 'ANA'}}}}\n{steps}\n", encoding="utf-8")
    assert ivr("call", webhook, "--script", script, "--record", recorded)[0] == 0
    text = recorded.read_text(encoding="utf-8")
    assert "called: answered" in text
    assert "by: machine" in text
    assert "CallerName" in text
    assert ivr("call", webhook, "--script", recorded)[0] == 0
