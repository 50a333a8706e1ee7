"""A reported call is what a recording and a conference see of a call, to tell their status callbacks of it."""

from __future__ import annotations

from typing import Protocol

from ivr.simulator.carrier import Carrier, StatusCallback
from ivr.simulator.clock import Clock
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.sids import Sids
from ivr.simulator.transcript import Transcript


class ReportedCall(Protocol):
    """A call of which something is told to a status callback."""

    @property
    def carrier(self) -> Carrier:
        """The number that the call came in at, and its account."""
        ...

    @property
    def clock(self) -> Clock:
        """The time of the call."""
        ...

    @property
    def call_sid(self) -> str:
        """The call's identifier."""
        ...

    @property
    def sids(self) -> Sids:
        """Identifiers for what the call brings about."""
        ...

    @property
    def transcript(self) -> Transcript:
        """Return what has happened so far."""
        ...

    def identity(self) -> Params:
        """The account and the call, as callbacks about a recording or a conference name them."""
        ...

    def report(self, callback: StatusCallback, params: Params, *, secret: bool = False) -> Steps[None]:
        """Tell ``callback`` nothing but ``params``, which are concealed in the transcript where they are ``secret``."""
        ...
