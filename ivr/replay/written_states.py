"""The places of a menu's states in its file, for those who show the file itself."""

from __future__ import annotations

from pathlib import Path

from ivr.flow.nodes import Node
from ivr.source.diagnostics import Mark


def written_lines(file: str) -> list[str]:
    """Return the lines of ``file`` as they are written; none where it is gone since it was read."""
    try:
        return Path(file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def opening_of(node: Node, written: list[str] | None = None) -> Mark:
    """Return where the state's name is written: its own mark is that of what it holds, which may begin a line below.

    ``written`` are the lines of its file, where they are known.
    """
    lines = written_lines(node.mark.file) if written is None else written
    for number in range(min(node.mark.line, len(lines)), 0, -1):
        if lines[number - 1].strip().partition(":")[0].strip("\"'") == node.name:
            return Mark(node.mark.file, number, 1)
    return node.mark
