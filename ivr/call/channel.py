"""``Channel`` is the port that the turns of a call need of the carrier; each channel implements it.

A channel takes a request of its carrier, reads it as an ``Event`` in the call's own words, has ``Turns`` take the turn,
and sends the answer. To that end it hands ``Turns`` an object with the two methods below. A turn asks nothing else of
the carrier, so that what the carrier can do and bear (the size of an answer, words to listen for, buttons in place of
keys) stays with the channel.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from value_class import value_class

if TYPE_CHECKING:
    from ivr.call import verbs
    from ivr.flow.line import Line


@value_class
class PastAnswer:
    """A past answer is what a stored answer told the caller, in words; ``takes_entry`` where it listened for several
    keys with a finishing one, and not for the one key of a menu.
    """

    text: str
    takes_entry: bool


class Channel(Protocol):
    """Writes the answers of one carrier, and reads those again that it wrote, in this release or one before."""

    def render(
        self, line: Line, answer: tuple[verbs.Verb, ...], turn: int, now: datetime, /, *, query: str = ""
    ) -> str:
        """The verbs of a line as a document of the carrier, whose answer comes back as the turn of that number.

        ``query`` must come back with it where the carrier can bring it: it tells where the call stands while the
        database is away. Equal inputs give equal documents, for a turn that is asked for twice answers the same.
        """
        ...

    def ends(self, answer: tuple[verbs.Verb, ...], /) -> bool:
        """Return whether the conversation is over with this answer, which no status of the carrier will tell.

        So it is where it says goodbye, and where it asks for what the carrier cannot do, and so can only be told where
        that can be had: a chat rings no telephone. Always False where the carrier tells how each call ends.
        """
        ...

    def read_back(self, document: str) -> PastAnswer:
        """Return what ``render`` once wrote, as far as a call must know that goes on in a newer menu."""
        ...
