"""A caller who presses ``#`` after every entry, as other lines have taught: also where the entry is over without it."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.flow.line import Line
from ivr.replay.manners.manner import Manner, is_entry, takes_keys, without_limits
from ivr.simulator import acts
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.phones.steps import Step

FINISH = "#"


class Finishing(Manner):
    """``#`` comes a second after the last key of an entry, into whatever is said then.

    What it cuts short counts as not heard, so that the line must say it again where the script hears it.
    """

    word = "hash"

    def phone(self, planned: Sequence[Step], setup: CallSetup, line: Line | None) -> ScriptedPhone:  # noqa: ARG002
        """Make the phone of a caller who presses ``#`` always."""
        return _FinishingPhone(tuple(without_limits(planned)))


class _FinishingPhone(ScriptedPhone):
    """``_owes`` is true from an entry until its ``#`` is pressed."""

    def __init__(self, planned: Sequence[Step]) -> None:
        super().__init__(planned)
        self._owes = False

    def act(self, moment: Moment) -> Act | None:
        """Press the ``#`` that the entry before is owed, or do what is due."""
        if self._owes:
            self._owes = False
            if moment.kind == "playing" and takes_keys(moment):
                self.prompt_log.cut_short()
            if moment.kind in {"playing", "gather"}:
                return acts.Press(FINISH, soon(moment, KEY_SECONDS))
        _, step = self._due()
        act = super().act(moment)
        if isinstance(act, acts.Press) and is_entry(step) and moment.kind == "gather":
            self._owes = not act.digits.endswith(FINISH)
        return act
