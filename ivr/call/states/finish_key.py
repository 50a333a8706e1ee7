"""The ``#`` that callers press after an entry which its length had ended already: it falls into the next question."""

from __future__ import annotations

from datetime import datetime

from ivr.call.events import Event, Keys
from ivr.call.walk import Walk

FINISH_KEY = "#"


def is_stray(walk: Walk, event: Event, *, longest: int, means: bool = False) -> bool:
    """Whether ``event`` is a ``#`` alone that closes the entry before this question, and answers nothing here.

    One is forgiven until something else is keyed. Where it has a meaning of its own (``means``), it is taken for a late
    one only if the entry before was ended by its length. ``longest`` is the number of keys that end an entry here.
    """
    if event != Keys(FINISH_KEY):
        walk.finish_due = isinstance(event, Keys) and len(event.digits) >= longest
        walk.strays = 0
        return False
    stray = walk.finish_due or not (means or walk.strays)
    walk.finish_due = False
    walk.strays += 1
    return stray


def was_cut_short(walk: Walk) -> bool:
    """Whether the key came while the question was still being said, which ended it."""
    return walk.prompts_end is None or walk.facts.now < datetime.fromisoformat(walk.prompts_end)
