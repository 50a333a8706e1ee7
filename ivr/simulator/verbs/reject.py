"""<Reject>: the call is not picked up at all."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto
from value_class import value_class

STATUSES = {"rejected": "no-answer", "busy": "busy"}
"""How the call ends, by the reason."""


@value_class
class Reject:
    """After another verb has picked up the call, it only hangs up."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("reason",)

    reason: str = "rejected"
    answers: bool = False

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """``rejected``, where no reason is given."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        return cls(attributes.choice("reason", "rejected", STATUSES, code=codes.REJECT_REASON))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """End the call."""
        yield from call.tell("reject", reason=self.reason)
        raise CallEnded("app", STATUSES[self.reason] if call.status == "ringing" else None)
