"""The forecast of a ticket is explained in the same words wherever people ask why it is what it is.

A command prints the lines, and the staff's page shows them in lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from ivr.tickets.events import CLOSED, TicketState
from ivr.tickets.forecast import CustomerPause, Forecast, SeverityStep
from ivr.tickets.words import SEVERITY_WORDS, STATE_WORDS
from ivr.tickets.work_days import DayOff, SkippedDay, WorkedInterval
from value_class import value_class
from wording import Message, phrase

Moment = Callable[[datetime], str]
"""Writes an instant (aware, in the zone of its calendar) for people."""

Day = Callable[[date], str]
"""Writes a local date for people."""

_SECOND: Final = timedelta(seconds=1)

_OFF_WORDS: Final[dict[DayOff, Message]] = {
    "holiday": phrase("holiday"),
    "special-day": phrase("special day"),
    "weekend": phrase("weekend"),
    "closed": phrase("no hours on this day of the week"),
}


@value_class
class ForecastTold:
    """An explanation: one sentence, and the lines of what it follows from, each list in the order of time."""

    summary: Message
    severities: tuple[Message, ...]
    intervals: tuple[Message, ...]
    pauses: tuple[Message, ...]
    skipped: tuple[Message, ...]
    calendars: tuple[str, ...]

    def lines(self) -> tuple[Message, ...]:
        """Return the explanation as a terminal prints it: the sentence first, then a line for each thing told."""
        return (
            self.summary,
            *(phrase("severity: {told}", told=each) for each in self.severities),
            *(phrase("counted: {told}", told=each) for each in self.intervals),
            *(phrase("not counted: {told}", told=each) for each in (*self.pauses, *self.skipped)),
            phrase("by the calendars: {names}", names=", ".join(self.calendars)),
        )


def tell_forecast(
    found: Forecast, state: TicketState, moment: Moment = lambda at: f"{at:%Y-%m-%d %H:%M}", day: Day = date.isoformat
) -> ForecastTold:
    """Return the explanation of a forecast of a ticket in ``state``; ``moment`` and ``day`` write times and dates."""
    return ForecastTold(
        _summary(found, state, moment),
        tuple(_step(each, moment) for each in found.steps),
        tuple(_interval(each, lasts, moment) for each, lasts in _lengths(found.intervals)),
        tuple(_pause(each, moment) for each in found.pauses),
        tuple(_skipped(each, day) for each in found.skipped),
        found.calendars,
    )


def hours_told(lasts: timedelta) -> str:
    """Return working time as people write it: 7h, 7h30, 0h05; 0h05min20s where seconds are left over."""
    minutes, seconds = divmod(int(lasts.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if seconds:
        return f"{hours}h{minutes:02}min{seconds:02}s"
    return f"{hours}h{minutes:02}" if minutes else f"{hours}h"


def _lengths(intervals: Iterable[WorkedInterval]) -> Iterator[tuple[WorkedInterval, timedelta]]:
    """Yield each interval with its length in whole seconds, cut so that what is told adds up to all that counted."""
    counted = told = timedelta()
    for each in intervals:
        counted += each.length
        lasts = counted // _SECOND * _SECOND - told
        told += lasts
        yield each, lasts


def _summary(found: Forecast, state: TicketState, moment: Moment) -> Message:
    worked = {"worked": hours_told(min(found.worked, found.target)), "target": hours_told(found.target)}
    if found.at is not None:
        return phrase(
            "forecast for {at}: {worked} of {target} were worked at the last event", at=moment(found.at), **worked
        )
    if state in CLOSED:
        return phrase("closed ({state}); {worked} of {target} were worked", state=STATE_WORDS[state], **worked)
    if found.pauses and found.pauses[-1].ends is None and found.reached_at is not None:
        return phrase(
            "the clock stands still while this is with the customer; it was due at {at}", at=moment(found.reached_at)
        )
    if found.pauses and found.pauses[-1].ends is None:
        return phrase(
            "the clock stands still while this is with the customer; {worked} of {target} were worked", **worked
        )
    if state is TicketState.MERGED:
        return phrase("its subject goes on in another ticket, whose forecast counts")
    return phrase("none: the calendars do not work {target} within two years", target=worked["target"])


def _step(step: SeverityStep, moment: Moment) -> Message:
    return phrase(
        "{at}: severity {number} ({word}), {target} of work",
        at=moment(step.at),
        number=int(step.severity),
        word=SEVERITY_WORDS[step.severity],
        target=hours_told(step.target),
    )


def _interval(each: WorkedInterval, lasts: timedelta, moment: Moment) -> Message:
    told = {
        "begins": moment(each.begins),
        "ends": f"{each.ends:%H:%M}",
        "length": hours_told(lasts),
        "label": each.label,
    }
    if each.name:
        return phrase("{begins} to {ends}: {length}, by {label}, {name}", name=each.name, **told)
    return phrase("{begins} to {ends}: {length}, by {label}", **told)


def _pause(pause: CustomerPause, moment: Moment) -> Message:
    begins = moment(pause.begins)
    if pause.ends is None:
        if pause.reason == "question":
            return phrase("since {begins}: a question is with the customer", begins=begins)
        return phrase("since {begins}: a solution is with the customer", begins=begins)
    ends = moment(pause.ends)
    if pause.reason == "question":
        return phrase("{begins} to {ends}: a question was with the customer", begins=begins, ends=ends)
    return phrase("{begins} to {ends}: a solution was with the customer", begins=begins, ends=ends)


def _skipped(each: SkippedDay, day: Day) -> Message:
    word = _OFF_WORDS[each.reason]
    if each.name:
        return phrase("{day}: {reason}, {name}", day=day(each.day), reason=word, name=each.name)
    return phrase("{day}: {reason}", day=day(each.day), reason=word)
