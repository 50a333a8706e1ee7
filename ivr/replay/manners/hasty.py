"""A hasty caller, who knows the menu: each entry is keyed while the question is still being said (barge-in)."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.flow.line import Line
from ivr.replay.manners.answering import AnsweringPhone, unheard
from ivr.replay.manners.manner import Manner, is_entry, takes_keys
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step


class Hasty(Manner):
    """Keys come a second into the first prompt of a gather. What was to be heard before them is cut short, and is
    not asked for.
    """

    word = "hasty"

    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:  # noqa: ARG002
        """Make the phone of a hasty caller."""
        return _HastyPhone(*unheard(planned, only_before_entries=True))


class _HastyPhone(AnsweringPhone):
    def _fits(self, step: Step, moment: Moment) -> bool:
        barges_in = is_entry(step) and moment.kind == "playing" and takes_keys(moment)
        return barges_in or super()._fits(step, moment)
