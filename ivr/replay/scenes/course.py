"""A course is the way of one party through its steps, at its telephone and beside it, by the scene's clock.

What is done at a telephone is planned when the call asks what people do in a moment (``plan``), and counts as done when
the call has taken it (``commit``). What needs no telephone (waiting, an act on a page, dialling), and what is said to
another in a talk, is done by errands of the scene (``go_on``). What a party is to hear before a step is looked at when
the step is due; where another may still say it (in a talk, in a queue), the step waits for that.
"""

from __future__ import annotations

from typing import Final, Protocol

from ivr.replay.scenes.fitting_steps import act_of, fits, may_still_be_heard
from ivr.replay.scenes.party_record import PartyRecord
from ivr.replay.scenes.scene import PartyScript
from ivr.replay.scenes.scene_steps import ActStep, DialStep, LostStep, PartyStep, SceneStep, WaitStep, described
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones import steps
from ivr.simulator.phones.hesitation import seconds_before
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.scripted import REACTION, RING
from ivr.simulator.transcript import Event
from value_class import value_class
from wording import phrase

SOON: Final = 1e-6
"""Seconds below which two times are the same: sums of fractions are not exact."""


class SceneFloor(Protocol):
    """The floor is the scene as a course sees it: its clock, its other parties, and the carrier."""

    def now(self) -> float:
        """Return the second of the scene."""
        ...

    def at(self, second: float, course: Course) -> None:
        """Let ``course`` go on at that second."""
        ...

    def holds(self, step: SceneStep, since: float) -> bool:
        """Return whether the step's conditions hold, going by what came about since a second."""
        ...

    def dial(self, course: Course) -> None:
        """Make the call of that party."""
        ...

    def speak(self, course: Course, text: str) -> None:
        """Say something to all who hear that party now."""
        ...

    def text(self, course: Course, step: steps.Sms) -> str | None:
        """Send that party's text; return why it could not be sent, or None."""
        ...

    def perform(self, course: Course, step: ActStep) -> str | None:
        """Do the act; return why it could not be done, or None."""
        ...

    def wake(self, course: Course) -> None:
        """Let the call in which that party is ask again what people do."""
        ...

    def fail(self, course: Course, failure: str) -> None:
        """End the scene, since ``failure``: ``file:line: what``."""
        ...


@value_class
class _Missing:
    """The ``step`` that does not hold, and why."""

    step: steps.Sound
    why: str

    @property
    def told(self) -> str:
        return phrase("{where}: {what}", where=self.step.where, what=self.why)

    @property
    def for_good(self) -> bool:
        """Whether nothing that is still to come makes it good."""
        return isinstance(self.step, steps.NotHear)


class Course:
    """The course of ``party``; ``record`` is how it stood."""

    def __init__(self, party: PartyScript, floor: SceneFloor) -> None:
        self.party = party
        self.record = PartyRecord()
        self.log = PromptLog()
        self.done_at = 0.0
        """When the last step was done."""
        self._floor = floor
        self._next = 0
        self._moment: Moment | None = None
        self._could_since: float | None = None
        self._may_since: float | None = None
        self._timers: set[float] = set()

    # Where it stands

    @property
    def name(self) -> str:
        """Return the party's name."""
        return self.party.name

    @property
    def due(self) -> SceneStep | None:
        """Return the step that is due; None where all are done."""
        return self._due()[1]

    @property
    def is_done(self) -> bool:
        """Return whether every act is done; sounds may be left to be heard."""
        return self.due is None

    @property
    def unmet_step(self) -> PartyStep | None:
        """Return the step that could not be done, or what was not heard before it; None where every step was done."""
        position, due = self._due()
        missing = self._missing(position)
        return missing.step if missing else due.step if due else None

    @property
    def timed(self) -> float | None:
        """Return the next second at which it goes on by itself."""
        return min(self._timers, default=None)

    def unmet(self, why: str) -> str | None:
        """Return what is left undone, or unheard before it, with its place and ``why`` that is so; None: nothing is."""
        position, due = self._due()
        if missing := self._missing(position):
            return phrase("{where}: {why}: {what}", where=missing.step.where, why=why, what=missing.why)
        if due is None:
            return None
        return phrase(
            "{where}: {why}: {step}; {instead}",
            where=due.where,
            why=why,
            step=described(due.step),
            instead=self.log.quote(),
        )

    # At the telephone

    def plan(self, moment: Moment) -> Act | None:
        """Return the act of the step that is due, where it is done in ``moment``; None lets the moment pass."""
        self._moment = moment
        position, due = self._due()
        if due is None:
            return None
        now = self._floor.now()
        if self._is_free(due):
            self._wake_at(now)
            return None
        if not self._may(due):
            return None
        if not fits(due, moment, waited=self._could_since is not None):
            if seconds_before(due.step) is None:  # type: ignore[arg-type]  # what is no step of a script asks for none
                self._could_since = None
            return None
        if missing := self._missing(position):
            if missing.for_good or not may_still_be_heard(due, moment):
                self._floor.fail(self, missing.told)
            return None
        self._could_since = now if self._could_since is None else self._could_since
        at = self._time_of(due, moment, now)
        if at is None:
            return None
        act = act_of(due, at - now)
        if act is None:
            self.commit()
        return act

    def commit(self) -> None:
        """The step that is due has been done."""
        position, due = self._due()
        self._next = position + 1
        self._could_since = self._may_since = None
        self.done_at = self._floor.now()
        if due and not isinstance(due.step, steps.Called | steps.Sms):
            self.log.acted()
            self.log.notice(Event(self.done_at, "act"))
        self._wake_at(self.done_at)

    def notice(self, event: Event) -> None:
        """Hear or see ``event``, whose second is the scene's."""
        self.log.notice(event)
        if event.kind in {"say", "play", "text"}:
            _, due = self._due()
            if due and (self._is_free(due) or (self._moment and self._moment.kind == "connected")):
                self._wake_at(self._floor.now())

    def call_over(self) -> None:
        """The call in which the party was has ended; what can happen in a call alone, cannot any more."""
        self._moment = self._could_since = None
        position, due = self._due()
        missing = self._missing(position)
        if missing and (due is None or not isinstance(due.step, WaitStep)):
            self._floor.fail(self, missing.told)
        elif due and not isinstance(due.step, DialStep | WaitStep | ActStep | steps.Called | steps.Sms):
            self._floor.fail(
                self,
                phrase(
                    "{where}: the call of {party} ended before this: {step}; {instead}",
                    where=due.where,
                    party=self.name,
                    step=described(due.step),
                    instead=self.log.quote(),
                ),
            )
        else:
            self._wake_at(self._floor.now())

    # Beside it

    def begin(self) -> None:
        """Go on at once."""
        self._wake_at(self._floor.now())

    def go_on(self) -> None:
        """Do what is due now and needs no moment of a call, and all that follows at once."""
        now = self._floor.now()
        self._timers = {at for at in self._timers if at > now + SOON}
        while True:
            position, due = self._due()
            if due is None or not self._may(due):
                return
            if not self._is_free(due):
                self._floor.wake(self)
                return
            at = self._free_at(due, now)
            if at > now + SOON:
                self._wake_at(at)
                return
            if missing := self._missing(position):
                if missing.for_good:
                    self._floor.fail(self, missing.told)
                return
            if not self._do(due):
                return

    def _do(self, due: SceneStep) -> bool:
        match due.step:
            case DialStep():
                self._floor.dial(self)
            case steps.Speak(text=text):
                self._floor.speak(self, text)
            case steps.Sms() as step:
                self.log.texted()  # what comes of it may come at once
                if failure := self._floor.text(self, step):
                    self._floor.fail(self, phrase("{where}: {what}", where=due.where, what=failure))
                    return False
            case ActStep() as step:
                if failure := self._floor.perform(self, step):
                    self._floor.fail(self, phrase("{where}: {what}", where=due.where, what=failure))
                    return False
        self.commit()
        return True

    def _is_free(self, due: SceneStep) -> bool:
        """Whether the step is done by an errand of the scene, and not by an act in a moment of a call."""
        if isinstance(due.step, steps.Speak) and due.step.during is None:
            return self._moment is not None and self._moment.kind == "connected"
        return isinstance(due.step, DialStep | WaitStep | ActStep | steps.Sms)

    def _free_at(self, due: SceneStep, now: float) -> float:
        """When it is time for the step, which begins to wait once all is heard that stands before it."""
        if self._missing(self._due()[0]):
            return now
        if self._could_since is None:
            heard = isinstance(self.party.steps[self._due()[0] - 1].step, steps.Sound) if self._due()[0] else False
            talks = isinstance(due.step, steps.Speak)
            self._could_since = now if heard or talks else max(self.done_at, self._may_since or 0.0)
        match due.step:
            case WaitStep(seconds=seconds):
                return self._could_since + seconds
            case ActStep(after=after):
                return self._could_since + after
            case steps.Sms(after=after):
                return self._could_since + (REACTION if after is None else after)
            case steps.Speak(after=after):
                usual = REACTION if due.at is None else 0.0
                return self._could_since + (usual if after is None else after)
        return self._could_since

    def _may(self, due: SceneStep) -> bool:
        """Whether the step's own time has come, and its conditions hold."""
        now = self._floor.now()
        if due.at is not None and due.at > now + SOON:
            self._wake_at(due.at)
            return False
        if self._may_since is None and due.when:
            if not self._floor.holds(due, self.done_at):
                return False
            self._may_since = now
        if due.at is not None:
            self._may_since = max(self._may_since or 0.0, due.at)
        return True

    def _time_of(self, due: SceneStep, moment: Moment, now: float) -> float | None:
        """The second at which the step is done; None: not in this moment."""
        own = seconds_before(due.step)  # type: ignore[arg-type]  # as above
        given = due.step.after if isinstance(due.step, steps.Called | LostStep) else own
        usual = RING if isinstance(due.step, steps.Called) and due.step.outcome == "answered" else REACTION
        if given is None and (due.at is not None or isinstance(due.step, steps.Record)):
            given = 0.0
        at = max((self._could_since or 0.0) + (usual if given is None else given), now)
        if moment.seconds is not None and at - now > moment.seconds + SOON:
            return now + moment.seconds / 2 if given is None else None
        return at

    def _due(self) -> tuple[int, SceneStep | None]:
        """The place and the step of the next act; None where only things to hear are left."""
        position, written = self._next, self.party.steps
        while position < len(written) and isinstance(written[position].step, steps.Sound):
            position += 1
        return position, written[position] if position < len(written) else None

    def _missing(self, position: int) -> _Missing | None:
        """What is wrong with what was heard, going by the steps up to ``position``."""
        due = [each.step for each in self.party.steps[self._next : position]]
        found = self.log.missing([step for step in due if isinstance(step, steps.Sound)])
        return _Missing(*found) if found else None

    def _wake_at(self, second: float) -> None:
        if second not in self._timers:
            self._timers.add(second)
            self._floor.at(second, self)
