"""A mutant is one change of a line's files: what was changed, in words, and what a script would notice it by."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Final, Literal, TypeAlias, get_args

from ivr.flow.mutants.tree import Path, TreeEdit
from ivr.source.diagnostics import Mark
from value_class import value_class
from wording import Message, phrase

Kind: TypeAlias = Literal[
    "swap", "drop", "redirect", "answers", "passed-over", "strikes", "help", "words", "hours", "rota", "desk", "table"
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

MEANINGS: Final[dict[Kind, Message]] = {
    "swap": phrase("keys swapped"),
    "drop": phrase("options and exits left out"),
    "redirect": phrase("ways that lead elsewhere"),
    "answers": phrase("answers of checks"),
    "passed-over": phrase("questions passed over"),
    "strikes": phrase("wrong entries counted"),
    "help": phrase("help in trouble"),
    "words": phrase("spoken words"),
    "hours": phrase("hours shifted"),
    "rota": phrase("staff on call"),
    "desk": phrase("destinations and their targets"),
    "table": phrase("access codes and regions"),
}

File: TypeAlias = Literal["menu.yaml", "routing.yaml"]


@value_class
class Mutant:
    """A mutant changes ``file`` by ``edits``. ``change`` says what was done, ``remedy`` what a script has to do to
    notice it; both are sentences without a full stop.

    ``others`` are tried one after the other in its place where it makes a line that ``ivr check`` refuses.
    """

    kind: Kind
    file: File
    mark: Mark
    change: Message
    remedy: Message
    edits: tuple[TreeEdit, ...]
    others: tuple[Mutant, ...] = ()


def chosen(seed: int, path: Path, among: Iterable[str], most: int) -> list[str]:
    """Return up to ``most`` of the names ``among``, in an order that the seed and the path alone decide."""
    names = sorted(set(among))
    random.Random(f"{seed}:{path}").shuffle(names)  # noqa: S311 - nothing is kept secret by it
    return names[:most]
