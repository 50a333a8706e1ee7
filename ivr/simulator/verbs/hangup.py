"""<Hangup>: the application ends the call."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto
from value_class import value_class


@value_class
class Hangup:
    """As the first verb it still picks up: only <Reject> keeps a call from being answered."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """It takes no attributes."""
        Attributes(element, page, cls.ATTRIBUTES)
        return cls()

    def run(self, call: CallControl) -> Steps[Goto | None]:  # noqa: ARG002
        """End the call."""
        yield from ()
        raise CallEnded("app")
