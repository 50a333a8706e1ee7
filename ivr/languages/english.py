"""English."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ivr.languages.language import Language, same_month

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def _day(day: date, today: date) -> str:
    """``on Monday the 23rd``; with the month where it is another one."""
    number = f"{day.day}{_ENDINGS.get(day.day, 'th')}"
    if same_month(day, today):
        return f"on {_DAYS[day.weekday()]} the {number}"
    return f"on {_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]} {number},"


def _hour(moment: datetime) -> str:
    """``at 8 a.m.``, ``at 1:30 p.m.``, ``at noon``."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in {0, 12}:
        return "at noon" if hour else "at midnight"
    clock = f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"
    return f"at {clock} {'a.m.' if hour < 12 else 'p.m.'}"


ENGLISH: Final = Language(
    today="today",
    tomorrow="tomorrow",
    other_day="on another day",
    day=_day,
    hour=_hour,
    digits={
        "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
        "seven": "7", "eight": "8", "nine": "9",
    },
    letters={
        "bee": "B", "cee": "C", "see": "C", "dee": "D", "ef": "F", "gee": "G", "aitch": "H", "jay": "J", "kay": "K",
        "el": "L", "em": "M", "en": "N", "pee": "P", "cue": "Q", "ar": "R", "ess": "S", "tee": "T", "vee": "V",
        "ex": "X", "wye": "Y", "zee": "Z", "zed": "Z",
    },
    phrases={"double u": "w", "as in": "for"},
    spelling="for",
    joiner="and",
    punctuation=frozenset({"dot", "point", "slash", "dash", "hyphen"}),
    last_resort="Sorry, we have a technical problem. Please call again in a few minutes.",
)  # fmt: skip
