"""Rings the parties of one <Dial>, each by a child call, and keeps how each attempt ended.

Source: Twilio's pages on <Number>, <Sip> and <Client>: url and statusCallback.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ivr.simulator import acts, codes, voice
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Leg
from ivr.simulator.parameters import Params
from ivr.simulator.transcript import Event
from ivr.simulator.verbs import gather, hangup, pause, pay, play, record, redirect, reject, say
from ivr.simulator.verbs.call_control import CallControl, DialledCall
from ivr.simulator.verbs.detection import detect
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.nouns import Noun
from ivr.simulator.verbs.unsimulated import Unsimulated

WHISPER = (
    gather.Gather,
    hangup.Hangup,
    pause.Pause,
    pay.Pay,
    play.Play,
    record.Record,
    redirect.Redirect,
    reject.Reject,
    say.Say,
    Unsimulated,
)
"""The verbs that a callee's document may hold: it may not dial."""

QUEUE_WHISPER = (pause.Pause, play.Play, redirect.Redirect, say.Say)
"""Those of a document for a caller who is taken out of a queue."""

DECLINED = "completed"
"""How an attempt ended that was answered, and left before it was connected."""


@dataclass(slots=True, eq=False)
class DialAttempt:
    """One party: its ``leg``, its own ``call``, and the ``event`` that tells how it went."""

    leg: Leg
    noun: Noun
    call: DialledCall
    event: Event

    @property
    def outcome(self) -> str | None:
        """Return how the attempt ended; None while it rings."""
        outcome: str | None = self.event["outcome"]
        return outcome


def begin(call: CallControl, noun: str, to: str, caller_id: str, timeout: int) -> Steps[Event]:
    """The event of one party that is dialled; how it went is filled in later."""
    terms = {"noun": noun, "to": to, "caller_id": caller_id, "timeout": timeout}
    return (yield from call.tell("dial", **terms, outcome=None, seconds=0))


class Legs:
    """All attempts of one Dial, those that ring and those that have ended."""

    def __init__(self, call: CallControl, caller_id: str, timeout: int) -> None:
        self.attempts: list[DialAttempt] = []
        self._call = call
        self._caller_id = caller_id
        self._timeout = timeout
        self._last = "failed"
        self.nameless: str | None = None
        """The noun whose parties cannot be rung, since there is no number to ring them in the name of."""

    @property
    def ringing(self) -> list[DialAttempt]:
        """Those that ring."""
        return [attempt for attempt in self.attempts if attempt.outcome is None]

    @property
    def connected(self) -> DialAttempt | None:
        """The one that got the call."""
        return next((attempt for attempt in self.attempts if attempt.outcome == "answered"), None)

    @property
    def outcome(self) -> str:
        """Return how the dial as a whole ended: answered by one, else declined or unanswered by one, else as the last
        did.
        """
        outcomes = [attempt.outcome for attempt in self.attempts]
        for decisive in ("answered", DECLINED, "no-answer"):
            if decisive in outcomes:
                return decisive
        return self._last

    @property
    def told(self) -> DialAttempt | None:
        """The one that the action hears of: the one that got the call, else one that ended as the dial did."""
        return self.connected or next((one for one in self.attempts if one.outcome == self.outcome), None)

    def find(self, number: int) -> DialAttempt | None:
        """The leg of that number, where it rings."""
        return next((attempt for attempt in self.ringing if attempt.leg.number == number), None)

    def dial(self, nouns: Iterable[Noun]) -> Steps[None]:
        """Let them all ring."""
        begun = []
        for noun in nouns:
            leg = Leg(len(self.attempts) + 1, noun.element, noun.to, noun.written)
            event = yield from begin(self._call, noun.element, noun.to, self._caller_id, self._timeout)
            call = self._call.child_call(leg, self._caller_id, noun.callback)
            self.attempts.append(DialAttempt(leg, noun, call, event))
            begun.append(self.attempts[-1])
        for attempt in begun:
            yield from attempt.call.ring()
        for attempt in begun:
            if not attempt.noun.can_ring or attempt.noun.element == self.nameless:
                yield from self.drop(attempt, "failed")

    def answer(self, attempt: DialAttempt, act: acts.Answered) -> Steps[bool]:
        """Let the party pick up, hear its whisper and get the call, unless it leaves; the others then stop ringing."""
        yield from attempt.call.answer()
        if attempt.noun.detection:
            yield from detect(attempt.call, attempt.noun.detection, act)
        if attempt.noun.send_digits:
            yield from attempt.call.tell("play", digits=attempt.noun.send_digits)
            yield from self._call.wait(voice.tones(attempt.noun.send_digits))
        if attempt.noun.url:
            goto = Goto(attempt.noun.url, attempt.noun.method, self._whisper_params(attempt))
            verbs = QUEUE_WHISPER if attempt.noun.element == "Queue" else WHISPER
            stays = yield from attempt.call.whisper(goto, act.keys, verbs, codes.DIAL_IN_WHISPER)
            if not stays:
                yield from self.drop(attempt, DECLINED)
                return False
        attempt.event.details["outcome"] = "answered"
        yield from self.settle("canceled")
        return True

    def drop(self, attempt: DialAttempt, outcome: str) -> Steps[None]:
        """End that attempt."""
        attempt.event.details["outcome"] = self._last = outcome
        yield from attempt.call.ended(outcome)

    def settle(self, outcome: str) -> Steps[None]:
        """End every attempt that still rings; one that hears its whisper had been answered already."""
        for attempt in self.ringing:
            answered = attempt.call.answered_at is not None
            yield from self.drop(attempt, DECLINED if answered else outcome)

    def _whisper_params(self, attempt: DialAttempt) -> Params:
        if attempt.noun.element != "Queue":
            return ()
        return (
            ("QueueSid", self._call.sids.named("QU", attempt.noun.to)),
            ("QueueTime", str(int(self._call.clock.elapsed()))),
            ("DequeingCallSid", self._call.call_sid),
        )
