"""The calls of a capture: which requests each of them is made of, and what was answered.

A request belongs to the call that its CallSid names, or to the one whose leg it is of (ParentCallSid). What names no
call, such as a sound, is the app's to answer whichever call asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from ivr.capture.captured_sockets import CapturedSocket
from ivr.capture.personal_fields import kind_of_field
from value_class import value_class

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Key: TypeAlias = tuple[str, str, Pairs]
"""What a request asks for: its method, its path, and those parts of its query that are the app's own."""

CALLBACKS: Final = (
    "CallbackSource", "StatusCallbackEvent", "RecordingStatus", "TranscriptionStatus", "TranscriptionEvent",
    "StreamEvent", "UnstableSpeechResult", "StableSpeechResult", "MachineDetectionDuration", "MessageStatus",
    "SmsStatus",
)  # fmt: skip
"""Fields that only requests have whose answer does not steer the call."""

_EVENTS: Final = (
    "StatusCallbackEvent", "RecordingStatus", "TranscriptionStatus", "TranscriptionEvent", "StreamEvent",
    "MessageStatus", "SmsStatus", "CallStatus",
)  # fmt: skip
"""Where a callback says what it tells, the first that it has."""


@value_class
class CapturedAnswer:
    """The app gave this answer at ``t``; ``failed`` says why it gave none. ``seconds`` is how long a sound lasts."""

    t: float
    status: int | None
    headers: Pairs = ()
    body: str = ""
    seconds: float | None = None
    failed: str = ""
    cut: bool = False


@dataclass(frozen=True)
class CapturedRequest:
    """One request of the carrier's: number ``n``, on line ``line`` of the file."""

    n: int
    line: int
    t: float
    method: str
    base: str
    url: str
    fields: Pairs
    headers: Pairs
    signature: str
    outside: bool
    answer: CapturedAnswer | None = None

    @cached_property
    def params(self) -> dict[str, str]:
        """Return the carrier's fields, in a form or in the query of a GET."""
        return dict(params_of(self.method, self.url, self.fields))

    @property
    def key(self) -> Key:
        """Return what was asked for."""
        return key_of(self.method, self.url)

    @property
    def callback(self) -> bool:
        """Return whether its answer steers nothing."""
        return is_callback(self.params)

    @property
    def what(self) -> str:
        """Return how a person is told of it: ``POST /voice``, of a callback with what it tells."""
        return described(self.method, self.url, self.params)

    @property
    def answered_at(self) -> float:
        """Return when the app had answered."""
        return self.answer.t if self.answer else self.t


@dataclass(frozen=True)
class CapturedCall:
    """One call, from its first request to its last, and its websockets; ``others`` are what any call may ask for."""

    sid: str
    requests: tuple[CapturedRequest, ...]
    others: tuple[CapturedRequest, ...] = field(default=(), repr=False)
    sockets: tuple[CapturedSocket, ...] = field(default=(), repr=False)

    @cached_property
    def steering(self) -> tuple[CapturedRequest, ...]:
        """Return the requests of the caller's own leg whose answers steer it, in their order."""
        return tuple(each for each in self.requests if not each.callback and each.params.get("CallSid") == self.sid)

    @cached_property
    def ended_at(self) -> float | None:
        """Return when the call was over: its last status was told, or the action of a caller who had hung up."""
        over = (
            each.t
            for each in self.requests
            if each.params.get("CallSid") == self.sid and each.params.get("CallStatus") in ENDED
        )
        return next(over, None)


ENDED: Final = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


@dataclass(frozen=True)
class Capture:
    """A whole capture. ``finished`` is False where it has no end; ``left_out`` counts what was too much for it."""

    file: str
    at: datetime
    public_url: str | None
    calls: tuple[CapturedCall, ...]
    finished: bool
    left_out: int = 0

    @property
    def from_outside(self) -> bool:
        """Return whether every request came from the internet: only then can it be the carrier's."""
        requests = [each for call in self.calls for each in call.requests]
        return bool(requests) and all(each.outside for each in requests)

    @property
    def proves(self) -> bool:
        """Return whether it says anything of the carrier: it came from outside, and each signature is the account's."""
        signatures = [each.signature for call in self.calls for each in call.requests]
        signatures += [each.signature for call in self.calls for each in call.sockets]
        signed = all(each == "valid" for each in signatures)
        return self.from_outside and signed and self.finished and not self.left_out


def params_of(method: str, url: str, fields: Sequence[tuple[str, str]]) -> Pairs:
    """Return the carrier's fields of a request."""
    if method == "POST":
        return tuple(fields)
    asked = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return tuple((name, value) for name, value in asked if kind_of_field(name) != "unknown")


def key_of(method: str, url: str) -> Key:
    """Return what a request for ``url`` asks for, wherever the app is."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if method != "POST":
        asked = [(name, value) for name, value in asked if kind_of_field(name) == "unknown"]
    return method, parts.path or "/", tuple(asked)


def is_callback(params: dict[str, str]) -> bool:
    """Return whether a request with these fields is a callback."""
    return any(name in params for name in CALLBACKS)


def event_of(params: dict[str, str]) -> str:
    """Return what a callback tells: completed, participant-join, ..."""
    return next((params[name] for name in _EVENTS if name in params), "")


def described(method: str, url: str, params: dict[str, str]) -> str:
    """Return a request in a few words."""
    told = f"{method} {urlsplit(url).path or '/'}"
    return f"{told} ({event_of(params)})" if is_callback(params) else told
