"""A public class name means one thing in the whole tree, or it stands with its module's name wherever it is used.

``nodes.Say``, ``verbs.Say`` and ``twiml.Say`` are three things told apart where they are read; ``Say`` alone is none.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
        path.read_text(encoding="utf-8")
    )
    for package in ("ivr", "routing", "data")
    for path in (ROOT / package).rglob("*.py")
}


def defined() -> dict[str, set[str]]:
    """Each public class name, with the modules that define it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for module, tree in MODULES.items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].add(module)
    return found


def imported_bare() -> set[str]:
    """Each name that is imported by itself out of a module of ours; a package may gather those of its own modules."""
    return {
        name.name
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module in MODULES and not node.module.startswith(f"{module}.")
        for name in node.names
    }


def test_a_class_name_means_one_thing_or_stands_with_its_module() -> None:
    several = {name for name, modules in defined().items() if len(modules) > 1}
    assert several & imported_bare() == set()
