"""A manner is how a caller goes about the steps of a call script: slowly, hastily, with a ``#`` after each entry.

It makes the phone that plays the steps that way, and says which expectations still hold: the time that a call takes
and the requests that it makes are the caller's doing, and where it lands is the line's.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from ivr.flow.line import Line
from ivr.replay import expectations
from ivr.replay.expectations import Expectation
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step


class Manner(ABC):
    """One way to play a script. ``word`` is what ``ivr replay --as`` calls it."""

    word: ClassVar[str]

    @classmethod
    def of(cls, planned: Sequence[Step]) -> Iterator[Manner]:  # noqa: ARG003
        """Yield the manner once for each call that it makes of a script with the steps ``planned``: once, mostly."""
        yield cls()

    @property
    def title(self) -> str:
        """Return what stands behind the title of a script that is played this way."""
        return self.word

    @abstractmethod
    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:
        """Make the phone that plays the steps ``planned`` this way; ``line`` is that of ours that is called, if any."""

    def asks(self, expectation: Expectation) -> bool:
        """Return whether ``expectation`` must hold for such a caller, too."""
        return not isinstance(expectation, expectations.Requests | expectations.Duration)

    def forgives(self, edges: Iterable[str]) -> str | None:  # noqa: ARG002
        """Return why a call that walked ``edges`` need not go as its script expects; None where it must."""
        return None


def is_entry(step: Step | None) -> bool:
    """Return whether ``step`` presses keys at no moment of its own: the manner chooses when, and how."""
    return isinstance(step, steps.Press) and step.during is None and step.after is None


def takes_keys(moment: Moment) -> bool:
    """Return whether a gather hears keys in ``moment``, while its prompts play or after them."""
    return moment.gather is not None and "dtmf" in moment.gather.input and moment.kind in {"playing", "gather"}


def without_limits(planned: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps without the seconds within which something must come: they are counted for a usual caller."""
    for step in planned:
        match step:
            case steps.Hear() | steps.Play() | steps.Callee() | steps.InQueue():
                yield replace(step, within=None)
            case _:
                yield step
