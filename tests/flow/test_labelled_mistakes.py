"""Hundreds of mistakes, each made by an operation whose verdict is known: told by its code, at its place, none silent.

``make test`` takes one in five; ``make fuzz`` all of them.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.channels import RULES
from ivr.flow.folder import check_line
from tests.flow.labelled import FILES, Labelled, labelled, make, written

pytestmark = pytest.mark.untraced

EVERY = 1 if os.environ.get("IVR_MISTAKES") == "all" else 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("labelled")


def test_each_mistake_is_told_by_its_code_at_its_place(folder: Path) -> None:
    mistakes = labelled()
    assert len(mistakes) >= 500
    assert [each for each, count in Counter(each.how for each in mistakes).items() if count > 1] == []
    wrong = {}
    for mistake in mistakes[::EVERY]:
        faults = check_line(make(mistake, folder), rules=RULES).errors
        places = [(fault.code, Path(fault.mark.file).name, fault.mark.line, fault.mark.column) for fault in faults]
        if not any(_fits(mistake, *place) for place in places):
            wrong[mistake.how] = (sorted(mistake.codes), places[:3])
    assert wrong == {}


def _fits(mistake: Labelled, code: str, file: str, line: int, column: int) -> bool:
    told_in = "menu.yaml" if mistake.how.startswith("no prompt") else mistake.file
    return code in mistake.codes and (file, line, column) == (told_in, mistake.line, mistake.column)


PIECES = [
    "menu:",
    "say: x",
    "- ",
    "{",
    "}",
    "[",
    "]",
    '"',
    "'",
    ": ",
    "#",
    "*",
    "&a",
    "\t",
    "  ",
    "states:",
    "é",
    "\x00",
    "0",
    "~",
]


@given(
    file=st.sampled_from(FILES),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.05), st.sampled_from(PIECES)), min_size=1, max_size=4),
)
def test_whatever_is_done_to_a_file_is_told_and_breaks_nothing(
    folder: Path, file: str, cuts: list[tuple[float, float, str]]
) -> None:
    text = written(file)
    for where, how_much, piece in cuts:
        at = int(where * len(text))
        text = text[:at] + piece + text[at + int(how_much * len(text)) :]
    line = make(Labelled("fuzz", file, text, frozenset(), 0, None), folder)
    diagnostics = check_line(line, rules=RULES)
    for fault in [*diagnostics.errors, *diagnostics.warnings]:
        assert fault.code
        assert "\n" not in str(fault)
        assert 1 <= fault.mark.line <= text.count("\n") + 200
