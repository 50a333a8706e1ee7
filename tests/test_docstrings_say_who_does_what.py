"""The first sentence of a public docstring names its subject: it is not empty, ends with a full stop, and is no riddle.

"Whoever calls is told", "Nobody waits" and "What a turn leaves behind" leave the reader to find out who acts, and how;
so does "Those to call now: nobody waits", whose second clause hides who must not wait.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

ROOMS = ("app.py", "bench", "data", "ivr", "routing")
"""Packages and modules whose docstrings are held to the rule."""

RIDDLE = re.compile(
    r"(?:who|whoever|whom|whose|nobody|somebody|anybody|everybody|no one|someone"
    r"|what|whatever|how|why|when|where|which|whether)\b",
    re.IGNORECASE,
)
"""Words that stand for the one who acts, and words that make half a sentence of the first one."""

NOBODY_ACTS = re.compile(
    r"\b(?:whoever|whomever)\b"
    r"|(?:[:;,(]\s+|\b(?:after|although|and|as|because|before|but|if|lest|nor|or|since|so|than|that|though|unless|until"
    r"|what|when|whenever|where|whether|which|while|whom)\s+)"
    r"(?:nobody|somebody|anybody|everybody|no one|someone|anyone|everyone)\b",
    re.IGNORECASE,
)
"""The same words as the subject of a clause further on; "waits for somebody" names an object, and is left alone."""

SENTENCE = re.compile(r".*?\.(?=\s|$)", re.DOTALL)


def modules(room: str) -> Iterator[Path]:
    """The room's own file, or every file below it."""
    path = ROOT / room
    yield from path.rglob("*.py") if path.is_dir() else [path]


def public_docstrings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each docstring of the module, and of its public classes and functions at any depth of classes, with its name.

    Commands of click are left out: their docstrings are what ``--help`` prints.
    """
    waiting: list[tuple[str, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]] = [("module", tree)]
    for name, node in waiting:  # grows while it is read
        text = ast.get_docstring(node)
        decorators = "" if isinstance(node, ast.Module) else " ".join(map(ast.unparse, node.decorator_list))
        if text is not None and not re.search(r"\b(?:click\.\w+|\w+\.command|\w+\.group)\b", decorators):
            yield name, text
        if isinstance(node, ast.Module | ast.ClassDef):
            for each in node.body:
                if isinstance(each, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and each.name[0] != "_":
                    waiting.append((f"{name}.{each.name}".removeprefix("module."), each))


def fault_of(text: str) -> str | None:
    """What is wrong with the docstring's first sentence, or None."""
    paragraph = " ".join(text.split("\n\n")[0].split())
    if not paragraph:
        return "it is empty"
    if not paragraph.endswith((".", ":", "::")):
        return "it does not end with a full stop"
    found = SENTENCE.match(paragraph)
    sentence = found[0] if found else paragraph
    if RIDDLE.match(sentence):
        return "it has no subject that acts"
    return "one of its clauses has no subject that acts" if NOBODY_ACTS.search(sentence) else None


@pytest.mark.parametrize("room", ROOMS)
def test_a_docstring_says_who_does_what(room: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}: {name}: {fault}: {text.splitlines()[0]}"
        for path in modules(room)
        for name, text in public_docstrings(ast.parse(path.read_text(encoding="utf-8")))
        if (fault := fault_of(text))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "text",
    [
        "Whoever calls is told.", "Nobody answers", "Reads a file", "", "What is known.",
        "Ask whoever picked up to press 1.", "Those to call now: nobody waits who came before.",
        "Let ``seconds`` pass in which nobody can act.", "Wait\nuntil somebody\nacts.",
    ],
)  # fmt: skip
def test_a_riddle_is_found(text: str) -> None:
    assert fault_of(text) is not None


@pytest.mark.parametrize("text", ["Wait for somebody.", "The rule for everybody: one try.", "One says who calls."])
def test_a_sentence_with_a_subject_is_left_alone(text: str) -> None:
    assert fault_of(text) is None
