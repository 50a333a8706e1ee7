"""A telephone decides for the people in a call.

The call pulls: whenever it reaches a moment at which a caller, a callee or an agent could do something, it asks
``phone.act(moment)``. A scripted phone answers at once; a phone with a person at it blocks for as long as the moment
lasts, and answers with what was done and after how many seconds.
"""

from __future__ import annotations

from typing import Protocol

from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.transcript import Event


def soon(moment: Moment, seconds: float) -> float:
    """``seconds`` into the moment, or its middle where it is shorter than that."""
    if moment.seconds is None or moment.seconds > seconds:
        return seconds
    return moment.seconds / 2


class Phone(Protocol):
    """Decides for the people in a call: a script, a pipe, or a person at a terminal."""

    def act(self, moment: Moment) -> Act | None:
        """The act that is done in ``moment``; None lets the moment end by itself."""
        ...

    def notice(self, event: Event) -> None:
        """Take note of each event of the transcript as it begins."""
        ...

    def ended(self) -> str | None:
        """Tell why the end of the call comes too early; None where it does not."""
        ...
