"""Each mutant still fits the code, and names a rule and a test that is there; ``make mutants`` runs them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mutants.patches import ROOT, all_patches, read_mutant


@pytest.mark.parametrize("path", all_patches(), ids=lambda path: path.stem)
@pytest.mark.skipif(shutil.which("git") is None, reason="git applies the patches")
def test_a_mutant_still_applies_and_names_its_rule_and_its_test(path: Path) -> None:
    assert read_mutant(path).applies(ROOT)


def test_a_mutant_without_its_header_or_its_test_is_told(tmp_path: Path) -> None:
    patch = tmp_path / "some.patch"
    patch.write_text("diff --git a/x b/x\n")
    with pytest.raises(ValueError, match=r"some\.patch: write the lines 'Rule: \.\.\.'"):
        read_mutant(patch)
    patch.write_text("Rule: nothing breaks\nTest: tests/test_mutants.py::test_nowhere\n")
    with pytest.raises(ValueError, match=r"there is no test tests/test_mutants\.py::test_nowhere"):
        read_mutant(patch)
