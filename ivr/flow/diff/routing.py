"""Changes of where calls go: destinations with their targets, codes, regions, rotas, services, tickets and what is
required.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Final

from ivr.flow.diff.change import Change, Told, grouped, unread
from ivr.flow.diff.written import differences, item, written
from ivr.flow.routing_file import RoutingFile
from ivr.source.diagnostics import Mark
from ivr.tickets.rules import TicketRules
from routing.access_codes import AccessCodes
from routing.callbacks import CallbackRules
from routing.destinations import Announce, Apologise, Destination, Divert, NextTarget, RingOnCall
from routing.rotas import Rota
from wording import Message, phrase

_KEYS: Final = {"rota": "on_call.rota"}
"""Keys of YAML that a destination has under another name."""


def routing_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield what differs between two routing files, but for opening hours."""
    was, now = before.table, after.table
    told: list[Told] = []
    for name in dict.fromkeys([*now.destinations, *was.destinations]):
        old, new = was.destinations.get(name), now.destinations.get(name)
        mark = after.marks.get(name) or before.marks.get(name)
        if old is None or new is None:
            sentence = (
                phrase("the desk {desk} is new", desk=name) if new else phrase("the desk {desk} is gone", desk=name)
            )
            yield Change("destination", name, sentence, mark)
            continue
        each = [
            Told(name, sentence, mark)
            for _, sentence in differences(_destination(old, before), _destination(new, after))
        ]
        if each and name in after.unread:
            # What stands in the faulty file instead is not what callers would meet.
            yield unread("destination", name, mark)
            continue
        told += each
    yield from grouped("destination", told)
    yield from _code_changes(was.codes, now.codes, after)
    for name in dict.fromkeys([*now.rotas, *was.rotas]):
        yield from _rota_changes(name, was.rotas.get(name), now.rotas.get(name), after.places.get(f"rotas.{name}"))
    for owner, one, other in (
        ("regions", was.regions, now.regions),
        ("services", was.services, now.services),
        ("allowed", was.allowed, now.allowed),
        ("callbacks", _callbacks(was.callbacks), _callbacks(now.callbacks)),
        ("requires", _requires(before), _requires(after)),
        ("tickets", _tickets(before.tickets), _tickets(after.tickets)),
    ):
        yield from _differing(owner, written(one), written(other), after.places.get(owner))


def _differing(owner: str, was: Mapping[str, str], now: Mapping[str, str], mark: Mark | None) -> Iterator[Change]:
    for path, told in differences(was, now):
        yield Change("routing", path, phrase("{owner}: {told}", owner=owner, told=told), mark)


def _destination(destination: Destination, file: RoutingFile) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in fields(destination):
        value = getattr(destination, each.name)
        if each.name == "name":
            continue
        answer = _answer(value)
        found |= {each.name: answer} if answer else written(value, _KEYS.get(each.name, each.name))
    found |= written(file.table.agents.get(destination.name), "agents")
    found["record"] = "yes" if destination.name in file.recorded else "no"
    found["message"] = "no" if destination.name in file.no_message else "yes"
    return found


def _answer(value: object) -> Message | None:
    match value:
        case NextTarget():
            return phrase("ring the next target")
        case Divert(to):
            return phrase("go on to {desk}", desk=to)
        case Apologise(prompt):
            return phrase("apologise with {prompt}", prompt=prompt) if prompt else phrase("apologise")
        case Announce():
            return phrase("tell when it opens")
        case RingOnCall():
            return phrase("ring the staff on call")
    return None


def _code_changes(was: AccessCodes | None, now: AccessCodes | None, after: RoutingFile) -> Iterator[Change]:
    old, new = _codes(was), _codes(now)
    for code in dict.fromkeys([*new, *old]):
        if old.get(code) == new.get(code):
            continue
        if code not in new:
            sentence = phrase("the code {code} is gone (went to {was})", code=code, was=old[code])
        elif code not in old:
            sentence = phrase("the code {code} is new and goes to {now}", code=code, now=new[code])
        else:
            sentence = phrase("the code {code} now goes to {now} (was {was})", code=code, now=new[code], was=old[code])
        yield Change("code", code, sentence, after.code_marks.get(new.get(code, "")))
    if was and now and was.format != now.format:
        pattern = now.format.pattern
        sentence = phrase("codes are like {now} (was {was})", now=pattern, was=was.format.pattern)
        yield Change("code", pattern, sentence, after.places.get("access_codes"))


def _codes(codes: AccessCodes | None) -> dict[str, str]:
    if codes is None:
        return {}
    return dict(codes.entries)


def _rota_changes(name: str, was: Rota | None, now: Rota | None, mark: Mark | None) -> Iterator[Change]:
    if was and now:
        yield from _differing(phrase("the rota {rota}", rota=name), _rota(was), _rota(now), mark)
    elif now:
        yield Change("routing", name, phrase("the rota {rota} is new", rota=name), mark)
    elif mark:
        yield unread("routing", name, mark)
    else:
        yield Change("routing", name, phrase("the rota {rota} is gone", rota=name))


def _rota(rota: Rota) -> dict[str, str]:
    """What is written of a rota, by its keys of YAML."""
    found = written(rota.zone, "zone") | written(rota.people, "people") | written(rota.ladder, "ladder")
    for at, shift in enumerate(rota.shifts, start=1):
        path = item("shifts", at)
        weeks = " / ".join(", ".join(team) for team in shift.teams)
        found |= written(shift.days, f"{path}.days") | written(shift.span, f"{path}.time")
        found |= {f"{path}.{'weeks' if len(shift.teams) > 1 else 'who'}": weeks}
        found |= written(shift.anchor, f"{path}.anchor") | written(shift.dates, f"{path}.dates")
    return found


def _callbacks(rules: CallbackRules) -> dict[str, object]:
    """What is written of callbacks; the telephones of the desks, which are never called, are told of the desks."""
    return {each.name: getattr(rules, each.name) for each in fields(rules) if each.name != "never"}


def _tickets(rules: TicketRules | None) -> dict[str, object]:
    """What is written of tickets; the hours by which calendars count are told by their names."""
    if rules is None:
        return {}
    calendars = {
        name: {f"from {version.since}": version.hours.name for version in calendar.versions}
        for name, calendar in rules.calendars.items()
    }
    rest = {each.name: getattr(rules, each.name) for each in fields(rules) if each.name != "calendars"}
    return {"calendars": calendars, **rest}


def _requires(file: RoutingFile) -> dict[str, str]:
    return {scope: ", ".join(words) or phrase("nothing") for scope, (_, words) in file.requires.items()}
