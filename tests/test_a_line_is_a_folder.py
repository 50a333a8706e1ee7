"""A line is a folder: another number, another language, another tree, and not one line of Python for it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.call.lines import Lines
from ivr.cli import run
from ivr.flow.folder import load_line
from tests.conftest import FLOWS, MakeServer, Now
from tests.line_server import said, twiml

ENGLISH = {
    "menu.yaml": """\
line:
  number: "+12125550100"
  language: en-US
  voice: Polly.Joanna-Neural
  zone: America/New_York
  start: welcome
  human: desk
  transfer: ring
  apology: sorry
  wait: hold
  no_input: [{say: silence, repeat: yes}]
  invalid: [{say: wrong, repeat: yes}]
states:
  welcome: {say: {prompt: welcome, next: main}}
  main: {menu: {say: main, keys: {"1": desk, "2": document}, repeat: "9", speech: {"1": [sales]}}}
  document: {collect: {say: document, format: document, next: password, back: main, speech: yes}}
  password: {collect: {say: password, format: password, next: identity, back: document}}
  identity: {check: {rule: identity, outcomes: {matched: special, refused: main}}}
  special: {check: {rule: special, contract: SLA, outcomes: {contracted: desk, missing: main}}}
  desk: {route: {to: desk}}
  ring:
    transfer:
      say: putting
      next_target_say: putting
      on_call_say: putting
      closed_say: closed
      unreachable_say: nobody
      served: bye
      closed: bye
      unreachable: bye
  bye: {hangup: {say: bye}}
""",
    "prompts.en-US.yaml": """\
prompts:
  welcome: Welcome.
  main: For sales, press 1. For your account, press 2. To hear this again, press 9.
  document: Enter or say the document of your company.
  password: Enter your password.
  silence: I heard nothing.
  wrong: That is no choice.
  putting: Putting you through to {destino}.
  closed: "{destino} opens again {abertura}."
  nobody: Nobody answers at {destino}.
  bye: Goodbye.
  sorry: Sorry, something broke.
  hold: Please hold.
destinations:
  desk: the sales desk
""",
    "routing.yaml": """\
allowed: {country: US, numbers: ["+12125550199"]}
hours:
  office: {windows: [{days: mon-fri, open: "09:00-17:00"}]}
destinations:
  desk: {hours: office, targets: [{number: "+12125550199", ring: 20}]}
""",
}

SCRIPT = """\
call: A number said in English, and a desk that is closed
at: 2026-03-13T18:00
steps:
  - hear: For sales, press 1
  - speak: one one four four four seven seven seven zero zero zero one six one
  - hear: That is no choice
  - press: "2"
  - speak: one one four four four, seven seven seven, zero zero zero one, six one
  - press: "2580#"
  - hear: The sales desk opens again on Monday the 16th at 9 a.m.
  - hear: Goodbye
expect: {ended: completed, error: none, destination: desk, visited: [special, desk, ring, bye], dialled: []}
---
call: An open desk
at: 2026-03-13T16:59
steps:
  - speak: sales please
  - hear: Putting you through to the sales desk
  - callee: answered
  - hear: Goodbye
expect: {ended: completed, error: none, destination: desk, dialled: ["+12125550199"]}
"""


@pytest.fixture
def flows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of lines with nothing in it but one in English."""
    folder = tmp_path / "flows" / "english"
    (folder / "calls").mkdir(parents=True)
    for name, text in ENGLISH.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "calls" / "english.call.yaml").write_text(SCRIPT, encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    return tmp_path / "flows"


def test_a_third_line_is_checked_drawn_and_rehearsed_from_its_yaml_alone(
    flows: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check"]) == 0, capsys.readouterr().out
    assert run(["graph", "english", "--format", "mermaid"]) == 0
    assert run(["replay", str(flows), "--jobs", "1"]) == 0, capsys.readouterr().out


def test_a_third_line_can_be_telephoned_by_its_name(
    flows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "one.call.yaml"
    script.write_text(SCRIPT.partition("---")[0], encoding="utf-8")
    assert run(["call", "english", "--script", str(script)]) == 0
    assert "on Monday the 16th at 9 a.m." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("number", "greeting", "language", "voice", "closed"),
    [
        ("+551140030015", "Bem-vindo", "pt-BR", "Polly.Camila-Neural", "hoje às oito horas"),
        ("+525550220015", "Bienvenido", "es-MX", "Polly.Mia-Neural", "hoy a las nueve de la mañana"),
        ("+12125550100", "Welcome", "en-US", "Polly.Joanna-Neural", "today at 9 a.m."),
    ],
)
def test_one_server_answers_each_line_by_the_number_that_was_dialled(
    flows: Path, make_server: MakeServer, clock: Now, number: str, greeting: str, language: str, voice: str, closed: str
) -> None:
    server = make_server(*(load_line(folder) for folder in (*_shipped(), flows / "english")))
    answer = server.post("/twilio/voice", To=number)
    assert greeting in said(answer)
    line = server.lines.dialled(number).line
    assert (line.header.language, line.header.voice) == (language, voice)
    spoken = {(say.get("language"), say.get("voice")) for say in twiml(answer).iter("Say")}
    assert spoken == (set() if line.header.recorded else {(language, voice)})

    # Half past six in São Paulo, in Mexico City and in New York: every destination is closed and says until when.
    zone = line.header.zone
    clock.moment = datetime(2026, 3, 10, 6, 30, tzinfo=zone)
    keys = {"+551140030015": ["4", "3"], "+525550220015": ["0"], "+12125550100": ["1"]}[number]
    sid = "CA" + "3" * 32
    server.post("/twilio/voice", sid=sid, To=number)
    for turn, key in enumerate(keys, 1):
        answer = server.post(f"/twilio/turn/{turn}", sid=sid, To=number, Digits=key)
    assert closed in said(answer)


def test_what_breaks_is_apologised_for_in_the_language_of_the_line(make_server: MakeServer) -> None:
    server = make_server(*(load_line(folder) for folder in _shipped()))
    for number, sorry in (("+551140030015", "Desculpe"), ("+525550220015", "Disculpe")):
        answer = server.post("/twilio/voice", To=number, CallSid="")
        assert sorry in said(answer)


def test_the_shipped_lines_have_their_own_time_and_country() -> None:
    brazil, mexico = Lines.load(FLOWS)
    assert (brazil.line.header.zone, mexico.line.header.zone) == (
        ZoneInfo("America/Sao_Paulo"),
        ZoneInfo("America/Mexico_City"),
    )
    assert mexico.line.routing.table.allowed.country == "MX"


def _shipped() -> list[Path]:
    return [FLOWS / "4003-0015", FLOWS / "internacional"]
