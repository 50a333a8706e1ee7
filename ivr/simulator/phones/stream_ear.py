"""A person's ear at a media stream: what was heard of it since the last act, and how long the caller's own sound lasts.

An application of a stream is a stranger that may say nothing at all, in real time; so each wait for it has an end.
"""

from __future__ import annotations

from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.streaming.stream_news import HeardStream
from ivr.simulator.transcript import Event
from wording import phrase

LISTEN = 0.05
"""Seconds after which it is listened again for what a step waits for."""

WITHIN = 10.0
"""Seconds within which it must come, where the step does not say."""

PATIENCE = 30.0
"""Seconds without a sound after which a step that fits into nothing, or the call's end, is no longer waited for."""


class StreamEar:
    """Follows the present stream: by the moments of the call, and by what it tells of marks, clears and the end."""

    def __init__(self) -> None:
        self._now = HeardStream()
        self._base = HeardStream()
        self._marks: list[str] = []
        self._clears = 0
        self._ends = 0
        self._busy_until = 0.0

    def follow(self, moment: Moment) -> bool:
        """Take in how the stream of ``moment`` stands; False where there is none."""
        heard = moment.stream
        if heard is None:
            return False
        if heard.at < self._now.at:
            self._base, self._busy_until = HeardStream(), 0.0  # another stream
        self._now = heard
        return True

    def notice(self, event: Event) -> None:
        """Take note of what is told of the stream."""
        match event.kind:
            case "mark":
                self._marks.append(str(event["mark"]))
            case "clear":
                self._clears += 1
            case "stream_ended":
                self._ends += 1
                if event.get("two_way"):
                    self._now = HeardStream(event["seconds"], event["sound"], self._now.silent)

    def talk(self, seconds: float) -> None:
        """The caller makes a sound of so many seconds from now on."""
        self._busy_until = self._now.at + seconds

    @property
    def busy(self) -> float:
        """Return for how many seconds the caller's own sound still lasts."""
        return max(self._busy_until - self._now.at, 0.0)

    def acted(self) -> None:
        """Count from now on: a step was done."""
        self._base = self._now

    def met(self, step: steps.HearStream) -> bool:
        """Return whether what ``step`` waits for was heard."""
        now, base = self._now, self._base
        match step.what:
            case "sound":
                return now.sound - base.sound >= step.seconds - 0.001
            case "silence":
                return min(now.silent, now.at - base.at) >= step.seconds - 0.001
            case "mark":
                return step.mark in self._marks
            case "clear":
                return self._clears > 0
            case "end":
                return self._ends > 0

    def hear(self, step: steps.HearStream) -> None:
        """Take ``step`` for done: what comes is counted anew."""
        match step.what:
            case "mark":
                del self._marks[: self._marks.index(step.mark) + 1]
            case "clear":
                self._clears -= 1
            case "end":
                self._ends -= 1
        self.acted()

    def late(self, step: steps.HearStream) -> bool:
        """Return whether ``step`` has waited for long enough."""
        within = WITHIN + step.seconds if step.within is None else step.within
        return self._now.at - self._base.at > within

    @property
    def lost(self) -> bool:
        """Return whether nothing was done or heard for so long that nothing is waited for any more."""
        return min(self._now.silent, self._now.at - self._base.at) > PATIENCE

    def told(self) -> str:
        """Return what was heard instead, in words."""
        now, base = self._now, self._base
        return phrase(
            "heard in {at:.1f} s: {sound:.1f} s of sound, silent for {silent:.1f} s, marks: {marks}, cleared: {clears}",
            at=now.at - base.at,
            sound=now.sound - base.sound,
            silent=min(now.silent, now.at - base.at),
            marks=", ".join(self._marks) or phrase("none"),
            clears=self._clears,
        )
