"""``StreamsHeard`` holds what a script expects of the media streams of its call against what came.

``streams: [{sound: {least: 1}, marks: [greeting], ended: app, heard: greeting.wav}]``
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ivr.replay.recogniser import RecogniserError, recognised
from ivr.replay.stream_result import StreamResult
from ivr.simulator.streaming.caller_wav import read_caller_wav
from ivr.simulator.streaming.frames import QUIET
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.folding import fold_words
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Text, Value
from value_class import value_class
from wording import counted, message, phrase, reason

if TYPE_CHECKING:
    from ivr.replay.call_result import CallResult

ENDED_BY: Final = ("app", "call", "lost", "fault", "failed")
"""How a stream can end, as ``StreamResult`` says."""


@value_class
class ExpectedStream:
    """An expected stream is what a script wants of one; None is not asked for."""

    mark: Mark
    name: str | None = None
    least: float = 0.0
    most: float | None = None
    marks: tuple[str, ...] | None = None
    cleared: int | None = None
    ended: str | None = None
    heard: bytes | None = field(default=None, repr=False)
    heard_in: str = ""
    words: str | None = None

    def unmet(self, came: StreamResult) -> Iterator[str]:
        """Yield each thing that was expected and did not come."""
        if self.name is not None and came.name != self.name:
            yield phrase("expected the stream '{wanted}', but it was '{came}'", wanted=self.name, came=came.name)
        if came.sound < self.least - 0.001 or (self.most is not None and came.sound > self.most + 0.001):
            most = phrase(" and at most {most:g}", most=self.most) if self.most is not None else ""
            yield phrase(
                "expected at least {least:g}{most} seconds of sound, but {came:.2f} were heard",
                least=self.least,
                most=most,
                came=came.sound,
            )
        if self.marks is not None and came.marks != self.marks:
            yield phrase(
                "expected the marks {wanted}, but there were {came}",
                wanted=", ".join(self.marks) or phrase("none"),
                came=", ".join(came.marks) or phrase("none"),
            )
        if self.cleared is not None and came.cleared != self.cleared:
            yield counted(
                "expected {wanted} clears, but there was {number}",
                "expected {wanted} clears, but there were {number}",
                came.cleared,
                wanted=self.cleared,
            )
        if self.ended is not None and came.ended != self.ended:
            yield phrase(
                "expected the stream to be ended by {wanted}, but it was by {came}", wanted=self.ended, came=came.ended
            )
        if self.heard is not None:
            yield from self._other_sound(came)
        if self.words is not None:
            yield from self._other_words(came)

    def _other_sound(self, came: StreamResult) -> Iterator[str]:
        wanted, heard = (self.heard or b"").strip(QUIET), came.heard.strip(QUIET)
        if wanted == heard:
            return
        same = next((at for at, (one, other) in enumerate(zip(wanted, heard, strict=False)) if one != other), None)
        at = min(len(wanted), len(heard)) if same is None else same
        yield phrase(
            "expected to hear the sound of {file}, but from sample {at} on it is another ({came} samples in place of"
            " {wanted})",
            file=self.heard_in,
            at=at,
            came=len(heard),
            wanted=len(wanted),
        )

    def _other_words(self, came: StreamResult) -> Iterator[str]:
        try:
            heard = recognised(came.heard)
        except RecogniserError as error:
            yield reason(error)
            return
        if fold_words(self.words or "") not in fold_words(heard):
            yield phrase(
                "expected to hear '{wanted}', but the recogniser heard '{came}'", wanted=self.words, came=heard
            )


@value_class
class StreamsHeard:
    """``streams: [{ended: app}]`` expects the media streams of the call; an empty list: none."""

    mark: Mark
    streams: tuple[ExpectedStream, ...]

    def unmet(self, result: CallResult) -> str | None:
        """Return what was expected and what came instead; None where it held."""
        if len(result.streams) != len(self.streams):
            return counted(
                "expected {wanted} media streams, but there was {number}",
                "expected {wanted} media streams, but there were {number}",
                len(result.streams),
                wanted=len(self.streams),
            )
        told = [
            phrase("stream {number}: {what}", number=number, what=what)
            for number, (wanted, came) in enumerate(zip(self.streams, result.streams, strict=True), 1)
            for what in wanted.unmet(came)
        ]
        return "; ".join(told) or None


def read_stream(value: Value, number: int, fields: Fields) -> ExpectedStream:
    """Read what is expected of the ``number``-th stream; diagnostics go to ``fields``."""
    owner = phrase("stream {number} of 'streams'", number=number)
    inner = Fields.of(value, owner, fields.diagnostics, fields.mark_of("streams"))
    least, most = _seconds(inner)
    written = inner.text("heard")
    expected = ExpectedStream(
        inner.mark,
        inner.text("name"),
        least,
        most,
        tuple(inner.texts("marks")) if inner.has("marks") else None,
        inner.whole("cleared", 0, most=1000) if inner.has("cleared") else None,
        inner.choice("ended", ENDED_BY, default="") or None,
        _sound(written, inner) if written else None,
        written or "",
        inner.text("words"),
    )
    inner.finish()
    return expected


def _seconds(fields: Fields) -> tuple[float, float | None]:
    mapping = fields.mapping_of("sound")
    if mapping is None:
        return 0.0, None
    inner = Fields(mapping, phrase("'{key}' of {owner}", key="sound", owner=fields.owner), fields.diagnostics)
    least, most = inner.parsed("least", parse_seconds), inner.parsed("most", parse_seconds)
    inner.finish()
    if not mapping.entries:
        told = message("duration-without-bounds", "{owner} needs 'most' or 'least', in seconds", owner=inner.owner)
        fields.diagnostics.error(inner.mark, told)
    return least or 0.0, most


def _sound(written: Text, fields: Fields) -> bytes:
    try:
        return read_caller_wav((Path(written.mark.file).parent / written).read_bytes())
    except OSError as error:
        told = message(
            "heard-wav-unreadable",
            "'heard' of {owner}: {file} cannot be read ({why}); name a WAV file, as seen from the script",
            owner=fields.owner,
            file=written,
            why=(error.strerror or str(error)).lower(),
        )
        fields.diagnostics.error(written.mark, told)
    except ValueError as error:
        told = phrase("'heard' of {owner}: {file} {why}", owner=fields.owner, file=written, why=reason(error))
        fields.diagnostics.error(written.mark, told)
    return b""
