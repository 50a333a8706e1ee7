"""The real-time transcriptions of a call: what is said in it is told to a status callback while it is being said.

Source: Twilio's <Transcription> page: the four events and their fields, SequenceId from 1, a track for what the person
at the telephone says and one for what is said to that person. How often a partial result comes is not documented: here
each second; the final one comes when the words are over, as far as they were heard.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC
from typing import Protocol

from ivr.simulator import codes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.verbs.reported_call import ReportedCall
from value_class import value_class

INBOUND = "inbound_track"
OUTBOUND = "outbound_track"
BOTH = "both_tracks"

CONFIDENCE = 0.9
"""What the recogniser is sure of, where a script does not say; of partial results it tells that they are as stable."""

PARTIAL_SECONDS = 1.0
"""Seconds between two partial results of one utterance."""


@value_class
class Transcriber:
    """Says how a call is transcribed: which ``track``, in which ``language``, by what, told to whom.

    ``settings`` are what the vendor would tell its recogniser. ``fault`` is why it would refuse to.
    """

    name: str = ""
    callback: StatusCallback | None = None
    track: str = BOTH
    language: str = "en-US"
    engine: str = "google"
    inbound_label: str = ""
    outbound_label: str = ""
    partial: bool = False
    settings: Params = ()
    fault: str = ""


@dataclass(slots=True, eq=False)
class Transcription:
    """One transcription that runs, or ran: ``sequence`` counts the events that were told of it.

    One that ``ends`` hears nothing new, and is still to tell what it has heard.
    """

    sid: str
    transcriber: Transcriber
    sequence: int = 0
    ends: bool = False

    @property
    def status(self) -> str:
        """Return where it stands, in the vendor's words."""
        return "stopped" if self.ends else "in-progress"


@dataclass(slots=True, eq=False)
class HeardSpeech:
    """Words that are being said: ``text`` on ``track``, heard by ``by``; ``share`` of it, once it is over."""

    text: str = field(repr=False)
    track: str
    by: tuple[Transcription, ...]
    confidence: float
    secret: bool
    share: float | None = None

    def words(self, share: float) -> str:
        """Return ``share`` of the words."""
        words = self.text.split()
        return " ".join(words[: round(min(share, 1.0) * len(words))])


class TranscribedCall(ReportedCall, Protocol):
    """A call of which a transcription is made."""

    def later(self, seconds: float, errand: Callable[[], Steps[None]]) -> None:
        """Run ``errand`` in ``seconds``, whatever the call is at then; at its end where it ends before."""
        ...


class Transcriptions:
    """The transcriptions of ``call`` that run."""

    def __init__(self, call: TranscribedCall) -> None:
        self.running: list[Transcription] = []
        self._call = call
        self._over: list[HeardSpeech] = []

    def add(self, transcriber: Transcriber) -> Transcription:
        """Begin one, whose start is still to be told."""
        self.running.append(Transcription(self._call.sids.next("GT"), transcriber))
        return self.running[-1]

    def start(self, transcriber: Transcriber) -> Steps[None]:
        """Begin one and tell it; one whose settings are wrong, or whose name runs already, is told to have failed."""
        fault = transcriber.fault
        if not fault and transcriber.name and self.find(transcriber.name):
            fault = f"a transcription called '{transcriber.name}' runs already"
        if fault:
            failed = Transcription(self._call.sids.next("GT"), transcriber)
            error = (("TranscriptionErrorCode", str(codes.TRANSCRIPTION)), ("TranscriptionError", fault))
            yield from self._tell(failed, "transcription-error", error)
            return
        yield from self.tell_begun(self.add(transcriber))

    def tell_begun(self, begun: Transcription) -> Steps[None]:
        """Tell the callback that it runs, and how."""
        terms = begun.transcriber
        fields = {
            "ProviderConfiguration": json.dumps(dict(terms.settings), separators=(",", ":")),
            "TranscriptionEngine": terms.engine,
            "Name": terms.name,
            "Track": terms.track,
            "InboundTrackLabel": terms.inbound_label,
            "OutboundTrackLabel": terms.outbound_label,
            "PartialResults": "true" if terms.partial else "false",
            "LanguageCode": terms.language,
        }
        told = tuple((name, value) for name, value in fields.items() if value)
        yield from self._tell(begun, "transcription-started", told)

    def find(self, name: str) -> Transcription | None:
        """Return the one with that name or identifier that runs."""
        named = (one for one in self.running if name in {one.sid, one.transcriber.name or one.sid})
        return next((one for one in named if not one.ends), None)

    def stop(self, name: str) -> Steps[None]:
        """End the one with that name; where there is none, nothing ends."""
        if (found := self.find(name)) is not None:
            yield from self.finish(found)

    def finish(self, one: Transcription) -> Steps[None]:
        """Tell what was said until now, and that it is over."""
        yield from self._tell_over()
        if one in self.running:
            self.running.remove(one)
            one.ends = True
            yield from self._tell(one, "transcription-stopped", ())

    def finish_all(self) -> Steps[None]:
        """End all of them: the call is over."""
        for one in list(self.running):
            yield from self.finish(one)

    def begin(
        self, track: str, text: str, seconds: float, *, secret: bool = False, confidence: float | None = None
    ) -> HeardSpeech | None:
        """Begin with words that take ``seconds`` to say; None where no transcription runs on their track.

        ``end`` says when they are over, and how much of them was said.
        """
        by = tuple(one for one in self.running if one.transcriber.track in {track, BOTH} and not one.ends)
        if not by or not text.split():
            return None
        utterance = HeardSpeech(text, track, by, CONFIDENCE if confidence is None else confidence, secret)
        if any(one.transcriber.partial for one in by):
            self._call.later(PARTIAL_SECONDS, lambda: self._tell_partial(utterance, PARTIAL_SECONDS, seconds))
        return utterance

    def end(self, utterance: HeardSpeech | None, share: float = 1.0) -> None:
        """Let the final result come, of ``share`` of what was to be said."""
        if utterance is not None and utterance.share is None:
            utterance.share = share
            self._over.append(utterance)
            self._call.later(0.0, self._tell_over)

    def heard(self, track: str, text: str, *, secret: bool = False) -> None:
        """Tell words that have just been said."""
        self.end(self.begin(track, text, 0.0, secret=secret))

    def _tell_over(self) -> Steps[None]:
        while self._over:
            utterance = self._over.pop(0)
            text = utterance.words(utterance.share or 0.0)
            for one in utterance.by if text else ():
                data: dict[str, str | float] = {"transcript": text, "confidence": utterance.confidence}
                yield from self._tell_content(one, utterance, data, (("Final", "true"),))

    def _tell_partial(self, utterance: HeardSpeech, passed: float, seconds: float) -> Steps[None]:
        """Tell what has been said so far, and again a second later, as long as it goes on."""
        if utterance.share is not None or passed >= seconds:
            return
        text = utterance.words(passed / seconds)
        for one in utterance.by if text else ():
            if one.transcriber.partial:
                partial = (("Stability", str(CONFIDENCE)), ("Final", "false"))
                yield from self._tell_content(one, utterance, {"transcript": text}, partial)
        later = passed + PARTIAL_SECONDS
        self._call.later(PARTIAL_SECONDS, lambda: self._tell_partial(utterance, later, seconds))

    def _tell_content(
        self, one: Transcription, utterance: HeardSpeech, data: dict[str, str | float], more: Params
    ) -> Steps[None]:
        if one not in self.running:
            return
        fields = (
            ("LanguageCode", one.transcriber.language),
            ("Track", utterance.track),
            ("TranscriptionData", json.dumps(data, ensure_ascii=False, separators=(",", ":"))),
            *more,
        )
        yield from self._tell(one, "transcription-content", fields, secret=utterance.secret)

    def _tell(self, one: Transcription, event: str, more: Params, *, secret: bool = False) -> Steps[None]:
        one.sequence += 1
        if one.transcriber.callback is None:
            return
        now = self._call.clock.now().astimezone(UTC).isoformat(timespec="microseconds")
        fields = (
            *self._call.identity(),
            ("TranscriptionSid", one.sid),
            ("Timestamp", now.replace("+00:00", "Z")),
            ("SequenceId", str(one.sequence)),
            ("TranscriptionEvent", event),
            *more,
        )
        yield from self._call.report(one.transcriber.callback, fields, secret=secret)
