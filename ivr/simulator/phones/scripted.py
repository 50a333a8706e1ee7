"""People who follow a call script: each step strictly in its order.

A step waits until something happens to which it applies. ``hear`` and ``not_hear`` are looked at when the act that
follows them is due, over everything that was spoken since the caller's last act.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from ivr.simulator.phones import base, steps
from ivr.simulator.phones.base import Act, Moment
from ivr.simulator.phones.steps import Step
from ivr.simulator.transcript import Event

REACTION = 1.0
"""Seconds that a person takes to act once it is possible."""

RING = 5.0
"""Seconds that it rings before a callee picks up."""

QUOTE = 400
"""Characters of what was heard that a failure quotes, counted from its end."""


class ScriptedPhone:
    """Plays ``steps``; when they are out, everybody is silent until the call ends by itself."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        self._next = 0
        self._heard: list[str] = []
        self._gave_up = False
        self._bound_talk = False
        self._queue_base = 0.0
        self._queue_seen = 0.0

    def act(self, moment: Moment) -> Act | None:
        """The act of the step that is due, where it applies to ``moment``."""
        self._watch_queue(moment)
        while True:
            position, step = self._due()
            if step is None or not self._applies(step, moment):
                return None
            failure = self._unheard(position)
            if failure:
                if not _is_last_chance(step, moment):
                    return None
                self._gave_up = True
                return base.GiveUp(failure)
            if isinstance(step, steps.Queue):
                left = self._queue_left(step, moment)
                if left and moment.seconds is not None and left >= moment.seconds:
                    return None
                if left:
                    return base.Wait(left)
            act = self._perform(step, moment)
            self._next = position + 1
            if not isinstance(step, steps.Callee | steps.Queue):
                self._heard.clear()
            if act is not None or isinstance(step, steps.Silent):
                return act

    def notice(self, event: Event) -> None:
        """Remember what is spoken."""
        if event.kind == "say":
            self._heard.append(event["text"])

    def ended(self) -> str | None:
        """The first step that never happened, told as ``file:line: ...``; None when all did."""
        if self._gave_up:
            return None
        position, step = self._due()
        unheard = self._unheard(position)
        if unheard or step is None:
            return unheard
        return f"{step.where}: the call ended before this: {_describe(step)}; {self._quote()}"

    def _due(self) -> tuple[int, Step | None]:
        """The place and the step of the next act; None where only things to hear are left."""
        position = self._next
        while position < len(self._steps) and isinstance(self._steps[position], steps.Hear | steps.NotHear):
            position += 1
        return position, self._steps[position] if position < len(self._steps) else None

    def _unheard(self, position: int) -> str | None:
        """What is wrong with what was heard, going by the steps up to ``position``."""
        heard = [_plain(text) for text in self._heard]
        spoken = " ".join(heard)
        begin = 0
        for step in self._steps[self._next : position]:
            match step:
                case steps.Hear(text=text, where=where):
                    found = spoken.find(_plain(text), begin)
                    if found < 0:
                        return f"{where}: '{text}' was not heard; {self._quote()}"
                    begin = found
                case steps.NotHear(text=text, where=where) if _plain(text) in spoken:
                    return f"{where}: '{text}' was heard; {self._quote()}"
        return None

    def _quote(self) -> str:
        text = " ".join(" ".join(self._heard).split())
        if not text:
            return "nothing was spoken since the caller's last act"
        return f"heard instead: \"{'… ' if len(text) > QUOTE else ''}{text[-QUOTE:]}\""

    def _applies(self, step: Step, moment: Moment) -> bool:
        keys = moment.gather is not None and "dtmf" in moment.gather.input
        speech = moment.gather is not None and "speech" in moment.gather.input
        during = moment.index if moment.kind == "playing" and moment.gather else None
        match step:
            case steps.Press(during=None):
                talk = moment.kind == "connected" and not self._bound_talk
                return (moment.kind == "gather" and keys) or moment.kind == "record" or talk
            case steps.Press(during=index):
                return keys and during == index
            case steps.Early():
                return moment.kind == "playing" and moment.gather is None
            case steps.Speak():
                return moment.kind == "gather" and speech
            case steps.Silent():
                return moment.kind in {"gather", "record"}
            case steps.Record():
                return moment.kind == "record"
            case steps.Callee(leg=leg):
                numbers = [one.number for one in moment.legs]
                return moment.kind == "ringing" and (bool(numbers) if leg is None else leg in numbers)
            case steps.Queue():
                return moment.queue is not None and moment.kind in {"playing", "queue"} and not during
            case steps.HangUp(during=None, inside=None):
                return self._waits_for_somebody(moment)
            case steps.HangUp(during=index, inside=None):
                return during == index
            case steps.HangUp(inside=verb):
                return moment.verb == verb
        return False

    def _waits_for_somebody(self, moment: Moment) -> bool:
        match moment.kind:
            case "gather" | "record" | "queue":
                return True
            case "ringing":
                return bool(moment.legs)
            case "connected":
                return not self._bound_talk
            case "playing":
                return moment.queue is not None
        return False

    def _perform(self, step: Step, moment: Moment) -> Act | None:
        """The act; None where the step is done by doing nothing, or is already over."""
        soon = _soon(moment, REACTION)
        match step:
            case steps.Press(digits=digits) | steps.Early(digits=digits):
                return base.Press(digits, soon)
            case steps.Speak(text=text, confidence=confidence):
                return base.Speak(text, confidence, soon)
            case steps.Record(seconds=seconds):
                return base.Talk(seconds)
            case steps.Callee():
                return self._callee(step, moment)
            case steps.Queue():
                return self._agent(step, moment)
            case steps.HangUp():
                return base.HangUp(soon)
        return None

    def _callee(self, step: steps.Callee, moment: Moment) -> Act:
        leg = step.leg or moment.legs[0].number
        self._bound_talk = not step.until_caller
        match step.outcome:
            case "answered":
                return base.Answered(None if step.until_caller else step.seconds, leg, _soon(moment, RING))
            case "busy":
                return base.Busy(leg, _soon(moment, REACTION))
            case "failed":
                return base.Failed(leg)
            case "canceled":
                return base.Canceled(leg, _soon(moment, REACTION))
            case "no-answer":
                return base.NoAnswer(leg)

    def _queue_left(self, step: steps.Queue, moment: Moment) -> float:
        """Seconds until it is time for ``step``, counted from the step before in the same queue."""
        due = self._queue_base + (step.after if step.kind == "bridged" else step.seconds)
        return max(due - moment.waited, 0.0)

    def _agent(self, step: steps.Queue, moment: Moment) -> Act | None:
        self._queue_base = moment.waited
        if step.kind == "wait":
            return None
        self._bound_talk = True
        return base.Bridged(step.seconds)

    def _watch_queue(self, moment: Moment) -> None:
        """A caller who has waited for less than before stands in a new queue."""
        if moment.queue is None or moment.waited < self._queue_seen:
            self._queue_base = 0.0
        self._queue_seen = moment.waited if moment.queue is not None else 0.0


def _is_last_chance(step: Step, moment: Moment) -> bool:
    """Whether what was not heard by now has come too late for ``step``.

    A caller who has already keyed or said something in this moment is waiting for what comes of it.
    """
    if moment.keyed or moment.talked:
        return False
    if moment.kind == "playing":
        return isinstance(step, steps.Press | steps.HangUp) and step.during is not None
    return True


def _soon(moment: Moment, seconds: float) -> float:
    """``seconds`` into the moment, or its middle where it is shorter than that."""
    if moment.seconds is None or moment.seconds > seconds:
        return seconds
    return moment.seconds / 2


def _plain(text: str) -> str:
    """Without accents, capitals and doubled blanks."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in decomposed if not unicodedata.combining(char)).split())


def _describe(step: Step) -> str:
    """What the step wanted, without what is keyed or said: that may be a password."""
    match step:
        case steps.Press(during=None):
            return "keys, for which no gather, recording or talk was listening"
        case steps.Press(during=index):
            return f"keys while prompt {index} of a gather plays"
        case steps.Early():
            return "keys while a prompt outside of any gather plays"
        case steps.Speak():
            return "speech, for which no gather was listening"
        case steps.Silent():
            return "silence in a gather or a recording"
        case steps.Record():
            return "talking into a recording"
        case steps.Callee(outcome=outcome, leg=leg):
            return f"the callee{f' of leg {leg}' if leg else ''}: {outcome}"
        case steps.Queue(kind=kind):
            return f"the queue: {kind}"
        case steps.HangUp(during=None, inside=None):
            return "hanging up where the call waits for somebody"
        case steps.HangUp(during=None, inside=verb):
            return f"hanging up in a {verb}"
        case steps.HangUp(during=index):
            return f"hanging up while prompt {index} of a gather plays"
    raise AssertionError(step)
