"""What is shown of a call holds no secret of it: no transcript, and nothing that a command prints."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from ivr.cli import run
from ivr.replay.call_target import is_secret
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.dialogue import dialogue
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport
from tests.line_server import CALLER, NUMBER, SID, LineServer
from tests.lines import TUESDAY, write_line
from tests.security.canary import (
    CNPJ,
    PASSWORD,
    SPOKEN,
    WRONG_PASSWORD,
    Traces,
)
from tests.security.watching import PUNCTUATED


def test_a_transcript_shows_marks_where_something_secret_was_keyed_or_said(watched: LineServer, traces: Traces) -> None:
    played: tuple[steps.Step, ...] = (
        steps.Press("2"),
        steps.Speak(SPOKEN, 0.9),
        steps.Press(f"{PASSWORD}#"),
        steps.Press("0510001#"),
    )
    transcript = place_call(
        CallSetup(
            url="http://ivr.test/twilio/voice",
            transport=WsgiTransport(watched.app),
            from_=CALLER,
            to=NUMBER,
            call_sid=SID,
            clock=VirtualClock(TUESDAY),
            carrier=Carrier(auth_token="a token of the tests"),
            conceals=is_secret,
        ),
        ScriptedPhone(played),
    )
    assert transcript.passed, transcript.failures
    shown = json.dumps(transcript.as_dict(), ensure_ascii=False)
    assert "•" in shown
    traces.add("transcript", shown)
    traces.add("repr", repr(transcript))
    traces.add("repr of a step", repr(played))
    traces.add("dialogue", "\n".join(dialogue(transcript.as_dict()["events"])))
    for exchange in transcript.exchanges:
        traces.add("url", exchange.request.url)
        traces.add("request headers", exchange.request.headers)
        traces.add("repr of an exchange", repr(exchange))
        assert exchange.response is not None
        traces.add("answer", exchange.response.body.decode())
        traces.add("answer headers", exchange.response.headers.pairs)


SCRIPT = """\
call: Canary
from: "+5511987654321"
at: 2026-03-10T10:00
fixtures:
  companies:
    - document: "{document}"
      contacts: [{{name: Piu, password: "{password}"}}]
steps:
  - press: "2"
  - hear: Digite o CNPJ
  - {entry}
  - hear: Digite a senha
  - press: "{keyed}#"
  - hear: {heard}
"""

SCRIPTS = {
    "good": (0, {}),
    "spoken": (0, {"entry": f'speak: "{SPOKEN}"'}),
    "wrong password": (1, {"keyed": WRONG_PASSWORD}),
    "something else is heard": (1, {"heard": "que não se diz"}),
    "nothing is heard because the document was wrong": (1, {"entry": f'press: "{CNPJ[1:]}#"'}),
    "a document of the fixtures is wrong": (2, {"document": CNPJ[:-1] + str((int(CNPJ[-1]) + 1) % 10)}),
    "a password of the fixtures is wrong": (2, {"password": f"{PASSWORD}x"}),
    "keys that are none": (2, {"entry": f'press: "{CNPJ}x"'}),
    "keys with the wrong key": (2, {"entry": f'pres: "{CNPJ}"'}),
    "keys that are a list": (2, {"entry": f'press: ["{CNPJ}"]'}),
    "speech that is a list": (2, {"entry": f'speak: ["{SPOKEN}"]'}),
    "not YAML": (2, {"entry": f'press: "{CNPJ}'}),
}


@pytest.mark.parametrize("story", sorted(SCRIPTS))
@pytest.mark.parametrize("command", ["call", "replay"])
def test_what_the_commands_print_holds_no_secret(
    story: str,
    command: str,
    tmp_path: Path,
    traces: Traces,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    code, changes = SCRIPTS[story]
    values = {"document": PUNCTUATED, "password": PASSWORD, "entry": f'press: "{CNPJ}#"', "keyed": PASSWORD}
    script = write_line(tmp_path / "flows" / "ensaio") / "calls" / "canary.call.yaml"
    script.parent.mkdir()
    script.write_text(SCRIPT.format_map({**values, "heard": "Digite o código", **changes}), encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    caplog.set_level(logging.DEBUG)
    out, junit = tmp_path / "out.json", tmp_path / "junit.xml"
    arguments = {
        "call": ["call", "ensaio", "--script", str(script), "--json", "--out", str(out)],
        "replay": ["replay", str(script), "--json", "--junit", str(junit), "--coverage"],
    }
    assert run(arguments[command]) == code
    for name, printed in zip(("stdout", "stderr"), capfd.readouterr(), strict=True):
        traces.add(name, printed)
    for file in (out, junit):
        if file.exists():
            traces.add(file.name, file.read_text(encoding="utf-8"))
    traces.add_records(caplog.get_records("call"))
    assert traces.leaks() == []
    assert any(text for _, text in traces.texts)
