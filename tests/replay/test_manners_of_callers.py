"""Scripts as other callers would go about them: when they press which keys, and what must hold of their calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from app import create_app
from data.calls import CALL
from data.database import Database
from ivr.call_tests.plugin import MANNERS as OF_THE_PLUGIN
from ivr.cli.replay import replay as command
from ivr.cli.targets import LocalLines
from ivr.flow.folder import line_names
from ivr.replay.call_target import UrlTarget
from ivr.replay.left_open import left_open
from ivr.replay.manners import MANNERS
from ivr.replay.manners.mistyping import wrong_entry
from ivr.replay.runner import Played, play
from ivr.replay.script import Script, ScriptLines, find_scripts, played_in, read_scripts
from ivr.simulator.carrier import Carrier
from ivr.simulator.transports import WsgiTransport
from tests.conftest import FLOWS
from tests.replay.test_playing_scripts import ZONE
from tests.webapps import ENTRY, WebApp

SUPPORT = """\
call: Support
steps:
  - press: "2"
  - press: "2"
  - hear: Digite o CNPJ
  - press: "11222333000181"
  - hear: Agora digite a sua senha
  - press: "1234#"
  - press: "0510003#"
  - hear: para o Suporte Vitrine
  - callee: answered
expect: {ended: completed, destination: suporte.vitrine, visited: [documento, senha, codigo], requests: 8}
"""

Play = Callable[..., list[Played]]


@cache
def _lines() -> LocalLines:
    return LocalLines(create_app, FLOWS)


@cache
def _script_lines() -> ScriptLines:
    return ScriptLines(FLOWS, line_names(FLOWS), "4003-0015", _lines().prompts)


def read(folder: Path, text: str) -> list[Script]:
    (folder / "a.call.yaml").write_text(text, encoding="utf-8")
    return read_scripts([folder / "a.call.yaml"], _script_lines())


@pytest.fixture
def played(tmp_path: Path) -> Play:
    """Plays the scripts of a text in a manner, on the shipped line."""

    def in_manner(word: str, text: str = SUPPORT) -> list[Played]:
        scripts = played_in(MANNERS[word], read(tmp_path, text))
        return [play(script, _lines().target(script.line)) for script in scripts]

    return in_manner


def on_an_app(folder: Path, word: str, text: str, *pages: str) -> list[Played]:
    """The scripts of a text, played in a manner on a webhook that answers with ``pages`` one after the other."""
    app = WebApp().page("/voice", *pages)
    target = UrlTarget(
        ENTRY, WsgiTransport(app), to="+1", zone=ZONE, carrier=Carrier(), new_sid=lambda: "CA" + "1" * 32
    )
    return [play(script, target) for script in played_in(MANNERS[word], read(folder, text))]


def keys(call: Played) -> list[tuple[float, str]]:
    return [(event["t"], event["digits"]) for event in call.transcript["events"] if event["kind"] == "press"]


def test_the_words_of_the_command_and_of_pytest_are_the_manners() -> None:
    (option,) = (each for each in command.params if each.name == "manners")
    assert tuple(option.type.choices) == OF_THE_PLUGIN == tuple(MANNERS)  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", [word for word in MANNERS if word != "leaving"])
def test_a_call_lands_where_it_should_whoever_makes_it(played: Play, word: str) -> None:
    (call,) = played(word)
    assert (call.failures, call.forgiven, call.destination) == ([], None, "suporte.vitrine")
    assert (call.title, call.manner) == (f"Support ({word})", word)


def test_a_slow_caller_keys_just_before_the_timeout_or_just_after(tmp_path: Path) -> None:
    gather = '<Gather timeout="4"><Say>Go.</Say></Gather>'
    (call,) = on_an_app(tmp_path, "slow", "call: a\nsteps: [{press: '12#'}]\n", gather, "<Hangup/>")
    begins = next(event["t"] for event in call.transcript["events"] if event["kind"] == "press") - 3.5
    assert [round(t - begins, 1) for t, _ in keys(call)] == [3.5, 7.0, 10.5]


def test_every_second_entry_of_a_slow_caller_comes_when_asked_again(played: Play) -> None:
    (call,) = played("slow")
    assert "software>no_input>software" in call.edges
    assert "principal>no_input>principal" not in call.edges


def test_silence_is_no_delay_where_it_is_an_answer(played: Play) -> None:
    text = SUPPORT.replace('  - press: "2"\n  - press: "2"\n', '  - press: "2"\n  - press: "9"\n  - press: "2"\n')
    (call,) = played("slow", text)
    assert call.failures == []
    assert "codigo>skipped>area-suporte" not in call.edges


def test_a_hasty_caller_keys_while_the_question_is_said(played: Play) -> None:
    (call,) = played("hasty")
    told = [event for event in call.transcript["events"] if event["kind"] in {"say", "play"}]
    assert [event["interrupted"] for event in told[:3]] == [True, True, True]


def test_what_is_keyed_after_9_waits_for_the_question(played: Play) -> None:
    text = SUPPORT.replace("  - hear: Digite o CNPJ\n", "  - press: '9'\n  - hear: Digite o CNPJ\n")
    (call,) = played("hasty", text)
    assert call.failures == []
    assert "documento>key_9>documento" in call.edges


def test_a_hash_goes_after_each_entry_into_what_is_said_then(played: Play) -> None:
    (call,) = played("hash")
    assert [digits for _, digits in keys(call)][:4] == ["2", "#", "2", "•"]


def test_what_a_hash_cuts_short_counts_as_not_heard(tmp_path: Path) -> None:
    said = '<Gather numDigits="1" finishOnKey=""><Say>Closed today, I am afraid.</Say></Gather>'
    text = "call: a\nsteps: [{press: '5'}, {hear: closed today}, {hang_up: true}]\n"
    first = '<Gather numDigits="1"><Say>Go.</Say></Gather>'
    (silent,) = on_an_app(tmp_path, "hash", text, first, said, "<Gather/>")
    assert "'closed today' was not heard" in silent.failures[0]
    (again,) = on_an_app(tmp_path, "hash", text, first, said, said)
    assert again.failures == []


def test_one_who_mistypes_answers_what_the_line_asks_then(played: Play) -> None:
    (call,) = played("mistyping")
    visited = [state for turn in call.turns for state in turn.states]
    assert visited.count("documento") == 3, "a wrong digit, the right one, and once more after the wrong password"
    assert visited.count("senha") == 2
    assert "codigo>invalid>codigo" in call.edges


def test_strikes_that_end_a_call_are_forgiven_and_told(played: Play) -> None:
    text = SUPPORT.replace(
        '  - press: "11222333000181"\n', '  - press: "11222333000182"\n  - press: "11222333000181"\n'
    )
    (call,) = played("mistyping", text)
    assert (call.failures, call.forgiven) == ([], "ended by strikes")


def test_a_wrong_entry_is_none_that_the_question_takes() -> None:
    line = _lines().line("4003-0015")
    for node in line.states.values():
        wrong = wrong_entry(node, "11222333000181#")
        assert wrong is None or wrong.rstrip("#") not in node.taken_keys()


def test_who_leaves_makes_a_call_for_each_step_that_somebody_does(played: Play) -> None:
    calls = played("leaving")
    assert [call.title for call in calls] == [f"Support (leaving before step {n})" for n in (1, 2, 4, 6, 7, 9)]
    assert [call.failures for call in calls] == [[]] * 6
    ends = [call.transcript["events"][-1] for call in calls]
    assert [(end["kind"], end["by"]) for end in ends] == [("hangup", "caller")] * 6


def test_a_call_that_is_left_open_is_told(tmp_path: Path) -> None:
    (script,) = list(played_in(MANNERS["hasty"], read(tmp_path, SUPPORT)))
    databases: list[Database] = []

    def kept(*given: object, database: Database, **named: object) -> object:
        databases.append(database)
        return create_app(*given, database=database, **named)  # type: ignore[arg-type]

    target = LocalLines(kept, FLOWS).target("4003-0015")  # type: ignore[arg-type]
    sid = play(script, target).transcript["call_sid"]
    assert list(target.left_open(sid)) == []
    with databases[0].transaction() as connection:
        connection.execute(CALL.update().values(ended_at=None, status="in-progress", turn=3))
    told = list(left_open(databases[0], sid))
    assert told[0] == "the call is over, and open in the database, with the status in-progress"
    assert told[1].startswith("the call stands at turn 3 in the database, which has ")


def test_scripts_to_be_played_as_written_are_left_out(tmp_path: Path) -> None:
    scripts = read(tmp_path, SUPPORT + "as_written: yes\n")
    assert [each for manner in MANNERS.values() for each in played_in(manner, scripts)] == []


@cache
def _shipped() -> Sequence[Script]:
    """Every shipped script where the long run asks for it; else a few."""
    scripts = read_scripts(find_scripts([FLOWS]), _script_lines())
    return scripts if os.environ.get("IVR_FAULTS") else scripts[::71]


@pytest.mark.untraced
@pytest.mark.parametrize("word", MANNERS)
def test_shipped_calls_hold_for_every_caller(word: str) -> None:
    failed = []
    for script in played_in(MANNERS[word], _shipped()):
        call = play(script, _lines().target(script.line))
        failed += [] if call.passed else [f"{call.title}: {call.failures[0]}"]
    assert failed == []
