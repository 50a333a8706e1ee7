"""Steps without what is heard between them, and the phone that plays them: an entry answers what is said before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ivr.replay.manners.manner import is_entry, without_limits
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step


def unheard(planned: Iterable[Step], *, only_before_entries: bool = False) -> tuple[tuple[Step, ...], frozenset[int]]:
    """Return the steps without those to be heard, and the places of entries that answered one of these.

    ``only_before_entries``: what is heard before any other step, or at the end, stays, and so does what must not be
    heard.
    """
    kept: list[Step] = []
    answers: set[int] = set()
    sounds: list[Step] = []
    for step in without_limits(planned):
        if isinstance(step, steps.Sound):
            sounds.append(step)
            continue
        if only_before_entries:
            kept += [one for one in sounds if not is_entry(step) or isinstance(one, steps.NotHear)]
        if is_entry(step) and sounds:
            answers.add(len(kept))
        kept.append(step)
        sounds = []
    return (*kept, *(sounds if only_before_entries else ())), frozenset(answers)


class AnsweringPhone(ScriptedPhone):
    """An entry at one of the places ``answers`` waits for something new to be said.

    Who has keyed 9 to hear a question again does not go on keying the answer into the same entry: the carrier would
    hand on the two as one.
    """

    def __init__(self, planned: Sequence[Step], answers: frozenset[int]) -> None:
        super().__init__(planned)
        self._answers = answers

    def _fits(self, step: Step, moment: Moment) -> bool:
        goes_on = moment.keyed and is_entry(step) and self._due()[0] in self._answers
        return not goes_on and super()._fits(step, moment)
