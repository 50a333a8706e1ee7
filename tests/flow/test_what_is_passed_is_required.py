"""A row of ``requires`` that is deleted, or loses a word, is told: only it notices a menu that lets strangers in."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.flow.lines import SHIPPED, SPANISH, told

pytestmark = pytest.mark.untraced


@pytest.mark.parametrize("row", ["suporte", "consultoria", "datacenter", "franquia", "estandar", "prime"])
def test_a_row_of_requires_that_is_deleted_is_told_with_the_row_to_write(row: str, tmp_path: Path) -> None:
    source = SPANISH if row in {"estandar", "prime"} else SHIPPED
    written = re.search(rf"^  {row}: (\[identity.*\])\n", (source / "routing.yaml").read_text("utf-8"), re.MULTILINE)
    assert written
    rows = told(_changed(tmp_path, source, written[0], ""))
    assert len(rows) == 1
    meant = re.search(rf"write {re.escape(row)}: \[(.*?)\]", rows[0])
    assert meant
    assert set(meant[1].split(", ")) == set(written[1].strip("[]").split(", "))


def test_a_word_that_a_row_loses_is_told(tmp_path: Path) -> None:
    rows = told(_changed(tmp_path, SHIPPED, "consultancy, consent]\n", "consultancy]\n"))
    assert len(rows) == 1
    assert "'consultoria' has consent on every way to it" in rows[0]


def test_an_empty_row_says_that_nothing_is_required(tmp_path: Path) -> None:
    assert told(_changed(tmp_path, SPANISH, "administracion: [identity, contact]", "administracion: []")) == []


def _changed(folder: Path, line: Path, old: str, new: str) -> Path:
    copy = folder / line.name
    shutil.copytree(line, copy, ignore=shutil.ignore_patterns("calls"))
    text = (copy / "routing.yaml").read_text(encoding="utf-8")
    assert text.count(old) == 1
    (copy / "routing.yaml").write_text(text.replace(old, new), encoding="utf-8")
    return copy
