"""All sections of ``routing.yaml`` are read by these parts: named mappings, dates, spans of a day, and their places."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from routing.spans import ALWAYS, Dates, Span, parse_span
from wording import message, phrase

ALWAYS_OPEN: Final = "always"
"""What a destination that is open day and night writes as its hours."""

LONGEST_NIGHT_MINUTES: Final = 12 * 60
"""A longer stretch past midnight is one whose ends were written the wrong way round."""

_DAY_FIRST: Final = re.compile(r"(0?[1-9]|[12][0-9]|3[01])[-/.](0?[1-9]|1[0-2])[-/.]([0-9]{4})")
"""A date as Brazilians write it."""

Places = dict[str, Mark]
"""Where each node of the routing table is written, by its key: ``hours.suporte.windows[2]``."""


def sections(root: Fields, key: str, owner: str, *, required: bool = True) -> list[tuple[str, Mark, Fields]]:
    """Each named mapping below ``key`` of the file: its name, where that stands, and its fields."""
    section = root.mapping_of(key, required=required)
    return [
        (name, mark, Fields.of(value, phrase("{owner} '{name}'", owner=owner, name=name), root.diagnostics, mark))
        for name, mark, value in (section.items() if section else ())
    ]


def dates(fields: Fields) -> Dates:
    """``from`` and ``to``, local dates, both within; always where neither is written."""
    first, last = fields.parsed("from", parse_date), fields.parsed("to", parse_date)
    return fields.built(lambda: Dates(first, last)) or ALWAYS


def parse_date(text: str) -> date:
    """``2026-01-25``; ValueError for any other text."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        day = _DAY_FIRST.fullmatch(text)
        like = f"{day[3]}-{int(day[2]):02}-{int(day[1]):02}" if day else "2026-01-25"
        several = phrase("; several days are written with from and to") if len(text) > len("2026-01-25") + 1 else ""
        raise ValueError(
            message(
                "date-malformed",
                "'{text}' is no date; write it like \"{like}\"{several}",
                text=text,
                like=like,
                several=several,
            )
        ) from error


def span_of(kind: str) -> Callable[[str], Span]:
    """Return how a span of that kind of window is read: staff on call may have long nights, an open destination has
    none.
    """
    return parse_span if kind == "on_call" else _parse_day


def _parse_day(text: str) -> Span:
    span = parse_span(text)
    begin, end = span.minutes()
    if span.past_midnight and end - begin > LONGEST_NIGHT_MINUTES:
        turned = f"{span.closes:%H:%M}-{span.opens:%H:%M}"
        raise ValueError(
            message(
                "span-ends-before-it-begins",
                "'{text}' ends before it begins; write {turned}, or for a night "
                "{opens:%H:%M}-24:00 and 00:00-{closes:%H:%M}",
                text=text,
                turned=turned,
                opens=span.opens,
                closes=span.closes,
            )
        )
    return span


def read_zone(text: str) -> ZoneInfo:
    """A time zone by its IANA name; ValueError for any other text."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            message("zone-unknown", "'{text}' is no time zone; write it like America/Sao_Paulo", text=text)
        ) from error
