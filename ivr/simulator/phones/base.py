"""The people on the line: what they can be asked (a moment) and what they can do (an act).

The call pulls: whenever it reaches a moment at which a caller, a callee or an agent could do something, it asks
``phone.act(moment)``. A scripted phone answers at once; a phone with a person at it blocks for as long as the moment
lasts, and answers with what was done and after how many seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from ivr.simulator.transcript import Event

KEY_SECONDS = 1.0
"""Seconds of a person's time that one key takes: to decide on the first, and from each key to the next."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is being played: a Say (``text``), a Play (``url`` or ``digits``) or a Pause (neither)."""

    verb: Literal["Say", "Play", "Pause"]
    text: str = ""
    url: str = ""
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Ears:
    """What a gather accepts. ``input`` holds dtmf, speech or both; ``finish_on_key`` may be empty (no such key)."""

    input: tuple[str, ...]
    num_digits: int | None
    finish_on_key: str


@dataclass(frozen=True, slots=True)
class Leg:
    """One party that is being dialled; ``number`` counts the legs of one Dial from 1.

    ``written`` are the attributes that the document gives it.
    """

    number: int
    noun: str
    to: str
    written: tuple[tuple[str, str], ...] = ()


Kind: TypeAlias = Literal["playing", "gather", "record", "ringing", "connected", "queue"]


@dataclass(frozen=True, slots=True)
class Moment:
    """A stretch of the call in which somebody could act.

    - ``playing``: ``prompt`` is heard; ``index`` is its place (from 1) among the prompts nested in the gather, 0
      outside of any gather, and ``gather`` says what that gather accepts.
    - ``gather``: the prompts are over (or a key has cut them off) and the gather listens; ``keyed`` keys are in.
    - ``record``: the caller is being recorded; ``keyed`` is 0. ``talked`` seconds are on the tape.
    - ``ringing``: ``legs`` ring and nobody has answered yet. Prompts of a conference's wait document are ``playing``
      moments with the conference among their ``legs``.
    - ``connected``: the caller talks with a callee or an agent; ``seconds`` is what is left of the talk.
    - ``queue``: the caller waits in ``queue`` and the hold music plays. Prompts of a wait document are ``playing``
      moments that name the queue as well. ``waited`` is how long the caller has stood in it.

    ``seconds`` is when the moment ends by itself; None means that only an act ends it. ``verb`` is the TwiML verb at
    work. ``secret`` is True where what is keyed or said must not be shown.
    """

    kind: Kind
    verb: str
    seconds: float | None
    prompt: Prompt | None = None
    index: int = 0
    gather: Ears | None = None
    keyed: int = 0
    talked: float = 0.0
    legs: tuple[Leg, ...] = ()
    queue: str | None = None
    waited: float = 0.0
    secret: bool = False


# Acts. ``after`` is always seconds into the moment.


@dataclass(frozen=True, slots=True)
class Press:
    """The caller presses keys (0-9 * #): the first after ``after`` seconds, each further one a second later."""

    digits: str = field(repr=False)
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Speak:
    """The caller says something to a gather that takes speech; ``confidence`` is the recogniser's, 0 to 1."""

    text: str = field(repr=False)
    confidence: float | None = None
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Talk:
    """The caller talks into a recording for ``seconds``; the call then asks again how the recording ends.

    ``words`` are what a transcription makes of it; None: nobody says.
    """

    seconds: float
    after: float = 0.0
    words: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HangUp:
    """The caller hangs up."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Answered:
    """A callee picks up and talks for ``seconds``; None: until the caller ends it.

    ``keys`` are what the callee presses while the whisper of its leg listens; ``by`` is who picks up: human, machine,
    fax, or unknown where the detector cannot tell.
    """

    seconds: float | None = None
    leg: int = 1
    after: float = 0.0
    keys: str = field(default="", repr=False)
    by: str = "human"


@dataclass(frozen=True, slots=True)
class Busy:
    """The callee's line is busy."""

    leg: int = 1
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The callee lets it ring until the dial's timeout."""

    leg: int = 1
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """The callee's number cannot be reached."""

    leg: int = 1
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Canceled:
    """The leg is taken back before anybody answers."""

    leg: int = 1
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Bridged:
    """An agent takes the caller out of the queue and talks for ``seconds``; None: until the caller ends it."""

    seconds: float | None = None
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Parted:
    """The other party of a talk is gone: it hung up, was sent elsewhere, or was taken out of the conference."""

    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Errand:
    """The account holder wants something done in the call that does not end the moment: ``run`` are its steps."""

    run: Callable[[Any], Any] = field(repr=False)
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is done for ``seconds`` of a moment that is longer; then the call asks again."""

    seconds: float

    @property
    def after(self) -> float:
        """When the call is to ask again."""
        return self.seconds


@dataclass(frozen=True, slots=True)
class GiveUp:
    """What was planned can no longer happen: the call fails with ``reason`` and the caller hangs up."""

    reason: str
    after: float = 0.0


Act: TypeAlias = (
    Press
    | Speak
    | Talk
    | HangUp
    | Answered
    | Busy
    | NoAnswer
    | Failed
    | Canceled
    | Bridged
    | Parted
    | Errand
    | Wait
    | GiveUp
)


def soon(moment: Moment, seconds: float) -> float:
    """``seconds`` into the moment, or its middle where it is shorter than that."""
    if moment.seconds is None or moment.seconds > seconds:
        return seconds
    return moment.seconds / 2


class Phone(Protocol):
    """What decides for the people on the line: a script, a pipe, or a person at a terminal."""

    def act(self, moment: Moment) -> Act | None:
        """What somebody does in ``moment``; None: nobody does anything until it ends by itself."""
        ...

    def notice(self, event: Event) -> None:
        """Hear of each event of the transcript as it begins."""
        ...

    def ended(self) -> str | None:
        """The call is over: why that was too early, or None."""
        ...
