"""A ``ConnectOutcome`` tells what came of the noun of a <Connect>."""

from __future__ import annotations

from ivr.simulator.parameters import Params
from ivr.simulator.verbs.exits import CallEnded
from value_class import value_class


@value_class
class ConnectOutcome:
    """A connect outcome is what came of a noun: ``params`` are told to the action.

    ``ended`` is how the call ended, or was taken away, where it was meanwhile.
    """

    params: Params = ()
    ended: CallEnded | None = None
