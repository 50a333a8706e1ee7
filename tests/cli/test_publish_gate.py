"""``ivr publish`` plays the line's calls on what is published and on the edit, and asks before a caller notices it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from data.versions import NewVersion, publish
from ivr.call.lines import Lines
from ivr.cli.stored import open_database, settings_here
from ivr.flow.folder import load_line
from tests.cli.conftest import Ivr
from tests.conftest import Now
from tests.line_server import LineServer
from tests.lines import write_line
from tests.replay.edits import SCRIPT
from wording import unpacked
from wording.catalogues import put

REFUSED = "nothing is published: read what changes, and publish it with --accept\n"
CALLS = "calls/ensaio.call.yaml"


@pytest.fixture
def line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, now: Now, ivr: Ivr) -> Path:
    """The small line with one script, published as version 1."""
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))
    monkeypatch.setenv("IVR_DATABASE_URL", f"sqlite:///{tmp_path / 'ivr.db'}")
    monkeypatch.setenv("IVR_SECRET_KEY", "a key of the tests, 32 bytes.....")
    monkeypatch.chdir(tmp_path)
    folder = write_line(tmp_path / "flows" / "ensaio")
    (folder / "calls").mkdir()
    (folder / CALLS).write_text(SCRIPT, encoding="utf-8")
    assert ivr("publish", "ensaio", "-m", "como está")[0] == 0
    return Path("flows/ensaio")


def edit(file: Path, old: str, new: str) -> None:
    written = file.read_text(encoding="utf-8")
    assert old in written
    file.write_text(written.replace(old, new), encoding="utf-8")


def newest(ivr: Ivr) -> str:
    return ivr("versions", "ensaio")[1].splitlines()[0]


def test_a_call_that_lands_elsewhere_is_shown_and_refused(ivr: Ivr, line: Path) -> None:
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": mesa.rh, "0"')
    code, out, err = ivr("publish", "ensaio", "-m", "7 leva ao RH")
    assert (code, err) == (1, REFUSED)
    head, _, table = out.partition("\n    before (version 1)")
    assert head.splitlines() == [
        "Your edit changes 1 of 1 call",
        "  1 lands elsewhere",
        "    gente → mesa.rh: 1",
        "",
        "Assessoria: lands elsewhere",
        f"  {line.resolve() / CALLS}:1",
    ]
    rows = [[side.strip() for side in row.split("│")] for row in table.splitlines()[2:]]
    assert ["“Vou chamar a Assessoria.”", "“Vou chamar a mesa RH.”"] in rows
    assert rows[-1] == ["→ gente (completed)", "→ mesa.rh (completed)"]
    assert "version 2" not in newest(ivr)
    code, out, err = ivr("publish", "ensaio", "-m", "7 leva ao RH", "--accept", "--by", "ana")
    assert (code, err) == (0, "")
    assert out.endswith("hear it\n  changed: menu.yaml\n")
    assert newest(ivr).endswith("ana: 7 leva ao RH")
    assert "publish: ensaio 2: 1 of 1 calls changed" in ivr("audit")[1]


def test_an_edit_that_no_call_notices_needs_no_accept(ivr: Ivr, line: Path) -> None:
    edit(line / "prompts.pt-BR.yaml", "areas: Para RM, 1.", "areas: Tecle 1 para RM.")
    code, out, err = ivr("publish", "ensaio", "-m", "RM")
    assert (code, err, out.splitlines()[0]) == (0, "", "Your edit changes none of 1 call")


def test_scripts_hear_the_new_words_where_only_words_change(ivr: Ivr, line: Path) -> None:
    edit(line / "prompts.pt-BR.yaml", "Bem-vindo.", "Boa tarde.")
    code, out, _ = ivr("publish", "ensaio", "-m", "saudação")
    assert code == 1
    assert "other words in 1 call:" in out
    assert out.endswith(f"1 script fails only since words changed; --reword mends it:\n  {line.resolve() / CALLS}:1\n")
    code, out, err = ivr("publish", "ensaio", "-m", "saudação", "--reword")
    assert (code, err) == (1, REFUSED)
    assert out.endswith(f"{line.resolve() / CALLS}:3: hears “Boa tarde” (was “Bem-vindo”)\n")
    assert (line / CALLS).read_text(encoding="utf-8") == SCRIPT.replace("Bem-vindo", "Boa tarde")
    code, out, _ = ivr("publish", "ensaio", "-m", "saudação", "--accept", "--reword")
    assert (code, out.splitlines()[-1]) == (0, f"  changed: {CALLS}, prompts.pt-BR.yaml")
    assert ivr("replay", line)[0] == 0


def test_scripts_of_a_draft_are_mended_in_it_or_published_with_it(ivr: Ivr, line: Path) -> None:
    desk = Path("ana/ensaio")
    ivr("draft", "pull", desk)
    edit(desk / "prompts.pt-BR.yaml", "Bem-vindo.", "Boa tarde.")
    ivr("draft", "push", desk, "--by", "ana")
    draft = ("publish", "ensaio", "--draft", "-m", "saudação")
    code, out, err = ivr(*draft, "--reword", "--by", "rui")
    assert (code, err) == (1, REFUSED)
    assert out.endswith(f"ensaio/{CALLS}:3: hears “Boa tarde” (was “Bem-vindo”)\n")
    assert f"{CALLS}  saved " in ivr("draft", "show", "ensaio")[1]
    assert (line / CALLS).read_text(encoding="utf-8") == SCRIPT
    # Whoever pulls now has them; what another saves in between is not overwritten.
    ivr("draft", "pull", desk)
    assert (desk / CALLS).read_text(encoding="utf-8") == SCRIPT.replace("Bem-vindo", "Boa tarde")
    edit(desk / "prompts.pt-BR.yaml", "Boa tarde.", "Boa noite.")
    ivr("draft", "push", desk, "--by", "ana")
    code, out, _ = ivr(*draft, "--accept", "--reword")
    assert (code, out.splitlines()[-1]) == (0, f"  changed: {CALLS}, prompts.pt-BR.yaml")
    assert ivr("draft", "show")[1] == "there is no draft of any line\n"


def test_an_emergency_plays_no_call_and_is_named(ivr: Ivr, line: Path) -> None:
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": mesa.rh, "0"')
    edit(line / CALLS, "press", "prss")
    code, out, err = ivr("publish", "ensaio", "--emergency", "a Assessoria   pegou fogo", "--by", "ana")
    assert (code, err) == (0, "")
    assert out.startswith("version 2 of ensaio is published")
    assert newest(ivr).endswith("ana: a Assessoria pegou fogo (published without being tried)")
    assert "emergency publish: ensaio 2: a Assessoria pegou fogo" in ivr("audit")[1]


def test_programs_get_each_call_with_both_sides(ivr: Ivr, line: Path) -> None:
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": mesa.rh, "0"')
    code, out, err = ivr("publish", "ensaio", "-m", "x", "--json")
    told = json.loads(out)
    assert (code, err, told["published"], told["before"]) == (1, REFUSED, None, 1)
    assert (told["changed"], told["played"], told["verdicts"]["elsewhere"]) == (1, 1, 1)
    [call] = told["calls"]
    assert [call[side]["destination"] for side in ("before", "after")] == ["gente", "mesa.rh"]
    assert call["before"]["heard"][:2] == ["Bem-vindo.", "Tecle 2, 3, 4, 5 ou 7."]
    assert json.loads(ivr("publish", "ensaio", "-m", "x", "--json", "--accept")[1])["published"] == 2


def test_scripts_that_are_taken_away_ask_for_a_word_too(ivr: Ivr, line: Path) -> None:
    (line / CALLS).unlink()
    code, out, err = ivr("publish", "ensaio", "-m", "sem roteiros")
    assert (code, err) == (1, REFUSED)
    assert out.splitlines() == [
        "No call script of ensaio tries your edit; ivr explore ensaio writes some",
        "  nobody tries any more: Assessoria",
    ]


def test_a_script_that_holds_nowhere_keeps_no_edit_back(ivr: Ivr, line: Path) -> None:
    edit(line / CALLS, "Bem-vindo", "Isto ninguém diz")
    code, out, _ = ivr("publish", "ensaio", "-m", "x")
    assert code == 0
    assert "  1 fails before and after\n\nAssessoria: fails before and after\n" in out


def test_what_cannot_be_judged_is_told_and_not_published(ivr: Ivr, line: Path) -> None:
    edit(line / CALLS, "press", "prss")
    code, out, err = ivr("publish", "ensaio", "-m", "x")
    assert (code, out) == (2, "")
    assert err.startswith(f"{line.resolve() / CALLS}:4:5: ")
    for arguments, told in {
        ("--emergency", " "): "--emergency needs its reason",
        ("--emergency", "fogo", "--reword"): "--emergency plays no call",
        ("--accept",): "a version needs its message",
    }.items():
        code, out, err = ivr("publish", "ensaio", *arguments)
        assert (code, out, len(err.splitlines())) == (2, "", 1)
        assert told in err
    assert "version 2" not in newest(ivr)


def test_a_published_version_that_has_faults_now_is_told(ivr: Ivr, line: Path, now: Now) -> None:
    faulty = NewVersion("ensaio", "0" * 12, "", "+551140030015", {"menu.yaml": b"line: {}\n"})
    with open_database(settings_here()) as database, database.transaction() as connection:
        publish(connection, faulty, now(), "an older release", "of then")
    code, out, err = ivr("publish", "ensaio", "-m", "x")
    assert (code, out) == (2, "")
    assert err.startswith("ivr: version 2 of ensaio, which is published, has faults in this release")
    assert ivr("publish", "ensaio", "--emergency", "nada se compara")[0] == 0


def test_a_script_that_fails_now_says_why(ivr: Ivr, line: Path) -> None:
    edit(line / CALLS, "destination: gente", "destination: gente, never: [bloqueado]")
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": bloqueado, "0"')
    code, out, _ = ivr("publish", "ensaio", "-m", "x")
    assert code == 1
    assert "\nAssessoria: fails now\n" in out
    assert "expected never to enter bloqueado" in " ".join(word for word in out.split() if word != "│")
    told = ivr("publish", "ensaio", "-m", "x", "--language", "pt-BR")[1]
    assert "esperava-se nunca entrar em bloqueado" in " ".join(word for word in told.split() if word != "│")


def test_programs_get_each_failure_in_english_and_as_a_message(ivr: Ivr, line: Path) -> None:
    edit(line / CALLS, "destination: gente", "destination: gente, never: [bloqueado]")
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": bloqueado, "0"')
    [call] = json.loads(ivr("publish", "ensaio", "-m", "x", "--json", "--language", "pt-BR")[1])["calls"]
    messages = [unpacked(each) for each in call["after"]["failure_messages"]]
    assert messages == call["after"]["failures"]
    assert any("expected never to enter" in each for each in messages)
    assert not any("expected" in put(each, "pt-BR") for each in messages)


def test_calls_that_came_in_are_played_beside_the_scripts(ivr: Ivr, line: Path, now: Now) -> None:
    with open_database(settings_here()) as database:
        server = LineServer(Lines([load_line(line)]), database, now, "http://ivr.test", "a token of the tests", None)
        for sid in ("CA" + "1" * 32, "CA" + "2" * 32):
            server.keys("7", sid=sid)
            server.turn(2, sid, DialCallStatus="completed")
            server.post("/twilio/status", sid=sid, CallStatus="completed")
            now.moment += timedelta(minutes=1)
        with database.transaction() as connection:
            # One from before a turn kept what plays it again.
            connection.execute(text("UPDATE turn SET replay = NULL WHERE call_sid LIKE 'CA2%'"))
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": mesa.rh, "0"')
    code, out, _ = ivr("publish", "ensaio", "-m", "7 leva ao RH")
    assert code == 1
    assert out.splitlines()[:4] == [
        "Your edit changes 2 of 2 calls",
        "  2 land elsewhere",
        "    gente → mesa.rh: 2",
        "  1 recorded call cannot be played again",
    ]
    assert ": lands elsewhere\n  a recorded call\n" in out


def test_what_is_keyed_into_secret_fields_is_not_shown(ivr: Ivr, line: Path) -> None:
    keyed = SCRIPT.replace('press: "7"', 'press: "2"\n  - press: "11222333000181#"\n  - press: "1234#"')
    (line / CALLS).write_text(keyed.replace("  - hear: Vou chamar a Assessoria\n", ""), encoding="utf-8")
    edit(line / "menu.yaml", "active: contrato, blocked: bloqueado", "active: bloqueado, blocked: contrato")
    for told in (ivr("publish", "ensaio", "-m", "x"), ivr("publish", "ensaio", "-m", "x", "--json")):
        assert "O contato está bloqueado." in told[1], told[2]
        assert "11222333" not in "".join(told[1:])
        assert "1234#" not in "".join(told[1:])


def test_the_gate_speaks_portuguese(ivr: Ivr, line: Path) -> None:
    edit(line / "menu.yaml", '"7": gente, "0"', '"7": mesa.rh, "0"')
    _, out, err = ivr("publish", "ensaio", "-m", "x", "--language", "pt-BR")
    assert out.startswith("Sua mudança altera 1 de 1 ligação\n  1 chega a outro lugar\n")
    assert err == "nada foi publicado: leia o que muda, e publique com --accept\n"
