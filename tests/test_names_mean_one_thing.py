"""A public class name means one thing in the whole tree, or it stands with its module's name wherever it is used.

``nodes.Say``, ``verbs.Say`` and ``twiml.Say`` are three things told apart where they are read; ``Say`` alone is none.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

DEFINING = ("app.py", "data", "ivr", "routing")
"""Whose classes are looked at."""

READING = (*DEFINING, "bench", "tests")
"""Whose imports are."""

SEVERAL = {"Dial", "Enqueue", "Gather", "HangUp", "Hangup", "Pay", "Play", "Press", "Record", "Say", "Sms", "Speak"}
"""The names that mean several things: what a caller or a carrier does is told in Twilio's words by verbs, nodes, acts
and steps. A newcomer is a decision: it is written here, or gets a name of its own.
"""


def module_of(path: Path) -> str:
    """The name under which a file of ours is imported."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def files(rooms: Iterable[str]) -> Iterator[Path]:
    """Each file of Python in the rooms."""
    for room in rooms:
        path = ROOT / room
        yield from path.rglob("*.py") if path.is_dir() else [path]


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.Module]:
    """Every module that has a word in it which is the name of several classes, read; the others cannot say one."""
    texts = {path: path.read_text(encoding="utf-8") for path in files(READING)}
    defining = set(files(DEFINING))
    written = Counter(
        name for path in defining for name in set(re.findall(r"^[ \t]*class ([A-Za-z]\w*)", texts[path], re.MULTILINE))
    )
    word = re.compile(rf"\b(?:{'|'.join(name for name, files in written.items() if files > 1)}|import \*)(?!\w)")
    return {module_of(path): ast.parse(text) for path, text in texts.items() if word.search(text)}


@pytest.fixture(scope="module")
def ours() -> set[str]:
    """The names of all our modules."""
    return {module_of(path) for path in files(READING)}


def public_classes(tree: ast.Module) -> set[str]:
    """The public classes that a module defines, inside of ``if`` and ``try`` as well."""
    found: set[str] = set()
    waiting: list[ast.stmt] = list(tree.body)
    for node in waiting:  # grows while it is read
        match node:
            case ast.ClassDef(name=name) if not name.startswith("_"):
                found.add(name)
            case ast.If() | ast.Try() | ast.With():
                waiting += [each for each in ast.walk(node) if isinstance(each, ast.stmt) and each is not node]
    return found


def of_several_modules(trees: Mapping[str, ast.Module]) -> dict[str, set[str]]:
    """Each public class name that more than one module defines, with these modules."""
    rooms = tuple(room.removesuffix(".py") for room in DEFINING)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for module, tree in trees.items():
        if module.split(".")[0] in rooms:
            for name in public_classes(tree):
                found[name].add(module)
    return {name: modules for name, modules in found.items() if len(modules) > 1}


def source_of(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    """The module that ``from ... import`` in ``module`` reads, the dots of a relative one counted."""
    if not node.level:
        return node.module or ""
    base = module.split(".")
    kept = base[: len(base) - node.level + is_package]
    return ".".join([*kept, *filter(None, [node.module])])


def imported_alone(
    name_of: str, tree: ast.Module, ours: Iterable[str], names: Iterable[str], *, is_package: bool = False
) -> set[str]:
    """Which of ``names`` the module imports without their module, anywhere in it and under whatever other name.

    A package may gather the classes of its own modules, which are then named with it (``nodes.Say``).
    """
    return {
        f"{name_of} imports {each.name} alone from {source}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (source := source_of(node, name_of, is_package=is_package)) in ours
        and not source.startswith(f"{name_of}.")
        for each in node.names
        if each.name in names or each.name == "*"
    }


def named_with_module(tree: ast.Module) -> set[str]:
    """Each ``module.Name`` that the code says, the last two words of it."""
    return {
        f"{node.value.id if isinstance(node.value, ast.Name) else node.value.attr}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute)
    }


def test_these_names_and_no_others_mean_several_things(trees: Mapping[str, ast.Module]) -> None:
    assert of_several_modules(trees).keys() == SEVERAL


def test_a_name_of_several_things_is_imported_with_its_module_only(
    trees: Mapping[str, ast.Module], ours: set[str]
) -> None:
    packages = {module_of(path) for path in files(READING) if path.name == "__init__.py"}
    several = of_several_modules(trees)
    wrong = [
        each
        for module, tree in trees.items()
        for each in imported_alone(module, tree, ours, several, is_package=module in packages)
    ]
    assert wrong == []


def test_each_of_several_things_is_called_by_its_module_somewhere(trees: Mapping[str, ast.Module]) -> None:
    said = set[str]().union(*map(named_with_module, trees.values()))
    silent = [
        f"{module}.{name}"
        for name, modules in of_several_modules(trees).items()
        for module in modules
        if f"{module.rsplit('.', 1)[-1]}.{name}" not in said
    ]
    assert silent == [], "a class that no other module names with its own needs a name that means one thing"


@pytest.mark.parametrize(
    "code",
    [
        "from ivr.call.verbs import Say",
        "from ivr.call.verbs import Say as VerbSay",
        "from ivr.call.verbs import *",
        "from .verbs import Say",
        "from ..call.verbs import Say",
        "if TYPE_CHECKING:\n    from ivr.call.verbs import Say",
        "def late():\n    from ivr.call.verbs import Say",
        "class Late:\n    def late(self):\n        with closed:\n            from ivr.call.verbs import Say",
    ],
)
def test_an_import_of_the_name_alone_is_found_wherever_it_stands(code: str) -> None:
    assert imported_alone("ivr.call.speech", ast.parse(code), {"ivr.call.verbs"}, {"Say"})


@pytest.mark.parametrize(
    "code",
    ["from ivr.call import verbs", "import ivr.call.verbs", "from twilio.twiml.voice_response import Say"],
)
def test_an_import_of_the_module_or_of_somebody_elses_class_is_none(code: str) -> None:
    assert not imported_alone("ivr.call.speech", ast.parse(code), {"ivr.call.verbs"}, {"Say"})


def test_a_package_may_gather_the_classes_of_its_own_modules() -> None:
    gathers = ast.parse("from ivr.flow.nodes.say import Say\nfrom .say import Say")
    assert not imported_alone("ivr.flow.nodes", gathers, {"ivr.flow.nodes.say"}, {"Say"}, is_package=True)


def test_a_class_inside_of_an_if_is_defined_by_its_module() -> None:
    assert public_classes(ast.parse("if WINDOWS:\n    class Console: ...\nelse:\n    class Console: ...")) == {
        "Console"
    }
