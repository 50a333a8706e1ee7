"""<Leave>: the caller leaves the queue."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto, LeftQueue
from value_class import value_class


@value_class
class Leave:
    """Outside of a queue it does nothing."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """It takes no attributes."""
        Attributes(element, page, cls.ATTRIBUTES)
        return cls()

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Leave, where the caller stands in a queue."""
        yield from call.tell("leave")
        if call.stay:
            raise LeftQueue
        return None
