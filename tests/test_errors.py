"""The picture at the top of ivr/errors.py shows every exception class, in its module, below its base."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
_HAS_CLASSES = re.compile(r"^class ", re.MULTILINE)
_SHOWN = re.compile(r"^    ((?:│   )*(?:[├└]── )?)(\w+)(?: \((\w+)\))? +((?:ivr|data|routing)\.[\w.]+) ", re.MULTILINE)


def _classes() -> dict[str, tuple[str, str]]:
    """The module and the base of every class of ours that is an exception, and public."""
    bases: dict[str, tuple[str, str]] = {}
    for package in ("ivr", "data", "routing"):
        for path in (ROOT / package).rglob("*.py"):
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            written = path.read_text(encoding="utf-8")
            for node in ast.parse(written).body if _HAS_CLASSES.search(written) else ():
                if isinstance(node, ast.ClassDef) and node.bases:
                    base = node.bases[0]
                    named = base.id if isinstance(base, ast.Name) else getattr(base, "attr", "")
                    bases.setdefault(node.name, (module, named))

    def is_exception(name: str) -> bool:
        known = getattr(builtins, name, None)
        if isinstance(known, type) and issubclass(known, BaseException):
            return True
        return name in bases and is_exception(bases[name][1])

    return {name: found for name, found in bases.items() if not name.startswith("_") and is_exception(name)}


def _picture() -> dict[str, tuple[str, str]]:
    """The same, as it is drawn: the base is what stands one step to the left above, or in brackets."""
    above: list[str] = []
    drawn: dict[str, tuple[str, str]] = {}
    text = ast.get_docstring(ast.parse((ROOT / "ivr/errors.py").read_text(encoding="utf-8")), clean=False) or ""
    for branch, name, base, module in _SHOWN.findall(text):
        depth = len(branch) // 4
        above[depth:] = [name]
        drawn[name] = (module, base or (above[depth - 1] if depth else "Exception"))
    return drawn


def test_the_picture_shows_every_exception_in_its_module_below_its_base() -> None:
    assert _picture() == _classes()
