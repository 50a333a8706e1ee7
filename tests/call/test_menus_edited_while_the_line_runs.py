"""A menu that is saved while the line runs: a sound one answers the next call, a faulty one changes nothing."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ivr.call import reload
from ivr.call.lines import Lines
from ivr.call.reload import MAX_LOGGED, Reload
from ivr.flow.checks import Rule
from ivr.flow.folder import read_line
from tests.lines import MENU, PROMPTS, write_line

NUMBER = "+551140030015"
OTHER = "+551140040016"
WELCOME = "bem-vindo: Bem-vindo."


class Edited:
    """A folder of lines, and what answers; ``look`` is what the server does every two seconds."""

    def __init__(self, flows: Path) -> None:
        self.flows = flows
        self.lines = Lines.load(flows)
        self.reload = Reload(flows, self.lines)
        self.look(3)

    def look(self, times: int = 2) -> list[str]:
        return [name for _ in range(times) for name in self.reload.refresh()]

    def welcome(self, number: str = NUMBER) -> str:
        return self.lines.dialled(number).line.prompts.texts["bem-vindo"].text

    def save(self, file: str, text: str, line: str = "ensaio") -> None:
        (self.flows / line / file).write_text(text, encoding="utf-8")


@pytest.fixture
def edited(tmp_path: Path) -> Edited:
    write_line(tmp_path / "ensaio")
    return Edited(tmp_path)


def _prompts(welcome: str) -> str:
    return PROMPTS.replace(WELCOME, f"bem-vindo: {welcome}")


def _refused(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    """Place and reason of each fault that was logged, the place without its folder."""
    told = [record for record in caplog.records if record.getMessage() == "menu refused"]
    return [(Path(record.__dict__["place"]).name, record.__dict__.get("why", "")) for record in told]


def test_what_is_not_edited_is_not_loaded_again(edited: Edited) -> None:
    before = edited.lines.dialled(NUMBER)
    assert edited.look(5) == []
    assert edited.lines.dialled(NUMBER) is before


def test_a_file_that_is_only_touched_changes_nothing(edited: Edited) -> None:
    before = edited.lines.dialled(NUMBER)
    os.utime(edited.flows / "ensaio" / "menu.yaml", ns=(1, 1))
    assert edited.look(5) == []
    assert edited.lines.dialled(NUMBER) is before


def test_an_edited_menu_answers_once_two_looks_saw_the_same(edited: Edited, caplog: pytest.LogCaptureFixture) -> None:
    first = edited.lines.dialled(NUMBER).line
    edited.save("prompts.pt-BR.yaml", _prompts("Olá."))
    with caplog.at_level(logging.INFO):
        assert edited.look(1) == []
        assert edited.welcome() == "Bem-vindo."
        assert edited.look(1) == ["ensaio"]
    assert edited.welcome() == "Olá."
    assert edited.lines.version("ensaio", first.version).line is first
    (record,) = caplog.records
    assert (record.getMessage(), record.__dict__["menu"]) == ("menu loaded", edited.lines.dialled(NUMBER).line.version)


def test_a_file_replaced_by_one_of_equal_size_and_age_is_seen(edited: Edited) -> None:
    path = edited.flows / "ensaio" / "prompts.pt-BR.yaml"
    before = path.stat()
    new = path.with_name("new")
    new.write_text(_prompts("Bem-vinda."), encoding="utf-8")
    os.utime(new, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert new.stat().st_size == before.st_size
    new.replace(path)
    assert edited.look() == ["ensaio"]
    assert edited.welcome() == "Bem-vinda."


def test_a_faulty_menu_is_told_once_and_the_present_one_stays(edited: Edited, caplog: pytest.LogCaptureFixture) -> None:
    before = edited.lines.dialled(NUMBER)
    misspelt = MENU.replace("next: principal}", "next: princpal}", 1)
    row = misspelt.partition("princpal")[0].splitlines()
    edited.save("menu.yaml", misspelt)
    assert edited.look(6) == []
    assert edited.lines.dialled(NUMBER) is before
    (told,) = _refused(caplog)
    assert told == (
        f"menu.yaml:{len(row)}:{len(row[-1]) + 1}",
        "state 'chegada' leads to 'princpal', which does not exist; did you mean 'principal'?",
    )


def test_a_faulty_menu_that_is_mended_answers(edited: Edited) -> None:
    edited.save("menu.yaml", "line: [")
    assert edited.look(3) == []
    edited.save("menu.yaml", MENU)
    edited.save("prompts.pt-BR.yaml", _prompts("De volta."))
    assert edited.look() == ["ensaio"]
    assert edited.welcome() == "De volta."


def test_a_faulty_menu_that_is_taken_back_is_what_answers_already(edited: Edited) -> None:
    before = edited.lines.dialled(NUMBER)
    edited.save("menu.yaml", "line: [")
    edited.look(3)
    edited.save("menu.yaml", MENU)
    assert edited.look(3) == []
    assert edited.lines.dialled(NUMBER) is before


def test_very_many_faults_are_not_all_logged(edited: Edited, caplog: pytest.LogCaptureFixture) -> None:
    edited.save("menu.yaml", MENU + "".join(f"  x{number}: {{sai: {{}}}}\n" for number in range(60)))
    edited.look()
    told = _refused(caplog)
    assert len(told) == MAX_LOGGED + 1
    assert told[-1][1] == "40 more faults from here on; see them with: ivr check"


@pytest.mark.untraced
@pytest.mark.parametrize("file", ["menu.yaml", "prompts.pt-BR.yaml", "routing.yaml"])
def test_a_file_that_is_being_written_never_answers(edited: Edited, file: str) -> None:
    """Cut wherever it may be, it grows from look to look; what answers is the old line or the whole new one."""
    old = edited.lines.dialled(NUMBER).line.version
    whole = (edited.flows / "ensaio" / file).read_bytes() + b"# edited\n"
    for cut in range(0, len(whole), 97):
        (edited.flows / "ensaio" / file).write_bytes(whole[:cut])
        assert edited.look(1) == []
        assert edited.lines.dialled(NUMBER).line.version == old
    (edited.flows / "ensaio" / file).write_bytes(whole)
    assert edited.look() == ["ensaio"]
    assert edited.lines.dialled(NUMBER).line.version != old


def test_what_changes_while_it_is_read_is_read_again(edited: Edited, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(folder: Path, *, rules: Sequence[Rule], advise: bool) -> object:
        result = read(folder, rules=rules, advise=advise)
        edited.save("prompts.pt-BR.yaml", _prompts("Depois."))
        return result

    read = read_line
    monkeypatch.setattr(reload, "read_line", slow)
    edited.save("prompts.pt-BR.yaml", _prompts("Antes."))
    assert edited.look() == []
    monkeypatch.setattr(reload, "read_line", read)
    assert edited.look() == ["ensaio"]
    assert edited.welcome() == "Depois."


def test_a_bug_in_our_own_reader_keeps_the_present_menu(
    edited: Edited, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def bug(_: Path, *, rules: Sequence[Rule], advise: bool) -> object:
        raise RecursionError("with what was written in it")

    monkeypatch.setattr(reload, "read_line", bug)
    edited.save("prompts.pt-BR.yaml", _prompts("Olá."))
    assert edited.look(4) == []
    assert edited.welcome() == "Bem-vindo."
    (record,) = [record for record in caplog.records if record.getMessage() == "menu refused"]
    assert record.__dict__["error"] == "RecursionError"
    assert "what was written" not in str(vars(record))


# Lines that come, go and change their numbers


def _numbered(number: str, welcome: str = "Bem-vindo.") -> dict[str, str]:
    return {"menu": MENU.replace(NUMBER, number), "prompts": _prompts(welcome)}


def test_a_new_folder_is_a_new_line(edited: Edited) -> None:
    write_line(edited.flows / "outra", **_numbered(OTHER, "A outra."))
    assert edited.look() == ["outra"]
    assert (edited.welcome(OTHER), edited.welcome()) == ("A outra.", "Bem-vindo.")


def test_a_line_whose_number_another_has_is_told_once_and_does_not_answer(
    edited: Edited, caplog: pytest.LogCaptureFixture
) -> None:
    write_line(edited.flows / "outra", **_numbered(NUMBER, "A outra."))
    assert edited.look(5) == []
    assert edited.welcome() == "Bem-vindo."
    assert len(list(edited.lines)) == 1
    (told,) = _refused(caplog)
    assert told == (
        "menu.yaml:2:11",
        f"'{NUMBER}' is another line's number too; give each line a number of its own",
    )


def test_a_line_that_waits_for_a_number_gets_it_when_it_is_free(edited: Edited) -> None:
    write_line(edited.flows / "outra", **_numbered(NUMBER, "A outra."))
    edited.look(3)
    write_line(edited.flows / "ensaio", **_numbered(OTHER))
    assert sorted(edited.look()) == ["ensaio", "outra"]
    assert (edited.welcome(NUMBER), edited.welcome(OTHER)) == ("A outra.", "Bem-vindo.")


def test_a_line_that_waited_for_a_number_and_was_deleted_does_not_get_it(edited: Edited) -> None:
    write_line(edited.flows / "outra", **_numbered(NUMBER, "A outra."))
    edited.look(3)
    shutil.rmtree(edited.flows / "outra")
    edited.look(3)
    write_line(edited.flows / "ensaio", **_numbered(OTHER))
    assert edited.look(3) == ["ensaio"]
    assert len(list(edited.lines)) == 1


def test_two_lines_may_change_their_numbers_for_each_others(edited: Edited) -> None:
    write_line(edited.flows / "outra", **_numbered(OTHER, "A outra."))
    edited.look()
    write_line(edited.flows / "outra", **_numbered(NUMBER, "A outra."))
    write_line(edited.flows / "ensaio", **_numbered(OTHER))
    assert sorted(edited.look()) == ["ensaio", "outra"]
    assert (edited.welcome(NUMBER), edited.welcome(OTHER)) == ("A outra.", "Bem-vindo.")


def test_a_line_whose_folder_is_gone_answers_as_before_and_that_is_told(
    edited: Edited, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.rmtree(edited.flows / "ensaio")
    assert edited.look(4) == []
    assert edited.welcome() == "Bem-vindo."
    (told,) = _refused(caplog)
    assert told[0] == "menu.yaml:1:1"
    assert told[1].startswith("there is no such file")


def test_a_folder_of_lines_that_is_gone_leaves_every_line_as_it_is(edited: Edited) -> None:
    edited.flows.rename(edited.flows.with_name("elsewhere"))
    assert edited.look(4) == []
    assert edited.welcome() == "Bem-vindo."
