"""A rota (plantão) says which staff are on call outside a destination's own hours, and in which order they are rung."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from heapq import merge
from itertools import chain, combinations, pairwise
from zoneinfo import ZoneInfo

from routing.rota_swaps import RotaSwap, stand_ins
from routing.spans import ALWAYS, DAY, DAY_NAMES, EVERY_DAY, MIDNIGHT, Dates, Span, moments
from routing.targets import MAX_RING_SECONDS, MIN_RING_SECONDS, Number, Target
from value_class import value_class
from wording import Message, message, phrase


@value_class
class Ladder:
    """A ladder rings the staff on call one after another, ``seconds`` each, and at last ``last_resort``, if any.

    ``rungs`` is the most people rung for one call; None is all of the shift. Raises ValueError for seconds or rungs
    out of bounds.
    """

    seconds: int = 30
    rungs: int | None = None
    last_resort: Target | None = None

    def __post_init__(self) -> None:
        if not MIN_RING_SECONDS <= self.seconds <= MAX_RING_SECONDS:
            raise ValueError(
                message(
                    "rung-too-short-or-long",
                    "a rung lasts from {least} to {most} seconds, not {seconds}",
                    least=MIN_RING_SECONDS,
                    most=MAX_RING_SECONDS,
                    seconds=self.seconds,
                )
            )
        if self.rungs is not None and self.rungs < 1:
            raise ValueError(
                message(
                    "ladder-without-a-rung",
                    "a ladder has one rung at least; leave 'rungs' out to ring everybody of the shift",
                )
            )


@value_class
class Rung:
    """A rung is one person of the ladder, rung for ``seconds`` and asked to accept.

    ``instead_of`` is the person of the shift in whose place somebody stands in by a swap; empty for the shift's own.
    """

    person: str
    number: str
    seconds: int
    instead_of: str = ""


@value_class
class Shift:
    """A shift names the staff on call in a span of some days of the week, in the order in which they are rung.

    ``teams`` take turns week by week from ``anchor``, the first day of the first team's first week; one team alone
    needs no anchor. A shift with ``dates`` stands in for those without (holidays of the staff, an event). Like a
    window it belongs to the day on which it begins. Raises ValueError without days or people, or without an anchor
    where it is needed.
    """

    teams: tuple[tuple[str, ...], ...]
    span: Span
    days: frozenset[int] = EVERY_DAY
    anchor: date | None = None
    dates: Dates = ALWAYS

    def __post_init__(self) -> None:
        if not self.days or not self.days <= EVERY_DAY:
            raise ValueError(
                message("shift-without-days", "a shift needs days of the week, from 0 (Monday) to 6 (Sunday)")
            )
        if not self.teams or not all(self.teams):
            raise ValueError(message("shift-without-people", "a shift needs people to ring; name them in order"))
        if len(self.teams) > 1 and self.anchor is None:
            raise ValueError(
                message("weeks-without-an-anchor", "weeks that take turns need the date on which the first one begins")
            )

    @property
    def dated(self) -> bool:
        """Return whether the shift holds from or until a date, and so comes before the others."""
        return self.dates != ALWAYS

    def team_on(self, day: date) -> tuple[str, ...]:
        """Return the team whose turn it is in the week of ``day``."""
        week = (day - self.anchor).days // 7 if self.anchor else 0
        return self.teams[week % len(self.teams)]

    def begins_on(self, day: date) -> bool:
        """Return whether the shift begins on the local date ``day``."""
        return day.weekday() in self.days and self.dates.holds(day)

    def day_at(self, local: datetime) -> date | None:
        """Return the day on which the shift began that holds at the local time ``local``, or None."""
        today = local.date()
        for day, day_after in ((today - DAY, True), (today, False)):
            if self.begins_on(day) and self.span.holds(local.time(), day_after=day_after):
                return day
        return None


@value_class
class RotaConflict:
    """A conflict is a time of the rota that no shift or more than one shift takes, told once for all its weeks.

    ``days`` are days of the week (0 is Monday), ``begins`` and ``ends`` local times, ``first`` the first time in full.
    ``shifts`` are the two that overlap; empty where no shift holds.
    """

    days: frozenset[int]
    begins: datetime
    ends: datetime
    shifts: tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> Message:
        """Return when it is, for people."""
        days = ", ".join(DAY_NAMES[day] for day in sorted(self.days))
        ends = f"{self.ends:%H:%M}"
        if self.ends.date() == self.begins.date() + DAY and self.ends.time() == MIDNIGHT:
            ends = "24:00"
        elif self.ends.date() > self.begins.date():
            ends = f"{DAY_NAMES[self.ends.weekday()]} {ends}"
        return phrase(
            "on {days} from {begins} to {ends} (first on {first})",
            days=days,
            begins=f"{self.begins:%H:%M}",
            ends=ends,
            first=f"{self.begins:%Y-%m-%d}",
        )


@value_class
class Rota:
    """A rota has people with their telephones (E.164), the shifts they take, and the ladder on which they are rung.

    Raises ValueError without shifts, for a shift that names a person without a number, and for a number that is none.
    """

    name: str
    zone: ZoneInfo
    people: Mapping[str, str]
    shifts: tuple[Shift, ...]
    ladder: Ladder = Ladder()

    def __post_init__(self) -> None:
        if not self.shifts:
            raise ValueError(
                message(
                    "rota-without-shifts",
                    "the rota '{name}' has no shifts; say who is on call, and when",
                    name=self.name,
                )
            )
        for person in chain.from_iterable(chain.from_iterable(shift.teams for shift in self.shifts)):
            if person not in self.people:
                raise ValueError(
                    message(
                        "person-unknown",
                        "'{person}' is nobody of the rota '{name}'; add a number to its people",
                        person=person,
                        name=self.name,
                    )
                )
        for number in self.people.values():
            Number(number)

    @property
    def key(self) -> str:
        """Return the key of the node of the routing table that defines this rota."""
        return f"rotas.{self.name}"

    def key_at(self, instant: datetime) -> str:
        """Return the key of the shift that holds at ``instant`` (aware), or the rota's own where no shift does."""
        held = self._holding(instant.astimezone(self.zone))
        return f"{self.key}.shifts[{held[0]}]" if held else self.key

    def at(self, instant: datetime, swaps: Collection[RotaSwap] = ()) -> tuple[Rung, ...]:
        """Return the people rung at ``instant`` (aware, else ValueError), in order; empty where no shift holds.

        Who stands in by one of ``swaps`` takes the place of one person, so that a call that is on the ladder finds
        its place again whenever a swap begins or ends.
        """
        if instant.tzinfo is None:
            raise ValueError("the instant has no time zone; pass an aware datetime")
        local = instant.astimezone(self.zone)
        for at in self._holding(local):
            day = self.shifts[at].day_at(local)
            team = self.shifts[at].team_on(day) if day else ()
            standing = stand_ins(swaps, self.name, instant)
            return tuple(self._rung(each, standing.get(each)) for each in team[: self.ladder.rungs])
        return ()

    def targets_at(self, instant: datetime, swaps: Collection[RotaSwap] = ()) -> tuple[Target, ...]:
        """Return the ladder as targets: each person is asked to accept the call; the last resort is not."""
        rungs = [Number(rung.number, rung.seconds, accept=True) for rung in self.at(instant, swaps)]
        last = self.ladder.last_resort
        return (*rungs, last) if last else tuple(rungs)

    def change_after(self, instant: datetime, swaps: Collection[RotaSwap] = ()) -> datetime | None:
        """Return when the people on call at ``instant`` (aware) change next, in the rota's zone; None within a year."""
        present = self.at(instant, swaps)
        for moment in self.changes_between(instant, instant + 366 * DAY, swaps):
            if self.at(moment, swaps) != present:
                return moment.astimezone(self.zone)
        return None

    def changes_between(self, since: datetime, until: datetime, swaps: Iterable[RotaSwap] = ()) -> Iterator[datetime]:
        """Yield ``since`` and each moment before ``until`` at which other people may be on call, in order."""
        own = {each for swap in swaps if swap.rota == self.name for each in (swap.since, swap.until)}
        yield since
        yield from merge(self._changes(since, until), sorted(each for each in own if since < each < until))

    def violations(self, needed: Sequence[tuple[datetime, datetime]]) -> list[RotaConflict]:
        """Return which parts of ``needed``, stretches of time in order, no shift takes, and which two shifts take."""
        gaps: list[tuple[datetime, datetime, tuple[int, ...]]] = []
        overlaps: list[tuple[datetime, datetime, tuple[int, ...]]] = []
        if not needed:
            return []
        taken = list(self._taken(needed[0][0], needed[-1][1]))
        at = 0
        for begins, ends in needed:
            while at < len(taken) and taken[at][1] <= begins:
                at += 1
            here = at
            while here < len(taken) and taken[here][0] < ends:
                first, last, shifts = taken[here]
                if not shifts:
                    gaps.append((max(first, begins), min(last, ends), ()))
                here += 1
        for first, last, shifts in taken:
            overlaps += [(first, last, pair) for pair in combinations(shifts, 2)]
        return [*self._conflicts(gaps), *self._conflicts(overlaps)]

    def kind_of(self, day: date) -> Hashable:
        """Return what days have in common on which the same shifts hold at each time of the clock."""
        begun = tuple(shift.begins_on(each) for each in (day - DAY, day) for shift in self.shifts)
        midnight = datetime.combine(day, MIDNIGHT, self.zone)
        changed = midnight.utcoffset() != (midnight + DAY).utcoffset()
        return begun, day if changed else None

    def _rung(self, person: str, stand_in: str | None) -> Rung:
        """The rung of a person of the shift; a stand-in whom the rota does not know any more stands in for nobody."""
        number = stand_in if stand_in and stand_in.startswith("+") else self.people.get(stand_in or "")
        if stand_in and number:
            return Rung(stand_in, number, self.ladder.seconds, person)
        return Rung(person, self.people[person], self.ladder.seconds)

    def _holding(self, local: datetime) -> list[int]:
        """The shifts that hold, those with dates first."""
        held = [at for at, shift in enumerate(self.shifts) if shift.day_at(local)]
        return sorted(held, key=lambda at: not self.shifts[at].dated)

    def _taken(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, tuple[int, ...]]]:
        """From ``since`` until ``until``, by whom each stretch is taken: the shifts of the first kind that holds."""
        changes = [since, *self._changes(since, until), until]
        for begins, ends in pairwise(changes):
            held = self._holding(begins.astimezone(self.zone))
            dated = [at for at in held if self.shifts[at].dated]
            yield begins, ends, tuple(dated or held)

    def _changes(self, since: datetime, until: datetime) -> Iterator[datetime]:
        clock = {MIDNIGHT, *chain.from_iterable((shift.span.opens, shift.span.closes) for shift in self.shifts)}
        day, begins, ends = since.astimezone(self.zone).date(), since.astimezone(UTC), until.astimezone(UTC)
        while True:
            for moment in moments(day, clock, self.zone):
                if moment >= ends:
                    return
                if moment > begins:
                    yield moment
            day += DAY

    def _conflicts(self, found: list[tuple[datetime, datetime, tuple[int, ...]]]) -> Iterator[RotaConflict]:
        """One flaw for all weeks and days that have it at the same time of day."""
        joined: list[tuple[datetime, datetime, tuple[int, ...]]] = []
        for begins, ends, shifts in found:
            if joined and joined[-1][1] == begins and joined[-1][2] == shifts:
                joined[-1] = (joined[-1][0], ends, shifts)
            else:
                joined.append((begins, ends, shifts))
        alike: dict[object, list[tuple[datetime, datetime, tuple[int, ...]]]] = {}
        for begins, ends, shifts in joined:
            here, there = begins.astimezone(self.zone), ends.astimezone(self.zone)
            several_days = there - here > DAY and here.weekday()
            alike.setdefault((here.time(), there - here, several_days, shifts), []).append((here, there, shifts))
        for each in alike.values():
            (begins, ends, shifts) = each[0]
            yield RotaConflict(frozenset(begins.weekday() for begins, _, _ in each), begins, ends, shifts)
