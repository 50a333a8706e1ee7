"""<Redirect>: go on with another document."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from value_class import value_class


@value_class
class Redirect:
    """Verbs after it are never reached."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("method",)

    url: str
    method: str = "POST"
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """An empty address is the document's own."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        return cls(page.resolve(element.own), attributes.method(code=codes.REDIRECT_METHOD))

    def run(self, call: CallControl) -> Steps[Goto | None]:  # noqa: ARG002
        """Go there."""
        yield from ()
        return Goto(self.url, self.method)
