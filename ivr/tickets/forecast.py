"""The forecast of a ticket is one function of its events and of dated work calendars, computed whole each time.

It counts the working time since the ticket was opened, without the time in which a question or a solution was with the
customer, up to the working hours of its latest severity (seed 003 p. 14; decided where that is silent). It is never a
deadline plus pauses, so that a change of severity, area or hours needs no correction of what was counted before.

- The calendar is the one that the latest ``opened`` or ``transferred`` names, from its moment on; each local date
  counts by the version that holds on it. So time already worked stays, and the rest counts by the new hours.
- A severity holds for the whole ticket: its working hours count from the opening, and the forecast may lie in the past.
- A forecast that is reached as a desk closes is due at the closing, not at the next opening. What happens at night or
  on a weekend counts from the next opening on by itself, as no working time lies between.
- Events count in the order in which they were taken. Several of one instant have no time between them; one that is
  dated before the event ahead of it counts from that one's moment, since time does not run back.
- A solution takes the place of a question that is still out; an answer resumes nothing while a solution is with the
  customer. The machine takes no such order, but what another system wrote may have it.
- A merged ticket has no forecast of its own; when its merge is undone, the time within has counted, since its subject
  was worked on in the other ticket.

What is judged is the clock alone: that no event skips a state is the machine's to say, when the event is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from ivr.tickets.calendars import WorkCalendar, WorkCalendars
from ivr.tickets.events import EventKind, Events, Severity
from ivr.tickets.severity import SEVERITY_HOURS
from ivr.tickets.work_days import NO_TIME, SkippedDay, WorkDay, WorkedInterval
from routing.spans import DAY
from value_class import value_class
from wording import message

LOOK_AHEAD: Final = 2 * 366 * DAY
"""How far after the last event a forecast is looked for: with calendars that work less it has none."""

PauseReason = Literal["question", "solution"]
"""What was with the customer."""

_PAUSING: Final[Mapping[EventKind, PauseReason]] = {
    EventKind.QUESTION_ASKED: "question",
    EventKind.SOLUTION_SENT: "solution",
}
_SEVERING: Final = frozenset({EventKind.OPENED, EventKind.SEVERITY_CHANGED})
_RESUMING: Final = frozenset({EventKind.ANSWERED, EventKind.REFUSED})
_ENDING: Final = frozenset({EventKind.ACCEPTED, EventKind.SILENCE_ACCEPTED, EventKind.LEFT_UNANSWERED})
_OF_THE_CLOCK: Final = frozenset(
    {*_PAUSING, *_RESUMING, *_ENDING, EventKind.OPENED, EventKind.TRANSFERRED, EventKind.MERGED, EventKind.MERGE_UNDONE}
)


@value_class
class CustomerPause:
    """The clock stood still while ``reason`` was with the customer; ``ends`` is None where it still is, or closed the
    ticket.
    """

    begins: datetime
    ends: datetime | None
    reason: PauseReason


@value_class
class SeverityStep:
    """From ``at`` on the ticket has that severity, whose working hours are ``target``."""

    at: datetime
    severity: Severity
    target: timedelta


@value_class
class Forecast:
    """A forecast is when a ticket is to be answered, with all that it follows from.

    ``at`` (aware, in the zone of the calendar that counts there) is None while the ticket is with the customer, merged
    or closed, and where the calendars do not work enough within ``LOOK_AHEAD``. ``reached_at`` is the instant at which
    the target was or will be worked; of a ticket that stands still it is set only where it is late already. ``worked``
    is the working time up to the last event; ``intervals`` and ``skipped`` lead up to ``reached_at``, or to where the
    clock stopped. ``calendars`` are the versions by which was counted, in their order.
    """

    at: datetime | None
    reached_at: datetime | None
    worked: timedelta
    target: timedelta
    severity: Severity
    intervals: tuple[WorkedInterval, ...]
    pauses: tuple[CustomerPause, ...]
    skipped: tuple[SkippedDay, ...]
    steps: tuple[SeverityStep, ...]
    calendars: tuple[str, ...]

    @property
    def remaining(self) -> timedelta:
        """Return the working time that was left after the last event; none of a ticket that is late."""
        return max(self.target - self.worked, NO_TIME)


class ForecastError(ValueError):
    """A forecast cannot be computed of these events with these calendars: the message says what is missing."""


class CalendarGoneError(ForecastError):
    """A ticket counts by a work calendar that ops have not written any more: it has no forecast until they do."""


class _Count:
    """The working time of one ticket while it is counted, and the instant at which it reached the target."""

    def __init__(self, target: timedelta) -> None:
        self.target = target
        self.worked = NO_TIME
        self.reached: datetime | None = None
        self.intervals: list[WorkedInterval] = []
        self.skipped: list[SkippedDay] = []
        self._ended: tuple[WorkDay, datetime] | None = None

    def run(self, calendar: WorkCalendar, since: datetime, until: datetime, *, to_target: bool = False) -> None:
        """Count the time from ``since`` until ``until`` (UTC); with ``to_target`` only up to where that is reached.

        A day of which all counts is taken whole.
        """
        if since >= until:
            return
        day = calendar.on(calendar.local_date(since))
        while day.begins < until:
            stretches = day.stretches
            if not stretches:
                told = bool(self.skipped) and self.skipped[-1].day == day.day
                if day.skipped is not None and self.reached is None and not told:
                    self.skipped.append(day.skipped)
            elif since <= stretches[0][0] and stretches[-1][1] <= until and self._holds(day):
                self.worked += day.total
                if self.reached is None:
                    self.intervals += day.whole
            else:
                for number, (begins, ends) in enumerate(stretches):
                    first, last = max(begins, since), min(ends, until)
                    if first < last:
                        self._count(day, number, first, last)
                        if to_target and self.reached is not None:
                            return
            day = calendar.after(day)

    def _holds(self, day: WorkDay) -> bool:
        """Whether the target lies behind ``day``, or was reached before it."""
        return self.reached is not None or self.worked + day.total < self.target

    def _count(self, day: WorkDay, number: int, first: datetime, last: datetime) -> None:
        """Count a part of the stretch of that number of ``day``, up to the target where that lies in it."""
        before = self.worked
        self.worked = before + (last - first)
        if self.reached is not None:
            return
        whole = day.whole[number]
        zone = whole.begins.tzinfo
        if self.worked >= self.target:
            last = first + (self.target - before)
            self.reached = last.astimezone(zone)
        ends = whole.ends if last == day.stretches[number][1] else last.astimezone(zone)
        if self._ended == (day, first):  # an event lay between
            self.intervals[-1] = WorkedInterval(self.intervals[-1].begins, ends, day.label, day.name)
        else:
            begins = whole.begins if first == day.stretches[number][0] else first.astimezone(zone)
            self.intervals.append(WorkedInterval(begins, ends, day.label, day.name))
        self._ended = day, last


def forecast(
    events: Events,
    calendars: WorkCalendars,
    hours_of: Mapping[Severity, timedelta] = SEVERITY_HOURS,
) -> Forecast:
    """Return the forecast of the ticket of which ``events`` are all, by the working hours of each severity.

    Raises ForecastError for a ticket without ``opened``, without a severity or a calendar in it, CalendarGoneError for
    a calendar that is not among ``calendars``, and ValueError for an event whose moment has no time zone.
    """
    steps = _severity_steps(events, hours_of)
    count = _Count(steps[-1].target)
    pauses: list[CustomerPause] = []
    paused: tuple[datetime, PauseReason] | None = None
    calendar: WorkCalendar | None = None
    merged = closed = False
    now = since = events[0].at.astimezone(UTC)
    for event in events:
        now = max(event.at.astimezone(UTC), now)
        kind = event.kind
        if closed or kind not in _OF_THE_CLOCK:
            continue
        if calendar is not None and paused is None:
            count.run(calendar, since, now)
        since = now
        if kind is EventKind.OPENED or kind is EventKind.TRANSFERRED:
            calendar = counted_by(event.calendar, calendars) if event.calendar else calendar
        elif kind in _PAUSING:
            if paused and paused[1] == "question" and kind is EventKind.SOLUTION_SENT:
                pauses.append(_pause(paused, now, calendar))
                paused = None
            paused = paused or (now, _PAUSING[kind])
        elif kind in _ENDING or _resumes(kind, paused):
            if paused:
                pauses.append(_pause(paused, now, calendar))
            paused, closed = None, kind in _ENDING
        elif kind is EventKind.MERGED or kind is EventKind.MERGE_UNDONE:
            merged = kind is EventKind.MERGED
    if calendar is None:
        raise ForecastError(
            message("ticket-without-calendar", "the ticket names no work calendar when it is opened; nothing counts")
        )
    zone = calendar.zone
    if paused is None and not closed:
        count.run(calendar, since, now)
    worked = count.worked
    running = paused is None and not closed and not merged
    if running and count.reached is None:
        count.run(calendar, now, now + LOOK_AHEAD, to_target=True)
    if paused:
        pauses.append(_pause(paused, None, calendar))
    return Forecast(
        count.reached if running else None,
        count.reached,
        worked,
        count.target,
        steps[-1].severity,
        tuple(count.intervals),
        tuple(pauses),
        _skipped(count),
        tuple(SeverityStep(step.at.astimezone(zone), step.severity, step.target) for step in steps),
        _labels(count),
    )


def _severity_steps(events: Events, hours_of: Mapping[Severity, timedelta]) -> tuple[SeverityStep, ...]:
    if not events or events[0].kind is not EventKind.OPENED:
        raise ForecastError(message("ticket-not-begun", "a ticket begins with the event 'opened'; this one does not"))
    for event in events:
        if event.at.tzinfo is None:
            raise ValueError("an event's moment has no time zone; pass an aware datetime")
    steps = tuple(
        SeverityStep(event.at, event.severity, hours_of[event.severity])
        for event in events
        if event.severity is not None and event.kind in _SEVERING
    )
    if not steps:
        raise ForecastError(
            message("ticket-without-severity", "the ticket names no severity when it is opened; nothing can be counted")
        )
    return steps


def counted_by(name: str, calendars: WorkCalendars) -> WorkCalendar:
    """Return the work calendar of that name. Raises CalendarGoneError where it is not written."""
    found = calendars.get(name)
    if found is None:
        raise CalendarGoneError(
            message(
                "ticket-calendar-missing",
                "the ticket counts by the work calendar '{name}', which 'tickets' of routing.yaml does not have; write "
                "it there again: a calendar by which a ticket was counted stays",
                name=name,
            )
        )
    return found


def _resumes(kind: EventKind, paused: tuple[datetime, PauseReason] | None) -> bool:
    """Whether an event starts the clock again: an answer does not while it is a solution that the customer has."""
    return kind is EventKind.REFUSED or (kind is EventKind.ANSWERED and not (paused and paused[1] == "solution"))


def _pause(begun: tuple[datetime, PauseReason], ends: datetime | None, calendar: WorkCalendar | None) -> CustomerPause:
    zone = calendar.zone if calendar else UTC
    at, reason = begun
    return CustomerPause(at.astimezone(zone), ends.astimezone(zone) if ends else None, reason)


def _skipped(count: _Count) -> tuple[SkippedDay, ...]:
    """Each day on which nothing counted, once: on that of a transfer the other calendar may have worked."""
    counted = {interval.begins.date() for interval in count.intervals}
    return tuple(each for each in count.skipped if each.day not in counted)


def _labels(count: _Count) -> tuple[str, ...]:
    """Each version by which was counted, as the days came."""
    days = [(interval.begins.date(), interval.label) for interval in count.intervals]
    days += [(skipped.day, skipped.label) for skipped in count.skipped]
    return tuple(dict.fromkeys(label for _, label in sorted(days, key=lambda each: each[0])))
