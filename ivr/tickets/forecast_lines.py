"""A forecast is told in lines that are alike in the terminal and on a page: what counted, what did not, and the sum."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from ivr.tickets.forecast import CustomerPause, Forecast, SkippedDay, WorkedInterval
from ivr.tickets.words import SEVERITY_WORDS
from routing.spans import DAY, MIDNIGHT
from wording import Message, phrase

_OFF: Final = {
    "holiday": phrase("holiday"),
    "special-day": phrase("special day"),
    "weekend": phrase("weekend"),
    "closed": phrase("no working hours"),
}


def lines(forecast: Forecast) -> list[Message]:
    """Return the lines: severities, then what was counted, skipped and with the customer as it came, then the sum.

    Times are by the clock of the calendar that counted. Names of holidays are told as the calendar has them.
    """
    told = [
        phrase(
            "severity {number} ({severity}) from {at:%Y-%m-%d %H:%M} on: {target} of working time",
            number=step.severity.value,
            severity=SEVERITY_WORDS[step.severity],
            at=step.at,
            target=in_hours(step.target),
        )
        for step in forecast.steps
    ]
    told += [line for _, line in sorted(_course(forecast), key=lambda each: each[0])]
    told.append(
        phrase(
            "worked so far: {worked} of {target}", worked=in_hours(forecast.worked), target=in_hours(forecast.target)
        )
    )
    told.append(outcome(forecast))
    return told


def outcome(forecast: Forecast) -> Message:
    """Return the line that tells when the forecast is, or why there is none."""
    at, reached = forecast.at, forecast.reached_at
    if at is not None:
        return phrase("forecast: {at:%Y-%m-%d %H:%M} ({zone})", at=at, zone=str(at.tzinfo))
    if reached is not None:
        return phrase("no forecast: the clock stands still; it was due at {at:%Y-%m-%d %H:%M}", at=reached)
    left = in_hours(forecast.remaining)
    if forecast.pauses and forecast.pauses[-1].ends is None:
        return phrase("no forecast: the clock stands still, with {left} left", left=left)
    return phrase(
        "no forecast: the ticket is closed or merged, or its calendar has too few hours; {left} left", left=left
    )


def in_hours(length: timedelta) -> str:
    """Return a length of working time as it is written in both languages: ``10 h``, ``2 h 30 min``, ``5 min 20 s``."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{number} {unit}" for number, unit in ((hours, "h"), (minutes, "min"), (seconds, "s")) if number]
    return " ".join(parts) or "0 h"


def _course(forecast: Forecast) -> Iterator[tuple[datetime, Message]]:
    """Each line of what came, with the moment by which it is put in order."""
    for interval in forecast.intervals:
        yield interval.begins.astimezone(UTC), _interval(interval)
    for skipped in forecast.skipped:
        # By its noon: whatever happened on it stands beside it.
        yield datetime.combine(skipped.day, MIDNIGHT, UTC) + DAY / 2, _skipped(skipped)
    for pause in forecast.pauses:
        yield pause.begins.astimezone(UTC), _pause(pause)


def _interval(interval: WorkedInterval) -> Message:
    ends = f"{interval.ends:%H:%M}"
    if interval.ends.date() != interval.begins.date():
        ends = "24:00"
    length, label = in_hours(interval.length), interval.label
    if interval.name:
        return phrase(
            "counted: {begins:%Y-%m-%d %H:%M} to {ends}, {length}, by {label}; {name}, with hours of its own",
            begins=interval.begins,
            ends=ends,
            length=length,
            label=label,
            name=interval.name,
        )
    return phrase(
        "counted: {begins:%Y-%m-%d %H:%M} to {ends}, {length}, by {label}",
        begins=interval.begins,
        ends=ends,
        length=length,
        label=label,
    )


def _skipped(skipped: SkippedDay) -> Message:
    why = _OFF[skipped.reason]
    if skipped.name:
        return phrase(
            "not counted: {day}, {why} ({name}), by {label}",
            day=skipped.day,
            why=why,
            name=skipped.name,
            label=skipped.label,
        )
    return phrase("not counted: {day}, {why}, by {label}", day=skipped.day, why=why, label=skipped.label)


def _pause(pause: CustomerPause) -> Message:
    if pause.ends is None:
        if pause.reason == "question":
            return phrase(
                "not counted: a question is with the customer since {begins:%Y-%m-%d %H:%M}", begins=pause.begins
            )
        return phrase("not counted: a solution is with the customer since {begins:%Y-%m-%d %H:%M}", begins=pause.begins)
    if pause.reason == "question":
        return phrase(
            "not counted: a question was with the customer from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}",
            begins=pause.begins,
            ends=pause.ends,
        )
    return phrase(
        "not counted: a solution was with the customer from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M}",
        begins=pause.begins,
        ends=pause.ends,
    )
