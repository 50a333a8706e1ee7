"""<Dial> connects the caller with another party.

Source: Twilio's <Dial> page. Several nouns ring at once and the first that answers gets the call; with ``sequential``
they ring one after the other. The action hears of the outcome even when the caller hung up; the answer is then lost.
"""

from __future__ import annotations

import math
import re
from typing import ClassVar, Self

from ivr.simulator import acts, codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment
from ivr.simulator.parameters import Params
from ivr.simulator.reader import Element
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs import recording
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.conference import Conference
from ivr.simulator.verbs.exits import CallEnded, Goto, Moved
from ivr.simulator.verbs.legs import Legs, begin
from ivr.simulator.verbs.nouns import Noun, nouns_of
from ivr.simulator.verbs.recording import Recorder
from ivr.simulator.verbs.talk import talk
from value_class import value_class

TIME_LIMIT = 14400
"""Seconds that a talk may last, where the document does not say: four hours."""

RECORDS = (
    "do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual", "record-from-ringing-dual",
    "true", "false",
)  # fmt: skip

RING_TONES = (
    "automatic", "at", "au", "bg", "br", "be", "ch", "cl", "cn", "cz", "de", "dk", "ee", "es", "fi", "fr", "gr", "hu",
    "il", "in", "it", "lt", "jp", "mx", "my", "nl", "no", "nz", "ph", "pl", "pt", "ru", "se", "sg", "th", "uk", "us",
    "us-old", "tw", "ve", "za",
)  # fmt: skip

_CALLER_ID = re.compile(r"\+?[0-9]{2,15}|(client|sip|sips|whatsapp):\S+|[A-Za-z0-9_.@-]+")

_NO_CALLER_ID = re.compile(r"sips?:|client:", re.IGNORECASE)
"""Callers who have no number: with no callerId written, a telephone would be rung in the name of theirs (13214)."""


@value_class
class Dial:
    """``timeout`` seconds of ringing, ``time_limit`` seconds of talk. Without ``action`` the document goes on.

    Either ``nouns`` ring, or the caller enters ``conference``. ``recorder`` is None where nothing is recorded;
    ``from_ringing`` lets its tape run before anybody answers.
    """

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "answerOnBridge", "callReason", "callerId", "events", "hangupOnStar", "method", "passports", "record",
        "referMethod", "referUrl", "ringTone", "sequential", "timeLimit", "timeout", *recording.ATTRIBUTES,
    )  # fmt: skip

    nouns: tuple[Noun, ...]
    conference: Conference | None = None
    action: str | None = None
    method: str = "POST"
    timeout: int = 30
    time_limit: int = TIME_LIMIT
    caller_id: str | None = None
    hangup_on_star: bool = False
    answer_on_bridge: bool = False
    sequential: bool = False
    recorder: Recorder | None = None
    from_ringing: bool = False

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Each noun inside is one leg; text alone is a number."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        attributes.not_simulated("referUrl", "events")
        attributes.choice("ringTone", "automatic", RING_TONES, code=codes.DIAL_RING_TONE)
        caller_id = attributes.text("callerId")
        if caller_id and not _CALLER_ID.fullmatch(re.sub(r"[\s().-]", "", caller_id)):
            attributes.wrong("callerId", "a number such as +551140030015, or a client's name", codes.DIAL_CALLER_ID)
            caller_id = None
        record = attributes.choice("record", "do-not-record", RECORDS, code=codes.DIAL_RECORD)
        channels = 2 if record.endswith("-dual") else 1
        recorder = Recorder.read(attributes, "DialVerb", trims=False, channels=channels, trim_code=codes.RECORD_TRIM)
        return cls(
            nouns=nouns_of(element, page),
            conference=_conference(element, page),
            action=attributes.url("action"),
            method=attributes.method(code=codes.DIAL_METHOD),
            timeout=attributes.whole("timeout", 30, code=codes.DIAL_TIMEOUT),
            time_limit=attributes.whole("timeLimit", TIME_LIMIT, code=codes.DIAL_TIME_LIMIT),
            caller_id=caller_id,
            hangup_on_star=attributes.flag("hangupOnStar", False, code=codes.DIAL_HANGUP_ON_STAR),
            answer_on_bridge=attributes.flag("answerOnBridge", False, code=codes.DIAL_ANSWER_ON_BRIDGE),
            sequential=attributes.flag("sequential", False, code=codes.DIAL_SEQUENTIAL),
            recorder=None if record in {"do-not-record", "false"} else recorder,
            from_ringing=record.startswith("record-from-ringing"),
        )

    @property
    def answers(self) -> bool:
        """With answerOnBridge the caller hears ringing until the other party picks up."""
        return not self.answer_on_bridge

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Ring, talk, and tell the action how it went."""
        if self.conference:
            entered = yield from self._enter(call, self.conference)
            if entered is None:
                return None
            params, hung_up = entered
        else:
            params, hung_up = yield from self._connect(call)
        if self.action:
            goto = Goto(self.action, self.method, params)
            if hung_up is None:
                return goto
            if hung_up.by == "caller" or isinstance(hung_up, Moved):
                yield from call.notify(goto, goes_on=isinstance(hung_up, Moved))
        if hung_up:
            raise hung_up
        return None

    def _enter(self, call: CallControl, conference: Conference) -> Steps[tuple[Params, CallEnded | None] | None]:
        """Take part in the conference; returns what the action is told, and whether the caller hung up.

        None where the call was not taken, and no action is told.
        """
        caller_id = self.caller_id or call.from_
        event = yield from begin(call, "Conference", conference.room, caller_id, self.timeout)
        hung_up: CallEnded | None = None
        try:
            told = yield from conference.join(call, event, float(self.time_limit), hangup_on_star=self.hangup_on_star)
            if not told:
                return None
        except CallEnded as ended:
            hung_up = ended
        # A conference is no call of its own, so there is neither DialCallSid nor DialCallDuration.
        return _result(event["outcome"], None, None, bridged=event["outcome"] == "answered"), hung_up

    def _connect(self, call: CallControl) -> Steps[tuple[Params, CallEnded | None]]:
        """Ring the parties, let one talk with the caller; returns as ``_enter`` does."""
        legs = Legs(call, self.caller_id or call.from_, self.timeout)
        if self.caller_id is None and _NO_CALLER_ID.match(call.from_):
            legs.nameless = "Number"
            if any(noun.element == "Number" for noun in self.nouns):
                what = f"<Dial> has no callerId, and a telephone cannot be rung in the name of {call.from_}"
                remedy = "Write callerId with a number of yours: this caller has none."
                call.transcript.warnings.append(
                    TwimlNotice.of(codes.DIAL_CALLER_ID, what, call.document.url, remedy=remedy)
                )
        tape = (yield from self.recorder.begin(call)) if self.recorder and self.from_ringing else None
        hung_up: CallEnded | None = None
        try:
            for nouns in ((noun,) for noun in self.nouns) if self.sequential else (self.nouns,):
                yield from legs.dial(nouns)
                answered = yield from self._ring(call, legs)
                if answered:
                    tape = tape or ((yield from self.recorder.begin(call)) if self.recorder else None)
                    yield from self._talk(call, legs, answered)
                    break
        except CallEnded as ended:
            hung_up = ended
            yield from legs.settle("canceled")
        recorded: Params = ()
        if self.recorder and tape:
            recorded = yield from self.recorder.end(call, tape, (call.clock.now() - tape.began).total_seconds())
        told = legs.told
        if told is None:
            return _result(legs.outcome, None, None, bridged=False), hung_up
        bridged = legs.connected is not None
        seconds = None if told.call.answered_at is None else call.clock.elapsed() - told.call.answered_at
        if bridged:
            yield from told.call.ended("completed")
        # Of a recording the action hears no more than where it can be heard.
        return _result(told.call.status, told.call.call_sid, seconds, bridged=bridged) + recorded[:1], hung_up

    def _ring(self, call: CallControl, legs: Legs) -> Steps[acts.Answered | None]:
        """Ring until a party answers and stays; None where none does."""
        left = float(self.timeout)
        silent: set[int] = set()
        while legs.ringing:
            began = call.clock.elapsed()
            asked = tuple(attempt.leg for attempt in legs.ringing if attempt.leg.number not in silent)
            act = yield from call.ask(Moment("ringing", "Dial", left, legs=asked))
            attempt = legs.find(act.leg) if isinstance(act, acts.RingingEnded) else None
            match act:
                case None:
                    yield from legs.settle("no-answer")
                case acts.Answered() if attempt and (yield from legs.answer(attempt, act)):
                    return act
                case acts.Busy() if attempt:
                    yield from legs.drop(attempt, "busy")
                case acts.Failed() if attempt:
                    yield from legs.drop(attempt, "failed")
                case acts.Canceled() if attempt:
                    yield from legs.drop(attempt, "canceled")
                case acts.NoAnswer(leg=number):
                    silent.add(number)
                case acts.Press(digits=digits):
                    yield from call.pressed(digits, lost=True)
            left = max(left - (call.clock.elapsed() - began), 0.0)
        return None

    def _talk(self, call: CallControl, legs: Legs, answered: acts.Answered) -> Steps[None]:
        attempt = legs.attempts[answered.leg - 1]
        yield from call.answer()
        began = call.clock.elapsed()
        length = float(self.time_limit if answered.seconds is None else min(answered.seconds, self.time_limit))
        try:
            yield from talk(call, "Dial", (attempt.leg,), length, hangup_on_star=self.hangup_on_star)
        finally:
            attempt.event.details["seconds"] = round(call.clock.elapsed() - began, 2)


def _conference(element: Element, page: Page) -> Conference | None:
    """The conference inside, which then has the Dial for itself."""
    inside = next((child for child in element.children if child.name == "Conference"), None)
    if inside is None:
        return None
    if len(element.children) > 1:
        what = "is dialled alone; what else stands in the Dial is left out"
        page.warn(codes.MIXED_CONFERENCE, inside, what, "Use a Dial for each.", failure=True)
    return Conference.read(inside, page)


def _result(status: str, sid: str | None, seconds: float | None, *, bridged: bool) -> Params:
    """What the action is told of the party; ``seconds`` is None where it never answered."""
    params: Params = (("DialCallStatus", status),)
    if sid:
        params += (("DialCallSid", sid),)
    if seconds is not None:
        params += (("DialCallDuration", str(math.ceil(seconds))),)
    return (*params, ("DialBridged", "true" if bridged else "false"))
