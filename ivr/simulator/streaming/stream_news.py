"""Stream news is what happened in a media stream beside the call, for the call to take note of."""

from __future__ import annotations

from typing import TypeAlias

from ivr.simulator.transports import Cause
from value_class import value_class


@value_class
class Opened:
    """The websocket is open, and the stream has begun."""


@value_class
class NotOpened:
    """No websocket came about: at which step it failed, and why."""

    cause: Cause
    reason: str


@value_class
class SoundBegan:
    """The application's sound begins to be played."""


@value_class
class SoundEnded:
    """The application's sound is over, which was played for ``seconds`` without a gap."""

    seconds: float


@value_class
class MarkPlayed:
    """A mark was told to the application; ``cleared`` where a clear, and not the end of its sound, was the reason."""

    name: str
    cleared: bool = False


@value_class
class Cleared:
    """The application threw away what was not played yet: ``seconds`` of sound."""

    seconds: float


@value_class
class BadlySent:
    """The application's message ``number`` (from 1) is none of the protocol's, or cannot be taken: ``code`` and
    ``why``. What is ``harmless`` changes nothing in the call.
    """

    code: int
    number: int
    why: str
    harmless: bool = False


@value_class
class StreamClosed:
    """The websocket is closed: by the ``app``, by the ``call``, or ``lost``; ``code`` is the websocket's own."""

    by: str
    code: int
    reason: str = ""


StreamNews: TypeAlias = Opened | NotOpened | SoundBegan | SoundEnded | MarkPlayed | Cleared | BadlySent | StreamClosed


@value_class
class HeardStream:
    """A heard stream is how one stands, as the people in the call can tell, ``at`` so many seconds into it.

    ``sound`` is how many seconds of the application's were played, and ``silent`` how long nothing was since.
    """

    at: float = 0.0
    sound: float = 0.0
    silent: float = 0.0
