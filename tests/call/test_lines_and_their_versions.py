"""Which line answers a number, and which version of it a call is on."""

from __future__ import annotations

import threading
from dataclasses import replace
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


def test_a_call_keeps_its_version_through_a_hundred_others(small_line: Line) -> None:
    lines = Lines([small_line])
    for number in range(100):
        lines.add(replace(small_line, version=f"{number:012x}"))
    assert lines.version("ensaio", small_line.version).line is small_line
    assert lines.dialled(small_line.header.number).line.version == f"{99:012x}"


def test_versions_without_calls_are_forgotten_and_the_present_one_stays(
    small_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_versions = 7
    monkeypatch.setattr("ivr.call.lines.KEPT_VERSIONS", kept_versions)
    lines = Lines([small_line])
    for number in range(3 * kept_versions):
        lines.add(replace(small_line, version=f"{number:012x}"))
        assert lines.version("ensaio", small_line.version).line is small_line  # a call that goes on and on
    kept = [number for number in range(3 * kept_versions) if _loaded(lines, f"{number:012x}")]
    assert kept == list(range(2 * kept_versions + 1, 3 * kept_versions))


def test_a_version_that_comes_back_is_the_one_that_was_there(small_line: Line) -> None:
    lines = Lines([small_line])
    first = lines.version("ensaio", small_line.version)
    lines.add(replace(small_line, version="0" * 12))
    lines.add(replace(small_line))
    assert lines.version("ensaio", "") is first


def test_threads_that_ask_while_lines_are_added_always_get_one(small_line: Line) -> None:
    lines, failed, done = Lines([small_line]), list[BaseException](), threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                assert lines.dialled("+5511999999999").line.name == "ensaio"
                assert lines.version("ensaio", small_line.version).line.name == "ensaio"
                assert next(iter(lines)).line.name == "ensaio"
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(30):
        header = replace(small_line.header, number=f"+55{number:010d}")
        lines.add(replace(small_line, name=f"z{number}", header=header))
        lines.add(replace(small_line, version=f"{number % 7:012x}"))
    done.set()
    for thread in threads:
        thread.join(20)
    assert failed == []


def _loaded(lines: Lines, version: str) -> bool:
    return lines.version("ensaio", version).line.version == version
