"""The schema of what ``routing.yaml`` says of time: holidays, opening hours, and who is on call."""

from __future__ import annotations

from typing import Final

from ivr.schema.shapes import (
    DATE,
    NUMBER,
    SPAN,
    TEXT,
    Schema,
    choice,
    key,
    mapping,
    named,
    one_or_list,
    refer,
    whole,
)

_FROM: Final = key("The first day.", DATE, "2026-12-01")
_TO: Final = key("The last day.", DATE, "2027-02-28")
_ZONE: Final = key("The time zone; default: the line's.", TEXT, "America/Sao_Paulo")
_DAYS: Final = key("Days of the week.", TEXT, "seg-sex", "sab, dom", "todos")
_SPECIAL_DAYS: Final = key(
    "Dates with hours of their own; without hours they are closed.",
    one_or_list(refer("special_day")),
    [{"date": "2026-12-24", "name": "véspera de Natal", "open": "08:00-12:00"}],
)


def calendar() -> Schema:
    """Return the schema of one set of holidays."""
    return mapping(
        {
            "country": key("The country whose holidays are kept; default: BR.", TEXT, "BR", "MX"),
            "state": key("The state whose holidays are kept as local ones.", TEXT, "SP"),
            "city": key("The city whose holidays are kept as local ones.", TEXT, "São Paulo Capital"),
            "optional": key("Days that not every house keeps.", one_or_list(TEXT), ["carnaval", "corpus-christi"]),
            "extra": key("Days kept like national holidays.", named(TEXT), {"2026-12-28": "aniversário da empresa"}),
            "local": key("Days kept like holidays of the city.", named(TEXT), {"2026-05-08": "aniversário da cidade"}),
            "working": key("Holidays on which one works.", one_or_list(DATE), ["2026-11-20"]),
            "special_days": _SPECIAL_DAYS,
        }
    )


def special_day() -> Schema:
    """Return the schema of a date with hours of its own."""
    return mapping(
        {
            "date": key("The day.", DATE, "2026-12-24"),
            "from": key("The first of several days.", DATE, "2026-12-28"),
            "to": key("The last of several days.", DATE, "2026-12-30"),
            "name": key("What the day is called.", TEXT, "véspera de Natal"),
            "open": key("When it is open on that day.", one_or_list(SPAN), "08:00-12:00"),
            "on_call": key("When the staff on call answer on that day.", one_or_list(SPAN), "12:00-18:00"),
            "break": key("When nobody answers for a while.", one_or_list(SPAN), "10:00-10:15"),
        },
        "name",
    )


def hours() -> Schema:
    """Return the schema of when a destination is open."""
    policies = choice(["closed", "on-call", "open"])
    return mapping(
        {
            "zone": _ZONE,
            "calendar": key("The calendar whose holidays are kept.", TEXT, "matriz"),
            "on_holiday": key("What a national holiday is; default: closed.", policies, "closed", "on-call"),
            "on_local_holiday": key("What a holiday of state or city is; default: closed.", policies, "on-call"),
            "special_days": _SPECIAL_DAYS,
            "windows": key(
                "Times of the week, each for days and, in a season, from a date to another.",
                one_or_list(
                    mapping(
                        {
                            "days": _DAYS,
                            "open": key(
                                "When it is open.", one_or_list(SPAN), "08:00-12:00", ["08:00-12:00", "13:30-18:00"]
                            ),
                            "on_call": key("When only the staff on call answer.", one_or_list(SPAN), "12:00-13:30"),
                            "break": key("When nobody answers for a while.", one_or_list(SPAN), "10:00-10:15"),
                            "from": _FROM,
                            "to": _TO,
                        },
                        "days",
                    )
                ),
                [{"days": "seg-sex", "open": ["08:00-12:00", "13:30-18:00"]}],
            ),
        }
    )


def rota() -> Schema:
    """Return the schema of who is on call when."""
    teams = one_or_list(TEXT)
    return mapping(
        {
            "zone": _ZONE,
            "people": key("Who is on call, and at which number.", named(NUMBER), {"ana": "+551150900101"}),
            "ladder": key(
                "How the people of a shift are rung.",
                mapping(
                    {
                        "seconds": key("Seconds for which each is rung.", whole(0), 25),
                        "rungs": key("How many of them are rung; default: all.", whole(1), 2),
                        "last_resort": key(
                            "Who is rung when none of them answers.", refer("target"), {"number": "+551150900104"}
                        ),
                    }
                ),
                {"seconds": 25, "rungs": 2},
            ),
            "shifts": key(
                "Who is on call when; a shift with dates stands in for the others.",
                one_or_list(
                    mapping(
                        {
                            "days": _DAYS,
                            "time": key("From when to when.", SPAN, "07:00-19:00", "00:00-24:00"),
                            "who": key(
                                "Who, in the order in which they are rung.", one_or_list(TEXT), ["ana", "bruno"]
                            ),
                            "weeks": key(
                                "Teams that take turns, week by week.",
                                one_or_list(teams),
                                [["ana", "bruno"], ["bruno", "ana"]],
                            ),
                            "anchor": key("A day of the first team's week.", DATE, "2026-01-05"),
                            "from": _FROM,
                            "to": _TO,
                        },
                        "time",
                    )
                ),
                [{"days": "seg-sex", "time": "07:00-19:00", "who": ["ana", "bruno"]}],
            ),
        },
        "people",
        "shifts",
    )
