"""``routing.yaml``: desks, hours and access codes as ops write them, to the types of ``routing``.

calendars:
  matriz: {state: SP, local: {"2026-01-25": aniversário de São Paulo}}
hours:
  suporte:
    zone: America/Sao_Paulo          # default: the line's
    calendar: matriz
    on_local_holiday: on-call        # closed (default) | on-call | open
    windows:
      - {days: seg-sex, open: ["08:00-12:00", "13:30-18:00"]}
      - {days: seg-sex, on_call: "12:00-13:30"}
destinations:
  suporte.rm:
    hours: suporte
    targets: [{number: "+55...", ring: 25}, {sip: "sip:..."}, {queue: suporte-rm, wait: 600}]
    on_call: [{number: "+55..."}]
    closed: announce                 # announce (default) | on-call | {divert: assessoria}
    busy: next                       # next (default) | apologise | {divert: ...} | {apologise: PROMPT}
    no_answer: next
    failed: next
    exhausted: apologise
access_codes:
  format: NN.N.NNNN
  table: {"05.1": vitrine}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from ivr.flow.faults import Faults, Mark
from ivr.flow.fields import Fields, suggest
from ivr.flow.yaml import Mapping, Scalar, Value
from routing.access_codes import AccessCodes, CodeFormat
from routing.book import RoutingBook
from routing.destinations import (
    AfterFailure,
    AfterLast,
    Announce,
    Apologise,
    ClosedAnswer,
    Destination,
    Divert,
    NextTarget,
    Number,
    Queue,
    RingOnCall,
    Sip,
    Target,
    parse_number,
    parse_sip,
)
from routing.holidays import Calendar
from routing.hours import HolidayPolicy, Hours, Window, parse_days, parse_span

T = TypeVar("T")

_POLICIES: dict[str, HolidayPolicy] = {"closed": "closed", "on-call": "on_call", "open": "open"}


@dataclass(frozen=True, slots=True)
class RoutingFile:
    """The book of desks, and where each of them, their hours and each prompt that they name is written."""

    book: RoutingBook
    marks: dict[str, Mark]
    hours_marks: dict[str, Mark]
    prompts: tuple[Scalar, ...]
    code_marks: dict[str, Mark]
    diverts: tuple[Scalar, ...]
    recorded: frozenset[str]
    unread: frozenset[str]
    """Destinations in which something was faulty, and told: no rule of the book need tell it again."""


def read_routing(root: Mapping, zone: ZoneInfo, faults: Faults) -> RoutingFile:
    """The whole file; every fault is told at its place, and what can be read is returned."""
    return _Reader(root, zone, faults).read()


class _Reader:
    """Holds what the sections of one file need of each other."""

    def __init__(self, root: Mapping, zone: ZoneInfo, faults: Faults) -> None:
        self.fields = Fields(root, "the routing file", faults)
        self.zone = zone
        self.faults = faults
        self.calendars: dict[str, Calendar | None] = {}
        self.prompts: list[Scalar] = []
        self.diverts: list[Scalar] = []
        self.recorded: set[str] = set()

    def read(self) -> RoutingFile:
        for name, _, fields in self._section("calendars", "the calendar", required=False):
            self._calendar(name, fields)
        hours: dict[str, Hours | None] = {}
        hours_marks: dict[str, Mark] = {}
        for name, hours_marks[name], fields in self._section("hours", "the hours", required=False):
            hours[name] = self._hours(name, fields)
        destinations: dict[str, Destination] = {}
        marks: dict[str, Mark] = {}
        unread: set[str] = set()
        for name, marks[name], fields in self._section("destinations", "the destination"):
            before = len(self.faults.errors)
            destinations[name] = self._destination(name, fields, hours)
            hours_unread = hours.get(destinations[name].hours or "", True) is None
            if len(self.faults.errors) > before or hours_unread:
                unread.add(name)
        codes, code_marks = self._access_codes()
        self.fields.finish()
        return RoutingFile(
            RoutingBook(destinations, {name: read for name, read in hours.items() if read}, codes),
            marks,
            hours_marks,
            tuple(self.prompts),
            code_marks,
            tuple(self.diverts),
            frozenset(self.recorded),
            frozenset(unread),
        )

    def _section(self, key: str, owner: str, *, required: bool = True) -> list[tuple[str, Mark, Fields]]:
        section = self.fields.mapping_of(key, required=required)
        return [
            (name, mark.mark, Fields.of(value, f"{owner} '{name}'", self.faults, mark.mark))
            for name, (mark, value) in (section.entries.items() if section else ())
        ]

    def _calendar(self, name: str, fields: Fields) -> None:
        state = fields.text("state")
        extra, local = self._days(fields, "extra"), self._days(fields, "local")
        fields.finish()
        self.calendars[name] = self._made(lambda: Calendar("BR", state, extra, local), fields)

    def _days(self, fields: Fields, key: str) -> dict[date, str]:
        days: dict[date, str] = {}
        written = fields.mapping_of(key)
        for text, (mark, value) in written.entries.items() if written else ():
            try:
                day = date.fromisoformat(text)
            except ValueError:
                self.faults.error(mark.mark, f"'{text}' is no date; write it like \"2026-01-25\"")
                continue
            if isinstance(value, Scalar) and not value.is_null:
                days[day] = value.text
            else:
                self.faults.error(value.mark, f"the day {text} of {fields.owner} needs a name")
        return days

    def _hours(self, name: str, fields: Fields) -> Hours | None:
        zone = fields.parsed("zone", read_zone, self.zone) or self.zone
        calendar_name = fields.scalar("calendar")
        calendar = self.calendars.get(calendar_name.text) if calendar_name else None
        if calendar_name and calendar_name.text not in self.calendars:
            self.faults.error(
                calendar_name.mark,
                f"{fields.owner} name the calendar '{calendar_name.text}', which does not exist"
                f"{suggest(calendar_name.text, self.calendars)}",
            )
        on_holiday = _POLICIES[fields.choice("on_holiday", _POLICIES, default="closed") or "closed"]
        on_local = _POLICIES[fields.choice("on_local_holiday", _POLICIES, default="closed") or "closed"]
        windows: list[Window] = []
        for item in fields.items("windows"):
            windows += self._windows(Fields.of(item, f"a window of {fields.owner}", self.faults, fields.mark))
        fields.finish()
        return self._made(lambda: Hours(name, zone, tuple(windows), calendar, on_holiday, on_local), fields)

    def _windows(self, fields: Fields) -> list[Window]:
        days = fields.parsed("days", parse_days, required=True)
        windows = []
        for key in ("open", "on_call"):
            for text in fields.texts(key):
                try:
                    opens, closes = parse_span(text.text)
                    if days:
                        windows.append(Window(days, opens, closes, on_call=key == "on_call"))
                except ValueError as error:
                    self.faults.error(text.mark, str(error))
        if not fields.has("open") and not fields.has("on_call"):
            fields.faults.error(fields.mark, f"{fields.owner} needs 'open' or 'on_call' with times like 08:00-12:00")
        fields.finish()
        return windows

    def _destination(self, name: str, fields: Fields, hours: dict[str, Hours | None]) -> Destination:
        hours_name = fields.scalar("hours")
        if hours_name and hours_name.text not in hours:
            self.faults.error(
                hours_name.mark,
                f"{fields.owner} names the hours '{hours_name.text}', which do not exist"
                f"{suggest(hours_name.text, hours)}",
            )
        targets, on_call = self._targets(fields, "targets"), self._targets(fields, "on_call")
        closed = self._closed(fields)
        busy, no_answer, failed = (self._after(fields, key) for key in ("busy", "no_answer", "failed"))
        exhausted = self._last(fields)
        if fields.flag("record"):
            self.recorded.add(name)
        fields.finish()
        return Destination(
            name,
            targets,
            hours_name.text if hours_name else None,
            on_call,
            closed,
            busy,
            no_answer,
            failed,
            exhausted,
        )

    def _targets(self, fields: Fields, key: str) -> tuple[Target, ...]:
        targets = []
        for item in fields.items(key):
            target = Fields.of(item, f"a target of {fields.owner}", self.faults, fields.mark)
            made = self._target(target)
            if made:
                targets.append(made)
        return tuple(targets)

    def _target(self, fields: Fields) -> Target | None:
        number = fields.parsed("number", parse_number)
        sip = fields.parsed("sip", parse_sip)
        queue = fields.text("queue")
        if sum(fields.has(key) for key in ("number", "sip", "queue")) != 1:
            fields.faults.error(fields.mark, f"{fields.owner} needs exactly one of 'number', 'sip' and 'queue'")
            return None
        ring, wait = (0, fields.whole("wait", 600)) if queue else (fields.whole("ring", 30), 0)
        fields.finish()
        if number:
            return self._made(lambda: Number(number, ring), fields)
        if sip:
            return self._made(lambda: Sip(sip, ring), fields)
        return self._made(lambda: Queue(queue, wait), fields) if queue else None

    def _closed(self, fields: Fields) -> ClosedAnswer:
        value = fields.value("closed")
        if value is None or (isinstance(value, Scalar) and value.text == "announce"):
            return Announce()
        if isinstance(value, Scalar) and value.text == "on-call":
            return RingOnCall()
        divert = self._divert(value)
        if divert is None:
            self._wrong(fields, "closed", value, "announce, on-call, {divert: DESTINATION}")
        return divert or Announce()

    def _after(self, fields: Fields, key: str) -> AfterFailure:
        value = fields.value(key)
        if value is None or (isinstance(value, Scalar) and value.text == "next"):
            return NextTarget()
        ending = self._ending(value)
        if ending is None:
            self._wrong(fields, key, value, "next, apologise, {apologise: PROMPT}, {divert: DESTINATION}")
        return ending or NextTarget()

    def _last(self, fields: Fields) -> AfterLast:
        value = fields.value("exhausted")
        if value is None:
            return Apologise()
        ending = self._ending(value)
        if ending is None:
            self._wrong(fields, "exhausted", value, "apologise, {apologise: PROMPT}, {divert: DESTINATION}")
        return ending or Apologise()

    def _ending(self, value: Value) -> AfterLast | None:
        if isinstance(value, Scalar):
            return Apologise() if value.text == "apologise" else None
        if isinstance(value, Mapping) and list(value.entries) == ["apologise"]:
            prompt = value.get("apologise")
            if isinstance(prompt, Scalar) and not prompt.is_null:
                self.prompts.append(prompt)
                return Apologise(prompt.text)
        return self._divert(value)

    def _divert(self, value: Value) -> Divert | None:
        if isinstance(value, Mapping) and list(value.entries) == ["divert"]:
            to = value.get("divert")
            if isinstance(to, Scalar) and not to.is_null:
                self.diverts.append(to)
                return Divert(to.text)
        return None

    def _wrong(self, fields: Fields, key: str, value: Value, words: str) -> None:
        self.faults.error(value.mark, f"'{key}' of {fields.owner} must be one of: {words}")

    def _access_codes(self) -> tuple[AccessCodes | None, dict[str, Mark]]:
        section = self.fields.mapping_of("access_codes")
        if not section:
            return None, {}
        fields = Fields(section, "'access_codes'", self.faults)
        format_ = fields.parsed("format", CodeFormat, required=True)
        table = fields.mapping_of("table", required=True)
        entries: dict[str, str] = {}
        marks: dict[str, Mark] = {}
        for code, (mark, value) in table.entries.items() if table and format_ else ():
            if not isinstance(value, Scalar) or value.is_null:
                self.faults.error(value.mark, f"the access code '{code}' must lead to the name of one area")
                continue
            try:
                AccessCodes(format_, {**entries, code: value.text}) if format_ else None
            except ValueError as error:
                self.faults.error(mark.mark, str(error))
                continue
            entries[code] = value.text
            marks.setdefault(value.text, value.mark)
        fields.finish()
        # A faulty format leaves an empty table behind: states that collect codes are not told that there is none.
        return AccessCodes(format_ or CodeFormat("N"), entries), marks

    def _made(self, make: Callable[[], T], fields: Fields) -> T | None:
        try:
            return make()
        except ValueError as error:
            owner = "" if fields.owner in str(error) else f"{fields.owner}: "
            self.faults.error(fields.mark, f"{owner}{error}")
            return None


def read_zone(text: str) -> ZoneInfo:
    """A time zone by its IANA name; ValueError for any other text."""
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"'{text}' is no time zone; write it like America/Sao_Paulo") from error
