"""What a turn answers, before it is written as anybody's XML: prompts by name, desks by target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from routing.destinations import Number, Queue, Sip


@dataclass(frozen=True, slots=True)
class Say:
    """One prompt by name. ``destination`` and ``opens_at`` fill ``{destino}`` and ``{abertura}``."""

    prompt: str
    destination: str | None = None
    opens_at: datetime | None = None
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class Gather:
    """Listen. ``prompts`` are spoken while listening; ``num_digits`` 0 is as many as come."""

    prompts: tuple[Say, ...]
    num_digits: int
    finish_on_key: str
    seconds: int
    speech: bool
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dial:
    """Ring one telephone or SIP address."""

    target: Number | Sip
    record: bool


@dataclass(frozen=True, slots=True)
class Enqueue:
    """Wait for an agent of a queue."""

    queue: Queue


@dataclass(frozen=True, slots=True)
class Record:
    """Take a message of at most ``seconds``, which ``silence`` seconds of quiet or # end."""

    seconds: int
    silence: int


@dataclass(frozen=True, slots=True)
class Hangup:
    """End the call."""


Verb = Say | Gather | Dial | Enqueue | Record | Hangup
