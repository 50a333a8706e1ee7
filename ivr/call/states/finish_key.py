"""The ``#`` that callers press after an entry which its length had ended already: it falls into the next question."""

from __future__ import annotations

from datetime import datetime

from ivr.call import events
from ivr.call.turn_state import TurnState
from ivr.flow.triggers import FINISH_KEY


def is_stray(turn: TurnState, event: events.Event, *, longest: int, means: bool = False) -> bool:
    """Return whether ``event`` is a ``#`` alone that closes the entry before this question, and answers nothing here.

    One is forgiven until something else is keyed. Where it has a meaning of its own (``means``), it is taken for a late
    one only if the entry before was ended by its length. ``longest`` is the number of keys that end an entry here.
    """
    if event != events.Keys(FINISH_KEY):
        turn.finish_due = isinstance(event, events.Keys) and len(event.digits) >= longest
        turn.stray_finish_keys = 0
        return False
    stray = turn.finish_due or not (means or turn.stray_finish_keys)
    turn.finish_due = False
    turn.stray_finish_keys += 1
    return stray


def was_cut_short(turn: TurnState) -> bool:
    """Return whether the key came while the question was still being said, which ended it (barge-in)."""
    return turn.prompts_end is None or turn.facts.now < datetime.fromisoformat(turn.prompts_end)
