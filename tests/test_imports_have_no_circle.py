"""No module imports, over others, itself; imports for types count, since a circle of types ties files as well."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for package in ("ivr", "routing", "data", "wording", "value_class")
    for path in (ROOT / package).rglob("*.py")
}


def imported(module: str) -> set[str]:
    """The modules of ours that ``module`` names in an import, wherever in the file it stands."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names}
            case ast.ImportFrom(module=str(source), names=names):
                found |= {inner if (inner := f"{source}.{name.name}") in MODULES else source for name in names}
    return found & MODULES.keys() - {module}


def test_no_imports_go_round_in_a_circle() -> None:
    assert len(MODULES) > 300
    TopologicalSorter({module: imported(module) for module in MODULES}).prepare()  # CycleError names the circle
