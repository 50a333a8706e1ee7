"""What every TwiML verb is: read from an element, run in a call, and one of few ways to go on from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ivr.simulator import acts
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params

if TYPE_CHECKING:
    from ivr.simulator.interpreter import Interpreter


@dataclass(frozen=True, slots=True)
class Goto:
    """The call goes on with the document at ``url``; ``params`` are added to the call's own fields.

    ``twiml`` is that document itself, where it need not be asked for.
    """

    url: str
    method: str = "POST"
    params: Params = field(default=(), repr=False)
    secret: bool = False
    twiml: str | None = field(default=None, repr=False)


class Verb(Protocol):
    """One verb of a document.

    ``answers`` is False for the few verbs that a call which still rings can perform without being picked up.
    """

    @property
    def answers(self) -> bool:
        """Whether performing it picks up the call."""
        ...

    def run(self, call: Interpreter) -> Steps[Goto | None]:
        """Perform it; None goes on with the next verb."""
        ...


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


class LeftMeeting(Exception):
    """The caller leaves the conference by pressing *, where the Dial lets that happen."""


class LeftQueue(Exception):
    """The wait document sends the caller out of the queue."""
