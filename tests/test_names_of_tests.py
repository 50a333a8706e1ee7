"""A test's name is its rule in one line of a report: 70 characters at most, and told once in its file."""

from __future__ import annotations

import ast
from collections import Counter
from functools import cache
from pathlib import Path

MOST = 70

TESTS = Path(__file__).parent


@cache
def _names(file: Path) -> tuple[str, ...]:
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    return tuple(node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"))


def test_no_name_of_a_test_is_longer_than_a_line_of_a_report() -> None:
    long = [f"{file.name}: {name}" for file in TESTS.rglob("test_*.py") for name in _names(file) if len(name) > MOST]
    assert long == []


def test_no_file_tells_a_rule_twice() -> None:
    twice = {
        file.name: each
        for file in TESTS.rglob("test_*.py")
        for each, count in Counter(_names(file)).items()
        if count > 1
    }
    assert twice == {}
