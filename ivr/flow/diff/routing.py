"""Changes of where calls go: destinations with their targets, codes, regions, rotas, services and what is required."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields

from ivr.flow.diff.change import Change
from ivr.flow.diff.written import differences, written
from ivr.flow.routing_file import RoutingFile
from routing.access_codes import AccessCodes
from routing.destinations import Announce, Apologise, Destination, Divert, NextTarget, RingOnCall
from routing.rotas import Rota


def routing_changes(before: RoutingFile, after: RoutingFile) -> Iterator[Change]:
    """Yield what differs between two routing files, but for opening hours."""
    was, now = before.table, after.table
    for name in dict.fromkeys([*now.destinations, *was.destinations]):
        old, new = was.destinations.get(name), now.destinations.get(name)
        mark = after.marks.get(name) or before.marks.get(name)
        if old is None or new is None:
            yield Change("destination", name, f"the desk {name} is {'new' if new else 'gone'}", mark)
            continue
        for _, sentence in differences(_destination(old, before), _destination(new, after)):
            yield Change("destination", name, f"{name}: {sentence}", mark)
    yield from _code_changes(was.codes, now.codes, after)
    for name in dict.fromkeys([*now.rotas, *was.rotas]):
        yield from _differing(f"the rota {name}", _rota(was.rotas.get(name)), _rota(now.rotas.get(name)))
    for owner, one, other in (
        ("regions", was.regions, now.regions),
        ("services", was.services, now.services),
        ("allowed", was.allowed, now.allowed),
        ("callbacks", was.callbacks, now.callbacks),
        ("requires", _requires(before), _requires(after)),
    ):
        yield from _differing(owner, written(one), written(other))


def _differing(owner: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for path, sentence in differences(was, now):
        yield Change("routing", path, f"{owner}: {sentence}")


def _destination(destination: Destination, file: RoutingFile) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in fields(destination):
        value = getattr(destination, each.name)
        if each.name == "name":
            continue
        answer = _answer(value)
        found |= {each.name: answer} if answer else written(value, each.name)
    found["record"] = "yes" if destination.name in file.recorded else "no"
    found["message"] = "no" if destination.name in file.no_message else "yes"
    return found


def _answer(value: object) -> str | None:
    match value:
        case NextTarget():
            return "ring the next target"
        case Divert(to):
            return f"go on to {to}"
        case Apologise(prompt):
            return f"apologise with {prompt}" if prompt else "apologise"
        case Announce():
            return "tell when it opens"
        case RingOnCall():
            return "ring the staff on call"
    return None


def _code_changes(was: AccessCodes | None, now: AccessCodes | None, after: RoutingFile) -> Iterator[Change]:
    old, new = _codes(was), _codes(now)
    for code in dict.fromkeys([*new, *old]):
        if old.get(code) == new.get(code):
            continue
        if code not in new:
            sentence = f"the code {code} is gone (went to {old[code]})"
        elif code not in old:
            sentence = f"the code {code} is new and goes to {new[code]}"
        else:
            sentence = f"the code {code} now goes to {new[code]} (was {old[code]})"
        yield Change("code", code, sentence, after.code_marks.get(new.get(code, "")))
    if was and now and was.format != now.format:
        yield Change("code", now.format.pattern, f"codes are like {now.format.pattern} (was {was.format.pattern})")


def _codes(codes: AccessCodes | None) -> dict[str, str]:
    if codes is None:
        return {}
    return dict(codes.entries)


def _rota(rota: Rota | None) -> dict[str, str]:
    return written(rota) if rota else {}


def _requires(file: RoutingFile) -> dict[str, str]:
    return {scope: ", ".join(words) or "nothing" for scope, (_, words) in file.requires.items()}
