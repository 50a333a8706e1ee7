"""Two versions of a line are compared by what the callers of its scripts hear, and where they land."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.errors import ScriptError
from ivr.replay.comparison import FEW, Verdict
from ivr.replay.processes import in_processes
from tests.lines import MENU
from tests.replay.edits import SCRIPT, calls_of, compared, line_files

BY_NAME = SCRIPT.replace("hear: Bem-vindo", "hear: {prompt: bem-vindo}")
GREETING = ("bem-vindo: Bem-vindo.", "bem-vindo: Boa tarde.")
KEY = ('"7": gente, "0"', '"7": mesa.rh, "0"')
SPEECH = next(line for line in MENU.splitlines(keepends=True) if "speech: {" in line)


def verdict(before: str = SCRIPT, after: str = SCRIPT, **changes: tuple[str, str]) -> Verdict:
    [call] = compared(line_files(before), line_files(after, **changes))
    return call.verdict


def test_a_call_whose_caller_notices_nothing_is_the_same() -> None:
    assert verdict() is Verdict.SAME
    assert verdict(prompts=("areas: Para RM, 1.", "areas: Tecle 1 para RM.")) is Verdict.SAME
    # Another name of a state is none of the caller's business, nor is an accent that is no word of its own.
    assert verdict(menu=("tchau", "adeus"), prompts=("tchau:", "adeus:")) is Verdict.SAME
    assert verdict(prompts=("Bem-vindo.", "Bem-vindo!")) is Verdict.SAME


def test_other_words_on_the_same_way_are_a_rewording() -> None:
    [call] = compared(line_files(), line_files(prompts=GREETING))
    assert (call.verdict, call.words_alone) == (Verdict.REWORDED, True)
    assert next(each.text for each in call.after.moments if each.what == "heard") == "Boa tarde."
    assert call.after.path == call.before.path
    assert call.after.unheard[0].startswith("flows/ensaio/calls/ensaio.call.yaml:3: 'Bem-vindo' was not heard")
    # A script that names the prompt goes with the words of each version.
    [call] = compared(line_files(BY_NAME), line_files(BY_NAME, prompts=GREETING))
    assert (call.verdict, call.words_alone, call.after.passed) == (Verdict.REWORDED, False, True)


def test_another_desk_and_another_telephone_are_elsewhere() -> None:
    [call] = compared(line_files(), line_files(menu=KEY))
    assert call.verdict is Verdict.ELSEWHERE
    assert (call.before.landing.destination, call.after.landing.destination) == ("gente", "mesa.rh")
    assert verdict(routing=("+551150900700", "+551150900701")) is Verdict.ELSEWHERE
    assert verdict(routing=("gente:\n    hours: always", "gente:\n    hours: comercial")) is Verdict.SAME
    evening = SCRIPT.replace("steps:", "at: 2026-03-10T22:00\nsteps:")
    closed = ("gente:\n    hours: always", "gente:\n    hours: comercial")
    assert verdict(evening, evening, routing=closed) is Verdict.ELSEWHERE


def test_the_same_end_by_other_states_is_another_way() -> None:
    longer = ('"7": gente, "0"', '"7": bloqueado, "0"')
    assert verdict(menu=longer) is Verdict.ANOTHER_WAY


def test_a_script_that_the_edit_breaks_fails() -> None:
    named = SCRIPT.replace("destination: gente", "destination: gente, visited: [tchau]")
    [call] = compared(line_files(named), line_files(named, menu=("tchau", "adeus"), prompts=("tchau:", "adeus:")))
    assert call.verdict is Verdict.FAILS
    assert "the line has no state 'tchau'" in call.after.failures[0]
    spoken = SCRIPT.replace('press: "7"', "speak: atendente")
    deaf = (SPEECH, "")
    [call] = compared(line_files(spoken), line_files(spoken, menu=deaf))
    assert call.verdict is Verdict.FAILS
    assert "the call ended before this: speech" in call.after.failures[0]
    removed = SCRIPT.replace("hear: Bem-vindo", "hear: {prompt: esgotada}")
    assert verdict(removed, removed) is Verdict.FAILS_ON_BOTH


def test_a_script_that_never_held_is_told_apart() -> None:
    wrong = SCRIPT.replace("Bem-vindo", "Isto ninguém diz")
    assert verdict(wrong, wrong) is Verdict.FAILS_ON_BOTH
    # What differs for the caller is told all the same.
    assert verdict(wrong, wrong, menu=KEY) is Verdict.ELSEWHERE
    [call] = compared(line_files(wrong), line_files(wrong, prompts=GREETING))
    assert (call.verdict, call.words_alone) == (Verdict.REWORDED, False)


def test_words_that_come_too_late_or_should_not_come_are_failures() -> None:
    unwanted = SCRIPT.replace("  - press", "  - not_hear: Boa tarde\n  - press").replace(
        "hear: Bem-vindo", "hear: Tecle 2"
    )
    [call] = compared(line_files(unwanted), line_files(unwanted, prompts=GREETING))
    assert (call.verdict, call.words_alone) == (Verdict.FAILS, False)
    late = SCRIPT.replace("hear: Bem-vindo", "hear: Tecle 2\n    within: 3")
    longer = (
        "bem-vindo: Bem-vindo.",
        "bem-vindo: Bem-vindo a esta linha, que cumprimenta sem pressa quem liga para ela.",
    )
    assert verdict(late, late, prompts=longer) is Verdict.FAILS


def test_scripts_that_are_gone_are_told_by_their_titles() -> None:
    two = f"{SCRIPT}---\n{SCRIPT.replace('Assessoria', 'Outra', 1)}"
    assert calls_of(line_files(two), line_files()).removed == ("Outra",)
    assert calls_of(line_files(), line_files(two)).removed == ()
    assert len(calls_of(line_files(), line_files(two)).calls) == 2


def test_a_script_that_cannot_be_read_is_told_at_its_place() -> None:
    with pytest.raises(ScriptError) as told:
        calls_of(line_files(), line_files(SCRIPT.replace("press", "prss")))
    assert str(told.value).startswith("flows/ensaio/calls/ensaio.call.yaml:4:5: ")
    # One that was wrong before and is mended keeps nobody from publishing.
    assert len(calls_of(line_files(SCRIPT.replace("press", "prss")), line_files()).calls) == 1


def test_recorded_calls_come_in_as_further_scripts() -> None:
    calls = calls_of(line_files(), line_files())
    recorded = replace(calls.calls[0].script, expectations=())
    more = calls.with_recorded([recorded], not_replayable=3)
    assert ([each.source for each in more.calls], more.not_replayable) == (["script", "recorded"], 3)


def test_results_of_processes_come_in_the_order_of_the_work() -> None:
    for jobs in (1, 3):
        assert list(in_processes(7, lambda: str, jobs)) == list("0123456")


def test_many_calls_are_compared_in_processes() -> None:
    many = "---\n".join(SCRIPT.replace("Assessoria", f"Ligação {number}", 1) for number in range(FEW + 2))
    calls = compared(line_files(many), line_files(many, menu=KEY), jobs=2)
    assert [call.script.title for call in calls] == [f"Ligação {number}" for number in range(FEW + 2)]
    assert {call.verdict for call in calls} == {Verdict.ELSEWHERE}
