"""An appointment is a time at which a billed service is given: one side proposes it, the other one confirms it.

Seed 001 (item d): it lies within the service's hours, and one that is not confirmed within 24 hours lapses, so that
another is to be proposed. What the seed leaves open is decided here: confirmed means before the 24 hours are over, not
at their last instant; and an appointment that begins before then lapses when it would begin.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from ivr.tickets.events import TicketParty
from routing.hours import Open
from routing.services import AppointmentRules
from value_class import value_class
from wording import message

LONGEST_MINUTES: Final = 480
"""A working day."""


class AppointmentState(StrEnum):
    """An appointment stands in one of these; nothing leads out of the last four."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    HELD = "held"


TAKES_TIME: Final = frozenset({AppointmentState.PROPOSED, AppointmentState.CONFIRMED})
"""Appointments in these states keep their analyst from another one at the same time."""


class AppointmentError(ValueError):
    """An appointment cannot be made or changed so; says why, and what can be done."""


class AppointmentSpan(Protocol):
    """An appointment, as the rules see it."""

    @property
    def starts_at(self) -> datetime:
        """Return when it begins (aware)."""

    @property
    def minutes(self) -> int:
        """Return how long it takes."""


@value_class
class ProposedTime:
    """A time that is proposed: ``minutes`` from ``starts_at`` (aware) on."""

    starts_at: datetime
    minutes: int


def lapses_at(proposed_at: datetime, starts_at: datetime, confirm_hours: int) -> datetime:
    """Return the instant from which an appointment that was proposed at ``proposed_at`` is confirmed no more."""
    return min(proposed_at + timedelta(hours=confirm_hours), starts_at)


def overlap(one: AppointmentSpan, other: AppointmentSpan) -> bool:
    """Return whether two appointments share some time; one may begin where the other ends."""
    return one.starts_at < _end(other) and other.starts_at < _end(one)


def check_proposed(
    rules: AppointmentRules, proposed: ProposedTime, now: datetime, taken: Iterable[AppointmentSpan]
) -> None:
    """Raise AppointmentError where the time is past, too long, outside of the service's hours, or where its analyst
    has one of ``taken`` at that time.
    """
    if proposed.starts_at <= now:
        raise AppointmentError(message("appointment-past", "this time is past; propose a later one"))
    if not 1 <= proposed.minutes <= LONGEST_MINUTES:
        raise AppointmentError(
            message(
                "appointment-too-long",
                "an appointment takes 1 to {most} minutes, not {minutes}",
                most=LONGEST_MINUTES,
                minutes=proposed.minutes,
            )
        )
    if not within_hours(rules, proposed):
        raise AppointmentError(
            message(
                "appointment-outside-hours",
                "the service is not given then; propose a time that lies whole within its hours, on a working day",
            )
        )
    if any(overlap(proposed, each) for each in taken):
        raise AppointmentError(
            message("appointment-taken", "the analyst has another appointment at that time; propose another one")
        )


def within_hours(rules: AppointmentRules, span: AppointmentSpan) -> bool:
    """Return whether the service is open from the beginning of ``span`` to its end."""
    return all(isinstance(each.status, Open) for each in rules.hours.stretches(span.starts_at, _end(span)))


def next_state(
    state: AppointmentState,
    wanted: AppointmentState,
    *,
    by: TicketParty,
    proposed_by: TicketParty,
    now: datetime,
    starts_at: datetime,
    lapses: datetime,
) -> AppointmentState:
    """Return ``wanted`` where ``by`` may bring an appointment there ``now``. Raises AppointmentError where not.

    The side that did not propose it confirms or refuses before it ``lapses``; the line alone lets it lapse, from then
    on; either side cancels one that did not begin yet; the staff say of a confirmed one that it was held.
    """
    if not _leads(state, wanted):
        raise AppointmentError(
            message("appointment-settled", "this appointment was answered or is over already; propose another one")
        )
    answers = wanted in {AppointmentState.CONFIRMED, AppointmentState.REFUSED}
    if answers and by in {proposed_by, TicketParty.LINE}:
        raise AppointmentError(message("appointment-of-other-side", "the other side answers what was proposed here"))
    if answers and now >= lapses:
        raise AppointmentError(
            message("appointment-lapsed", "this time was not confirmed in time and has lapsed; propose another one")
        )
    if wanted is AppointmentState.LAPSED and (by is not TicketParty.LINE or now < lapses):
        raise AppointmentError(message("appointment-not-lapsed", "this appointment can still be confirmed"))
    if wanted is AppointmentState.CANCELLED and now >= starts_at:
        raise AppointmentError(message("appointment-begun", "this appointment has begun; it is cancelled no more"))
    if wanted is AppointmentState.HELD and (by is not TicketParty.STAFF or now < starts_at):
        raise AppointmentError(message("appointment-not-begun", "this appointment has not begun yet"))
    return wanted


def _leads(state: AppointmentState, wanted: AppointmentState) -> bool:
    match state:
        case AppointmentState.PROPOSED:
            return wanted not in {AppointmentState.PROPOSED, AppointmentState.HELD}
        case AppointmentState.CONFIRMED:
            return wanted in {AppointmentState.CANCELLED, AppointmentState.HELD}
        case _:
            return False


def _end(span: AppointmentSpan) -> datetime:
    return span.starts_at + timedelta(minutes=span.minutes)
