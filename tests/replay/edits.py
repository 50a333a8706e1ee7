"""A small line before and after an edit, and its calls played on both."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app import create_app
from ivr.call.checked_line import checked_line
from ivr.channels import RULES
from ivr.cli.targets import LocalLines
from ivr.flow.line_files import LineFiles
from ivr.replay.comparable_calls import ComparableCalls, comparable_calls
from ivr.replay.comparison import ComparedCall, PlayableVersion, compare_calls
from tests.lines import MENU, PROMPTS, ROUTING

SHOWN = Path("flows/ensaio")
CALLS = "calls/ensaio.call.yaml"

SCRIPT = """\
call: Assessoria
steps:
  - hear: Bem-vindo
  - press: "7"
  - hear: Vou chamar a Assessoria
  - callee: answered
expect: {ended: completed, destination: gente}
"""


def line_files(script: str = SCRIPT, **changes: tuple[str, str]) -> LineFiles:
    """The files of the line with ``script``; ``changes`` of menu, prompts and routing, each an old and a new text."""
    written = {"menu": MENU, "prompts": PROMPTS, "routing": ROUTING}
    for name, (old, new) in changes.items():
        assert old in written[name]
        written[name] = written[name].replace(old, new)
    texts = {
        CALLS: script,
        "menu.yaml": written["menu"],
        "prompts.pt-BR.yaml": written["prompts"],
        "routing.yaml": written["routing"],
    }
    return LineFiles({path: text.encode() for path, text in sorted(texts.items())})


def version(files: Mapping[str, bytes]) -> PlayableVersion:
    return _version(tuple((path, content) for path, content in files.items() if path != CALLS))


@cache
def _version(files: tuple[tuple[str, bytes], ...]) -> PlayableVersion:
    """The same files are one line: several tests edit one and the same."""
    line = checked_line(LineFiles(dict(files)), SHOWN, RULES)
    return LocalLines(create_app, Path("flows")).version(line)


def calls_of(before: LineFiles, after: LineFiles) -> ComparableCalls:
    texts = {**version(before).line.prompts.texts, **version(after).line.prompts.texts}
    return comparable_calls("ensaio", before, after, SHOWN, lambda _: texts)


def compared(before: LineFiles, after: LineFiles, jobs: int = 1) -> tuple[ComparedCall, ...]:
    return compare_calls(calls_of(before, after).calls, version(before), version(after), jobs=jobs)
