"""Plays people who follow a call script although the line's words are others than it expects, and notes the words.

A scripted caller hangs up where a text is not heard. This one goes on as if it had been, so that a call shows where it
leads however its sentences are reworded. All else is as in a scripted call: the words are waited for in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Sound, Step
from value_class import value_class


@value_class
class HeardStep:
    """A step of the script that expects something to be heard, the ``number``-th of all, from 0.

    ``sentences`` are the texts since the caller's last act, as a transcript shows them. ``unmet`` says why the step did
    not hold; empty where it did. ``late`` where it was heard, only too late.
    """

    number: int
    step: Sound
    sentences: tuple[str, ...]
    unmet: str = ""
    late: bool = False


class LenientPhone(ScriptedPhone):
    """Plays ``steps`` to their end, whatever is heard."""

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        super().__init__(steps)
        self.heard_steps: list[HeardStep] = []

    def ended(self) -> str | None:
        """Return the first act that never happened; None when all did."""
        if not self.gave_up:
            self._go_on()
        return super().ended()

    def _insist_on(self, failure: str | None) -> str | None:  # noqa: ARG002
        return None

    def _lost(self, position: int, step: Step | None) -> str | None:
        """Why the next act can no longer be expected; what was to be heard before it is given up first."""
        if self._watchdog.lost() and self._missing(position):
            self._go_on()
            self._watchdog.renew()
        return super()._lost(position, step)

    def _perform(self, step: Step, moment: Moment, wait: float) -> Act | None:
        self._go_on()
        return super()._perform(step, moment, wait)

    def _go_on(self) -> None:
        """Note how each thing went that was to be heard before the next act, and wait for none of them any more."""
        position, _ = self._due()
        waiting = enumerate(self._steps[self._next : position], self._next)
        sounds = [(number, step) for number, step in waiting if isinstance(step, Sound)]
        unmet: dict[int, str] = {}
        while missing := self.prompt_log.missing([step for number, step in sounds if number not in unmet]):
            unmet[next(number for number, step in sounds if step is missing[0] and number not in unmet)] = missing[1]
        for number, step in sounds:
            late = number in unmet and self._is_late(step)
            self.heard_steps.append(HeardStep(number, step, self.prompt_log.sentences, unmet.get(number, ""), late))
        self._next = position

    def _is_late(self, step: Sound) -> bool:
        if isinstance(step, steps.NotHear) or step.within is None:
            return False
        return self.prompt_log.missing([replace(step, within=None)]) is None
