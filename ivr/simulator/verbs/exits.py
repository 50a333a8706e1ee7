"""The ways out of a verb: to another document, to the call's end, or out of a wait."""

from __future__ import annotations

from dataclasses import field

from ivr.simulator import acts
from ivr.simulator.parameters import Params
from value_class import value_class


@value_class
class Goto:
    """The call goes on with the document at ``url``; ``params`` are added to the call's own fields.

    ``twiml`` is that document itself, where it need not be asked for.
    """

    url: str
    method: str = "POST"
    params: Params = field(default=(), repr=False)
    secret: bool = False
    twiml: str | None = field(default=None, repr=False)


class CallEnded(Exception):
    """The call is over. ``by`` is caller, app or carrier; ``status`` is set where it was never answered."""

    def __init__(self, by: str, status: str | None = None) -> None:
        super().__init__(by)
        self.by = by
        self.status = status


class Moved(CallEnded):
    """The account holder sends the call elsewhere: whatever it is at ends, and it goes on with ``goto``."""

    def __init__(self, goto: Goto) -> None:
        super().__init__("api")
        self.goto = goto


class AgentCame(Exception):
    """An agent takes the caller out of the queue."""

    def __init__(self, act: acts.Bridged) -> None:
        super().__init__()
        self.act = act


class PartyCame(Exception):
    """Another party comes to the conference that the caller waits in, or cannot come."""

    def __init__(self, act: acts.RingingEnded) -> None:
        super().__init__()
        self.act = act


class MomentOver(Exception):
    """The moment in which an order of the account holder's is carried out is over, by ``act`` or by its time."""

    def __init__(self, act: acts.Act | None) -> None:
        super().__init__()
        self.act = act


class HoldEnded(Exception):
    """A participant on hold hears the hold document no more, but what is at ``goto`` (None: the conference)."""

    def __init__(self, goto: Goto | None) -> None:
        super().__init__()
        self.goto = goto


class LeftConference(Exception):
    """The caller leaves the conference by pressing *, where the Dial lets that happen."""


class LeftQueue(Exception):
    """The wait document sends the caller out of the queue."""
