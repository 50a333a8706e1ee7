"""A rewriting puts new texts into a YAML file in the places of old ones; every other sign of the file stays.

What a program writes back from values has lost its comments, its order and the hand of who wrote it. Here only the
span of a scalar is exchanged, from where libyaml says that it begins to where it ends.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from ivr.source.diagnostics import Mark
from value_class import value_class

WIDTH: Final = 116
"""Columns of a text that is written over several lines: what the shipped files have."""

FOLDED_FROM: Final = 100
"""Characters of a text that stands in one line with its key; a longer one is folded (``>-``) below it."""

Written = str | Mapping[str, str]
"""What is put in a scalar's place: a text, or a mapping of texts, which is written in braces."""


@dataclass(slots=True)
class _Level:
    """One open list or mapping: whether it stands in brackets or braces, and where its present key or dash stands."""

    flow: bool
    column: int
    is_mapping: bool
    key_next: bool = True


@value_class
class _Span:
    """Where a scalar stands in the file, in characters, and what it stands in."""

    start: int
    end: int
    flow: bool
    indent: int


def rewritten(source: str, changes: Mapping[Mark, Written]) -> str:
    """Return ``source`` with another value in the place of each scalar of ``changes``, which are told by their marks.

    Blanks and line breaks of a text are one blank each: prompts are sentences. Raises KeyError where no scalar begins
    at a mark, and yaml.YAMLError where ``source`` is no YAML.
    """
    wanted = {(mark.line, mark.column): value for mark, value in changes.items()}
    spans = {place: span for place, span in _spans(source).items() if place in wanted}
    for place in wanted:
        if place not in spans:
            raise KeyError(place)
    for place, span in sorted(spans.items(), key=lambda item: item[1].start, reverse=True):
        source = source[: span.start] + _put(wanted[place], span) + source[span.end :]
    return source


def _spans(source: str) -> dict[tuple[int, int], _Span]:
    """The span of each scalar by line and column, counted from 1."""
    spans: dict[tuple[int, int], _Span] = {}
    levels: list[_Level] = []
    for event in yaml.parse(source, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader)):
        if isinstance(event, yaml.CollectionEndEvent):
            levels.pop()
            continue
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        start: Any = event.start_mark
        level = levels[-1] if levels else None
        is_key = level is not None and level.is_mapping and level.key_next
        if level:
            level.key_next = not is_key
            if is_key:
                level.column = start.column
        if isinstance(event, yaml.ScalarEvent):
            last: Any = event.end_mark
            # Of a block scalar libyaml tells the beginning of what comes next as its end.
            span = source[start.index : last.index].rstrip()
            flow, indent = (level.flow, level.column + 2) if level else (False, 2)
            spans[start.line + 1, start.column + 1] = _Span(start.index, start.index + len(span), flow, indent)
        else:
            flow = bool(event.flow_style) or bool(level and level.flow)
            levels.append(_Level(flow, start.column, isinstance(event, yaml.MappingStartEvent)))
    return spans


def _put(value: Written, span: _Span) -> str:
    if not isinstance(value, str):
        return "{" + ", ".join(f"{key}: {_in_flow(text)}" for key, text in value.items()) + "}"
    if span.flow:
        return _in_flow(value)
    text = " ".join(value.split())
    if len(text) > FOLDED_FROM:
        lines = textwrap.wrap(text, WIDTH - span.indent, break_long_words=False, break_on_hyphens=False)
        return "\n".join([">-", *(" " * span.indent + line for line in lines)])
    return _dumped(text, None)


def _in_flow(text: str) -> str:
    return _dumped(" ".join(text.split()), '"')


def _dumped(text: str, style: str | None) -> str:
    """``text`` as YAML in one line: in quotes where it would be read as something else."""
    dumped: str = yaml.safe_dump(text, allow_unicode=True, width=2**31, default_style=style)
    return dumped.removesuffix("\n").removesuffix("\n...")
