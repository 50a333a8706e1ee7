"""An act is what a person does in a moment of a call; ``after`` counts seconds into the moment."""

from __future__ import annotations

from dataclasses import field
from typing import TypeAlias

from value_class import value_class

KEY_SECONDS = 1.0
"""Seconds of a person's time that one key takes: to decide on the first, and from each key to the next."""


OF_THE_PROCESSOR = ("success", "payment-connector-error", "validation-error")
"""How a payment ends once everything for it has been entered."""

PAYMENT_RESULTS = (*OF_THE_PROCESSOR, "too-many-failed-attempts", "caller-interrupted-with-star", "internal-error")
"""How people may let a payment end, in the vendor's words; a caller who hangs up in it just does so."""


@value_class
class Press:
    """The caller presses keys (0-9 * #): the first after ``after`` seconds, each further one a second later."""

    digits: str = field(repr=False)
    after: float = 0.0


@value_class
class Speak:
    """The caller says something to a gather that takes speech; ``confidence`` is the recogniser's, 0 to 1."""

    text: str = field(repr=False)
    confidence: float | None = None
    after: float = 0.0


@value_class
class Talk:
    """The caller talks into a recording for ``seconds``; the call then asks again how the recording ends.

    ``words`` are what a transcription makes of it; None: nobody says.
    """

    seconds: float
    after: float = 0.0
    words: str | None = field(default=None, repr=False)


@value_class
class SendText:
    """The caller sends a text, to the number that was called or to ``to``; the moment goes on."""

    body: str = field(repr=False)
    media: tuple[str, ...] = ()
    to: str | None = None
    after: float = 0.0


@value_class
class MakeSound:
    """The caller makes ``sound`` (µ-law, 8000 samples a second) into the media streams of the call, which goes on."""

    sound: bytes = field(repr=False)
    after: float = 0.0


@value_class
class HangUp:
    """The caller hangs up."""

    after: float = 0.0


GREETING_ENDS = ("yes", "no", "other")
"""How a machine's greeting ends: with a beep, in silence, or in a way that is neither."""


@value_class
class MachineGreeting:
    """An answering machine speaks for ``seconds``, and its greeting ``ends`` with a beep, or not."""

    seconds: float = 10.4
    ends: str = GREETING_ENDS[0]


USUAL_GREETING = MachineGreeting()


@value_class
class Answered:
    """A callee picks up and talks for ``seconds``; None: until the caller ends it.

    ``keys`` are what the callee presses while the whisper of its leg listens; ``by`` is who picks up: human, machine
    (with its ``greeting``), fax, silent, or unknown where the detector cannot tell. In a conference its leaving
    ``ends`` it, or leaves the caller alone.
    """

    seconds: float | None = None
    leg: int = 1
    after: float = 0.0
    keys: str = field(default="", repr=False)
    by: str = "human"
    ends: bool = True
    greeting: MachineGreeting = USUAL_GREETING


@value_class
class Busy:
    """The callee's line is busy."""

    leg: int = 1
    after: float = 0.0


@value_class
class NoAnswer:
    """The callee lets it ring until the dial's timeout."""

    leg: int = 1
    after: float = 0.0


@value_class
class Failed:
    """The callee's number cannot be reached."""

    leg: int = 1
    after: float = 0.0


@value_class
class Canceled:
    """The leg is taken back before it is answered."""

    leg: int = 1
    after: float = 0.0


@value_class
class Bridged:
    """An agent takes the caller out of the queue and talks for ``seconds``; None: until the caller ends it."""

    seconds: float | None = None
    after: float = 0.0


@value_class
class Parted:
    """The other party of a talk is gone: it hung up, was sent elsewhere, or was taken out of the conference."""

    after: float = 0.0


@value_class
class CalleePress:
    """The callee of leg ``leg``, who has picked up, presses keys into the whisper."""

    digits: str = field(repr=False)
    leg: int = 1
    after: float = 0.0


@value_class
class CalleeHangUp:
    """The callee of leg ``leg`` hangs up while the whisper is played, and so does not get the call."""

    leg: int = 1
    after: float = 0.0


@value_class
class Paid:
    """The payment ends with ``result``, in the vendor's words: the payment processor answers so, or the caller leaves.

    ``token`` and ``confirmation`` are what the processor gives for a payment, ``error`` is why it gives none.
    """

    result: str
    after: float = 0.0
    token: str | None = None
    confirmation: str | None = None
    error: str | None = None


@value_class
class Wait:
    """The people do nothing for ``seconds`` of a longer moment; then the call asks again."""

    seconds: float

    @property
    def after(self) -> float:
        """Return when the call is to ask again."""
        return self.seconds


@value_class
class GiveUp:
    """The planned act can no longer happen: the call fails with ``reason`` and the caller hangs up."""

    reason: str
    after: float = 0.0


RingingEnded: TypeAlias = Answered | Busy | Canceled | Failed
"""What ends the ringing of a leg; one that is not answered rings on until the timeout."""

Act: TypeAlias = (
    Press
    | Speak
    | Talk
    | SendText
    | MakeSound
    | HangUp
    | Answered
    | Busy
    | NoAnswer
    | Failed
    | Canceled
    | Bridged
    | Parted
    | CalleePress
    | CalleeHangUp
    | Paid
    | Wait
    | GiveUp
)
