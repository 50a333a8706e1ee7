"""``python -m tests.mutants [NAME...]``: break each rule in a copy of the tree, and see whether its test notices.

Exits 1 where a mutant survives, does not apply any more, or its test does not run. The checkout itself is not touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.mutants.patches import ROOT, Mutant, all_patches, read_mutant

LONGEST = 300
"""Seconds for one run of one test."""

_PASSED, _FAILED = 0, 1
_LEFT_OUT = {".git", ".venv", "var", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}


def main(names: list[str]) -> int:
    """The exit code."""
    mutants = [read_mutant(path) for path in all_patches()]
    unknown = set(names) - {each.name for each in mutants}
    if unknown:
        print(f"there is no mutant {', '.join(sorted(unknown))}; known are {', '.join(each.name for each in mutants)}")
        return 2
    wanted = [each for each in mutants if not names or each.name in names]
    bad = 0
    for mutant in wanted:
        began = time.monotonic()
        fate = _fate(mutant)
        bad += fate != "killed"
        print(f"{fate:16} {mutant.name}: {mutant.rule} ({time.monotonic() - began:.0f} s)", flush=True)
        if fate != "killed":
            print(f"{'':16} {mutant.test}", flush=True)
    print(f"{len(wanted) - bad} of {len(wanted)} mutants killed")
    return int(bad > 0)


def _fate(mutant: Mutant) -> str:
    with tempfile.TemporaryDirectory(prefix="ivr-mutant-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=lambda _, names: _LEFT_OUT & set(names))
        if not mutant.applies(tree):
            return "does not apply"
        # A test that fails without the mutant would kill anything.
        if _run(mutant.test, tree) != _PASSED:
            return "fails without it"
        mutant.applies(tree, check=False)
        code = _run(mutant.test, tree)
        return {_PASSED: "survived", _FAILED: "killed"}.get(code, "does not run")


def _run(test: str, tree: Path) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", test]
    # The copy before the checkout, for the processes that a test starts, too.
    environment = os.environ | {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        return subprocess.run(
            command, cwd=tree, env=environment, capture_output=True, timeout=LONGEST, check=False
        ).returncode
    except subprocess.TimeoutExpired:
        return -1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
