"""A solution or a question waits for the customer until a local day has ended (seed 003 pp. 14 and 15).

The days are local calendar days: the first day is not counted, holidays and weekends are, and the wait ends with the
last day, at the midnight after it. An act of the customer counts before that instant; at it the silence has spoken.

- A solution waits 15 days; postponed, 30 days more from the same first day, 45 in all. It is postponed once, within its
  15 days. A solution that is sent after a refusal begins anew, and may be postponed anew.
- A question waits 15 days, and is not reminded of: the sources remind of solutions only. A solution takes its place.
- Silence is neither to accept nor to refuse nor to postpone. A message of the customer does not end it, and an
  automatic reply least of all.
- The reminder is for the day two days before the last day of the deadline that holds, at its first desk hour; if that
  day has none, at the next desk hour before the deadline; if there is none any more, at the first desk hour of the last
  day before that has some, since early is better than never. It is never before the solution was sent.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import Final, Literal

from ivr.tickets.calendars import WorkCalendar
from ivr.tickets.events import EventKind, Events
from routing.spans import DAY, MIDNIGHT
from value_class import value_class

Ending = Literal["silence", "unanswered"]
"""What the deadline does: the silence accepts a solution, or a question left unanswered closes the ticket."""


@value_class
class AcceptanceDays:
    """Local calendar days that a customer has; ops may set others for their line."""

    acceptance: int = 15
    postponed: int = 30
    reminder: int = 2
    answer: int = 15


USUAL_DAYS: Final = AcceptanceDays()
"""Those of seed 003."""

_OVER: Final = frozenset(
    {
        EventKind.ANSWERED,
        EventKind.REFUSED,
        EventKind.ACCEPTED,
        EventKind.SILENCE_ACCEPTED,
        EventKind.LEFT_UNANSWERED,
    }
)


_ABOUT_QUESTIONS: Final = frozenset({EventKind.QUESTION_ASKED, EventKind.ANSWERED})


@value_class
class Deadline:
    """A solution or a question is with the customer until ``at``, the local midnight after ``last_day``.

    ``since`` is when it was sent. ``reminder_day`` is the local day of the reminder, None where none is sent;
    ``reminded`` tells that one was noted for this deadline. ``may_postpone_until`` is the instant before which it may
    be postponed, None where it may not.
    """

    at: datetime
    kind: Ending
    since: datetime
    last_day: date
    postponed: bool = False
    reminder_day: date | None = None
    reminded: bool = False
    may_postpone_until: datetime | None = None

    def may_postpone(self, now: datetime) -> bool:
        """Return whether the customer may take the days more at ``now``."""
        return self.may_postpone_until is not None and now < self.may_postpone_until


def deadline(events: Events, zone: tzinfo, days: AcceptanceDays = USUAL_DAYS) -> Deadline | None:
    """Return until when what is with the customer waits, by the dates of ``zone``; None where nothing is."""
    sent: datetime | None = None
    kind: Ending = "silence"
    postponed = reminded = False
    for event in events:
        if sent is not None and kind == "silence" and event.kind in _ABOUT_QUESTIONS:
            continue  # the solution that is out goes on waiting
        if event.kind is EventKind.SOLUTION_SENT or event.kind is EventKind.QUESTION_ASKED:
            sent = event.at
            kind = "silence" if event.kind is EventKind.SOLUTION_SENT else "unanswered"
            postponed = reminded = False
        elif event.kind is EventKind.POSTPONED:
            postponed, reminded = True, False
        elif event.kind is EventKind.REMINDED:
            reminded = True
        elif event.kind in _OVER:
            sent = None
    if sent is None:
        return None
    first = sent.astimezone(zone).date()
    if kind == "unanswered":
        last = first + days.answer * DAY
        return Deadline(_end_of(last, zone), kind, sent, last)
    within = first + days.acceptance * DAY
    last = within + days.postponed * DAY if postponed else within
    return Deadline(
        _end_of(last, zone),
        kind,
        sent,
        last,
        postponed,
        last - days.reminder * DAY,
        reminded,
        None if postponed else _end_of(within, zone),
    )


def reminder_at(deadline: Deadline, desk_hours: WorkCalendar) -> datetime | None:
    """Return the instant (aware, in the zone of ``desk_hours``) at which the customer is reminded of ``deadline``.

    None for a question, and where the desk has no hour between the sending and the deadline. The instant says nothing
    of whether the reminder was sent: see ``Deadline.reminded``.
    """
    if deadline.reminder_day is None:
        return None
    sent = deadline.since.astimezone(UTC)
    found = desk_hours.opening_from(max(desk_hours.begins(deadline.reminder_day), sent), deadline.at)
    day = deadline.reminder_day
    while found is None and desk_hours.begins(day) > sent:
        end = desk_hours.begins(day)
        day -= DAY
        found = desk_hours.opening_from(max(desk_hours.begins(day), sent), end)
    return found.astimezone(desk_hours.zone) if found else None


def _end_of(day: date, zone: tzinfo) -> datetime:
    """The midnight after ``day``, in ``zone``; where its clocks skip it, the instant of the change."""
    return datetime.combine(day + DAY, MIDNIGHT, zone).astimezone(UTC).astimezone(zone)
