"""<Pause>: silence."""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import PlayedPrompt
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.prompt import Playing, play_prompt
from value_class import value_class


@value_class
class Pause:
    """``length`` seconds. A call that still rings goes on ringing meanwhile."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("length",)

    length: int = 1
    answers: bool = False

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """One second, where no length is given."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        return cls(length=attributes.whole("length", 1, least=0, code=codes.PAUSE_LENGTH))

    def playing(self) -> Playing:
        """The prompt that it is."""
        return Playing("pause", {"seconds": self.length}, PlayedPrompt("Pause"), float(self.length))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Wait and go on."""
        yield from play_prompt(call, self.playing())
        return None
