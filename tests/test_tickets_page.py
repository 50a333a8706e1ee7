"""What docs/tickets.md says of tickets has its proof: each call and each test that it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CALLS = ROOT / "flows" / "4003-0015" / "calls"
PAGE = ROOT / "docs" / "tickets.md"
ROWS = [
    row
    for row in PAGE.read_text(encoding="utf-8").splitlines()
    if row.startswith("| ") and not row.startswith(("| ---", "| what holds"))
]
PROOFS = sorted({proof for row in ROWS for proof in re.findall(r"`([^`]+)`", row)})


@pytest.mark.parametrize("proof", PROOFS)
def test_a_call_or_test_that_is_named_is_there(proof: str) -> None:
    if " :: " in proof:
        file, _, title = proof.partition(" :: ")
        assert f"\ncall: {title}" in (CALLS / file).read_text(encoding="utf-8")
        return
    file, _, function = proof.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert function in tests if function else any(name.startswith("test_") for name in tests)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_rule_has_a_source_and_a_proof(row: str) -> None:
    _, rule, source, proof, _ = row.split("|")
    assert rule.strip()
    assert re.search(r"guide \d|billing guides|decided", source)
    assert re.search(r"`[^`]+ :: [^`]+`|`tests/[^`]+`", proof)
