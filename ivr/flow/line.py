"""A whole line: its number, voice, states, prompts and destinations. How it is read from its files:
ivr/flow/folder.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import Final, Self

from ivr.flow.clips import Clips
from ivr.flow.header import Header
from ivr.flow.nodes import Node
from ivr.flow.prompts import Prompts
from ivr.flow.routing_file import RoutingFile
from routing.callers import needs_caller_id
from routing.numbers import is_mobile
from value_class import value_class

DRAFT: Final = "draft-"
"""Begins the version of a draft, so that every turn knows by its menu alone whether its call hears one."""


def is_draft(version: str) -> bool:
    """Return whether a menu of that version is a draft, and no published one."""
    return version.startswith(DRAFT)


@value_class
class Line:
    """One telephone line, complete and consistent. ``version`` is a digest of its files: 12 hex digits, behind DRAFT
    where it is a draft.
    """

    name: str
    version: str
    header: Header
    states: Mapping[str, Node]
    prompts: Prompts
    routing: RoutingFile
    unread: frozenset[str] = frozenset()
    """States that are written but faulty. A line that calls run on has none; checks must not take them for missing."""

    clips: Clips = field(default_factory=Clips, compare=False)
    """Its recordings; a line whose voice says everything has none."""

    def as_draft(self) -> Self:
        """Return the same line as a draft, which is another version than the same files published."""
        return self if is_draft(self.version) else replace(self, version=f"{DRAFT}{self.version}")

    def caller_id_for(self, caller: str) -> str | None:
        """The line's own number for a ``caller`` in whose name no telephone can be rung; None for one with a number."""
        return self.header.number if needs_caller_id(caller) else None

    def number_to_call(self, caller: str) -> str | None:
        """The number of ``caller`` in E.164 where this line may call it back."""
        return self.routing.table.callbacks.number_to_call(caller, (self.header.number,))

    def number_to_text(self, caller: str) -> str | None:
        """The number of ``caller`` in E.164 where this line may send a text to it: a mobile that it may call back."""
        number = self.number_to_call(caller)
        return number if number and is_mobile(number) else None
