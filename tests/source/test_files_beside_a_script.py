"""A script names files beside it; one that somebody writes at a page reaches none but those of the line's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.source.diagnostics import Mark
from ivr.source.files_beside import confined, file_beside, folder_beside, may_be_reached
from ivr.source.yaml import Text

NAMES = ["oi.wav", "audio/oi.wav", "./oi.wav", "calls/../oi.wav"]
ELSEWHERE = ["../oi.wav", "calls/../../oi.wav", "/etc/hostname", "../linha-dois/oi.wav", "link/oi.wav"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a line, with another one beside it to which a link leads."""
    folder, other = tmp_path / "linha", tmp_path / "linha-dois"
    folder.mkdir()
    other.mkdir()
    (folder / "link").symlink_to(other)
    return folder


@pytest.mark.parametrize("name", [*NAMES, *ELSEWHERE])
def test_a_script_of_a_file_names_any(folder: Path, name: str) -> None:
    assert file_beside(name, str(folder / "oi.call.yaml")) == folder / name


@pytest.mark.parametrize("name", NAMES)
def test_a_script_of_a_page_names_those_of_its_line(folder: Path, name: str) -> None:
    with confined(folder):
        assert file_beside(name, str(folder / "oi.call.yaml")) == folder / name


@pytest.mark.parametrize("name", ELSEWHERE)
def test_any_other_one_is_none_whether_there_is_one_or_not(folder: Path, name: str) -> None:
    (folder.parent / "oi.wav").touch()
    script = str(folder / "oi.call.yaml")
    with confined(folder), pytest.raises(FileNotFoundError, match="No such file") as refused:
        file_beside(name, script)
    assert refused.value.filename is None, "a refusal names no file of the server"


def test_what_is_confined_is_so_until_it_is_read(folder: Path) -> None:
    with confined(folder):
        assert not may_be_reached(folder.parent)
    assert may_be_reached(folder.parent)
    with pytest.raises(FileNotFoundError), confined(folder):
        file_beside("../oi.wav", str(folder / "oi.call.yaml"))
    assert may_be_reached(folder.parent)


def test_a_script_of_a_page_keeps_nothing(folder: Path) -> None:
    name, script = Text("ouvido", Mark("oi.call.yaml", 1, 1)), str(folder / "oi.call.yaml")
    assert folder_beside(name, script) == folder / "ouvido"
    assert folder_beside(None, script) is None
    with confined(folder):
        assert folder_beside(name, script) is None
