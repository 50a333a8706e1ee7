"""A change is one thing that an edit does to a line, told in one sentence, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ivr.source.diagnostics import Mark

Part = Literal["line", "state", "prompt", "hours", "destination", "code", "routing", "reach"]
"""What of a line is changed; pages group changes by it."""

ALONE = 3
"""States that are named where the same is changed in more of them; of the others their number is told."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change has its ``sentence`` (``principal: key 5 now goes to ouvidoria (was cst)``) and the ``name`` of the
    state, prompt or destination that it is about.

    ``mark`` is its place in the line after the edit, or, of what is gone, in the line before. ``before`` and ``after``
    are the texts of a prompt that was reworded.
    """

    part: Part
    name: str
    sentence: str
    mark: Mark | None = None
    before: str | None = None
    after: str | None = None


class Told(NamedTuple):
    """One thing told of one owner: ``told`` follows the owner's name and a colon."""

    owner: str
    told: str
    mark: Mark | None


def grouped(part: Part, each: Iterable[Told]) -> Iterator[Change]:
    """Yield a change for each; what more than ALONE owners have in common, such as a key of the line, is told once."""
    owners: dict[str, list[Told]] = {}
    for one in each:
        owners.setdefault(one.told, []).append(one)
    for told, those in owners.items():
        if len(those) <= ALONE:
            yield from (Change(part, one.owner, f"{one.owner}: {told}", one.mark) for one in those)
            continue
        names = ", ".join(one.owner for one in those[:ALONE])
        sentence = f"{names} and {len(those) - ALONE} more: {told}"
        yield Change(part, those[0].owner, sentence, those[0].mark)
