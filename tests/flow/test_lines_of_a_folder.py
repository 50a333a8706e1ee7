"""A line is a folder of ``flows/``: how it is found, what it is made of, and when it is another version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.errors import TargetError
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.folder import line_folder, line_names, load_line
from ivr.flow.nodes.collect import Collect
from tests.flow.lines import FILES, GOOD, SHIPPED, changed, copied, good, told


def test_every_folder_with_a_menu_is_a_line(tmp_path: Path) -> None:
    for name in ("4003-0016", "4003-0015"):
        copied(tmp_path).rename(tmp_path / name)
    (tmp_path / "notes").mkdir()
    assert line_names(tmp_path) == ["4003-0015", "4003-0016"]
    assert line_folder(tmp_path, "4003-0016") == tmp_path / "4003-0016"


def test_a_line_without_its_menu_is_no_line_that_is_passed_over(tmp_path: Path) -> None:
    (copied(tmp_path) / "menu.yaml").unlink()
    assert line_names(tmp_path) == ["line"]


def test_a_line_that_does_not_exist_is_told_with_those_that_do(tmp_path: Path) -> None:
    copied(tmp_path).rename(tmp_path / "4003-0015")
    with pytest.raises(TargetError) as raised:
        line_folder(tmp_path, "4003-0051")
    assert str(raised.value) == ("there is no line '4003-0051'; did you mean '4003-0015'? (the lines are: 4003-0015)")


def test_a_folder_without_lines_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(TargetError) as raised:
        line_folder(tmp_path, "4003-0015")
    assert (
        str(raised.value) == f"there is no line '4003-0015' (there is none below {tmp_path}/; ivr new NAME makes one)"
    )


@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_missing_is_told_with_what_a_line_has(file: str, tmp_path: Path) -> None:
    line = copied(tmp_path)
    (line / file).unlink()
    assert told(line) == [
        f"{file}:1:1: there is no such file; a line has menu.yaml, routing.yaml and prompts.LANGUAGE.yaml,"
        " of the menu's language"
    ]


def test_a_line_keeps_its_version_wherever_it_lies(tmp_path: Path) -> None:
    assert load_line(copied(tmp_path)).version == good().version
    assert re.fullmatch("[0-9a-f]{12}", good().version)


@pytest.mark.parametrize("file", FILES)
def test_any_change_of_any_file_makes_another_version(file: str, tmp_path: Path) -> None:
    line = copied(tmp_path)
    with (line / file).open("a", encoding="utf-8") as text:
        text.write("# nothing\n")
    assert load_line(line).version != good().version


def test_a_line_is_called_as_its_folder() -> None:
    assert load_line(SHIPPED).name == "4003-0015"
    assert load_line(GOOD).header.number == "+551140030015"


def test_documents_and_passwords_are_secret_and_access_codes_are_not() -> None:
    formats = {node.entry for node in good().states.values() if isinstance(node, Collect)}
    assert formats == {EntryFormat.DOCUMENT, EntryFormat.PASSWORD, EntryFormat.ACCESS_CODE}
    assert {each for each in formats if not each.secret} == {EntryFormat.ACCESS_CODE}


def test_a_key_or_word_that_the_line_does_not_set_has_its_default(tmp_path: Path) -> None:
    line = load_line(changed(tmp_path, "    senhas: {limit: 3, then: gente}", "    senhas: {then: gente}"))
    assert line.header.defaults.strikes["senhas"].limit == 3
    assert (line.header.max_turns, line.header.defaults.menu_seconds, line.header.defaults.collect_seconds) == (
        80,
        6,
        8,
    )
