"""Scenes that cannot be played: what is wrong is told at its place, in the user's language."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.replay.scenes.scene import read_scenes_and_scripts
from ivr.replay.script import ScriptLines
from ivr.source.diagnostics import Diagnostic
from wording.catalogues import put

BAD = Path(__file__).parents[1] / "bad" / "scenes"
LINE = "4003-0015"


def faults_of(file: Path) -> list[Diagnostic]:
    scenes, bad = read_scenes_and_scripts([file], ScriptLines(Path("flows"), [LINE], LINE))
    assert scenes == []
    return [fault for each in bad for fault in each.diagnostics]


def test_every_bad_scene_is_told_word_for_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    told = [str(fault) for file in sorted(Path().glob("*.scene.yaml")) for fault in faults_of(file)]
    assert told == (BAD / "faults.txt").read_text(encoding="utf-8").splitlines()


def test_every_fault_of_a_scene_has_a_code_and_portuguese_words() -> None:
    for fault in (fault for file in sorted(BAD.glob("*.scene.yaml")) for fault in faults_of(file)):
        assert fault.code, fault
        told = put(fault.message, "pt-BR")
        assert told != fault.message
        assert not re.search(r"\b(the|and|must|needs|write|delete)\b", told), told
