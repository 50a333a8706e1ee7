"""Which line answers a number, and which version of it a call is on."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.call.engine import Engine
from ivr.call.lines import Lines
from ivr.errors import FlowError, SettingsError
from ivr.flow.line import Line
from tests.lines import MENU, make_line, write_line


def test_every_line_below_the_folder_is_loaded(tmp_path: Path) -> None:
    write_line(tmp_path / "uma")
    write_line(tmp_path / "outra", menu=MENU.replace("+551140030015", "+551140040016"))
    lines = Lines.load(tmp_path)
    assert [engine.line.name for engine in lines] == ["outra", "uma"]
    assert lines.dialled("+551140040016").line.name == "outra"


def test_two_lines_of_one_number_are_told_before_a_call_comes(tmp_path: Path) -> None:
    for name in ("outra", "uma"):
        write_line(tmp_path / name)
    told = r"uma/menu\.yaml:2:11: '\+551140030015' is the number of the line 'outra' too; give each line a number"
    with pytest.raises(FlowError, match=told):
        Lines.load(tmp_path)


def test_a_folder_without_lines_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="IVR_FLOWS"):
        Lines.load(tmp_path)


def test_a_faulty_line_is_told_with_file_line_and_column(tmp_path: Path) -> None:
    write_line(tmp_path / "uma", menu=MENU.replace("start: chegada", "start: chegad"))
    with pytest.raises(FlowError, match=r"menu\.yaml:\d+:\d+: "):
        Lines.load(tmp_path)


def test_a_number_that_no_line_has_is_answered_by_the_first_line(small_line: Line) -> None:
    assert Lines([small_line]).dialled("+5511999999999").line is small_line
    assert Lines([small_line]).dialled("").line is small_line


def test_new_calls_get_the_new_version_and_calls_under_way_keep_theirs(small_line: Line, tmp_path: Path) -> None:
    edited = make_line(tmp_path, ("seconds: 4", "seconds: 5"))
    lines = Lines([small_line])
    lines.add(edited)
    assert lines.dialled(small_line.header.number).line is edited
    assert lines.version("ensaio", small_line.version).line is small_line
    assert lines.version("ensaio", edited.version).line is edited
    assert len(list(lines)) == 1


def test_a_version_that_is_not_loaded_any_more_is_the_present_one(small_line: Line) -> None:
    assert Lines([small_line]).version("ensaio", "000000000000").line is small_line


def test_a_line_that_is_gone_is_answered_by_the_first_one(small_line: Line) -> None:
    engine: Engine = Lines([small_line]).version("4003-9999", "000000000000")
    assert engine.line is small_line
