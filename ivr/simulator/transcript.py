"""A transcript records what happened in a call, event by event, in a form that people and tools read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from ivr.simulator.streaming.media_stream import MediaStream
from ivr.simulator.texts.text_message import TextMessage
from ivr.simulator.transports import Request, Response
from ivr.simulator.twiml_notice import TwimlNotice
from value_class import value_class


@dataclass(slots=True)
class Event:
    """One thing that happened, ``t`` seconds into the call.

    ``kind`` is request, say, play, pause, gather, press, speak, silence, echo, dial, enqueue, record, relay, message,
    reject, leave, text, unperformed, hangup, or of a media stream stream, sound, mark, clear, stream_message,
    stream_ended and caller_sound; ``details`` are the other keys of its JSON object. An event stands in the transcript
    from the moment it begins; what is known only later (``interrupted``, the outcome of a dial) is filled in when it
    ends.
    ``spoken`` is what people hear where the details show marks in its place.
    """

    t: float
    kind: str
    details: dict[str, Any] = field(default_factory=dict)
    spoken: str | None = field(default=None, repr=False)

    def __getitem__(self, key: str) -> Any:
        return self.details[key]

    def get(self, key: str, default: Any = None) -> Any:
        """A detail, or ``default`` where this kind of event has none of that name."""
        return self.details.get(key, default)

    @property
    def words(self) -> str | None:
        """Return what is heard as words: a text that is said, or that of a sound or an echo; None for the rest."""
        kind = self.kind
        if kind != "say" and not (kind in {"play", "echo"} and self.details.get("text")):
            return None
        return str(self.details["text"]) if self.spoken is None else self.spoken

    def as_dict(self) -> dict[str, Any]:
        """The event as one JSON object."""
        return {"t": round(self.t, 2), "kind": self.kind, **self.details}


Observer: TypeAlias = Callable[[Event], None]
"""Told each event once, as it begins."""


@value_class
class Exchange:
    """One HTTP request that was really made, and its response; None where none came back.

    ``callback`` tells a status callback from a request whose answer steers the call. What the caller keyed is in
    here unconcealed: an exchange is for programs and is never printed.
    """

    request: Request
    response: Response | None
    callback: bool = False


@value_class
class CallRecording:
    """A recorded voice, ``seconds`` long, recorded from ``began`` on; ``source`` is the vendor's name for its cause.

    Each of two ``channels`` has one party alone; ``track`` says who is heard: both, inbound or outbound.
    """

    sid: str
    seconds: float
    began: datetime
    source: str = "RecordVerb"
    channels: int = 1
    track: str = "both"


@dataclass(slots=True)
class Transcript:
    """One call. ``status`` is completed, busy, no-answer, canceled or failed; ``duration`` is in seconds.

    ``calls`` are those that the application made through the API meanwhile, ``texts`` those that it sent, ``streams``
    its media streams, with the sound that was heard in them.
    """

    target: str
    from_: str
    to: str
    call_sid: str
    call: str | None = None
    status: str = "completed"
    failures: list[str] = field(default_factory=list)
    error: TwimlNotice | None = None
    warnings: list[TwimlNotice] = field(default_factory=list)
    duration: float = 0.0
    events: list[Event] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list, repr=False)
    recordings: list[CallRecording] = field(default_factory=list)
    streams: list[MediaStream] = field(default_factory=list, repr=False)
    calls: list[Transcript] = field(default_factory=list)
    texts: list[TextMessage] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """True where nothing that was expected failed."""
        return not self.failures

    @property
    def requests(self) -> int:
        """Return how many webhook requests were made, status callbacks not counted."""
        return sum(not exchange.callback for exchange in self.exchanges)

    def as_dict(self) -> dict[str, Any]:
        """The call as one JSON object; ``calls`` is in it where the application made some."""
        told: dict[str, Any] = {
            "call": self.call,
            "target": self.target,
            "from": self.from_,
            "to": self.to,
            "call_sid": self.call_sid,
            "status": self.status,
            "passed": self.passed,
            "failures": list(self.failures),
            "error": self.error.as_dict() if self.error else None,
            "warnings": [one.as_dict() | ({"failure": True} if one.failure else {}) for one in self.warnings],
            "duration": round(self.duration, 2),
            "events": [event.as_dict() for event in self.events],
        }
        return told | {"calls": [call.as_dict() for call in self.calls]} if self.calls else told
