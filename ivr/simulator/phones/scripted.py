"""Plays people who follow a call script: each step strictly in its order.

A step waits until something happens to which it applies. What is to be heard is looked at when the act that follows is
due, over everything that was spoken and played since the caller's last act.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ivr.simulator import acts
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.base import soon
from ivr.simulator.phones.hesitation import Hesitation, seconds_before
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.step_matching import applies, describe, is_last_chance, with_last_message
from ivr.simulator.phones.steps import Step
from ivr.simulator.phones.stream_ear import LISTEN, StreamEar
from ivr.simulator.phones.watchdog import Watchdog
from ivr.simulator.streaming.caller_voice import CallerVoiceError, render, spoken
from ivr.simulator.streaming.frames import RATE
from ivr.simulator.transcript import Event
from wording import phrase, reason

REACTION = KEY_SECONDS
"""Seconds that a person takes to act once it is possible."""

MOST_EXACT = 1e-6
"""Seconds below which two times are the same: sums of fractions are not exact."""

RING = 5.0
"""Seconds that it rings before a callee picks up."""


class ScriptedPhone:
    """Plays ``steps``; when they are out, all are silent until the call ends by itself, or goes in a circle."""

    def __init__(self, steps: Sequence[Step] = ()) -> None:
        self.prompt_log = PromptLog()
        self.bound_talk = False
        """The talk that goes on is the other party's to end."""
        self._steps = list(steps)
        self._next = 0
        self.gave_up = False
        """Whether a step could no longer happen, so that the caller hung up there."""
        self._queue_base = 0.0
        self._queue_seen = 0.0
        self._hesitation = Hesitation()
        self._ear = StreamEar()
        self._watchdog = Watchdog()

    def add(self, step: Step) -> None:
        """One more step, after all the others."""
        self._steps.append(step)

    @property
    def unmet(self) -> Step | None:
        """Return the step that could not be done, or what was not heard before it; None where every step was done.

        Of the steps that were to come at the end of a call that ended too early it is the first.
        """
        position, step = self._due()
        expected = [sound for sound in self._steps[self._next : position] if isinstance(sound, steps.Sound)]
        missing = self.prompt_log.missing(expected)
        return missing[0] if missing else step

    @property
    def idle(self) -> bool:
        """True where every step is done."""
        return self._next == len(self._steps)

    def act(self, moment: Moment) -> Act | None:
        """The act of the step that is due, where it applies to ``moment``."""
        self._watch_queue(moment)
        if moment.kind == "connected" and moment.verb in {"Dial", "Connect"} and not moment.legs:
            self.bound_talk = False  # the others have left, and the caller is alone in the conference, or with an agent
        streamed = self._ear.follow(moment)
        while True:
            position, step = self._due()
            if isinstance(step, steps.HearStream) and self._ear.met(step):
                if missing := self._missing(position):
                    return self._give_up(missing)
                self._hear(position, step)
                continue
            if streamed and (held := self._held(step, moment)):
                return held
            if lost := self._lost(position, step):
                self.gave_up = True
                return acts.GiveUp(lost)
            if step is None:
                return self._without_steps(position, moment)
            # What was heard is looked through where the step fits only: few moments are those of its step.
            failure = self._missing(position) if (fits := self._fits(step, moment)) else None
            if not fits or (failure and not is_last_chance(step, moment)):
                self._hesitation.passes(moment)
                return None
            failure = self._insist_on(failure) or self._late(step)
            if failure:
                self.gave_up = True
                return acts.GiveUp(with_last_message(failure, moment))
            if isinstance(step, steps.InQueue):
                left = self._queue_left(step, moment)
                if left and moment.seconds is not None and left >= moment.seconds:
                    return None
                if left:
                    return acts.Wait(left)
            wait = self._hesitation.left(step, moment)
            if wait is None:
                self._hesitation.passes(moment)
                return None
            act = self._in_stream(step, moment) if streamed else None
            act = act or self._perform(step, moment, wait)
            if self.gave_up:
                return act
            self._hesitation.over()
            self._watchdog.renew()
            self._ear.acted()
            self._next = position + 1
            if isinstance(step, steps.Sms):
                self.prompt_log.texted()
            elif not isinstance(step, steps.Callee | steps.InQueue):
                self.prompt_log.acted()
            if act is not None or isinstance(step, steps.Silent):
                return act

    def _without_steps(self, position: int, moment: Moment) -> Act | None:
        """The steps are over: all are silent, but an AI agent that waits for the caller would wait for hours."""
        if moment.kind != "gather" or moment.agent is None or moment.agent.more_may_come:
            return None
        self.gave_up = True
        told = self._missing(position) or phrase(
            "the steps are over and an AI agent waits for the caller; end the call with hang_up; {instead}",
            instead=self.prompt_log.quote(),
        )
        return acts.GiveUp(with_last_message(told, moment))

    def notice(self, event: Event) -> None:
        """Remember what is heard."""
        self.prompt_log.notice(event)
        self._watchdog.notice(event)
        self._ear.notice(event)
        if event.kind == "stream" and event["two_way"]:
            self._prepare_voice()

    def _prepare_voice(self) -> None:
        """Have what is said later spoken before the stream begins, which goes by real time."""
        texts = [
            step.text for step in self._steps[self._next :] if isinstance(step, steps.Speak) and step.during is None
        ]
        with suppress(CallerVoiceError):  # told where its turn comes
            if texts:
                render(texts)

    def take_in_streams(self) -> None:
        """Take for done what was heard of a media stream by now, whatever the call is at."""
        position, step = self._due()
        while isinstance(step, steps.HearStream) and self._ear.met(step):
            self._hear(position, step)
            position, step = self._due()

    def ended(self) -> str | None:
        """The first step that never happened, told as ``file:line: ...``; None when all did."""
        if self.gave_up:
            return None
        self.take_in_streams()
        position, step = self._due()
        missing = self._missing(position)
        if missing or step is None:
            return missing
        return phrase(
            "{where}: the call ended before this: {step}; {instead}",
            where=step.where,
            step=describe(step),
            instead=self._ear.told() if isinstance(step, steps.HearStream) else self.prompt_log.quote(),
        )

    def _held(self, step: Step | None, moment: Moment) -> Act | None:
        """What is done in a media stream in place of ``step``: the caller's own sound ends first, and what is to be
        heard is listened for. None where it is the step's turn.
        """
        busy = self._ear.busy
        if busy:
            return acts.Wait(busy)
        if isinstance(step, steps.HearStream) and applies(step, moment):
            if not self._ear.late(step):
                return acts.Wait(LISTEN)
            return self._give_up(
                phrase(
                    "{where}: {step} did not come; {instead}",
                    where=step.where,
                    step=describe(step),
                    instead=self._ear.told(),
                )
            )
        if moment.verb != "Connect" or (step is not None and applies(step, moment)):
            return None
        if not self._ear.lost:
            return acts.Wait(LISTEN * 10)
        if step is None:
            told = phrase("the steps are over and the media stream goes on; end it with hang_up")
        else:
            told = phrase("{where}: {step} has no place in a media stream", where=step.where, step=describe(step))
        return self._give_up(phrase("{told}; {instead}", told=told, instead=self._ear.told()))

    def _in_stream(self, step: Step, moment: Moment) -> Act | None:
        """The sound that the caller makes by ``step`` into a media stream; None where it is another act."""
        match step:
            case steps.SaySound(sound=sound, after=after):
                self._ear.talk((after or 0.0) + len(sound) / RATE)
                return acts.MakeSound(sound, after or 0.0)
            case steps.Speak(text=text, after=after) if moment.gather is None:
                try:
                    sound = spoken(text)
                except CallerVoiceError as error:
                    return self._give_up(phrase("{where}: {what}", where=step.where, what=reason(error)))
                self._ear.talk((after or 0.0) + len(sound) / RATE)
                return acts.MakeSound(sound, after or 0.0)
        return None

    def _hear(self, position: int, step: steps.HearStream) -> None:
        """Take for done the step that was heard."""
        self._ear.hear(step)
        self._watchdog.renew()
        self._next = position + 1

    def _give_up(self, why: str) -> Act:
        self.gave_up = True
        return acts.GiveUp(why)

    def _fits(self, step: Step, moment: Moment) -> bool:
        """Whether ``step`` can be done in ``moment``."""
        return self._hesitation.applies(step, moment, bound_talk=self.bound_talk)

    def _lost(self, position: int, step: Step | None) -> str | None:
        """Why what is due, or the call's end, can no longer be expected; None as long as it can."""
        lost = self._watchdog.lost()
        if lost is None or isinstance(step, steps.InQueue):
            return None
        if missing := self._missing(position):
            return phrase("{missing} ({lost})", missing=missing, lost=lost)
        if step is None:
            return phrase(
                "{lost}: the steps are over and the call goes on; end it with hang_up; {instead}",
                lost=lost,
                instead=self.prompt_log.quote(),
            )
        return phrase(
            "{where}: {lost}: {step}; {instead}",
            where=step.where,
            lost=lost,
            step=describe(step),
            instead=self.prompt_log.quote(),
        )

    def _due(self) -> tuple[int, Step | None]:
        """The place and the step of the next act; None where only things to hear are left."""
        position = self._next
        while position < len(self._steps) and isinstance(self._steps[position], steps.SOUNDS):
            position += 1
        return position, self._steps[position] if position < len(self._steps) else None

    def _missing(self, position: int) -> str | None:
        """What is wrong with what was heard, going by the steps up to ``position``."""
        if position == self._next:
            return None
        expected = [step for step in self._steps[self._next : position] if isinstance(step, steps.Sound)]
        missing = self.prompt_log.missing(expected)
        return phrase("{where}: {what}", where=missing[0].where, what=missing[1]) if missing else None

    def _insist_on(self, failure: str | None) -> str | None:
        """Return what is wrong with what was heard, if the caller gives up for it."""
        return failure

    def _late(self, step: Step) -> str | None:
        """Why ``step`` comes too late after the caller's last act."""
        match step:
            case steps.Callee(within=within, where=where) if reason := self.prompt_log.late(within):
                return phrase("{where}: the callee's telephone rang only {when}", where=where, when=reason)
            case steps.InQueue(within=within, where=where) if reason := self.prompt_log.late(within):
                return phrase("{where}: the caller stood in the queue only {when}", where=where, when=reason)
        return None

    def _perform(self, step: Step, moment: Moment, wait: float) -> Act | None:
        """The act, after ``wait`` where the step says so; None where it is done by doing nothing, or already over."""
        at = soon(moment, REACTION) if seconds_before(step) is None else wait
        match step:
            case steps.Press(digits=digits) | steps.Early(digits=digits):
                return acts.Press(digits, at)
            case steps.Speak(text=text, confidence=confidence):
                return acts.Speak(text, confidence, at)
            case steps.Record(seconds=seconds, transcript=words):
                return acts.Talk(seconds, words=words)
            case steps.Callee():
                return self._callee(step, moment)
            case steps.Called():
                return _called(step, moment)
            case steps.InQueue():
                return self._agent(step, moment)
            case steps.Pay(result=result, token=token, confirmation=confirmation, error=error):
                return acts.Paid(result, at, token, confirmation, error)
            case steps.Sms(body=body, media=media, to=to):
                return acts.SendText(body, media, to, at)
            case steps.HangUp():
                return acts.HangUp(at)
        return None

    def _callee(self, step: steps.Callee, moment: Moment) -> Act:
        leg = step.leg or moment.legs[0].number
        self.bound_talk = not step.until_caller
        match step.outcome:
            case "answered":
                seconds = None if step.until_caller else step.seconds
                after, greeting = soon(moment, RING), step.greeting
                return acts.Answered(seconds, leg, after, step.keys, step.by, step.ends, greeting)
            case "busy":
                return acts.Busy(leg, soon(moment, REACTION))
            case "failed":
                return acts.Failed(leg)
            case "canceled":
                return acts.Canceled(leg, soon(moment, REACTION))
            case "no-answer":
                return acts.NoAnswer(leg)

    def _queue_left(self, step: steps.InQueue, moment: Moment) -> float:
        """Seconds until it is time for ``step``, counted from the step before in the same queue."""
        due = self._queue_base + (step.after if step.kind == "bridged" else step.seconds)
        left = due - moment.waited
        return left if left > MOST_EXACT else 0.0

    def _agent(self, step: steps.InQueue, moment: Moment) -> Act | None:
        self._queue_base = moment.waited
        if step.kind == "wait":
            return None
        self.bound_talk = not step.until_caller
        return acts.Bridged(None if step.until_caller else step.seconds)

    def _watch_queue(self, moment: Moment) -> None:
        """A caller who has waited for less than before stands in a new queue."""
        if moment.queue is None or moment.waited < self._queue_seen:
            self._queue_base = 0.0
        self._queue_seen = moment.waited if moment.queue is not None else 0.0


def _called(step: steps.Called, moment: Moment) -> Act:
    """What the party of an outbound call does."""
    match step.outcome:
        case "answered":
            after = soon(moment, RING if step.after is None else step.after)
            return acts.Answered(None, after=after, by=step.by, greeting=step.greeting)
        case "busy":
            return acts.Busy(after=soon(moment, REACTION if step.after is None else step.after))
        case "failed":
            return acts.Failed(after=step.after or 0.0)
        case "canceled":
            return acts.Canceled(after=soon(moment, REACTION if step.after is None else step.after))
        case "no-answer":
            return acts.NoAnswer()
