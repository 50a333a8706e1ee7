"""A section that cannot be read is one mistake: it is told once, whatever else is missing without it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.flow.lines import SHIPPED, copied, told

REQUIRED = {
    "menu.yaml": ("line", "states"),
    "prompts.pt-BR.yaml": ("prompts", "destinations"),
    "routing.yaml": ("destinations",),
}
SECTIONS = [(file, section) for file, sections in REQUIRED.items() for section in sections]
INSTEAD = {"missing": "", "empty": "{}:\n", "empty mapping": "{}: {{}}\n", "list": "{}: [a]\n", "text": "{}: a\n"}


@pytest.mark.parametrize(("file", "section"), SECTIONS)
@pytest.mark.parametrize("instead", INSTEAD)
def test_a_section_that_cannot_be_read_is_told_once(file: str, section: str, instead: str, tmp_path: Path) -> None:
    line = copied(tmp_path)
    text = (line / file).read_text(encoding="utf-8")
    found = re.search(rf"^{section}:.*\n((?:[ #].*\n|\n)*)", text, re.MULTILINE)
    assert found
    whole = text[: found.start()] + INSTEAD[instead].format(section) + text[found.end() :]
    (line / file).write_text(whole, encoding="utf-8")
    rows = told(line)
    assert len(rows) == 1
    assert rows[0].startswith(f"{file}:")
    assert f"'{section}'" in rows[0]


@pytest.mark.parametrize("section", ["calendars", "hours", "rotas"])
def test_names_of_a_section_that_is_missing_are_told_once(section: str, tmp_path: Path) -> None:
    line = tmp_path / "line"
    shutil.copytree(SHIPPED, line, ignore=shutil.ignore_patterns("calls"))
    text = (line / "routing.yaml").read_text(encoding="utf-8")
    without = re.sub(rf"^{section}:.*\n(?:[ #].*\n|\n)*", "", text, flags=re.MULTILINE)
    (line / "routing.yaml").write_text(without, encoding="utf-8")
    rows = told(line)
    assert len(rows) == 1
    assert f"more of '{section}' are named, but that section is missing; write it" in rows[0]
