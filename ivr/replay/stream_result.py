"""``streams_of`` reads what came of the media streams of a call from its transcript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field

from ivr.simulator.transcript import Transcript
from value_class import value_class


@value_class
class StreamResult:
    """A stream result is what a media stream came to: ``sound`` is how many seconds the application was heard for.

    ``ended`` is who ended it: the app, the call, lost (the connection), fault (of the script), or failed where it never
    began. ``heard`` is what was heard, as µ-law.
    """

    name: str
    ended: str
    sound: float
    marks: tuple[str, ...] = ()
    cleared: int = 0
    heard: bytes = field(default=b"", repr=False)


def streams_of(transcript: Transcript) -> Iterator[StreamResult]:
    """Yield what came of each stream, in the order in which they began."""
    told = transcript.events
    begun = [number for number, event in enumerate(told) if event.kind == "stream"]
    for number, stream in zip(begun, transcript.streams, strict=True):
        opened = told[number]
        name = opened["stream"]
        until = next((n for n in begun if n > number and told[n]["stream"] == name), len(told))
        own = [event for event in told[number:until] if event.get("stream") == name]
        yield StreamResult(
            name=name,
            ended="failed" if opened["outcome"] == "failed" else str(opened.get("by", "call")),
            sound=stream.heard.sound,
            marks=tuple(event["mark"] for event in own if event.kind == "mark"),
            cleared=sum(event.kind == "clear" for event in own),
            heard=bytes(stream.kept),
        )
