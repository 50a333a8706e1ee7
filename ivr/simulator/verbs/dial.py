"""<Dial>: connects the caller with somebody else.

Source: Twilio's <Dial> page. Several nouns ring at once and the first that answers gets the call. The action hears of
the outcome even when the caller hung up; the answer is then lost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from ivr.simulator import problems
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.phones.base import Answered, Busy, Canceled, Failed, Leg, Moment, NoAnswer, Press
from ivr.simulator.reader import Element
from ivr.simulator.transcript import Event
from ivr.simulator.verbs.base import CallEnded, Goto, Moved
from ivr.simulator.verbs.nouns import Noun, nouns_of
from ivr.simulator.verbs.talk import talk

if TYPE_CHECKING:
    from ivr.simulator.interpreter import Interpreter

TIME_LIMIT = 14400
"""Seconds that a talk may last, where the document does not say: four hours."""


@dataclass(frozen=True, slots=True)
class Dial:
    """``timeout`` seconds of ringing, ``time_limit`` seconds of talk. Without ``action`` the document goes on."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "answerOnBridge", "callReason", "callerId", "events", "hangupOnStar", "method", "record",
        "recordingStatusCallback", "recordingStatusCallbackEvent", "recordingStatusCallbackMethod",
        "recordingTrack", "referMethod", "referUrl", "ringTone", "sequential", "timeLimit", "timeout", "trim",
    )  # fmt: skip

    nouns: tuple[Noun, ...]
    action: str | None = None
    method: str = "POST"
    timeout: int = 30
    time_limit: int = TIME_LIMIT
    caller_id: str | None = None
    hangup_on_star: bool = False
    answer_on_bridge: bool = False

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Each noun inside is one leg; text alone is a number."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        attributes.not_simulated("referUrl", "recordingStatusCallback", "sequential")
        return cls(
            nouns=nouns_of(element, page),
            action=attributes.url("action"),
            method=attributes.method(code=problems.DIAL_METHOD),
            timeout=attributes.whole("timeout", 30, code=problems.DIAL_TIMEOUT),
            time_limit=attributes.whole("timeLimit", TIME_LIMIT, code=problems.DIAL_TIME_LIMIT),
            caller_id=attributes.text("callerId"),
            hangup_on_star=attributes.flag("hangupOnStar", False, code=problems.DIAL_HANGUP_ON_STAR),
            answer_on_bridge=attributes.flag("answerOnBridge", False),
        )

    @property
    def answers(self) -> bool:
        """With answerOnBridge the caller hears ringing until the other party picks up."""
        return not self.answer_on_bridge

    def run(self, line: Interpreter) -> Steps[Goto | None]:
        """Ring, talk, and tell the action how it went."""
        legs = _Legs(self.nouns)
        for leg in legs.all:
            event = yield from line.tell(
                "dial",
                noun=leg.noun,
                to=leg.to,
                caller_id=self.caller_id or line.from_,
                timeout=self.timeout,
                outcome=None,
                seconds=0,
            )
            legs.events[leg.number] = event
        talked = 0.0
        hung_up: CallEnded | None = None
        try:
            answered = yield from self._ring(line, legs)
            if answered:
                yield from line.answer()
                began = line.clock.elapsed()
                length = float(self.time_limit if answered.seconds is None else answered.seconds)
                length = min(length, float(self.time_limit))
                try:
                    leg = legs.answered(answered.leg)
                    yield from talk(line, "Dial", (leg,), length, hangup_on_star=self.hangup_on_star)
                finally:
                    talked = line.clock.elapsed() - began
                    legs.events[answered.leg].details["seconds"] = round(talked, 2)
        except CallEnded as ended:
            hung_up = ended
            legs.settle("canceled")
        if self.action:
            goto = Goto(self.action, self.method, self._result(line, legs, talked))
            if hung_up is None:
                return goto
            if hung_up.by == "caller" or isinstance(hung_up, Moved):
                yield from line.notify(goto, goes_on=isinstance(hung_up, Moved))
        if hung_up:
            raise hung_up
        return None

    def _ring(self, line: Interpreter, legs: _Legs) -> Steps[Answered | None]:
        """Who answered, or None. A conference or a queue does not ring, so its timeout does not count."""
        left = None if any(noun.waits for noun in self.nouns) else float(self.timeout)
        silent: set[int] = set()
        while legs.ringing:
            began = line.clock.elapsed()
            asked = tuple(leg for leg in legs.ringing if leg.number not in silent)
            act = yield from line.ask(Moment("ringing", "Dial", left, legs=asked))
            match act:
                case None:
                    legs.settle("no-answer")
                case Answered(leg=number) if legs.rings(number):
                    return act
                case Busy(leg=number):
                    legs.drop(number, "busy")
                case Failed(leg=number):
                    legs.drop(number, "failed")
                case Canceled(leg=number):
                    legs.drop(number, "canceled")
                case NoAnswer(leg=number):
                    silent.add(number)
                case Press(digits=digits):
                    yield from line.pressed(digits, lost=True)
            if left is not None:
                left = max(left - (line.clock.elapsed() - began), 0.0)
        legs.settle("failed")  # those that could not even ring
        return None

    def _result(self, line: Interpreter, legs: _Legs, talked: float) -> Params:
        outcome = legs.outcome
        status = outcome
        if outcome == "answered" and not any(noun.element == "Conference" for noun in self.nouns):
            status = "completed"
        params: list[tuple[str, str]] = [("DialCallStatus", status)]
        if self.nouns:
            params.append(("DialCallSid", line.sids.next("CA")))
        if outcome == "answered":
            params.append(("DialCallDuration", str(math.ceil(talked))))
        return (*params, ("DialBridged", "true" if outcome == "answered" else "false"))


class _Legs:
    """The parties that are dialled at once, and how each attempt ended."""

    def __init__(self, nouns: tuple[Noun, ...]) -> None:
        self.all = tuple(Leg(number, noun.element, noun.to, noun.written) for number, noun in enumerate(nouns, 1))
        self.events: dict[int, Event] = {}
        self.ringing = [leg for leg, noun in zip(self.all, nouns, strict=True) if noun.can_ring]
        self._failed = [leg for leg, noun in zip(self.all, nouns, strict=True) if not noun.can_ring]
        self._last = "failed"

    @property
    def outcome(self) -> str:
        """How the dial as a whole ended: answered by one, else unanswered by one, else as the last one did."""
        outcomes = [event["outcome"] for event in self.events.values()]
        for decisive in ("answered", "no-answer"):
            if decisive in outcomes:
                return decisive
        return self._last

    def rings(self, number: int) -> bool:
        """Whether that leg still rings."""
        return any(leg.number == number for leg in self.ringing)

    def answered(self, number: int) -> Leg:
        """That leg picks up; the others stop ringing."""
        self.drop(number, "answered")
        self.settle("canceled")
        return self.all[number - 1]

    def drop(self, number: int, outcome: str) -> None:
        """That leg has ended."""
        if self.rings(number):
            self.events[number].details["outcome"] = outcome
            self.ringing = [leg for leg in self.ringing if leg.number != number]
            self._last = outcome

    def settle(self, outcome: str) -> None:
        """Every leg that still rings has ended."""
        for leg in tuple(self.ringing):
            self.drop(leg.number, outcome)
        for leg in self._failed:
            self.events[leg.number].details["outcome"] = "failed"
