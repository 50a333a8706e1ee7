"""The tapes of a whole call: begun by its document, by the API, or with a call that the application makes.

Source: Twilio, <Recording>, and the Recording resource of a call: pause, resume, stop; a paused tape holds silence, or
skips what is said meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ivr.simulator.effects import Steps
from ivr.simulator.transcript import CallRecording
from ivr.simulator.verbs.recording import Recorder
from ivr.simulator.verbs.reported_call import ReportedCall


@dataclass(slots=True, eq=False)
class Tape:
    """A running tape: ``recording`` is what there is of it; ``skipped`` seconds are not on it."""

    name: str
    recorder: Recorder
    recording: CallRecording
    paused: datetime | None = None
    skips: bool = False
    skipped: float = 0.0
    stopped: datetime | None = None

    @property
    def status(self) -> str:
        """Return where the recording stands, in the vendor's words."""
        return "stopped" if self.stopped else "paused" if self.paused else "in-progress"

    def pause(self, now: datetime, *, skips: bool) -> None:
        """Pause: the tape holds silence from now on, or nothing where it ``skips``."""
        if self.paused is None:
            self.paused, self.skips = now, skips

    def resume(self, now: datetime) -> None:
        """Go on recording."""
        if self.paused:
            self.skipped += (now - self.paused).total_seconds() if self.skips else 0.0
            self.paused = None

    def stop(self, now: datetime) -> None:
        """Stop the tape for good."""
        self.resume(now)
        self.stopped = self.stopped or now

    def seconds(self, now: datetime) -> float:
        """Return how many seconds are on the tape."""
        self.stop(now)
        return max(((self.stopped or now) - self.recording.began).total_seconds() - self.skipped, 0.0)


class Tapes:
    """The tapes of ``call`` that run, or were stopped and not yet told of."""

    def __init__(self, call: ReportedCall) -> None:
        self._call = call
        self.running: list[Tape] = []

    def add(self, name: str, recorder: Recorder) -> Tape:
        """Start a tape, whose status callback is still to be sent."""
        recording = recorder.new(self._call)
        self.running.append(Tape(name or f"#{recording.sid}", recorder, recording))
        return self.running[-1]

    def start(self, name: str, recorder: Recorder) -> Steps[None]:
        """The whole call is recorded from now on; one that is called ``name`` already goes on."""
        if not any(tape.name == name for tape in self.running):
            yield from self.tell_begun(self.add(name, recorder))

    def tell_begun(self, tape: Tape) -> Steps[None]:
        """The recording's callback is told that it runs."""
        yield from tape.recorder.tell_begun(self._call, tape.recording)

    def stop(self, name: str) -> Steps[None]:
        """The tape called ``name`` ends; where there is none, nothing does."""
        for tape in [one for one in self.running if one.name == name]:
            yield from self.finish(tape)

    def finish(self, tape: Tape) -> Steps[None]:
        """End the recording and tell its callback."""
        if tape in self.running:
            self.running.remove(tape)
            yield from tape.recorder.end(self._call, tape.recording, tape.seconds(self._call.clock.now()))

    def finish_all(self) -> Steps[None]:
        """End all recordings: the call is over."""
        for tape in list(self.running):
            yield from self.finish(tape)
