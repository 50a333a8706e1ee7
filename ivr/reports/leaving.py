"""``Leavers`` counts in which state of a menu callers hung up, of all whose call came to that state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

from data.past_calls import PastCall
from ivr.flow import triggers
from ivr.flow.line import Line


class LeavingRow(NamedTuple):
    """``left`` of the ``came`` calls ended in ``state``, of the kind ``kind``; ``prompt`` is the name of what is asked
    there and ``text`` its words. Both are empty where the line has no such state any more, or it asks nothing.
    """

    state: str
    kind: str
    prompt: str
    text: str
    left: int
    came: int


@dataclass(slots=True)
class Leavers:
    """Takes calls one by one. A call that the line ended, and one in which people had answered, left nowhere."""

    line: Line
    _left: Counter[str]
    _came: Counter[str]

    @classmethod
    def of(cls, line: Line) -> Leavers:
        """Return a count of nothing yet."""
        return cls(line, Counter(), Counter())

    def add(self, call: PastCall, *, was_answered: bool = False) -> None:
        """Count the call; ``was_answered`` says that an agent took the caller out of a queue."""
        for state in {state for turn in call.turns for state in turn.states}:
            self._came[state] += 1
        if call.ended_at is None or not call.turns or was_answered:
            return
        if any(turn.outcome == triggers.SERVED for turn in call.turns):
            return
        last = call.turns[-1]
        state = last.states[-1] if last.states else last.state
        node = self.line.states.get(state)
        if node is None or not node.ends_call:
            self._left[state] += 1

    def rows(self) -> list[LeavingRow]:
        """Return the states in which callers left, those with most of them first."""
        return [self._row(state, left) for state, left in sorted(self._left.items(), key=lambda it: (-it[1], it[0]))]

    def _row(self, state: str, left: int) -> LeavingRow:
        node, texts = self.line.states.get(state), self.line.prompts.texts
        prompt = next((str(each) for each in node.prompts() if each in texts), "") if node else ""
        text = str(texts[prompt].text) if prompt else ""
        return LeavingRow(state, node.kind if node else "", prompt, text, left, max(self._came[state], left))
