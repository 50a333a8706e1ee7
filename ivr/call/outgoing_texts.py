"""The port of texts that the line sends: what is asked of a carrier; how it can come out is told as of calls."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Protocol

from ivr.call.outgoing import CarrierCall
from value_class import value_class


@value_class
class OutgoingText:
    """A text is to be sent ``to`` a number, E.164, from the line's own. Its webhook carries the ``reservation``."""

    reservation: str
    to: str
    from_number: str
    text: str = field(repr=False)


class TextSender(Protocol):
    """Sends texts over a carrier's API."""

    def send(self, text: OutgoingText) -> str:
        """Have the text sent, and return the carrier's name for it. Raises NotSentError and OutcomeUnknownError, and
        GoneError where its receiver wants no texts.
        """
        ...

    def sent_texts(self, text: OutgoingText, since: datetime) -> list[CarrierCall]:
        """Return the texts with the same words that were sent to the same number, from the same one, since a moment
        (aware), the oldest first. Raises OutcomeUnknownError.
        """
        ...
