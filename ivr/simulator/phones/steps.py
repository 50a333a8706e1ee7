"""The steps of a call script, as values. ``where`` is the place in the script: ``file:line``."""

from __future__ import annotations

import re
from dataclasses import field
from typing import Final, Literal, TypeAlias, get_args

from ivr.simulator.acts import USUAL_GREETING, MachineGreeting
from value_class import value_class

Wanted: TypeAlias = str | re.Pattern[str] | None
"""What is to be heard or played: a part of it, a pattern that is found in it, or None for anything at all."""


@value_class
class Hear:
    """``text`` is spoken between the caller's last act and the next one; case and accents do not count.

    ``within``: it begins at most that many seconds after the caller's last act. ``prompt`` is the name of the text
    in the application's own files, where the script says it by that.
    """

    text: Wanted
    where: str = ""
    within: float | None = None
    prompt: str = ""


@value_class
class NotHear:
    """``text`` is not spoken between the caller's last act and the next one; ``prompt`` as in ``Hear``."""

    text: str | re.Pattern[str]
    where: str = ""
    prompt: str = ""


@value_class
class Play:
    """A sound whose address holds ``url`` is played between the caller's last act and the next one."""

    url: Wanted
    where: str = ""
    within: float | None = None


@value_class
class Press:
    """Keys while a gather, a recording or a connected dial listens; ``during``: while its n-th prompt plays.

    ``after``: the first is pressed so many seconds after it could have been (None: a key's second), here and below.
    """

    digits: str = field(repr=False)
    during: int | None = None
    where: str = ""
    after: float | None = None


@value_class
class Early:
    """Keys while a prompt outside of any gather plays: they are lost."""

    digits: str = field(repr=False)
    where: str = ""
    after: float | None = None


@value_class
class Speak:
    """Speech, where the gather takes it; ``during``: while its n-th prompt plays."""

    text: str = field(repr=False)
    confidence: float | None = None
    where: str = ""
    during: int | None = None
    after: float | None = None


@value_class
class Silent:
    """Nothing (more) until the gather or the recording times out."""

    where: str = ""


@value_class
class Record:
    """The caller talks for ``seconds`` into the recording; the next step ends it.

    ``transcript`` is what the vendor's transcription makes of it, where the document asks for one.
    """

    seconds: float
    where: str = ""
    transcript: str | None = field(default=None, repr=False)


Outcome: TypeAlias = Literal["answered", "busy", "no-answer", "failed", "canceled"]


@value_class
class Callee:
    """The dialled party answers, or does not.

    Answered: it talks for ``seconds`` and hangs up, and the next step comes after that; with ``until_caller`` it
    stays, and the next step (keys, hanging up) falls into the talk. ``keys`` are what it presses while the whisper of
    its leg listens. ``leg`` is which of several that ring at once; None is the first that still rings. ``within``:
    it rings at most that many seconds after the caller's last act. ``by`` is who picks up. In a conference its leaving
    ``ends`` it.
    """

    outcome: Outcome
    seconds: float = 60.0
    until_caller: bool = False
    leg: int | None = None
    where: str = ""
    keys: str = field(default="", repr=False)
    within: float | None = None
    by: str = "human"
    ends: bool = True
    greeting: MachineGreeting = USUAL_GREETING


@value_class
class Called:
    """This step says what becomes of an outbound call that rings: ``by`` picks up ``after`` seconds."""

    outcome: Outcome
    by: str = "human"
    where: str = ""
    after: float | None = None
    greeting: MachineGreeting = USUAL_GREETING


@value_class
class InQueue:
    """An agent comes into the queue, or the caller waits in it.

    ``bridged``: after ``after`` seconds of waiting an agent comes, talks for ``seconds`` and hangs up; with
    ``until_caller`` the agent stays, and the next step falls into the talk. ``wait``: nobody comes for ``seconds``;
    then the next step. ``within``: the caller stands in the queue at most that many seconds after the last act.
    """

    kind: Literal["bridged", "wait"]
    after: float = 0.0
    seconds: float = 30.0
    where: str = ""
    until_caller: bool = False
    within: float | None = None


@value_class
class Pay:
    """The payment that is under way ends with ``result``: the payment processor answers so, or the caller leaves it.

    What the processor answers comes once everything has been entered, or, where nobody has keyed anything yet, as if it
    had been. ``token`` and ``confirmation`` are what it gives, ``error`` is why it gives nothing.
    """

    result: str
    where: str = ""
    token: str | None = None
    confirmation: str | None = None
    error: str | None = None


@value_class
class Sms:
    """The caller texts ``body`` to the number that was called, or to ``to``, whatever the call is at meanwhile."""

    body: str = field(repr=False)
    to: str | None = None
    media: tuple[str, ...] = ()
    where: str = ""
    after: float | None = None


@value_class
class SaySound:
    """The caller makes ``sound`` into a media stream (µ-law, 8000 samples a second); the next step comes after it.

    ``written`` is how the script names it.
    """

    sound: bytes = field(repr=False)
    written: str = ""
    where: str = ""
    after: float | None = None


@value_class
class Texted:
    """A text that holds ``text`` comes between the caller's last act and the next; case and accents do not count."""

    text: Wanted
    where: str = ""
    within: float | None = None


@value_class
class HearStream:
    """The application of a media stream is heard: its sound, or its silence, for ``seconds``, or that a ``mark`` of its
    was played, that it cleared what was not, or that the stream ended. ``within``: it comes at most that many seconds
    after the step before.
    """

    what: Literal["sound", "silence", "mark", "clear", "end"]
    seconds: float = 0.0
    mark: str = ""
    where: str = ""
    within: float | None = None


@value_class
class HangUp:
    """The caller hangs up at the next moment that waits for a person.

    ``during``: while the gather's n-th prompt plays; ``inside``: while the verb of that name (Say ...) is at work.
    """

    during: int | None = None
    inside: str | None = None
    where: str = ""
    after: float | None = None


Sound: TypeAlias = Hear | NotHear | Play | Texted
"""Steps that nobody does: they say what the line is to do between two acts."""

SOUNDS: Final[tuple[type, ...]] = get_args(Sound)
"""The classes of Sound, to be asked for: a union is compared class by class in Python's slower way."""

Step: TypeAlias = (
    Sound
    | SaySound
    | HearStream
    | Press
    | Early
    | Speak
    | Silent
    | Record
    | Callee
    | Called
    | InQueue
    | Pay
    | Sms
    | HangUp
)
