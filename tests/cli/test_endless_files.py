"""What is read is bounded, and a name that no file can have is told in one line, never as a defect of ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ivr.cli import BAD_INPUT, run

COMMANDS = {
    "lint": ["lint", "{}"],
    "script": ["call", "--script", "{}"],
    "replay": ["replay", "{}"],
    "check": ["check", "{}"],
    "import": ["data", "import", "{}"],
    "graph": ["graph", "{}"],
}
NAMES = {
    "long": "x" * 5000,
    "long-below": f"a/{'y' * 5000}.call.yaml",
    "two-lines": "a\nb.call.yaml",
    "nul": "a\0b.call.yaml",
}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flows").mkdir()
    monkeypatch.setenv("IVR_FLOWS", str(tmp_path / "flows"))


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_file_has_is_told_in_one_line(
    command: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run([each.format(NAMES[name]) for each in COMMANDS[command]])
    told = capsys.readouterr().err
    assert code in {1, BAD_INPUT}
    assert "defect" not in told
    assert told.count("\n") == 1
    assert len(told) < 1200


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("kind", ["device", "pipe", "folder"])
def test_what_is_no_file_is_not_waited_for(command: str, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    if kind == "device":
        path = "/dev/zero"
    elif kind == "pipe":
        path = "pipe.call.yaml"
        os.mkfifo(path)
    else:
        path = "folder.call.yaml"
        Path(path).mkdir()
    code = run([each.format(path) for each in COMMANDS[command]])
    told = capsys.readouterr().err
    assert code in {1, BAD_INPUT}
    assert "defect" not in told
    assert told


def test_a_document_that_is_too_large_is_refused_before_it_is_read_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("large.xml").write_bytes(b"<Response>" + b" " * (2 * 1024 * 1024))
    assert run(["lint", "large.xml"]) == BAD_INPUT
    assert "is larger than 1024 kB" in capsys.readouterr().err
