"""Changes of what a line says about itself: its number, voice, first state and counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ivr.flow.diff.change import Change
from ivr.flow.diff.written import differences, written
from ivr.flow.header import Header
from wording import phrase

_IN_STATES = frozenset({"reprompts", "human", "menu_seconds", "collect_seconds"})
"""Defaults of states: each state that takes them tells its own."""


def header_changes(before: Header, after: Header) -> Iterator[Change]:
    """Yield what differs between two headers."""
    for path, sentence in differences(_settings(before), _settings(after)):
        yield Change("line", path, phrase("the line: {told}", told=sentence), after.mark)


def _settings(header: Header) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in fields(header):
        if each.name not in {"defaults", "mark"}:
            found |= written(getattr(header, each.name), each.name)
    for each in fields(header.defaults):
        if each.name not in _IN_STATES:
            found |= written(getattr(header.defaults, each.name), each.name)
    return {path: text for path, text in found.items() if not (path.startswith("strikes.") and path.endswith(".name"))}
