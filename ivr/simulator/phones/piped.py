"""A telephone whose keys come down a pipe: ``printf 22 | ivr call``.

Each character is one key, pressed when somebody waits for it: a gather, a recording or a talk for 0-9 * #; ``a``,
``b``, ``n`` and ``f`` for what the callee does while it rings; ``a`` for the agent of a queue; ``s`` and the rest of
its line for speech; ``h`` hangs up. Line breaks and spaces are ignored, and after the last character everybody is
silent, until a call that goes in a circle is given up. Made for a virtual clock: nothing is waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TextIO

from ivr.simulator import acts
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.dialogue import Narrator
from ivr.simulator.phones.stream_ear import StreamEar
from ivr.simulator.phones.terminal import KEYPAD, TALK_SECONDS, ringing_leg
from ivr.simulator.phones.watchdog import Watchdog
from ivr.simulator.transcript import Event

LOOK = 0.5
"""Seconds after which it is looked again how a media stream stands in which no key is pressed."""

MEANINGFUL = KEYPAD | frozenset("abfhns")


class PipedPhone:
    """Takes keys from ``keys``, one character at a time, and gives ``tell`` each plain line of what happens."""

    def __init__(self, keys: TextIO, tell: Callable[[str], None]) -> None:
        self._keys = keys
        self._tell = tell
        self._next: str | None = None
        self._narrator = Narrator()
        self._watchdog = Watchdog()
        self._ear = StreamEar()

    def act(self, moment: Moment) -> Act | None:
        """The next key where the moment waits for it; prompts are heard to their end."""
        if lost := self._watchdog.lost():
            return acts.GiveUp(f"{lost}: no key that is left ends the call; end the keys with h, which hangs up")
        if moment.kind == "playing" and moment.queue is None and not moment.legs:
            return None
        key = self._peek()
        if key is None and moment.kind == "gather" and moment.agent and not moment.agent.more_may_come:
            return acts.GiveUp(
                "no key is left and an AI agent waits for the caller; end the keys with h, which hangs up"
            )
        act = self._act_of(key, moment) if key else None
        if act is not None:
            self._next = None
            self._watchdog.renew()
            self._ear.acted()
        elif self._ear.follow(moment) and moment.verb == "Connect":
            if self._ear.lost:
                return acts.GiveUp("the media stream goes on, and no key ends it: end the keys with h, which hangs up")
            return acts.Wait(LOOK)
        return act

    def notice(self, event: Event) -> None:
        """Tell what happens as it begins."""
        self._watchdog.notice(event)
        for line in self._narrator.told(event):
            self._tell(line)

    def ended(self) -> str | None:
        """Keys that are left over are no failure: a person would have stopped too."""
        for line in self._narrator.ended():
            self._tell(line)
        return None

    def _act_of(self, key: str, moment: Moment) -> Act | None:
        leg = ringing_leg(moment)
        ringing = bool(moment.legs) and moment.kind != "connected"
        match moment.kind, key:
            case _, "h":
                return acts.HangUp()
            case _, "a" if ringing:
                return acts.Answered(TALK_SECONDS, leg)
            case _, "b" if ringing:
                return acts.Busy(leg)
            case _, "n" if ringing:
                return acts.NoAnswer(leg)
            case _, "f" if ringing:
                return acts.Failed(leg)
            case (("queue" | "playing"), "a"):
                return acts.Bridged(TALK_SECONDS)
            case "gather", "s" if moment.gather and "speech" in moment.gather.input:
                return acts.Speak(self._keys.readline().strip())
            case (("gather" | "record" | "connected"), _) if key in KEYPAD:
                return acts.Press(key, soon(moment, KEY_SECONDS))
        return None

    def _peek(self) -> str | None:
        """The next character that means something; None at the end of the pipe."""
        while self._next is None:
            character = self._keys.read(1)
            if not character:
                return None
            if character in MEANINGFUL:
                self._next = character
        return self._next
