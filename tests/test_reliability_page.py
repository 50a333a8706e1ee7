"""What docs/reliability.md promises, it proves: each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reliability.md"
ROWS = [row for row in PAGE.read_text(encoding="utf-8").splitlines() if row.startswith("| ") and "---" not in row]
PROMISES = [row for row in ROWS if "| test |" not in row]
NAMED = sorted({found for row in PROMISES for found in re.findall(r"`(tests/[^`]+)`", row)})


@pytest.mark.parametrize("name", NAMED)
def test_a_proof_that_is_named_is_there(name: str) -> None:
    file, _, function = name.partition("::")
    path = ROOT / file
    assert path.exists()
    if function:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", PROMISES, ids=lambda row: row.split("|")[1].strip())
def test_every_promise_names_its_proof(row: str) -> None:
    _, fault, happens, proof, _, _ = row.split("|")
    assert fault.strip()
    assert happens.strip()
    assert re.search(r"`(tests/[^`]+|make bench)`", proof)
