"""A moment of a call: a stretch of time in which people could act, and what is going on meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Literal, TypeAlias

from ivr.simulator.streaming.stream_news import HeardStream
from value_class import value_class

PROCESSING = "payment-processing"
"""The step of a payment in which nothing is entered any more: the payment processor is asked."""

FIRST_ENTRIES = ("payment-card-number", "bank-routing-number")
"""The steps with which a payment begins."""


@value_class
class PlayedPrompt:
    """The prompt that is being played: a Say (``text``), a Play (``url``, with ``text`` where its words are known, or
    ``digits``) or a Pause (none of them).
    """

    verb: Literal["Say", "Play", "Pause"]
    text: str = ""
    url: str = ""
    digits: str = ""


@value_class
class AcceptedInput:
    """The input that a gather accepts. ``input`` holds dtmf, speech or both; ``finish_on_key`` may be empty."""

    input: tuple[str, ...]
    num_digits: int | None
    finish_on_key: str


@value_class
class Leg:
    """One party that is being dialled; ``number`` counts the legs of one Dial from 1.

    ``written`` are the attributes that the document gives it.
    """

    number: int
    noun: str
    to: str
    written: tuple[tuple[str, str], ...] = ()


@value_class
class Whisper:
    """The callee of leg ``leg`` has picked up and lives through ``moment`` before being connected."""

    leg: int
    moment: Moment


@value_class
class AgentTurn:
    """An agent's turn tells how an AI agent stands, which the caller talks with by a websocket.

    ``more_may_come``: it may still say something within ``patience`` real seconds, so that what was not heard by now
    may yet be. ``last_message`` is the last one that came of it, as it may be shown; empty where none came.
    ``never_stops``: it talks on and on, so that what was not heard by now is not waited for.
    """

    more_may_come: bool
    patience: float
    last_message: str = ""
    never_stops: bool = False


def never() -> bool:
    """Return False: nothing but people ends the moment."""
    return False


Kind: TypeAlias = Literal["playing", "gather", "record", "ringing", "connected", "queue", "texting"]


@value_class
class Moment:
    """A stretch of the call in which a person could act.

    - ``playing``: ``prompt`` is heard; ``index`` is its place (from 1) among the prompts nested in the gather, 0
      outside of any gather, and ``gather`` says what that gather accepts.
    - ``gather``: the prompts are over (or a key has cut them off) and the gather listens; ``keyed`` keys are in.
    - ``record``: the caller is being recorded; ``keyed`` is 0. ``talked`` seconds are on the tape.
    - ``ringing``: ``legs`` ring and nobody has answered yet. Prompts of a conference's wait document are ``playing``
      moments with the conference among their ``legs``.
    - ``connected``: the caller talks with a callee or an agent; ``seconds`` is what is left of the talk. One who is
      left alone in a conference has no ``legs``.
    - ``queue``: the caller waits in ``queue`` and the hold music plays. Prompts of a wait document are ``playing``
      moments that name the queue as well. ``waited`` is how long the caller has stood in it.
    - ``texting``: there is no call, and somebody may send a text.

    ``seconds`` is when the moment ends by itself; None means that only an act ends it. ``verb`` is the TwiML verb at
    work. ``secret`` is True where what is keyed or said must not be shown. ``whisper`` is what a callee hears while the
    caller goes on hearing ringing. ``paying`` is the step of a payment that is under way, and ``index`` of its gather
    the attempt. ``stream`` is how a media stream of the call stands, which takes the caller's sound; in a <Connect> its
    application is who the caller is connected with.
    ``agent`` is how an AI agent stands that the caller talks with: its words are
    ``playing`` moments whose ``index`` counts from the caller's last act, and in between a ``gather`` listens.
    ``disturbed`` tells a telephone that waits for its person whether something has come that ends the moment.
    """

    kind: Kind
    verb: str
    seconds: float | None
    prompt: PlayedPrompt | None = None
    index: int = 0
    gather: AcceptedInput | None = None
    keyed: int = 0
    talked: float = 0.0
    legs: tuple[Leg, ...] = ()
    queue: str | None = None
    waited: float = 0.0
    secret: bool = False
    whisper: Whisper | None = None
    paying: str = ""
    stream: HeardStream | None = None
    agent: AgentTurn | None = None
    disturbed: Callable[[], bool] = field(default=never, repr=False, compare=False)
