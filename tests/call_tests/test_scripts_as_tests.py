"""pytest collects call scripts: as anybody gets it who has this project installed beside pytest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FLOWS = Path(__file__).parents[2] / "flows"

SCRIPTS = """\
call: The welcome
steps: [{hear: {prompt: boas-vindas}}, {hang_up: true}]
---
call: Lands elsewhere
steps: [{press: "5"}, {callee: answered}]
expect:
  destination: cst
---
call: Not heard
steps:
  - press: "2"
  - press: "2"
  - press: "11222333000181#"
  - press: "9876#"
  - hear:
      Bom dia
  - hang_up: true
---
call: The welcome
steps: [{hear: {prompt: software}}, {hang_up: true}]
"""

APP = """\
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/xml")])
    return [b"<Response><Gather><Say>Press 1.</Say></Gather></Response>"]
"""

ASGI = """\
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/xml")]})
        await send({"type": "http.response.body", "body": b"<Response><Gather><Say>Press 1.</Say></Gather></Response>"})
"""

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's folder, in which pytest is started."""
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    # On a build server pytest prints each failure a second time, in its summary.
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("BUILD_NUMBER", raising=False)
    monkeypatch.setenv("IVR_FLOWS", str(FLOWS))
    return tmp_path


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs pytest in this process: its exit code, and what it prints."""

    def command(*arguments: str) -> tuple[int, str]:
        code = pytest.main(["-p", "ivr.call_tests.plugin", "-p", "no:cacheprovider", "-s", *arguments])
        return int(code), capsys.readouterr().out

    return command


def test_each_call_of_a_file_is_a_test_by_its_title(project: Path, run: Run) -> None:
    (project / "a.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    _, out = run("--collect-only", "-q")
    assert out.splitlines()[:4] == [
        "a.call.yaml::The welcome",
        "a.call.yaml::Lands elsewhere",
        "a.call.yaml::Not heard",
        "a.call.yaml::The welcome #2",
    ]


@pytest.mark.parametrize(("words", "count"), [("welcome and not 2", 1), ("4003-0015", 4), ("internacional", 0)])
def test_k_finds_a_call_by_its_title_and_its_line(project: Path, run: Run, words: str, count: int) -> None:
    (project / "a.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    _, out = run("--collect-only", "-q", "-k", words)
    assert sum("::" in row for row in out.splitlines()) == count


def test_scripts_are_played_as_other_callers(project: Path, run: Run) -> None:
    (project / "a.call.yaml").write_text(
        "call: To the ombudsman\nsteps: [{press: '5'}, {callee: answered}]\nexpect: {destination: ouvidoria}\n"
        "---\ncall: Exactly so\nas_written: yes\nsteps: [{press: '5'}, {callee: answered}]\n",
        encoding="utf-8",
    )
    code, out = run("-v", "--ivr-as", "hasty", "--ivr-as", "leaving")
    tests = [row.partition("::")[2].split(" PASSED")[0] for row in out.splitlines() if " PASSED" in row]
    before = [f"To the ombudsman (leaving before step {number})" for number in (1, 2)]
    assert (code, tests) == (0, ["To the ombudsman (hasty)", *before])


def test_a_failure_is_told_up_to_where_it_went_wrong(project: Path, run: Run) -> None:
    (project / "a.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    code, out = run("-k", "heard or 2")
    assert code == 1
    rows = [row.rstrip() for row in out.splitlines()]
    (way,) = (row for row in rows if "principal → software (2)" in row)
    assert f"{FLOWS.name}/4003-0015/menu.yaml:" in way
    assert any("caller   presses 2" in row for row in rows)
    assert any(row.endswith("line     “Os dados não conferem. Vamos tentar de novo.”") for row in rows)
    assert not any("hangs up" in row for row in rows)
    begin = next(number for number, row in enumerate(rows) if row.lstrip().startswith("expected  "))
    assert "│ came instead" in rows[begin]
    assert rows[begin + 2].split() == ["a.call.yaml:15", "│"]
    assert [part.strip() for part in rows[begin + 3].split("│")] == [
        "- hear:",
        "“Os dados não conferem. Vamos tentar de novo. Digite o",
    ]
    assert rows[begin + 4].split("│")[0].strip() == "Bom dia"
    assert any(row.startswith("the call stood in documento: ") for row in rows)
    stood = rows.index("    documento:")
    assert rows[stood + 1 : stood + 3] == ["      collect:", "        say: documento"]
    assert "9876" not in out
    assert "11222333000181" not in out


def test_a_scene_is_a_test_and_its_failure_tells_all_parties(project: Path, run: Run) -> None:
    (project / "a.scene.yaml").write_text(
        """\
scene: A caller and the desk
parties:
  beto:
    from: "+5511911110001"
    steps:
      - press: "5"
      - hear: Boa noite
      - hang_up: true
  desk:
    telephone: "+551150900500"
    steps: [{called: answered}, {speak: Bom dia}, {hang_up: true}]
""",
        encoding="utf-8",
    )
    code, out = run()
    assert code == 1
    assert "A caller and the desk" in out
    rows = [row.rstrip() for row in out.splitlines()]
    assert any(row.endswith("desk → beto           “Bom dia”") for row in rows)
    begin = next(number for number, row in enumerate(rows) if row.lstrip().startswith("expected  "))
    assert rows[begin + 2].split() == ["a.scene.yaml:7", "│"]
    assert rows[begin + 3].split("│")[0].strip() == "- hear: Boa noite"


def test_a_prompt_that_was_not_heard_is_told_with_its_words(project: Path, run: Run) -> None:
    (project / "a.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    _, out = run("a.call.yaml::The welcome #2")
    assert "a.call.yaml:20: the prompt 'software' was not heard; heard instead: " in out
    left = " ".join(row.split("│")[0].strip() for row in out.splitlines() if "│" in row)
    assert "“Para suporte, tecle 2; consultoria, que é cobrada, 3; chamado aberto, 4.”" in left
    assert "4003-0015/prompts.pt-BR.yaml:" in left


def test_an_expectation_stands_beside_what_came(project: Path, run: Run) -> None:
    (project / "a.call.yaml").write_text(SCRIPTS, encoding="utf-8")
    _, out = run("a.call.yaml::Lands elsewhere")
    assert "a.call.yaml:7: expected the call to be sent to cst" in out
    pairs = [[part.strip() for part in row.split("│")] for row in out.splitlines() if "│" in row]
    assert pairs == [
        ["expected", "came instead"],
        ["a.call.yaml:7", ""],
        ["destination: cst", "it was sent to ouvidoria"],
    ]
    assert "transferencia → " in out


def test_a_bad_script_fails_and_keeps_no_other_back(project: Path, run: Run) -> None:
    bad = "call: Bad\nsteps: [{pres: '1'}]\n---\n"
    (project / "a.call.yaml").write_text(bad + SCRIPTS.partition("---")[0], encoding="utf-8")
    _, out = run()
    assert "1 failed, 1 passed" in out
    assert "a.call.yaml:2:9: step 1 has no verb 'pres'; did you mean 'press'?" in out


def test_where_there_is_nothing_to_call_scripts_are_skipped(
    project: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_FLOWS", "")
    monkeypatch.setattr("ivr.call_tests.rehearsal.flows_folder", lambda: Path("flows"))
    (project / "a.call.yaml").write_text("call: Hello\nsteps: [{press: '1'}]\n", encoding="utf-8")
    code, out = run("-rs")
    assert code == 0
    assert "1 skipped" in out
    assert "no ivr_target (a webhook's URL" in out


@pytest.mark.parametrize("written", [APP, ASGI], ids=["WSGI", "ASGI"])
def test_scripts_call_an_application_of_the_project(project: Path, run: Run, written: str) -> None:
    sys.modules.pop("shop_app", None)
    (project / "shop_app.py").write_text(written, encoding="utf-8")
    (project / "a.call.yaml").write_text(
        "call: Good\nsteps: [{hear: press 1}, {hang_up: true}]\n---\ncall: Bad\nsteps: [{hear: press 2}]\n",
        encoding="utf-8",
    )
    _, out = run("--ivr-target", "shop_app:app/voice")
    assert "1 failed, 1 passed" in out
    assert "a.call.yaml:5: 'press 2' was not heard; heard instead: \"Press 1.\"" in out
    _, out = run("--ivr-target", "no_such_app:app")
    assert "ivr_target names no_such_app:app, which cannot be imported" in out
    sys.modules.pop("shop_app", None)


AGENT = """\
import json

async def app(scope, receive, send):
    if scope["type"] == "http":
        connect = "<Connect><ConversationRelay url='wss://shop.test/agent'/></Connect><Say>Goodbye.</Say>"
        await send({"type": "http.response.start", "status": 200, "headers": [(b"Content-Type", b"text/xml")]})
        await send({"type": "http.response.body", "body": f"<Response>{connect}</Response>".encode()})
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            if (told := json.loads(message["text"]))["type"] == "prompt":
                text = {"type": "text", "token": f"You said {told['voicePrompt']}.", "last": True}
                await send({"type": "websocket.send", "text": json.dumps(text)})
                await send({"type": "websocket.send", "text": json.dumps({"type": "end"})})
"""


def test_an_agent_of_the_application_is_talked_to_in_process(project: Path, run: Run) -> None:
    sys.modules.pop("shop_app", None)
    (project / "shop_app.py").write_text(AGENT, encoding="utf-8")
    (project / "a.call.yaml").write_text(
        "call: Talks\nsteps: [{speak: hello}, {hear: you said hello}, {hear: goodbye}]\n", encoding="utf-8"
    )
    _, out = run("--ivr-target", "shop_app:app/voice")
    assert "1 passed" in out
    sys.modules.pop("shop_app", None)


def test_an_application_may_have_the_name_of_ours(project: Path) -> None:
    (project / "app.py").write_text(APP, encoding="utf-8")
    (project / "a.call.yaml").write_text("call: Good\nsteps: [{hear: press 1}, {hang_up: true}]\n", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ivr.call_tests.plugin", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "--ivr-target", "app:app"], cwd=project, capture_output=True, text=True, timeout=60, check=False
    )
    assert "1 passed" in ran.stdout


def test_scripts_are_shared_among_the_processes_of_xdist(project: Path) -> None:
    (project / "shop_app.py").write_text(APP, encoding="utf-8")
    good = "call: Good {}\nsteps: [{{hear: press 1}}, {{hang_up: true}}]\n"
    (project / "a.call.yaml").write_text("---\n".join(good.format(number) for number in range(6)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "xdist", "-p", "ivr.call_tests.plugin", "-n", "2"]
    ran = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--ivr-target", "shop_app:app"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "6 passed" in ran.stdout, ran.stdout + ran.stderr


def test_the_plugin_imports_nothing_before_a_script_is_met() -> None:
    code = "import sys, pytest; known = set(sys.modules); import ivr.call_tests.plugin; print(set(sys.modules) - known)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert eval(ran.stdout) == {"ivr", "ivr.call_tests", "ivr.call_tests.plugin"}
