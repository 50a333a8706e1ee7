"""The telephone at which a call of a scene is: of the party itself, and of those whom a <Dial> of the call rings.

A <Dial> rings its parties inside of the caller's call, so one telephone answers for all of them: it asks each course
what that party would do, and gives the call the earliest act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from ivr.replay.scenes.course import Course
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.rest.party import Party
from ivr.simulator.transcript import Event

DIALLED = frozenset({"Number", "Sip", "Client", "Sim"})
"""Nouns of a <Dial> behind which there is a telephone."""

LegState: TypeAlias = Literal["rings", "whisper", "connected"]


@dataclass(slots=True)
class DialledLeg:
    """A leg of a <Dial> in the call, and how it is there; ``course`` is the party whose telephone it rings, if any.

    ``busy`` where that party is in another call.
    """

    number: int
    to: str
    state: LegState
    course: Course | None
    busy: bool = False


class PartyPhone:
    """The telephone of ``course`` (None: of nobody in the scene) in one call.

    ``whose`` gives the course of a number, and ``answering`` the telephone of one that is nobody's; ``gone`` is told
    who hung up in a talk of another's call, and ``engaged`` says who is in another call than this.
    """

    def __init__(
        self,
        course: Course | None,
        whose: Callable[[str], Course | None],
        answering: Callable[[str], Phone],
        now: Callable[[], float],
        gone: Callable[[Course], None],
        engaged: Callable[[Course], bool],
    ) -> None:
        self.course = course
        self.party: Party | None = None
        self.legs: dict[int, DialledLeg] = {}
        """Those who are rung in the call now, or talk with it."""
        self.is_closed = False
        self._whose = whose
        self._answering = answering
        self._now = now
        self._gone = gone
        self._engaged = engaged
        self._planned: tuple[Course, Act, float] | None = None
        self._others: dict[str, Phone] = {}

    def act(self, moment: Moment) -> Act | None:
        """Return the earliest act of all who could act in ``moment``."""
        self._settle()
        self._look(moment)
        planned: list[tuple[float, Course | None, Act]] = []
        for course, own, translate in self._people(moment):
            act = course.plan(own)
            if act is not None and (told := translate(act)) is not None:
                planned.append((act.after, course, told))
        planned += ((act.after, None, act) for act in self._of_nobody(moment))
        if not planned:
            return None
        after, whose, first = min(planned, key=lambda each: each[0])
        if whose is not None:
            self._planned = (whose, first, self._now() + after)
        return first

    def notice(self, event: Event) -> None:
        """Pass the event on to the party that hears it."""
        if event.kind == "text":
            return  # a party hears of its texts whether it is in a call or not
        if self._planned and event.kind != "heard" and self._now() >= self._planned[2]:
            self._settle()
        leg = self.legs.get(event.get("leg", 0))
        course = leg.course if leg else None if "leg" in event.details else self.course
        if course is None:
            return
        kind = "say" if event.kind == "heard" else event.kind
        details = {key: value for key, value in event.details.items() if key != "leg"}
        course.notice(Event(self._now(), kind, details, event.spoken))

    def ended(self) -> str | None:
        """Tell nothing: what is left undone is told by the scene."""
        self._settle()
        return None

    def leg_of(self, course: Course) -> DialledLeg | None:
        """Return the leg by which ``course`` is in this call."""
        return next((leg for leg in self.legs.values() if leg.course is course), None)

    def _settle(self) -> None:
        """Let the step that was planned count as done, where nothing else came first."""
        planned, self._planned = self._planned, None
        if planned and self.party and self.party.call.planned is planned[1]:
            if isinstance(planned[1], acts.Parted):
                self._gone(planned[0])
            planned[0].commit()

    def _look(self, moment: Moment) -> None:
        """See who is rung in ``moment``, or talks in it; whoever is no more has had a call."""
        before = dict(self.legs)
        if moment.whisper:
            for number, leg in self.legs.items():
                leg.state = "whisper" if number == moment.whisper.leg else leg.state
        elif moment.kind in {"ringing", "connected"}:
            state: LegState = "connected" if moment.kind == "connected" else "rings"
            self.legs = {leg.number: self._leg(leg, state) for leg in moment.legs if leg.noun in DIALLED}
        else:
            self.legs = {}
        if moment.verb == "Call":
            self.legs = {}
        self._tell_gone(before)

    def _leg(self, leg: Leg, state: LegState) -> DialledLeg:
        known = self.legs.get(leg.number)
        if known and known.to == leg.to:
            known.state = state
            return known
        course = self._whose(leg.to)
        if course is not None and self._engaged(course):
            return DialledLeg(leg.number, leg.to, state, None, busy=True)
        return DialledLeg(leg.number, leg.to, state, course)

    def close(self) -> None:
        """The call is over, and so it is for all who were in it."""
        before, self.legs, self.is_closed = self.legs, {}, True
        self._tell_gone(before)
        if self.course:
            self.course.call_over()

    def _tell_gone(self, before: dict[int, DialledLeg]) -> None:
        for number, leg in before.items():
            if number not in self.legs and leg.course:
                leg.course.call_over()

    def _people(self, moment: Moment) -> Iterator[tuple[Course, Moment, Callable[[Act], Act | None]]]:
        """Each who could act, with the moment as it is for that party, and what its act is in the call."""
        if self.course:
            yield self.course, moment, lambda act: act
        for leg in self.legs.values():
            if leg.course is None:
                continue
            if moment.whisper:
                if moment.whisper.leg == leg.number:
                    yield leg.course, moment.whisper.moment, _in_whisper(leg.number)
            elif moment.kind == "ringing":
                own = Moment("ringing", "Call", moment.seconds, legs=(Leg(1, "Number", leg.to),))
                yield leg.course, own, _when_rung(leg.number)
            else:
                yield leg.course, replace(moment, legs=()), _in_talk

    def _of_nobody(self, moment: Moment) -> Iterator[Act]:
        """What those do who are rung, and are no party of the scene."""
        for leg in self.legs.values():
            if leg.busy:
                yield acts.Busy(leg.number)
            elif leg.course is None and not moment.whisper:
                phone = self._others.setdefault(leg.to, self._answering(leg.to))
                one = Leg(1, "Number", leg.to)
                act = phone.act(replace(moment, verb="Call" if moment.kind == "ringing" else moment.verb, legs=(one,)))
                told = act and (_when_rung(leg.number) if moment.kind == "ringing" else _in_talk)(act)
                if told:
                    yield told


def _when_rung(number: int) -> Callable[[Act], Act | None]:
    def told(act: Act) -> Act | None:
        match act:
            case acts.Answered() | acts.Busy() | acts.NoAnswer() | acts.Failed() | acts.Canceled():
                return replace(act, leg=number)
        return None

    return told


def _in_whisper(number: int) -> Callable[[Act], Act | None]:
    def told(act: Act) -> Act | None:
        match act:
            case acts.Press(digits=digits, after=after):
                return acts.CalleePress(digits, number, after)
            case acts.HangUp(after=after):
                return acts.CalleeHangUp(number, after)
        return None

    return told


def _in_talk(act: Act) -> Act | None:
    return acts.Parted(act.after) if isinstance(act, acts.HangUp) else None
