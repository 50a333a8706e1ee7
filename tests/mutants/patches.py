"""The patches of this folder.

A patch is what ``git diff`` prints, below two lines of its own::

    Rule: of two ends the first told stays
    Test: tests/data/test_calls.py::test_of_two_ends_told_before_the_call_the_first_one_stays

It applies to the tree as it is now: when the code that it breaks is rewritten, the patch is made anew.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]

_HEADER = re.compile(r"Rule: (?P<rule>\S.*)\nTest: (?P<test>(?P<file>tests/\S+\.py)::(?P<name>test_\w+))\n")


@dataclass(frozen=True)
class Mutant:
    """One rule that is broken; ``test`` is how pytest names the test that must fail then."""

    path: Path
    rule: str
    test: str

    @property
    def name(self) -> str:
        return self.path.stem

    def applies(self, tree: Path, *, check: bool = True) -> bool:
        """Apply it to ``tree``, or only look whether it would."""
        command = ["git", "apply", *(["--check"] if check else []), str(self.path)]
        # Without its own repository around it, git takes the paths as they stand.
        environment = {"GIT_CEILING_DIRECTORIES": str(tree.parent), "PATH": "/usr/bin:/bin:/usr/local/bin"}
        return subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False).returncode == 0


def read_mutant(path: Path) -> Mutant:
    """Raises ValueError for a patch without its two lines, or whose test is not there."""
    found = _HEADER.match(path.read_text(encoding="utf-8"))
    if not found:
        raise ValueError(f"{path.name}: write the lines 'Rule: ...' and 'Test: tests/...py::test_...' above the diff")
    file = ROOT / found["file"]
    if not (file.exists() and f"def {found['name']}(" in file.read_text(encoding="utf-8")):
        raise ValueError(f"{path.name}: there is no test {found['test']}; name the one that must fail")
    return Mutant(path, found["rule"], found["test"])


def all_patches() -> list[Path]:
    """In the order of their names."""
    return sorted(FOLDER.glob("*.patch"))
