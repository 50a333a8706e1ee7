"""``destinations`` has the destinations, the targets that each rings, and what follows when none answers.

destinations:
  suporte.rm:
    hours: suporte                   # required; always: open day and night
    targets: [{number: "+55...", ring: 25}, {sip: "sip:..."}, {queue: suporte-rm, wait: 600}]   # see targets.py
    on_call: {rota: plantao-suporte} # or a list of targets
    closed: announce                 # announce (default) | on-call | {divert: assessoria}
    busy: next                       # next (default) | apologise | {divert: ...} | {apologise: PROMPT}
    no_answer: next
    failed: next
    exhausted: apologise
    limits: {concurrent: 10, per_hour: 60, per_day: 300}
    contracts:                       # targets of a special contract, rung before its own targets; see contracts.py
      PRIME.ANA: [{number: "+55..."}]
    record: yes
    message: no                      # closed or out of reach it ends the call; default: yes, a message is taken
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.flow.routing.contracts import read_contracts_of_destination
from ivr.flow.routing.section import ALWAYS_OPEN, Places, sections
from ivr.flow.routing.targets import read_targets
from ivr.languages import LANGUAGES
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields
from ivr.source.folding import fold
from ivr.source.yaml import Mapping, Text, Value
from routing.destinations import (
    AfterFailure,
    AfterLast,
    Announce,
    Apologise,
    ClosedAnswer,
    Destination,
    Divert,
    NextTarget,
    RingOnCall,
)
from routing.hours import Hours
from routing.limits import UNLIMITED, Limits
from routing.rotas import Rota
from routing.targets import AnyTarget
from wording import Message, message, phrase

_DAY_AND_NIGHT = frozenset({"24h", "24hs", "24x7", "24/7"}).union(*(each.writing.always for each in LANGUAGES.values()))
"""Other words that operators write for a destination that never closes."""

_ENDINGS = "apologise, {apologise: PROMPT}, {divert: DESTINATION}"


@dataclass(slots=True)
class DestinationsSection:
    """All destinations by name, where each is written, and what they name of prompts and of each other."""

    destinations: dict[str, Destination] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    prompts: list[Text] = field(default_factory=list)
    diverts: list[Text] = field(default_factory=list)
    recorded: set[str] = field(default_factory=set)
    no_message: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)


def read_destinations(
    root: Fields, hours: dict[str, Hours | None], rotas: dict[str, Rota | None], places: Places
) -> DestinationsSection:
    """All destinations; one that has a fault, or keeps hours or rings a rota that has one, is ``unread`` as well."""
    section = DestinationsSection()
    for name, mark, fields in sections(root, "destinations", phrase("the destination")):
        before = len(root.diagnostics.errors)
        section.marks[name] = places[f"destinations.{name}"] = mark
        destination = section.destinations[name] = _Reader(fields, section, places).read(name, hours, rotas)
        unread_hours = hours.get(destination.hours or "", True) is None
        unread_rota = rotas.get(destination.rota or "", True) is None
        if len(root.diagnostics.errors) > before or unread_hours or unread_rota:
            section.unread.add(name)
    return section


@dataclass(slots=True)
class _Reader:
    """Reads one destination; what it names is gathered in the section."""

    fields: Fields
    section: DestinationsSection
    places: Places

    def read(self, name: str, hours: dict[str, Hours | None], rotas: dict[str, Rota | None]) -> Destination:
        fields, node = self.fields, f"destinations.{name}"
        hours_name = self._hours(hours)
        targets = self._targets(fields, "targets", f"{node}.targets")
        rota, on_call = self._on_call(node, rotas)
        closed = self._closed()
        busy, no_answer, failed = (self._after(key) for key in ("busy", "no_answer", "failed"))
        exhausted = self._last()
        limits = self._limits()
        contracts = read_contracts_of_destination(fields, node, self.places, self.section.diverts)
        for key in ("closed", "busy", "no_answer", "failed", "exhausted", "limits"):
            self.places[f"{node}.{key}"] = fields.mark_of(key)
        if fields.flag("record"):
            self.section.recorded.add(name)
        if not fields.flag("message", default=True):
            self.section.no_message.add(name)
        fields.finish()
        return Destination(
            name,
            targets,
            hours_name if hours_name else None,
            on_call,
            closed,
            busy,
            no_answer,
            failed,
            exhausted,
            rota,
            limits,
            contracts,
        )

    def _hours(self, hours: dict[str, Hours | None]) -> Text | None:
        """Read the hours that the destination keeps; None where it is always open. To leave the key out is a fault: its
        people would be rung at night.
        """
        fields = self.fields
        if not fields.has("hours"):
            fields.value("hours")
            fields.diagnostics.error(
                fields.mark,
                message(
                    "hours-missing",
                    "{owner} needs 'hours': name those that it keeps, or write 'hours: {always}' for "
                    "a desk that is open day and night",
                    owner=fields.owner,
                    always=ALWAYS_OPEN,
                ),
            )
            return None
        found = fields.text("hours", required=True)
        if found is None or found == ALWAYS_OPEN:
            return None
        if found not in hours and fold(found) in _DAY_AND_NIGHT:
            fields.diagnostics.error(
                found.mark,
                message(
                    "hours-called-otherwise",
                    "{owner} names the hours '{found}', which do not exist; for a desk that is open "
                    "day and night write '{always}'",
                    owner=fields.owner,
                    found=found,
                    always=ALWAYS_OPEN,
                ),
            )
            return found
        return fields.known_name("hours", hours, _unknown_hours)

    def _targets(self, fields: Fields, key: str, node: str) -> tuple[AnyTarget, ...]:
        return read_targets(fields, key, node, self.places, self.section.diverts)

    def _on_call(self, node: str, rotas: dict[str, Rota | None]) -> tuple[str | None, tuple[AnyTarget, ...]]:
        value = self.fields.value("on_call")
        if not isinstance(value, Mapping) or "rota" not in value.entries:
            return None, self._targets(self.fields, "on_call", f"{node}.on_call")
        fields = Fields(value, self.fields.owner, self.fields.diagnostics)
        rota = fields.known_name("rota", rotas, _unknown_rota)
        fields.finish()
        return rota if rota else None, ()

    def _limits(self) -> Limits:
        written = self.fields.mapping_of("limits")
        if written is None:
            return UNLIMITED
        fields = Fields(written, phrase("the limits of {owner}", owner=self.fields.owner), self.fields.diagnostics)
        concurrent, hour, day = (
            fields.whole(key, 1, least=1) if fields.has(key) else None for key in ("concurrent", "per_hour", "per_day")
        )
        fields.finish()
        return Limits(concurrent, hour, day)

    def _closed(self) -> ClosedAnswer:
        value = self.fields.value("closed")
        if value is None or (isinstance(value, Text) and value == "announce"):
            return Announce()
        if isinstance(value, Text) and value == "on-call":
            return RingOnCall()
        divert = self._divert(value)
        if divert is None:
            self._wrong("closed", value, "announce, on-call, {divert: DESTINATION}")
        return divert or Announce()

    def _after(self, key: str) -> AfterFailure:
        value = self.fields.value(key)
        if value is None or (isinstance(value, Text) and value == "next"):
            return NextTarget()
        ending = self._ending(value)
        if ending is None:
            self._wrong(key, value, f"next, {_ENDINGS}")
        return ending or NextTarget()

    def _last(self) -> AfterLast:
        value = self.fields.value("exhausted")
        if value is None:
            return Apologise()
        ending = self._ending(value)
        if ending is None:
            self._wrong("exhausted", value, _ENDINGS)
        return ending or Apologise()

    def _ending(self, value: Value) -> AfterLast | None:
        if isinstance(value, Text):
            return Apologise() if value == "apologise" else None
        if isinstance(value, Mapping) and list(value.entries) == ["apologise"]:
            prompt = value.get("apologise")
            if isinstance(prompt, Text) and not prompt.is_null:
                self.section.prompts.append(prompt)
                return Apologise(prompt)
        return self._divert(value)

    def _divert(self, value: Value) -> Divert | None:
        if isinstance(value, Mapping) and list(value.entries) == ["divert"]:
            to = value.get("divert")
            if isinstance(to, Text) and not to.is_null:
                self.section.diverts.append(to)
                return Divert(to)
        return None

    def _wrong(self, key: str, value: Value, words: str) -> None:
        self.fields.diagnostics.error(
            value.mark,
            message(
                "not-one-of",
                "'{key}' of {owner} must be one of: {known}",
                key=key,
                owner=self.fields.owner,
                known=words,
            ),
        )


def _unknown_hours(owner: str, name: str, near: str) -> Message:
    return message(
        "hours-unknown",
        "{owner} names the hours '{name}', which do not exist{near}",
        owner=owner,
        name=name,
        near=near,
    )


def _unknown_rota(owner: str, name: str, near: str) -> Message:
    return message(
        "rota-unknown",
        "{owner} rings the rota '{name}', which does not exist{near}",
        owner=owner,
        name=name,
        near=near,
    )
