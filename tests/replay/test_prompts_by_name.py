"""A script hears a prompt by its name, whatever its words are today."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import ScriptError
from ivr.flow.line import Line
from ivr.flow.prompts import PLACEHOLDERS, Prompt, as_said
from ivr.replay.heard_prompts import pattern_of
from ivr.replay.script import Script, ScriptLines, read_scripts
from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.transcript import Event
from ivr.source.diagnostics import Mark
from ivr.source.yaml import Text

PLACE = Mark("prompts.yaml", 1, 1)


def prompt(text: str) -> Prompt:
    return Prompt(Text(text, PLACE))


def heard(wanted: Prompt, *spoken: str) -> bool:
    log = PromptLog()
    for text in spoken:
        log.notice(Event(0.0, "say", {"text": text}))
    return log.missing([steps.Hear(pattern_of(wanted))]) is None


def read(folder: Path, step: str, prompts: dict[str, Prompt] | None) -> Script:
    file = folder / "a.call.yaml"
    file.write_text(f"call: a\nsteps:\n  - {step}\n", encoding="utf-8")
    (script,) = read_scripts([file], ScriptLines(folder, ["casa"], "casa", lambda _: prompts))
    return script


def test_every_prompt_of_the_line_is_heard_as_it_is_said(shipped_line: Line) -> None:
    filled = dict.fromkeys(PLACEHOLDERS, "sete, oito e o que mais for")
    for name, each in shipped_line.prompts.texts.items():
        assert heard(each, as_said(each.text.format(**filled))), name


def test_a_prompt_in_recordings_is_heard_as_a_whole() -> None:
    wanted = prompt("{destino} não atende agora. Voltamos {abertura}.")
    assert heard(wanted, "O Suporte RM", "não atende agora.", "Voltamos", "amanhã,", "às oito.")


@pytest.mark.parametrize(
    "spoken", ["Não atende. Voltamos agora.", "Voltamos amanhã. Não atende agora.", "Não atende agora", ""]
)
def test_other_words_are_not_the_prompt(spoken: str) -> None:
    assert not heard(prompt("{destino} não atende agora. Voltamos {abertura}."), spoken)


def test_words_that_only_contain_those_of_a_prompt_are_another() -> None:
    assert not heard(prompt("tecle 1"), "tecle 12")


def test_a_prompt_that_the_line_lacks_is_told_at_its_place(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match=r"a\.call\.yaml:3:20: .* the line casa has no prompt 'abre'"):
        read(tmp_path, "hear: {prompt: abre}", {"abertura": prompt("Abrimos às oito.")})


def test_a_prompt_without_words_of_its_own_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScriptError, match="the prompt 'abre' has no words of its own"):
        read(tmp_path, "not_hear: {prompt: abre}", {"abre": prompt("{abertura}")})


def test_prompts_of_a_faulty_line_are_never_heard(tmp_path: Path) -> None:
    (step,) = read(tmp_path, "hear: {prompt: abre}", None).steps
    log = PromptLog()
    log.notice(Event(0.0, "say", {"text": "Abrimos às oito."}))
    assert log.missing([step]) is not None if isinstance(step, steps.Hear) else False


def test_a_webhook_of_others_has_no_prompts_by_name(tmp_path: Path) -> None:
    file = tmp_path / "a.call.yaml"
    file.write_text("call: a\nsteps:\n  - hear: {prompt: welcome}\n", encoding="utf-8")
    with pytest.raises(ScriptError, match="a prompt has a name only in lines of ours; write the words"):
        read_scripts([file], ScriptLines(tmp_path, None, "x"))


def test_a_failure_tells_the_prompt_by_its_name(tmp_path: Path) -> None:
    (step,) = read(tmp_path, "hear: {prompt: abre}", {"abre": prompt("Abrimos às oito.")}).steps
    assert isinstance(step, steps.Hear)
    missing = PromptLog().missing([step])
    assert missing is not None
    assert missing[1] == "the prompt 'abre' was not heard; nothing was spoken since the caller's last act"
