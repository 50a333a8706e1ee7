"""Whatever ops are told by a command of theirs is a message, so that a catalogue can say it in their language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

COMMANDS = (
    "announce", "answering", "callbacks", "calls", "check", "closing", "compared_calls", "diff", "draft",
    "draft_folder", "drafted_line", "explore", "graph", "hours", "language", "line_edit", "line_source", "lines",
    "messages", "mutate", "new", "new_file", "oncall", "oncall_swaps", "overlays", "publish", "publish_gate",
    "folder_lines", "recordings", "replay", "rollback", "route", "routing_words", "staff", "versions", "whatif",
    "where",
)  # fmt: skip
"""Modules of ``ivr/cli`` that ops are spoken to by."""

ROOMS = ("ivr/flow", "ivr/replay", "ivr/source", "routing")
"""Rooms whose faults ``ivr check`` and ``ivr replay`` tell."""

FIXTURES = ("company", "contact", "fixtures", "invoice", "staff", "values")
"""Modules of ``data`` that read what is written below ``fixtures:`` of a script."""

SAYING = frozenset(
    {
        "echo", "tell", "TargetError", "UsageError", "BadParameter", "SettingsError", "StudioError", "ValueError",
        "error", "warning", "Diagnostic",
    }
)  # fmt: skip
"""What shows a text to a person, and errors that commands tell."""

PROGRAMMERS = frozenset(
    {
        "ivr/flow/line_files.py: 'X' is no path of a file of a line",
        "ivr/flow/mutants/tree.py: nothing stands at X of what is to be changed",
        "routing/announcements.py: an announcement begins and ends at aware datetimes; give them a time zone",
        "routing/closures.py: a closure begins and ends at aware datetimes; give them a time zone",
        "routing/context.py: a fraction is from 0 to just below 1, not X",
        "routing/hours.py: the instant has no time zone; pass an aware datetime",
        "routing/rota_swaps.py: a swap begins and ends at aware datetimes; give them a time zone",
        "routing/rotas.py: the instant has no time zone; pass an aware datetime",
    }
)
"""What no user is told: the text of an error that only a mistake of ours raises."""

WORDS = re.compile(r"[A-Za-z]{2,},? [a-z]{2,}")


def written(node: ast.expr) -> str:
    """The words of a text that stands in the code, with an X for each value; empty for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(written(each) or "X" for each in values)
        case ast.BinOp(left=left, right=right):
            return f"{written(left)}{written(right)}"
        case ast.IfExp(body=body, orelse=other):
            return f"{written(body)} / {written(other)}"
        case ast.BoolOp(values=values):
            return " / ".join(map(written, values))
    return ""


def plain_texts(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SAYING:
                yield from (text for each in node.args if WORDS.search(text := written(each)))


def modules() -> list[Path]:
    commands = [ROOT / "ivr" / "cli" / f"{name}.py" for name in COMMANDS]
    fixtures = [ROOT / "data" / f"{name}.py" for name in FIXTURES]
    return commands + fixtures + [file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py"))]


def test_a_command_of_ops_says_no_sentence_that_stays_english() -> None:
    found = {f"{file.relative_to(ROOT)}: {text}" for file in modules() for text in plain_texts(file)}
    assert found <= PROGRAMMERS, "write message(…) or phrase(…), and translate it"


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('click.echo(f"{name} is gone")', True),
        ('raise TargetError("there is " + what)', True),
        ('raise TargetError(message("no-name", "there is none"))', False),
        ('click.echo(f"{name}  {number}")', False),
        ('tell(phrase("nothing differs") if quiet else "it differs")', True),
    ],
)
def test_a_plain_sentence_is_seen_and_a_message_is_not(tmp_path: Path, code: str, seen: bool) -> None:
    file = tmp_path / "module.py"
    file.write_text(code, encoding="utf-8")
    assert bool(list(plain_texts(file))) == seen
