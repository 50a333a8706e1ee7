"""Tells a line that is indented like none of those above it: the parser would tell of it at another place, as something
else.

``say: x`` and below it, one blank deeper, ``keys: …`` is to a parser one text with a colon in it.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from wording import Message, message, phrase

NO_COLON: Final = message(
    "key-without-a-colon",
    "this line is a key without ': ', like key: value, or goes on with the text above and is not indented below it",
)
_ITEM: Final = "- "


def misindented(error: yaml.MarkedYAMLError, text: str) -> tuple[int, int, Message] | None:
    """Return the line and the column, from 1, of a line whose indentation is what ``error`` is about, and what is told;
    None where it is about something else.
    """
    place: Any = error.problem_mark
    if place is None:
        return None
    key: Any = error.context_mark
    if "could not find expected ':'" in (error.problem or "") and key is not None:
        return key.line + 1, key.column + 1, NO_COLON
    every = text.split("\n")
    lines = every[: place.line + 1]
    if len(lines) <= place.line or "\t" in lines[-1][: _indent(lines[-1])]:
        return None
    written = lines.pop()
    found = _indent(written)
    levels = _open_levels(lines, found)
    if "mapping values are not allowed" in (error.problem or "") and levels:
        above = next(number for number in range(len(lines), 0, -1) if lines[number - 1].strip())
        if found == levels[0] and ":" not in lines[above - 1]:
            return above, found + 1, NO_COLON
        if found > levels[0] and _stands_alone(every, above, found):
            return above, levels[0] + 1, _shallower(levels[0], found)
        return _deeper(written, found, levels, place) if found > levels[0] else None
    if not levels or found in levels:
        return None
    if place.column != found or written[found : found + 1] in {"", "]", "}", "'", '"'}:
        return None
    fitting = [level + 1 for level in (_below(found, levels), _above(found, levels)) if level is not None]
    told = message(
        "wrong-indentation",
        "this line begins in column {column}, and no line above that it could belong to does; begin it in column "
        "{right}",
        column=found + 1,
        right=fitting[0] if len(fitting) == 1 else phrase("{one} or {other}", one=fitting[0], other=fitting[1]),
    )
    return place.line + 1, found + 1, told


def _stands_alone(lines: list[str], above: int, found: int) -> bool:
    """Return whether the line ``above`` (from 1) begins its block, and all the lines that follow are deeper, in column
    ``found``, so that it and not they is indented wrongly.
    """
    indent = _indent(lines[above - 1])
    before = next((line for line in reversed(lines[: above - 1]) if line.strip()), "")
    if _indent(before) >= indent or not before.rstrip().endswith(":"):
        return False
    alike = 0
    for line in lines[above:]:
        if not line.strip():
            continue
        if _indent(line) <= indent:
            return alike > 1 and _indent(line) < indent
        alike += _indent(line) == found
    return alike > 1


def _shallower(indent: int, found: int) -> Message:
    return message(
        "indented-too-shallow",
        "this line begins in column {column}, and those below it, which belong to the same key, in column {right}; "
        "begin it there",
        column=indent + 1,
        right=found + 1,
    )


def _deeper(written: str, found: int, levels: list[int], place: Any) -> tuple[int, int, Message] | None:
    """A key that is deeper than the one above it, which has its value in its own line already."""
    if ": " in written[found : place.column]:
        return None
    told = message(
        "indented-too-deep",
        "this line begins in column {column}, deeper than the key above, so that it goes on with its text; begin it in "
        "column {right} if it is a key, else put the whole text in quotes",
        column=found + 1,
        right=levels[0] + 1,
    )
    return place.line + 1, found + 1, told


def _open_levels(above: list[str], found: int) -> list[int]:
    """The indentations of the lines above that are still open, the deepest first; keys behind ``- `` count as one."""
    levels: list[int] = []
    least = 1 << 30
    for line in reversed(above):
        indent = _indent(line)
        if not line.strip() or line[indent] == "#" or indent >= least:
            continue
        body = indent
        while line.startswith(_ITEM, body):
            body = _indent(line, body + len(_ITEM))
        if body != indent and body < least:
            levels.append(body)
        levels.append(indent)
        least = indent
        if indent == 0 or (indent < found and len(levels) > 1):
            break
    return levels


def _below(found: int, levels: list[int]) -> int | None:
    return max((level for level in levels if level < found), default=None)


def _above(found: int, levels: list[int]) -> int | None:
    return min((level for level in levels if level > found), default=None)


def _indent(line: str, start: int = 0) -> int:
    at = start
    while line[at : at + 1] == " ":
        at += 1
    return at
