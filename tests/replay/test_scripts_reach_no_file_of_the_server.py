"""A script that somebody writes at a page names no file of the server but those of its line, and keeps none there."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.errors import ScriptError
from ivr.replay.comparable_calls import ComparableCalls, comparable_calls, faults_of_scripts
from tests.sounds import wav

SEED = "token: the-servers-own\nunknown-key: told\n"


def calls(folder: Path, script: str) -> ComparableCalls:
    files = {"calls/a.call.yaml": f"call: a\n{script}\n".encode()}
    assert not faults_of_scripts("linha", files, folder, lambda _: {})
    return comparable_calls("linha", {}, files, folder, lambda _: {})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "linha" / "calls").mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text(SEED, encoding="utf-8")
    (tmp_path / "sound.wav").write_bytes(wav(1))
    return tmp_path / "linha"


@pytest.mark.parametrize(
    "script",
    [
        "seed: ../../secret.yaml",
        "seed: {there}/secret.yaml",
        "seed: link.yaml",
        "steps: [{{say_wav: ../../sound.wav}}]",
        "steps: [{{say_wav: {there}/sound.wav}}]",
    ],
)
def test_a_file_outside_of_the_line_is_as_one_that_is_not_there(folder: Path, script: str) -> None:
    (folder / "calls" / "link.yaml").symlink_to(folder.parent / "secret.yaml")
    files = {"calls/a.call.yaml": f"call: a\n{script.format(there=folder.parent)}\n".encode()}
    (fault,) = faults_of_scripts("linha", files, folder, lambda _: {})
    assert "is no file" in fault.message or "no such file" in fault.message
    assert "unknown-key" not in fault.message
    with pytest.raises(ScriptError):
        comparable_calls("linha", {}, files, folder, lambda _: {})


def test_a_file_of_the_line_may_be_named(folder: Path) -> None:
    (folder / "account.yaml").write_text("name: Padaria\n", encoding="utf-8")
    (call,) = calls(folder, "seed: ../account.yaml").calls
    assert call.script.seed is not None
    assert call.script.seed.name == "Padaria"


def test_nothing_that_is_heard_is_kept(folder: Path) -> None:
    (call,) = calls(folder, "keep_sound: ../../made").calls
    assert call.script.keep_sound is None
