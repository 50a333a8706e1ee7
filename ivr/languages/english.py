"""English."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from ivr.languages.dictation import Dictation
from ivr.languages.drafts import DraftNotices
from ivr.languages.keys import KeyWords
from ivr.languages.language import Language
from ivr.languages.money import Money
from ivr.languages.numbers import Numbers
from ivr.languages.openings import Openings, same_month
from ivr.languages.spans import Spans
from ivr.languages.spelling import Spelling
from ivr.languages.talks import TalkNotices
from ivr.languages.tickets import TicketNotices
from ivr.languages.writing import Writing

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
                  "November", "December")  # fmt: skip
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def _day(day: date, today: date) -> tuple[str, ...]:
    """``on Monday the 23rd``; with the month where it is another one."""
    number = f"{day.day}{_ENDINGS.get(day.day, 'th')}"
    if same_month(day, today):
        return f"on {_DAYS[day.weekday()]} the", number
    return f"on {_DAYS[day.weekday()]}, {_MONTHS[day.month - 1]}", f"{number},"


def _hour(moment: datetime) -> tuple[str, ...]:
    """``at 8 a.m.``, ``at 1:30 p.m.``, ``at noon``."""
    hour, minute = moment.hour, moment.minute
    if minute == 0 and hour in {0, 12}:
        return ("at noon" if hour else "at midnight",)
    clock = f"{hour % 12 or 12}:{minute:02}" if minute else f"{hour % 12 or 12}"
    return (f"at {clock} {'a.m.' if hour < 12 else 'p.m.'}",)


ENGLISH: Final = Language(
    openings=Openings(
        today="today",
        tomorrow="tomorrow",
        other_day="on another day",
        day=_day,
        hour=_hour,
    ),
    numbers=Numbers(
        names=("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
        telephones={10: (3, 3, 4)},
        below_a_minute="less than a minute",
        one_minute="about a minute",
        minutes="about {} minutes",
    ),
    spans=Spans(
        one_hour="one hour",
        hours="{} hours",
        one_minute="one minute",
        minutes="{} minutes",
        joiner="and",
        below_a_month="less than a month",
        one_month="one month",
        months="{} months",
    ),
    money=Money(
        currencies={
            "BRL": ("real", "reais", "centavo", "centavos"),
            "MXN": ("peso", "pesos", "centavo", "centavos"),
            "USD": ("dollar", "dollars", "cent", "cents"),
        },
        joiner="and",
        signs={"BRL": "R$", "MXN": "MX$", "USD": "US$"},
        thousands=",",
        decimal=".",
    ),
    spelling=Spelling(
        words=(
            "apple", "book", "cat", "dog", "egg", "fish", "green", "house", "ink",
            "jam", "king", "lemon", "moon", "nose", "orange", "paper", "queen", "river",
            "sun", "tree", "uncle", "violin", "water", "x-ray", "yellow", "zebra",
        ),
        as_in="for",
        other_signs={"Ñ": "N with tilde", "&": "ampersand"},
    ),
    dictation=Dictation(
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
        joiner="and",
        punctuation=frozenset({"dot", "point", "slash", "dash", "hyphen"}),
    ),
    keys=KeyWords(
        press=r"(?:press(?:ing)?|dial|enter|hit|(?:choose|select)(?=\s+option\b))",
        noun=r"(?:the\s+)?(?:key|number|option)|the",
        join=r"(?:\s*,\s*(?:or\s+|and\s+)?|\s+or\s+|\s+and\s+)(?:the\s+)?",
        other=r"\s+and\s+then|\s*,\s*then|\s+(?:numbers?|digits?|characters?|times?)\b",
        acts=r"repeats|calls|goes back",
        then=r"(?:and\s+)?(?:then|after that)|followed by",
        again=r"call (?:us )?(?:again|back|at|on)|calling|(?:next|another) call|(?:main|first) menu",
        names={
            "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
            "eight": "8", "nine": "9", "star": "*", "asterisk": "*", "pound": "#", "hash": "#",
        },
    ),
    writing=Writing(
        days=("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        short_days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
        always=frozenset({"always"}),
        sections={
            "desks": "destinations", "menus": "states", "holidays": "calendars",
        },
        secrets=frozenset({"password", "passwd", "secret", "token"}),
    ),
    drafts=DraftNotices(
        heard="You hear the draft of this line. Nothing that you ask for in this call counts.",
        faulty="The draft of this line has faults. You hear the published version, and this call counts.",
    ),
    talks=TalkNotices(
        offered="A call for {}.",
        called_back="A call back for {}.",
        consulted="A colleague wants to talk with you: {}.",
        company="From {}.",
        waited="Waiting for {}.",
        asked="Press 1 to take it, or 2 to refuse.",
        taken="This call has been taken.",
        gone="The customer has hung up.",
        dialling="Please wait while we call the customer.",
        unreached="The customer did not pick up.",
        supervising="Press 1 to follow the talk.",
        lost="The call to the agent was cut off. Please stay on the line, and we will be with you in a moment.",
        passed_on="We are passing your call on. Please stay on the line.",
    ),
    tickets=TicketNotices(by_telephone="Call to {}"),
    last_resort="Sorry, we have a technical problem. Please call again in a few minutes.",
)  # fmt: skip
