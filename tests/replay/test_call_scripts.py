"""How a call script is read: what each key means, and how every mistake is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.errors import ScriptError, TargetError
from ivr.replay.script import DEFAULT_AT, DEFAULT_FROM, Script, ScriptLines, find_scripts, read_scripts
from ivr.replay.step_values import parse_keys
from ivr.simulator.carrier import Carrier, Fallback, StatusCallback
from ivr.simulator.phones import steps
from ivr.source.diagnostics import Diagnostic
from ivr.source.seconds import parse_seconds
from wording.catalogues import put

BAD = Path(__file__).parents[1] / "bad" / "scripts"

LINE = "4003-0015"


def read(folder: Path, text: str, lines: ScriptLines | None = None) -> list[Script]:
    """The scripts of a file that holds ``text``."""
    file = folder / "a.call.yaml"
    file.write_text(text, encoding="utf-8")
    return read_scripts([file], lines or ScriptLines(folder / "flows", [LINE], LINE))


def read_one(folder: Path, text: str) -> Script:
    (script,) = read(folder, text)
    return script


def read_steps(folder: Path, *written: str) -> list[steps.Step]:
    """The steps, one for each line written, without their places."""
    text = "call: steps\nsteps:\n" + "".join(f"  - {step}\n" for step in written)
    return [replace(step, where="") for step in read_one(folder, text).steps]


def faults_of(file: Path) -> list[Diagnostic]:
    with pytest.raises(ScriptError) as raised:
        read_scripts([file], ScriptLines(Path("flows"), [LINE], LINE))
    return list(raised.value.diagnostics)


# What is wrong


def test_every_bad_script_is_told_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    told = [str(fault) for file in sorted(Path().glob("*.call.yaml")) for fault in faults_of(file)]
    assert told == (BAD / "faults.txt").read_text(encoding="utf-8").splitlines()


def test_every_bad_script_has_a_fault() -> None:
    files = sorted(BAD.glob("*.call.yaml"))
    assert len(files) > 30
    assert all(faults_of(file) for file in files)


def test_every_fault_of_a_script_has_a_code_and_portuguese_words() -> None:
    for fault in (fault for file in sorted(BAD.glob("*.call.yaml")) for fault in faults_of(file)):
        assert fault.code, fault
        told = put(fault.message, "pt-BR")
        assert told != fault.message
        assert not re.search(r"\b(the|and|must|needs|write|delete)\b", told), told


def test_the_faults_of_all_files_are_told_in_one_pass() -> None:
    with pytest.raises(ScriptError) as raised:
        read_scripts([BAD / "no-verb.call.yaml", BAD / "at-impossible.call.yaml"], ScriptLines(BAD, [LINE], LINE))
    assert {Path(fault.mark.file).name for fault in raised.value.diagnostics} == {
        "no-verb.call.yaml",
        "at-impossible.call.yaml",
    }


def test_keys_that_cannot_be_pressed_are_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ScriptError) as raised:
        read(tmp_path, 'call: a\nsteps:\n  - press: "529.982.247-25"\n')
    assert "529" not in str(raised.value)


def test_a_token_that_cannot_be_used_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ScriptError) as raised:
        read(tmp_path, "call: a\ncarrier: {auth_token: two words}\n")
    assert "two words" not in str(raised.value)


# Defaults


def test_a_script_needs_only_a_title(tmp_path: Path) -> None:
    script = read_one(tmp_path, "call: Nobody says a word")
    assert (script.title, script.line, script.from_, script.at) == (
        "Nobody says a word",
        LINE,
        DEFAULT_FROM,
        DEFAULT_AT,
    )
    assert not script.steps
    assert not script.expectations
    assert script.fixtures is None


def test_the_default_hour_is_a_tuesday_morning() -> None:
    assert (DEFAULT_AT.weekday(), DEFAULT_AT.hour) == (1, 10)


def test_the_line_is_by_default_the_folder_that_the_script_lies_in(tmp_path: Path) -> None:
    calls = tmp_path / "flows" / "0800-1234" / "calls"
    calls.mkdir(parents=True)
    (calls / "b.call.yaml").write_text("call: b", encoding="utf-8")
    (script,) = read_scripts([calls / "b.call.yaml"], ScriptLines(tmp_path / "flows", ["0800-1234", LINE], LINE))
    assert script.line == "0800-1234"


def test_a_line_that_is_named_wins_over_the_folder(tmp_path: Path) -> None:
    calls = tmp_path / "flows" / "0800-1234" / "calls"
    calls.mkdir(parents=True)
    (calls / "b.call.yaml").write_text(f"call: b\nline: {LINE}", encoding="utf-8")
    (script,) = read_scripts([calls / "b.call.yaml"], ScriptLines(tmp_path / "flows", ["0800-1234", LINE], LINE))
    assert script.line == LINE


def test_no_line_is_looked_up_where_the_call_goes_to_a_url(tmp_path: Path) -> None:
    (script,) = read(tmp_path, "call: a\nline: somewhere-else", ScriptLines(tmp_path, None, LINE))
    assert script.line == "somewhere-else"


# Values stay what was written


@pytest.mark.parametrize("written", ["2026-03-10T18:30", "'2026-03-10 18:30'", "2026-03-10T18:30:00"])
def test_at_is_local_time_with_or_without_seconds(tmp_path: Path, written: str) -> None:
    assert read_one(tmp_path, f"call: a\nat: {written}").at == datetime(2026, 3, 10, 18, 30)


@pytest.mark.parametrize(
    "written", ["+5511987654321", "'+5511987654321'", "anonymous", "client:ana", "sip:ana@pbx.test"]
)
def test_a_caller_is_a_number_a_client_or_a_sip_address(tmp_path: Path, written: str) -> None:
    assert read_one(tmp_path, f"call: a\nfrom: {written}").from_ == written.strip("'")


def test_keys_keep_their_leading_zeros_without_quotes(tmp_path: Path) -> None:
    assert read_steps(tmp_path, "press: 0012") == [steps.Press("0012")]


def test_a_script_may_be_json(tmp_path: Path) -> None:
    script = read_one(tmp_path, '{"call": "JSON", "steps": [{"press": "2", "during": 1}, {"hang_up": true}]}')
    assert [type(step) for step in script.steps] == [steps.Press, steps.HangUp]


def test_a_file_holds_several_scripts_and_each_knows_its_line(tmp_path: Path) -> None:
    scripts = read(tmp_path, "call: one\n---\ncall: two\n---\n\ncall: three\n---\n")
    assert [(script.title, script.number, script.mark.line) for script in scripts] == [
        ("one", 1, 1),
        ("two", 2, 3),
        ("three", 3, 6),
    ]


# Steps


def test_every_step_of_the_contract_is_read(tmp_path: Path) -> None:
    assert read_steps(
        tmp_path,
        "hear: Bem-vindo",
        "{hear: Bem-vindo, within: 2.5}",
        "hear: any",
        'hear: "any"',
        "not_hear: erro",
        "play: menu.mp3",
        "{play: any, within: 3}",
        'press: "2"',
        '{press: "2", during: 1}',
        'early: "5"',
        "speak: suporte técnico",
        "{speak: suporte, confidence: 0.87}",
        "{speak: suporte, during: 1}",
        "silent: true",
        "record: 12",
        "{callee: answered, for: 60}",
        "{callee: answered, until: caller}",
        "{callee: busy, leg: 2}",
        "callee: no-answer",
        '{callee: answered, press: "1", within: 20}',
        "queue: bridged",
        "{queue: bridged, after: 25, for: 20}",
        "{queue: bridged, until: caller}",
        "{queue: wait, for: 30, within: 5}",
        "hang_up: true",
        "hang_up: {during: 2}",
        "hang_up: {in: Say}",
    ) == [
        steps.Hear("Bem-vindo"),
        steps.Hear("Bem-vindo", within=2.5),
        steps.Hear(None),
        steps.Hear("any"),
        steps.NotHear("erro"),
        steps.Play("menu.mp3"),
        steps.Play(None, within=3.0),
        steps.Press("2"),
        steps.Press("2", during=1),
        steps.Early("5"),
        steps.Speak("suporte técnico"),
        steps.Speak("suporte", confidence=0.87),
        steps.Speak("suporte", during=1),
        steps.Silent(),
        steps.Record(12.0),
        steps.Callee("answered", seconds=60.0),
        steps.Callee("answered", until_caller=True),
        steps.Callee("busy", leg=2),
        steps.Callee("no-answer"),
        steps.Callee("answered", keys="1", within=20.0),
        steps.InQueue("bridged"),
        steps.InQueue("bridged", after=25.0, seconds=20.0),
        steps.InQueue("bridged", until_caller=True),
        steps.InQueue("wait", seconds=30.0, within=5.0),
        steps.HangUp(),
        steps.HangUp(during=2),
        steps.HangUp(inside="Say"),
    ]


@pytest.mark.parametrize("verb", ["hear", "not_hear", "play"])
def test_a_text_may_be_a_regular_expression(tmp_path: Path, verb: str) -> None:
    (step,) = read_steps(tmp_path, f"{verb}: {{regex: 'chamado [0-9]+'}}")
    pattern = step.url if isinstance(step, steps.Play) else getattr(step, "text", None)
    assert pattern == re.compile("chamado [0-9]+")


def test_a_step_knows_its_file_and_line(tmp_path: Path) -> None:
    script = read_one(tmp_path, "call: a\nsteps:\n  - hear: x\n  - hang_up: true\n")
    assert [step.where for step in script.steps] == [f"{tmp_path}/a.call.yaml:3", f"{tmp_path}/a.call.yaml:4"]


@given(st.text("0123456789*#", min_size=1, max_size=20))
def test_whatever_a_keypad_has_can_be_pressed(keys: str) -> None:
    assert parse_keys(keys) == keys


@given(st.text(max_size=6).filter(lambda text: not text or set(text) - set("0123456789*#")))
def test_nothing_else_can_be_pressed(keys: str) -> None:
    with pytest.raises(ValueError, match="a keypad has"):
        parse_keys(keys)


@given(st.floats(0, 86400).map(lambda seconds: round(seconds, 3)))
def test_seconds_may_have_a_fraction(seconds: float) -> None:
    assert parse_seconds(f"{seconds:.3f}") == seconds


@pytest.mark.parametrize("written", ["-1", "1e3", "nan", "inf", "86401", "1,5", "", "٣"])
def test_seconds_are_plain_numbers_within_a_day(written: str) -> None:
    with pytest.raises(ValueError, match="write seconds from 0 to 86400"):
        parse_seconds(written)


# The carrier


def test_a_script_changes_the_carrier_only_where_it_says_so(tmp_path: Path) -> None:
    script = read_one(tmp_path, "call: a\ncarrier: {method: GET, auth_token: abc}")
    target = Carrier(account_sid="AC1", auth_token="theirs")
    assert script.carrier.applied_to(target, "http://host.test/voice") == Carrier(
        account_sid="AC1", auth_token="abc", method="GET"
    )


def test_paths_of_the_carrier_are_taken_from_the_entry_webhook(tmp_path: Path) -> None:
    script = read_one(
        tmp_path,
        "call: a\ncarrier:\n  fallback: {url: /fallback, method: GET}\n"
        "  status_callback: {url: 'https://other.test/s', events: [answered, completed]}",
    )
    carrier = script.carrier.applied_to(Carrier(), "http://host.test/voice?line=1")
    assert carrier.fallback == Fallback("http://host.test/fallback", "GET")
    assert carrier.status_callback == StatusCallback("https://other.test/s", events=("answered", "completed"))


# The fixtures


def test_fixtures_may_still_be_written_under_their_former_key(tmp_path: Path) -> None:
    script = read_one(tmp_path, "call: a\nworld: {closures: [{destination: cst, reason: luz}]}\n")
    assert script.fixtures
    assert [closure.scope for closure in script.fixtures.closures] == ["cst"]
    with pytest.raises(ScriptError, match="has no key 'world'"):
        read_one(tmp_path, "call: a\nworld: {}\nfixtures: {}\n")


def test_mistakes_in_fixtures_are_told_where_they_stand(tmp_path: Path) -> None:
    written = (
        "call: a\nfixtures:\n  companies:\n    - document: '1'\n      contacts:\n        - {name: Ana, pasword: '1'}\n"
    )
    with pytest.raises(ScriptError) as caught:
        read_one(tmp_path, written)
    places = [(diagnostic.mark.line, diagnostic.mark.column) for diagnostic in caught.value.diagnostics]
    assert places == [(4, 17), (6, 23)]


# Finding scripts


def test_scripts_are_found_below_folders_in_their_order_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "calls").mkdir()
    for name in ("b.call.yaml", "a.call.yaml", "calls/c.call.yaml", "notes.yaml"):
        (tmp_path / name).write_text("call: x", encoding="utf-8")
    found = find_scripts([tmp_path, tmp_path / "a.call.yaml"])
    assert [str(path.relative_to(tmp_path)) for path in found] == ["a.call.yaml", "b.call.yaml", "calls/c.call.yaml"]


def test_a_path_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"nowhere does not exist; give a file named \*\.call\.yaml or a folder"):
        find_scripts([tmp_path / "nowhere"])


def test_a_file_with_another_name_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "menu.yaml").write_text("call: x", encoding="utf-8")
    with pytest.raises(TargetError, match=r"menu\.yaml is not named \*\.call\.yaml"):
        find_scripts([tmp_path / "menu.yaml"])
