"""The port of calls that the line makes by itself: what is asked of a carrier, and how it can come out.

A carrier that takes a request and does not answer has made the call, or not: the port tells these apart from a
refusal, since a call that may have been made is never asked for again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from value_class import value_class


@value_class
class OutgoingCall:
    """A call is to be made ``to`` a number, E.164, from the line's own; who answers is connected with ``destination``.
    The webhooks of the call carry the ``reservation``.
    """

    reservation: str
    to: str
    from_number: str
    line: str
    destination: str


@value_class
class CarrierCall:
    """A call that the carrier made for us, as its list shows it; ``status`` is Twilio's word."""

    sid: str
    status: str


class NotSentError(Exception):
    """The carrier certainly did not make the call; the text says why, and names no number and no account.

    ``for_good`` says that it would be refused again; else it may be asked for later.
    """

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


class GoneError(NotSentError):
    """The carrier did not do it, since the call that it was about is over, or stands there no more."""

    def __init__(self, why: str) -> None:
        super().__init__(why, for_good=True)


class OutcomeUnknownError(Exception):
    """The carrier was asked for the call, or for its list, and did not say; the text says what came instead."""


class CallMaker(Protocol):
    """Makes calls over a carrier's API."""

    def make(self, call: OutgoingCall) -> str:
        """Have the call made, and return the carrier's name for it. Raises NotSentError, OutcomeUnknownError."""
        ...

    def made_calls(self, call: OutgoingCall, since: datetime) -> list[CarrierCall]:
        """Return the calls that were made to the same number, from the same one, since a moment (aware), the oldest
        first; by whichever of our reservations cannot be told. Raises OutcomeUnknownError.
        """
        ...
