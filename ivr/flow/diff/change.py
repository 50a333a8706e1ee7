"""A change is one thing that an edit does to a line, told in one sentence, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from ivr.source.diagnostics import Mark
from value_class import value_class
from wording import Message, phrase

Part = Literal["line", "state", "prompt", "hours", "destination", "code", "routing", "reach"]
"""What of a line is changed; pages group changes by it."""

ALONE = 3
"""States that are named where the same is changed in more of them; of the others their number is told."""


@value_class
class Change:
    """A change has its ``sentence`` (``principal: key 5 now goes to ouvidoria (was cst)``) and the ``name`` of the
    state, prompt or destination that it is about.

    ``mark`` is its place in the line after the edit, or, of what is gone, in the line before. ``before`` and ``after``
    are the texts of a prompt that was reworded.
    """

    part: Part
    name: str
    sentence: Message
    mark: Mark | None = None
    before: str | None = None
    after: str | None = None


class Told(NamedTuple):
    """One thing told of one owner: ``told`` follows the owner's name and a colon."""

    owner: str
    told: Message
    mark: Mark | None


def unread(part: Part, name: str, mark: Mark | None) -> Change:
    """Return that ``name`` is written in the line after the edit, and cannot be read: it is not gone."""
    return Change(part, name, phrase("{name} has faults, so that its changes are not told", name=name), mark)


def grouped(part: Part, each: Iterable[Told]) -> Iterator[Change]:
    """Yield a change for each; what more than ALONE owners have in common, such as a key of the line, is told once."""
    owners: dict[Message, list[Told]] = {}
    for one in each:
        owners.setdefault(one.told, []).append(one)
    for told, those in owners.items():
        if len(those) <= ALONE:
            for one in those:
                yield Change(part, one.owner, phrase("{owner}: {told}", owner=one.owner, told=told), one.mark)
            continue
        names = ", ".join(one.owner for one in those[:ALONE])
        sentence = phrase("{owners} and {count} more: {told}", owners=names, count=len(those) - ALONE, told=told)
        yield Change(part, those[0].owner, sentence, those[0].mark)
