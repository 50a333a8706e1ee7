"""Opening hours say when a destination is open, when its staff are on call, and when it opens again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import chain
from typing import Literal
from zoneinfo import ZoneInfo

from routing.holidays import Calendar
from routing.spans import DAY, MIDNIGHT, moments
from routing.trace import TraceStep
from routing.windows import SpecialDay, Window, refuse_overlaps
from value_class import value_class
from wording import message, phrase

LOOK_AHEAD_DAYS = 366
"""How far the next opening is looked for: a destination shut for longer has none worth telling a caller."""

_KEPT_DAYS = 3 * LOOK_AHEAD_DAYS
"""Days of which one ``Hours`` keeps the windows: ``ivr check`` asks for two years, a turn for yesterday, today and,
where it is closed, the days up to the next opening. A day takes about 100 bytes; ordinary ones share their windows.
"""

_KEPT_STATUSES = 4096
"""Minutes of a kind of day of which one ``Hours`` keeps the status; there are 1440 in a day."""

_KEPT_MINUTES = 64
"""Minutes of a day of which one ``Hours`` keeps why it is open or not: calls ask about the one that it is."""

_SATURDAY = 5

HolidayPolicy = Literal["closed", "on_call", "open"]
"""What a holiday does to a day's windows: shuts them, leaves them to the staff on call, or nothing."""

ClosedReason = Literal["night", "weekend", "break", "holiday", "special-day", "closure"]


@value_class
class Open:
    """The destination is staffed."""


@value_class
class OnCall:
    """Only the staff on call answer. ``holiday_name`` is set where a holiday is the cause."""

    holiday_name: str | None = None


@value_class
class Closed:
    """The destination does not answer.

    ``reason`` is ``break`` in a pause or between two windows of a day, ``holiday``, ``special-day`` (both have
    their ``holiday_name``), ``closure`` in an emergency, ``weekend`` on a Saturday or Sunday without windows, and
    ``night`` at every other time. ``opens_at`` is the first later instant at which the destination is open or on call,
    aware, in the zone of the hours; None where there is none within a year. ``pause`` tells a break written as one,
    which the staff on call may cover, from the time between two windows.
    """

    reason: ClosedReason
    holiday_name: str | None = None
    opens_at: datetime | None = None
    pause: bool = False


Status = Open | OnCall | Closed


@value_class
class Stretch:
    """From ``begins`` until just before ``ends`` (aware, in the zone of the hours) the status is the same.

    A ``Closed`` of a stretch does not tell when the destination opens: the next stretch does.
    """

    begins: datetime
    ends: datetime
    status: Status


@dataclass(frozen=True, slots=True, eq=False)
class _Day:
    """The windows that begin on one day, each with its key, and the rule that makes them so. Days of the week on which
    the same windows begin are one and the same value.
    """

    rule: Literal["special-day", "holiday", "week"]
    windows: tuple[tuple[Window, str], ...]
    name: str | None = None
    key: str = ""
    policy: HolidayPolicy = "open"

    @property
    def kind(self) -> Hashable:
        """What a status depends on; windows of the week are one value, so that its identity tells them."""
        return self if self.rule == "week" else (self.policy, self.windows)

    def clock(self) -> Iterator[time]:
        """The times at which something may change on it."""
        yield MIDNIGHT
        for window, _ in self.windows:
            yield window.span.opens
            if not window.span.past_midnight:
                yield window.span.closes

    def clock_after(self) -> Iterator[time]:
        """The times at which something may change on the day after."""
        return (window.span.closes for window, _ in self.windows if window.span.past_midnight)


@dataclass(slots=True)
class _Known:
    """What was worked out already, and follows from what never changes. Threads share it, and at worst work it out
    twice.
    """

    days: dict[date, _Day] = field(default_factory=dict)
    weeks: dict[tuple[int, ...], _Day] = field(default_factory=dict)
    statuses: dict[tuple[time, bool, _Day, _Day], tuple[Status, str]] = field(default_factory=dict)
    explained: dict[tuple[int, int, int, int], tuple[Status, tuple[TraceStep, ...]]] = field(default_factory=dict)
    """By day, hour, minute and fold: destinations share hours, and calls a minute."""

    def bound(self) -> None:
        """Begin anew where there is too much of it."""
        if len(self.days) >= _KEPT_DAYS or len(self.statuses) >= _KEPT_STATUSES:
            self.days, self.weeks, self.statuses = {}, {}, {}


@value_class
class Hours:
    """Opening hours are a week of windows in one zone, and the days on which other rules hold: first a special day,
    then a holiday.

    ``on_holiday`` is for national and extra holidays, ``on_local_holiday`` for those of a state or a town. The first of
    ``special_days`` that has a date is the one that holds. A window belongs to the day on which it begins, so a holiday
    takes its whole night away and leaves the night before it alone. Windows may not overlap (ValueError).
    """

    name: str
    zone: ZoneInfo
    windows: tuple[Window, ...]
    holidays: Calendar | None = None
    on_holiday: HolidayPolicy = "closed"
    on_local_holiday: HolidayPolicy = "closed"
    special_days: tuple[SpecialDay, ...] = ()
    _known: _Known = field(default_factory=_Known, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not any(window.kind != "break" for window in self.windows):
            raise ValueError(
                message(
                    "hours-without-windows",
                    "the hours '{name}' have no windows; give days and times: seg-sex 08:00-18:00",
                    name=self.name,
                )
            )
        refuse_overlaps(self.windows, phrase("the hours '{name}'", name=self.name))

    @property
    def key(self) -> str:
        """Return the key of the node of the routing table that defines these hours."""
        return f"hours.{self.name}"

    @property
    def may_be_on_call(self) -> bool:
        """Return whether some moment can be left to the staff on call."""
        policies = (self.on_holiday, self.on_local_holiday)
        windows = chain(self.windows, *(special.windows for special in self.special_days))
        return any(each.kind == "on_call" for each in windows) or (self.holidays is not None and "on_call" in policies)

    def at(self, instant: datetime) -> Status:
        """Return the destination's status at ``instant`` (aware, else ValueError)."""
        status, _ = self._rule(self._local(instant))
        return self._with_opening(status, instant)

    def explain(self, instant: datetime) -> tuple[Status, tuple[TraceStep, ...]]:
        """Return the status as ``at`` does, with the rules that were tried: special day, holiday, hours."""
        local = self._local(instant)
        minute = (local.toordinal(), local.hour, local.minute, local.fold)
        known = self._known.explained.get(minute)
        if known is None:
            if len(self._known.explained) >= _KEPT_MINUTES:
                self._known.explained.clear()
            known = self._known.explained[minute] = self._explain(local.replace(second=0, microsecond=0))
        return known

    def _explain(self, local: datetime) -> tuple[Status, tuple[TraceStep, ...]]:
        """The same of a whole minute of the zone; no status changes within one."""
        status, key = self._rule(local)
        status = self._with_opening(status, local)
        return status, (*self._tried_day(local.date()), TraceStep("hours", _in_words(status, local), key or self.key))

    def opening_from(self, instant: datetime) -> datetime | None:
        """Return the first instant from ``instant`` on that is not closed, in its zone; None within a year."""
        local = self._local(instant)
        if not isinstance(self._rule(local)[0], Closed):
            return local
        for stretch in self.stretches(instant, local + (LOOK_AHEAD_DAYS + 1) * DAY):
            if not isinstance(stretch.status, Closed):
                return stretch.begins
        return None

    def kind_of(self, day: date) -> Hashable:
        """Return what days have in common on which, at each time of the clock, the destination is alike open, on call
        or closed; the reasons may be others. Where clocks are changed on a day it is like no other.
        """
        before, today = self._days(day)
        midnight = datetime.combine(day, MIDNIGHT, self.zone)
        changed = midnight.utcoffset() != (midnight + DAY).utcoffset()
        return before.kind, today.kind, day if changed else None

    def stretches(self, since: datetime, until: datetime) -> Iterator[Stretch]:
        """Yield the time from ``since`` until ``until`` (aware) as stretches of one status each, without gaps."""
        begins, ends = since.astimezone(UTC), until.astimezone(UTC)
        status: Status | None = None
        start = begins.astimezone(self.zone)
        for local, new in self._statuses(begins, ends):
            if status is not None and new is not status and new != status:
                yield Stretch(start, local, status)
                start = local
            status = new
        if status is not None:
            yield Stretch(start, ends.astimezone(self.zone), status)

    def _statuses(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, Status]]:
        """The status at ``since`` and at every later instant before ``until`` (both UTC) at which it may be another,
        the instants in the zone of the hours.
        """
        local = since.astimezone(self.zone)
        day = local.date()
        before, today = self._day(day - DAY), self._day(day)
        if since < until:
            yield local, self._status(local, before, today)[0]
        while True:
            for moment in moments(day, chain(today.clock(), before.clock_after()), self.zone):
                if moment >= until:
                    return
                if moment > since:
                    local = moment.astimezone(self.zone)
                    # Clocks put forward over midnight show another date than the one that was asked for.
                    days = (before, today) if local.date() == day else self._days(local.date())
                    yield local, self._status(local, *days)[0]
            day += DAY
            before, today = today, self._day(day)

    def _local(self, instant: datetime) -> datetime:
        if instant.tzinfo is None:
            raise ValueError("the instant has no time zone; pass an aware datetime")
        return instant.astimezone(self.zone)

    def _with_opening(self, status: Status, instant: datetime) -> Status:
        if not isinstance(status, Closed):
            return status
        return Closed(status.reason, status.holiday_name, self.opening_from(instant), status.pause)

    def _rule(self, local: datetime) -> tuple[Status, str]:
        """The status, without the next opening, and the key of the window or day that makes it so."""
        return self._status(local, *self._days(local.date()))

    def _days(self, day: date) -> tuple[_Day, _Day]:
        return self._day(day - DAY), self._day(day)

    def _status(self, local: datetime, before: _Day, today: _Day) -> tuple[Status, str]:
        # Windows begin and end at whole minutes.
        key = (time(local.hour, local.minute), local.weekday() >= _SATURDAY, before, today)
        known = self._known.statuses.get(key)
        if known is None:
            self._known.bound()
            known = self._known.statuses[key] = self._status_by_rule(*key)
        return known

    def _status_by_rule(self, moment: time, weekend: bool, before: _Day, today: _Day) -> tuple[Status, str]:
        held = [
            (day, window, key)
            for day, day_after in ((before, True), (today, False))
            for window, key in day.windows
            if window.span.holds(moment, day_after=day_after)
        ]
        pauses = [key for _, window, key in held if window.kind == "break"]
        for day, window, key in held:
            if window.kind == "break":
                continue
            if day.policy == "on_call":
                return OnCall(day.name), key
            if window.kind == "on_call":
                return OnCall(), key
            return (Closed("break", pause=True), pauses[0]) if pauses else (Open(), key)
        return self._closed(moment, weekend, today)

    def _closed(self, moment: time, weekend: bool, today: _Day) -> tuple[Closed, str]:
        if today.rule == "holiday" and today.policy == "closed":
            return Closed("holiday", today.name), today.key
        staffed = [window for window, _ in today.windows if window.kind != "break"]
        begun = [window.span.opens <= moment for window in staffed]
        if any(begun) and not all(begun):
            return Closed("break"), today.key
        if today.rule == "special-day":
            return Closed("special-day", today.name), today.key
        return Closed("weekend" if weekend and not staffed else "night"), today.key

    def _day(self, day: date) -> _Day:
        """Which windows begin on ``day``: its special day's, else those of the week as a holiday leaves them."""
        known = self._known.days.get(day)
        if known is None:
            self._known.bound()
            known = self._known.days[day] = self._day_by_rule(day)
        return known

    def _day_by_rule(self, day: date) -> _Day:
        for at, special in enumerate(self.special_days):
            if special.dates.holds(day):
                key = f"{self.key}.special_days[{at}]"
                return _Day("special-day", tuple((window, key) for window in special.windows), special.name, key)
        holiday = self.holidays.on(day) if self.holidays else None
        if holiday and self.holidays:
            key = f"calendars.{self.holidays.name}" + (f".{holiday.part}" if holiday.part else "")
            policy = self.on_local_holiday if holiday.local else self.on_holiday
            return _Day("holiday", () if policy == "closed" else self._week(day).windows, holiday.name, key, policy)
        return self._week(day)

    def _week(self, day: date) -> _Day:
        chosen = tuple(at for at, window in enumerate(self.windows) if window.begins_on(day))
        known = self._known.weeks.get(chosen)
        if known is None:
            windows = tuple((self.windows[at], f"{self.key}.windows[{at}]") for at in chosen)
            known = self._known.weeks[chosen] = _Day("week", windows)
        return known

    def _tried_day(self, date_: date) -> Iterator[TraceStep]:
        day = self._day(date_)
        if day.rule == "special-day":
            yield TraceStep("special-day", f"{date_} is {day.name}", day.key)
            return
        yield TraceStep("special-day", f"{date_} is no special day", self.key)
        if day.rule == "holiday":
            effect = {"closed": "closed", "on_call": "on call", "open": "as any day"}[day.policy]
            yield TraceStep("holiday", f"{date_} is {day.name}: {effect}", day.key)
        elif self.holidays:
            working = f".working[{date_}]" if date_ in self.holidays.working else ""
            outcome = f"{date_} is a working day by order" if working else f"{date_} is no holiday"
            yield TraceStep("holiday", outcome, f"calendars.{self.holidays.name}{working}")


def _in_words(status: Status, local: datetime) -> str:
    here = f"{local:%Y-%m-%d %H:%M} ({local.tzinfo})"
    match status:
        case Open():
            return f"open at {here}"
        case OnCall():
            return f"on call at {here}"
        case Closed(reason, _, opens_at):
            opens = f"opens {opens_at:%Y-%m-%d %H:%M}" if opens_at else "does not open within a year"
            return f"closed at {here}: {reason}; {opens}"
