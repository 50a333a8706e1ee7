"""``ivr replay``: every call script below some paths, on the shipped line."""

from __future__ import annotations

import gc
import json
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.conftest import FLOWS, Ivr

GOOD = "call: Good\nsteps: [{hear: Bem-vindo}, {hang_up: true}]\n"
BAD = "call: Bad\nsteps: [{hear: Bom dia}, {press: '2'}]\n"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A folder with two files: three calls, of which one fails."""
    (tmp_path / "a.call.yaml").write_text(f"{GOOD}---\n{BAD}", encoding="utf-8")
    (tmp_path / "b.call.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def test_all_passed_is_exit_0(ivr: Ivr, calls: Path) -> None:
    code, out, err = ivr("replay", calls / "b.call.yaml")
    assert (code, err) == (0, "")
    assert out.splitlines()[:2] == [str(calls / "b.call.yaml"), "  ok      Good"]
    assert out.splitlines()[-1].startswith("1 call, all passed; ")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_call_that_failed_is_exit_1_with_its_place_and_the_dialogue(ivr: Ivr, calls: Path, jobs: int) -> None:
    code, out, _ = ivr("replay", calls, "--jobs", jobs)
    lines = out.splitlines()
    assert code == 1
    assert lines[:3] == [str(calls / "a.call.yaml"), "  ok      Good", "  FAILED  Bad"]
    assert lines[3].strip().startswith(f"{calls}/a.call.yaml:5: 'Bom dia' was not heard")
    assert lines[-1].startswith("3 calls, 1 failed; ")


def test_json_is_a_transcript_a_line_and_nothing_else(ivr: Ivr, calls: Path) -> None:
    code, out, err = ivr("replay", calls, "--json", "--coverage")
    transcripts = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [(transcript["call"], transcript["passed"]) for transcript in transcripts] == [
        ("Good", True),
        ("Bad", False),
        ("Good", True),
    ]
    assert err.splitlines()[-2].startswith("3 calls, 1 failed; ")
    assert err.splitlines()[-1].startswith("coverage of 4003-0015: ")


SCENE = """\
scene: A caller and the desk
parties:
  beto:
    from: "+5511911110001"
    steps: [{press: "2"}, {press: "2"}, {press: "11222333000181#"}, {press: "9753#"}, {hang_up: true, when: caio rings}]
    expect: {destination: none}
  caio: {from: "+5511911110002", steps: [{press: "5"}, {hear: alô}, {hang_up: true}]}
  desk: {telephone: "+551150900500", steps: [{called: answered}, {speak: Alô}]}
"""


def test_a_scene_is_played_reported_and_covered_as_calls_are(ivr: Ivr, calls: Path) -> None:
    (calls / "a.call.yaml").unlink()
    good = SCENE.replace(", when: caio rings", "")
    (calls / "c.scene.yaml").write_text(f"{good}---\n{SCENE}", encoding="utf-8")
    code, out, _ = ivr("replay", calls, "--jobs", 1, "--junit", calls / "report.xml", "--coverage")
    lines = out.splitlines()
    assert (code, lines[2:5]) == (
        1,
        [str(calls / "c.scene.yaml"), "  ok      A caller and the desk", f"  FAILED{lines[4][8:]}"],
    )
    assert any(line.endswith("desk → caio           “Alô”") for line in lines)
    assert any(line.startswith("1 call, 2 scenes, 1 failed; ") for line in lines)
    assert any(line.lstrip("┃│ ").startswith("4003-0015, 5 calls") for line in lines)
    cases = ElementTree.parse(calls / "report.xml").getroot().iter("testcase")
    assert [case.get("name") for case in cases] == ["Good", "A caller and the desk", "A caller and the desk"]
    assert "9753" not in out
    assert "11222333000181" not in out


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("{act: state, is: off, agent: rita}", ""),
        ("{act: state, is: paused, agent: rita}", "expected rita to be paused, but the line has rita as off"),
        ("{act: state, ask: off, agent: rita}", "an agent who is off cannot become off"),
        ("{act: state, ask: paused, reason: almoço}", "the line has no agent 'boss'; write one under fixtures: agents"),
    ],
)
def test_a_scene_asks_for_the_state_of_an_agent_or_looks_at_it(ivr: Ivr, tmp_path: Path, step: str, told: str) -> None:
    agents = "[{login: rita, telephone: '+551150900901', serves: {cst: 1}, state: off}]"
    text = f"scene: a\nfixtures: {{agents: {agents}}}\nparties: {{boss: {{steps: [{step}]}}}}\n"
    (tmp_path / "a.scene.yaml").write_text(text, encoding="utf-8")
    code, out, _ = ivr("replay", tmp_path)
    assert (code, told in out) == (1 if told else 0, True)


def test_scripts_are_played_as_other_callers_would(ivr: Ivr, calls: Path) -> None:
    (calls / "b.call.yaml").write_text(GOOD.replace("steps", "as_written: yes\nsteps"), encoding="utf-8")
    code, out, err = ivr("replay", calls, "--as", "hasty", "--as", "leaving")
    assert (code, err) == (1, "")
    titles = [line[2:] for line in out.splitlines() if line.startswith(("  ok", "  FAILED"))]
    assert titles == ["ok      Good (hasty)", "ok      Bad (hasty)", "FAILED  Bad (leaving before step 2)"]
    assert ", 1 left out (as_written); " in out.splitlines()[-1]


def test_a_transcript_says_in_which_manner_it_was_played(ivr: Ivr, calls: Path) -> None:
    told = [json.loads(line) for line in ivr("replay", calls / "b.call.yaml", "--as", "hash", "--json")[1].splitlines()]
    assert [(each["call"], each["as"], each["forgiven"]) for each in told] == [("Good (hash)", "hash", None)]


def test_junit_is_written_beside_the_report(ivr: Ivr, calls: Path) -> None:
    code, out, _ = ivr("replay", calls, "--junit", calls / "junit.xml")
    root = ElementTree.parse(calls / "junit.xml").getroot()
    assert (code, root.get("tests"), root.get("failures")) == (1, "3", "1")
    assert "3 calls, 1 failed" in out


def test_junit_where_nothing_can_be_written_is_one_line(ivr: Ivr, calls: Path) -> None:
    code, _, err = ivr("replay", calls, "--junit", calls / "no" / "junit.xml")
    assert (code, err) == (2, f"ivr: {calls}/no/junit.xml cannot be written: there is no folder {calls}/no\n")


def test_coverage_tells_the_share_and_each_edge_not_walked_by_line(ivr: Ivr, calls: Path) -> None:
    _, out, _ = ivr("replay", calls / "b.call.yaml", "--coverage")
    coverage = [line for line in out.splitlines() if "edges of the menu walked" in line]
    assert len(coverage) == 1
    missing = [line for line in out.splitlines() if ": not walked: " in line]
    assert len(missing) > 50
    assert all("4003-0015/menu.yaml:" in line for line in missing)
    assert "walked, but not an edge of the menu" not in out
    assert out.splitlines()[-1] == coverage[0]


def test_least_is_exit_1_with_both_figures_where_fewer_were_walked(ivr: Ivr, calls: Path) -> None:
    code, out, _ = ivr("replay", calls / "b.call.yaml", "--least", 95)
    assert code == 1
    assert out.splitlines()[-1].startswith("coverage of 4003-0015: ")
    assert out.splitlines()[-1].endswith(" %); at least 95 % are asked for")


def test_least_that_is_reached_is_exit_0(ivr: Ivr, calls: Path) -> None:
    assert ivr("replay", calls / "b.call.yaml", "--coverage", "--least", "0.1")[0] == 0


def test_a_share_that_is_none_is_one_line(ivr: Ivr, calls: Path) -> None:
    code, _, err = ivr("replay", calls, "--least", 101)
    assert (code, err.count("\n")) == (2, 1)
    assert err.startswith("ivr replay: Invalid value for '--least': 101")


def test_a_folder_without_scripts_is_one_line_and_exit_2(ivr: Ivr, tmp_path: Path) -> None:
    assert ivr("replay", tmp_path) == (
        2,
        "",
        f"ivr: there is no call script in {tmp_path}; their names end in .call.yaml, .scene.yaml\n",
    )


def test_a_bad_script_is_exit_2_and_the_others_are_played(ivr: Ivr, calls: Path) -> None:
    (calls / "c.call.yaml").write_text("call: c\nstps: []\nline: nowhere\n", encoding="utf-8")
    code, out, err = ivr("replay", calls)
    assert (code, out.splitlines()[-1].split(";")[0]) == (2, "3 calls, 1 failed, 1 script that cannot be played")
    assert [line.split(": ")[0] for line in err.splitlines()] == [
        f"{calls}/c.call.yaml:2:1",
        f"{calls}/c.call.yaml:3:1",
    ]


BAD_ONES = {
    "a key that there is not": "call: bad\nstps: []\n",
    "a brace that is never closed": "call: bad\nsteps: [{hear: x\n",
    "a key twice": "call: bad\ncall: bad\n",
    "a line that there is not": "call: bad\nline: nowhere\n",
    "a desk that there is not": "call: bad\nexpect: {destination: cts}\n",
    "a closure of a desk that there is not": "call: bad\nfixtures: {closures: [{destination: cts, reason: x}]}\n",
    "fixtures that do not fit": "call: bad\nfixtures: {companies: [{document: '1'}]}\n",
    "a number for an invoice that is not stored": (
        "call: bad\nfixtures: {companies: [{document: '11222333000181', invoices: [{number: Q-1}]}]}\n"
    ),
    "a text": "bad\n",
}


def test_bad_scripts_keep_no_other_of_their_file_back(ivr: Ivr, tmp_path: Path) -> None:
    for number, bad in enumerate(BAD_ONES.values()):
        good = GOOD.replace("Good", f"good {number}")
        (tmp_path / f"{number}.call.yaml").write_text(f"{bad}---\n{good}---\n{good}", encoding="utf-8")
    code, out, err = ivr("replay", tmp_path, "--json", "--junit", tmp_path / "j.xml", "--jobs", 1)
    transcripts = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert sum(transcript["passed"] for transcript in transcripts) == 2 * len(BAD_ONES)
    bad_ones = [transcript for transcript in transcripts if transcript.get("unplayable")]
    assert len(bad_ones) == len(BAD_ONES)
    assert all(not transcript["passed"] and transcript["failures"] for transcript in bad_ones)
    for number in range(len(BAD_ONES)):
        assert f"{tmp_path}/{number}.call.yaml:" in err
    root = ElementTree.parse(tmp_path / "j.xml").getroot()
    assert (root.get("tests"), root.get("errors")) == (str(3 * len(BAD_ONES)), str(len(BAD_ONES)))
    assert len(root.findall("./testsuite/testcase/error")) == len(BAD_ONES)


def test_a_line_with_faults_keeps_no_other_line_back(ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(FLOWS / "internacional", tmp_path / "internacional", ignore=shutil.ignore_patterns("calls"))
    shutil.copytree(tmp_path / "internacional", tmp_path / "broken")
    (tmp_path / "broken" / "menu.yaml").write_text("lines: {}\n", encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    steps = "steps: [{hear: any}, {hang_up: true}]\n"
    (tmp_path / "a.call.yaml").write_text(
        f"call: a\nline: broken\n---\ncall: b\nline: internacional\n{steps}", encoding="utf-8"
    )
    code, out, err = ivr("replay", tmp_path)
    assert (code, out.splitlines()[1]) == (2, "  ok      b")
    assert f"{tmp_path}/broken/menu.yaml:1:1: " in err


def test_a_faulty_line_is_told_once_however_many_scripts_call_it(
    ivr: Ivr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "menu.yaml").write_text("states: {}\n", encoding="utf-8")
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path))
    steps = "line: broken\nsteps: [{hear: any}, {hang_up: true}]\n"
    (tmp_path / "a.call.yaml").write_text("---\n".join(f"call: c{n}\n{steps}" for n in range(5)), encoding="utf-8")
    code, _, err = ivr("replay", tmp_path, "--junit", tmp_path / "j.xml")
    assert code == 2
    assert err.splitlines() == [
        f"{tmp_path}/broken/menu.yaml:1:1: 'states' of the menu file is left empty",
        f"{tmp_path}/broken/menu.yaml:1:1: the menu file needs the key 'line'",
        "4 more scripts wait for the line broken, whose faults are told above; mend them first",
    ]
    told = ElementTree.parse(tmp_path / "j.xml").findall("./testsuite/testcase/error")
    assert len(told) == 5  # the report has each script with its reason


def test_a_closure_of_one_a_family_or_all_is_taken_and_a_slip_is_told(ivr: Ivr, tmp_path: Path) -> None:
    closed = "call: a\nfixtures:\n  closures:\n    - {{destination: {scope}, reason: x}}\nsteps: [{{hang_up: true}}]\n"
    scopes = ["ouvidoria", "suporte", "suporte.rm", "'*'", "all", "ouvidor", "suporte.rn", "sporte"]
    (tmp_path / "a.call.yaml").write_text(
        "---\n".join(closed.format(scope=scope) for scope in scopes), encoding="utf-8"
    )
    code, out, err = ivr("replay", tmp_path, "--jobs", 1)
    assert (code, out.count("  ok  ")) == (2, 5)
    told = "'fixtures': the line has no destination"
    assert err.splitlines() == [
        f"{tmp_path}/a.call.yaml:{line}:8: {told} '{slip}'; did you mean '{meant}'?"
        for line, slip, meant in (
            (34, "ouvidor", "ouvidoria"),
            (40, "suporte.rn", "suporte.rm"),
            (46, "sporte", "suporte"),
        )
    ]


def test_an_announcement_of_a_destination_that_is_not_there_is_told(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "a.call.yaml").write_text(
        "call: a\nfixtures:\n  announcements:\n    - {text: Aviso., destination: sporte}\nsteps: [{hang_up: true}]\n",
        encoding="utf-8",
    )
    code, _, err = ivr("replay", tmp_path)
    told = "'fixtures': the line has no destination 'sporte'; did you mean 'suporte'?"
    assert (code, err) == (2, f"{tmp_path}/a.call.yaml:4:22: {told}\n")


def test_an_agent_of_no_destination_or_whom_the_line_may_not_ring_is_told(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "a.call.yaml").write_text(
        "call: a\nfixtures:\n  agents:\n    - {login: rita, telephone: +14155550132, serves: {sporte: 3, cst: 1}}\n"
        "steps: [{hang_up: true}]\n",
        encoding="utf-8",
    )
    code, _, err = ivr("replay", tmp_path)
    assert (code, err.splitlines()) == (
        2,
        [
            f"{tmp_path}/a.call.yaml:4:21: 'fixtures': '+14155550132' is abroad; add it to the numbers of the"
            " allow-list, or give another",
            f"{tmp_path}/a.call.yaml:4:55: 'fixtures': the line has no destination 'sporte'; did you mean 'suporte'?",
        ],
    )


def test_a_closure_of_all_closes_every_destination(ivr: Ivr, tmp_path: Path) -> None:
    (tmp_path / "a.call.yaml").write_text(
        "call: a\nfixtures: {closures: [{destination: all, reason: x}]}\n"
        "steps: [{press: '5'}, {hear: Por um imprevisto}, {hang_up: true}]\n",
        encoding="utf-8",
    )
    assert ivr("replay", tmp_path)[0] == 0


def test_a_state_that_the_line_does_not_have_is_a_bad_script(ivr: Ivr, calls: Path) -> None:
    (calls / "c.call.yaml").write_text("call: c\nexpect: {never: [principall], destination: cts}\n", encoding="utf-8")
    code, _, err = ivr("replay", calls)
    assert code == 2
    assert "the line has no state 'principall'; did you mean 'principal'?" in err
    assert "the line has no destination 'cts'; did you mean 'cst'?" in err


def test_fixtures_that_are_none_are_a_bad_script(ivr: Ivr, calls: Path) -> None:
    fixtures = "fixtures:\n  companies:\n    - document: '11222333000181'\n      contact: []\n"
    (calls / "c.call.yaml").write_text(f"call: c\n{fixtures}", encoding="utf-8")
    code, _, err = ivr("replay", calls)
    assert code == 2
    assert err.startswith(
        f"{calls}/c.call.yaml:5:7: company 1 of 'fixtures' has no key 'contact'; did you mean 'contacts'?"
    )
    assert "11222333000181" not in err


def test_fixtures_hold_in_their_own_call_only(ivr: Ivr, tmp_path: Path) -> None:
    steps = "steps: [{press: '2'}, {press: '2'}, {press: '11222333000181'}, {press: '1234#'}, {hang_up: true}]\n"
    overdue = "{number: X-1, amount: '10.00', due: 2020-01-01}"
    fixtures = f"fixtures: {{companies: [{{document: '11222333000181', invoices: [{overdue}]}}]}}\n"
    (tmp_path / "a.call.yaml").write_text(
        f"call: Overdue\n{fixtures}{steps}expect: {{visited: [cst.cobranca]}}\n---\n"
        f"call: Paid\n{steps}expect: {{never: [cst], visited: [senha]}}\n",
        encoding="utf-8",
    )
    code, out, _ = ivr("replay", tmp_path, "--jobs", 1)
    assert code == 0, out


def test_no_script_hears_how_long_the_callers_of_others_waited(ivr: Ivr, tmp_path: Path) -> None:
    taken = """
call: An agent comes
at: 2026-03-10T10:30
steps:
  - press: "4"
  - press: "3"
  - callee: busy
  - queue: wait
    for: 300
  - queue: bridged
    after: 280
    for: 60
"""
    (tmp_path / "queue.call.yaml").write_text("---".join([taken] * 5), encoding="utf-8")
    code, out, _ = ivr("replay", tmp_path, "--jobs", 1, "--json")
    told = out.splitlines()
    assert (code, len(told)) == (0, 5)
    assert all("Ainda estou procurando alguém para atender" in call for call in told)
    assert not any("Pelo ritmo de agora" in call for call in told)


def test_the_data_of_a_script_are_closed_before_those_of_the_next(ivr: Ivr, tmp_path: Path) -> None:
    closed = "call: Closed\nfixtures: {closures: [{destination: suporte, reason: luz}]}\nsteps: [{hang_up: true}]\n"
    (tmp_path / "closed.call.yaml").write_text("---\n".join([closed] * 6), encoding="utf-8")
    gc.collect()
    before = _open_databases()
    gc.disable()
    try:
        code, out, _ = ivr("replay", tmp_path, "--jobs", 1)
        left = _open_databases() - before
    finally:
        gc.enable()
    assert code == 0, out
    assert left <= 2, "the demo data and those of the last script"


def _open_databases() -> int:
    """How many databases of SQLite this process has open."""
    count = 0
    for each in gc.get_objects():
        if isinstance(each, sqlite3.Connection):
            with suppress(sqlite3.ProgrammingError):
                count += each.total_changes >= 0
    return count


def test_secrets_that_a_script_keys_are_in_no_report(ivr: Ivr, tmp_path: Path) -> None:
    steps = "steps: [{press: '2'}, {press: '2'}, {press: '11222333000181'}, {press: '1234#'}, {hear: xyz}]\n"
    (tmp_path / "a.call.yaml").write_text(f"call: Secrets\n{steps}", encoding="utf-8")
    code, out, err = ivr("replay", tmp_path, "--junit", tmp_path / "junit.xml")
    written = out + err + (tmp_path / "junit.xml").read_text(encoding="utf-8")
    written += ivr("replay", tmp_path, "--json")[1]
    assert code == 1
    assert "11222333000181" not in written
    assert "1234" not in written
    assert "••••" in written
