"""<Connect>: hands the caller to what its noun names, and goes on when that is over.

Sources: Twilio's <Connect> page and those of its nouns. A noun that is played has a line in ``NOUNS``; a <Connect>
around any other stops the call, as ``unsimulated`` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol, Self

from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs import relay, stream, unsimulated
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.connect_outcome import ConnectOutcome
from ivr.simulator.verbs.exits import Goto, Moved
from value_class import value_class


class ConnectNoun(Protocol):
    """A noun takes the caller that a <Connect> hands to it."""

    def run(self, call: CallControl) -> Steps[ConnectOutcome]:
        """Keep the caller until it is over."""
        ...


NOUNS: dict[str, Callable[[Element, Page], ConnectNoun]] = {
    "ConversationRelay": relay.ConversationRelay.read,
    "Stream": stream.ConnectedStream.read,
}
"""The readers of the nouns that are played, by the nouns' names."""


@value_class
class Connect:
    """Asks ``action``, where there is one, with what came of the noun; else the next verb is performed."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("action", "method")

    noun: ConnectNoun
    action: str | None = None
    method: str = "POST"
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The first noun is connected; nothing stands beside it."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        page.no_text(element, "Put a noun into it.")
        noun, *more = [child for child in element.children if child.name in NOUNS]
        for child in element.children:
            if child in more or child.name not in unsimulated.INSIDE[element.name]:
                page.leave_out(child, element, "Take it out: a <Connect> holds one noun.")
        return cls(NOUNS[noun.name](noun, page), attributes.url("action"), attributes.method())

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Connect; the action is told of the end even where the caller hung up."""
        connected = yield from self.noun.run(call)
        goto = Goto(self.action, self.method, connected.params) if self.action else None
        if connected.ended is None:
            return goto
        if goto and not isinstance(connected.ended, Moved):
            yield from call.notify(goto)
        raise connected.ended


def is_played(element: Element) -> bool:
    """Return whether ``element`` is a <Connect> around nothing but nouns that are played."""
    nouns = [child.name for child in element.children if child.name in unsimulated.INSIDE["Connect"]]
    return element.name == "Connect" and bool(nouns) and all(name in NOUNS for name in nouns)
