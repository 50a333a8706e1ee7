"""Leads a call through a media stream step by step: ``call.stream.plays_sound(1.0).stream.marks("greeting")``."""

from __future__ import annotations

from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ivr.simulator.phones import steps
from ivr.simulator.phones.steps import Step
from ivr.simulator.streaming.caller_wav import read_caller_wav
from ivr.simulator.streaming.frames import tone
from ivr.simulator.transcript import Transcript
from ivr.wav import mu_law


class LedCall(Protocol):
    """A call that goes on step by step."""

    @property
    def transcript(self) -> Transcript:
        """Return what has happened so far."""
        ...

    def do(self, step: Step) -> object:
        """Go on until ``step`` is done."""
        ...


Led = TypeVar("Led", bound=LedCall)


class CallStream(Generic[Led]):
    """The media stream of a call: what the caller says into it, and what the application is heard to do.

    Each waits in real time, at most ``within`` seconds (10 where a test does not say), and is an AssertionError where
    it does not come. Every method returns the call.
    """

    def __init__(self, call: Led) -> None:
        self._call = call

    def says_wav(self, file: str | Path) -> Led:
        """Say a WAV file into the stream; the next step comes when it is over."""
        return self._make(read_caller_wav(Path(file).read_bytes()))

    def makes_tone(self, seconds: float, hertz: float = 440.0) -> Led:
        """Make a tone into the stream."""
        return self._make(tone(seconds, hertz))

    def plays_sound(self, seconds: float, *, within: float | None = None) -> Led:
        """The application is heard for so many seconds since the step before."""
        return self._hear(steps.HearStream("sound", seconds, within=within))

    def is_silent(self, seconds: float, *, within: float | None = None) -> Led:
        """Nothing is heard of the application for so many seconds."""
        return self._hear(steps.HearStream("silence", seconds, within=within))

    def marks(self, name: str, *, within: float | None = None) -> Led:
        """The application's mark of that name was told to it."""
        return self._hear(steps.HearStream("mark", mark=name, within=within))

    def clears(self, *, within: float | None = None) -> Led:
        """The application throws away what was not played."""
        return self._hear(steps.HearStream("clear", within=within))

    def ends(self, *, within: float | None = None) -> Led:
        """The stream is over."""
        return self._hear(steps.HearStream("end", within=within))

    @property
    def sound(self) -> bytes:
        """Return what was heard in the last stream so far, as µ-law of 8000 samples a second."""
        streams = self._call.transcript.streams
        return bytes(streams[-1].kept) if streams else b""

    @property
    def wav(self) -> bytes:
        """Return the same as a WAV file."""
        return mu_law(self.sound).written()

    def _make(self, sound: bytes) -> Led:
        self._call.do(steps.SaySound(sound))
        return self._call

    def _hear(self, step: steps.HearStream) -> Led:
        self._call.do(step)
        return self._call
