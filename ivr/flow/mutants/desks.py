"""Mutants of destinations ring others or do otherwise when no target answers; also of contracts, codes and regions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, TypeAlias

from ivr.flow.mutants.mutant import Mutant, chosen
from ivr.flow.mutants.tree import Path, TreeEdit, like, value_at
from ivr.flow.mutants.ways import TRIED, alternatives, follow
from ivr.flow.mutants.written_line import WrittenLine
from ivr.source.yaml import Mapping, Sequence, Text, Value
from wording import Message, phrase

_ANSWERS: Final = ("closed", "busy", "no_answer", "failed", "exhausted")
"""What a destination says of calls that nobody takes."""

_TARGETS: Final = ("number", "sip")

_Doing: TypeAlias = Callable[[str], Message]
"""Says what a caller does to come to a key of a table."""


def desk_mutants(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of destinations and special contracts."""
    names = {section: [name for name, *_ in written.section(section)] for section in ("hours", "rotas", "destinations")}
    addresses = _addresses(written)
    for name, _, desk, path in written.section("destinations"):
        owner = phrase("the destination '{name}'", name=name)
        yield from _kept(owner, desk, path, names)
        for key in ("targets", "on_call"):
            yield from _targets(owner, desk.get(key), (*path, key), addresses)
        yield from _nobody(written, owner, desk, path, names["destinations"])
        yield from _contracts(owner, desk, path, addresses)
    for name, text, contract, path in written.section("contracts"):
        owner = phrase("the contract '{name}'", name=name)
        change = phrase("{owner} is left out", owner=owner)
        alone = len(list(written.section("contracts"))) == 1
        doing = phrase("call as a customer of {owner}, and expect who is rung (dialled)", owner=owner)
        edits = (TreeEdit(path[:1] if alone else path, None),)
        yield Mutant("desk", "routing.yaml", text.mark, change, doing, edits)
        yield from _targets(owner, contract.get("targets"), (*path, "targets"), addresses)


def _kept(owner: Message, desk: Mapping, path: Path, names: dict[str, list[str]]) -> Iterator[Mutant]:
    hours = desk.get("hours")
    if isinstance(hours, Text) and hours in names["hours"]:
        others = _after(names["hours"], hours)
        if others:
            change = phrase("{owner} keeps the hours '{other}', not '{hours}'", owner=owner, other=others[0],
                            hours=hours)  # fmt: skip
            doing = phrase("call {owner} when '{hours}' and '{other}' differ", owner=owner, hours=hours,
                           other=others[0])  # fmt: skip
            edits = (TreeEdit((*path, "hours"), like(hours, others[0])),)
            yield Mutant("hours", "routing.yaml", hours.mark, change, follow(doing), edits)
    if entry := desk.entries.get("on_call"):
        doing = phrase("call {owner} while staff are on call", owner=owner)
        change = phrase("{owner} has nobody on call", owner=owner)
        yield Mutant(
            "desk", "routing.yaml", entry[0].mark, change, follow(doing), (TreeEdit((*path, "on_call"), None),)
        )
        rota = value_at(entry[1], ("rota",))
        if isinstance(rota, Text):
            for other in _after(names["rotas"], rota)[:1]:
                change = phrase("{owner} rings the rota '{other}', not '{rota}'", owner=owner, other=other, rota=rota)
                told = phrase("call {owner} while staff are on call, and expect who is rung (dialled)", owner=owner)
                edits = (TreeEdit((*path, "on_call", "rota"), like(rota, other)),)
                yield Mutant("rota", "routing.yaml", rota.mark, change, told, edits)


def _targets(owner: Message, targets: Value | None, path: Path, addresses: dict[str, list[str]]) -> Iterator[Mutant]:
    items = targets.items if isinstance(targets, Sequence) else ()
    for at, (one, other) in enumerate(pairwise(items)):
        change = phrase("targets {one} and {other} of {owner} are swapped", one=at + 1, other=at + 2, owner=owner)
        doing = phrase("call {owner}, and expect who is rung (dialled), or ends in the queue", owner=owner)
        edits = (TreeEdit((*path, at), other), TreeEdit((*path, at + 1), one))
        yield Mutant("desk", "routing.yaml", one.mark, change, doing, edits)
    for at, item in enumerate(items):
        doing = phrase("call {owner}, let target {number} be rung, and expect who was (dialled)", owner=owner,
                       number=at + 1)  # fmt: skip
        if len(items) > 1:
            change = phrase("target {number} of {owner} is left out", number=at + 1, owner=owner)
            yield Mutant("desk", "routing.yaml", item.mark, change, doing, (TreeEdit((*path, at), None),))
        for kind in ("number", "sip"):
            address = value_at(item, (kind,))
            if isinstance(address, Text):
                for new in _after(addresses[kind], address)[:1]:
                    change = phrase("target {number} of {owner} is {other}, not {address}", number=at + 1, owner=owner,
                                    other=new, address=address)  # fmt: skip
                    replaced = (TreeEdit((*path, at, kind), like(address, new)),)
                    yield Mutant("desk", "routing.yaml", address.mark, change, doing, replaced)


def _nobody(
    written: WrittenLine, owner: Message, desk: Mapping, path: Path, destinations: list[str]
) -> Iterator[Mutant]:
    doings = {
        "closed": phrase("call {owner} while it is closed", owner=owner),
        "busy": phrase("call {owner}, and let it be busy", owner=owner),
        "no_answer": phrase("call {owner}, and let nobody pick up", owner=owner),
        "failed": phrase("call {owner}, and let its telephone fail", owner=owner),
        "exhausted": phrase("call {owner}, and let no target answer", owner=owner),
        "message": phrase("call {owner} while it is closed, or while nobody answers", owner=owner),
        "limits": phrase("call {owner} with more calls than its limits (fixtures)", owner=owner),
    }
    for key, doing in doings.items():
        entry = desk.entries.get(key)
        if not entry:
            continue
        change = phrase("'{key}' of {owner} is left out", key=key, owner=owner)
        yield Mutant("desk", "routing.yaml", entry[0].mark, change, follow(doing), (TreeEdit((*path, key), None),))
        to = value_at(entry[1], ("divert",))
        if key in _ANSWERS and isinstance(to, Text):
            among = [name for name in destinations if name != to and path[1] != name]
            place = (*path, key, "divert")
            yield from alternatives(
                [
                    Mutant(
                        "desk", "routing.yaml", to.mark,
                        phrase("'{key}' of {owner} passes calls on to '{other}', not to '{to}'", key=key, owner=owner,
                               other=other, to=to),
                        follow(doing), (TreeEdit(place, like(to, other)),),
                    )
                    for other in chosen(written.seed, place, among, TRIED)
                ]
            )  # fmt: skip


def _contracts(owner: Message, desk: Mapping, path: Path, addresses: dict[str, list[str]]) -> Iterator[Mutant]:
    contracts = desk.get("contracts")
    entries = contracts.entries if isinstance(contracts, Mapping) else {}
    for name, (text, targets) in entries.items():
        change = phrase("{owner} has no targets for the contract '{name}'", owner=owner, name=name)
        doing = phrase("call {owner} as a customer of '{name}', and expect who is rung (dialled)", owner=owner,
                       name=name)  # fmt: skip
        place: Path = (*path, "contracts", name) if len(entries) > 1 else (*path, "contracts")
        yield Mutant("desk", "routing.yaml", text.mark, change, doing, (TreeEdit(place, None),))
        held = phrase("{owner} for the contract '{name}'", owner=owner, name=name)
        yield from _targets(held, targets, (*path, "contracts", name), addresses)


def table_mutants(written: WrittenLine) -> Iterator[Mutant]:
    """Yield the mutants of access codes and of regions."""
    codes = value_at(written.routing, ("access_codes", "table"))
    if isinstance(codes, Mapping):
        yield from _table(codes, ("access_codes", "table"), phrase("the access codes"), lambda code: phrase(
            "key a code that begins with {code}", code=code))  # fmt: skip
    for name, _, regions, path in written.section("regions"):
        owner = phrase("the regions '{name}'", name=name)
        areas = regions.get("area_codes")
        if isinstance(areas, Mapping):
            yield from _table(areas, (*path, "area_codes"), owner, lambda code: phrase(
                "call from a number with the area code {code}", code=code))  # fmt: skip
        default = regions.get("default")
        if isinstance(default, Text):
            named = [str(value) for _, value in areas.entries.values() if isinstance(value, Text)] if isinstance(
                areas, Mapping) else []  # fmt: skip
            for other in chosen(written.seed, path, {each for each in named if each != default}, 1):
                change = phrase("'default' of {owner} is '{other}', not '{to}'", owner=owner, other=other, to=default)
                doing = phrase("call from a hidden number")
                edits = (TreeEdit((*path, "default"), like(default, other)),)
                yield Mutant("table", "routing.yaml", default.mark, change, follow(doing), edits)


def _table(table: Mapping, path: Path, owner: Message, doing: _Doing) -> Iterator[Mutant]:
    entries = [(key, value) for key, value in table.entries.values() if isinstance(value, Text)]
    for (one, to), (other, away) in pairwise(entries):
        if to != away:
            change = phrase("in {owner}, {one} and {other} are swapped", owner=owner, one=one, other=other)
            edits = (TreeEdit((*path, str(one)), like(to, away)), TreeEdit((*path, str(other)), like(away, to)))
            yield Mutant("table", "routing.yaml", one.mark, change, follow(doing(one)), edits)
    if len(entries) > 1:
        for key, _ in entries:
            change = phrase("{key} is left out of {owner}", key=key, owner=owner)
            left_out = (TreeEdit((*path, str(key)), None),)
            yield Mutant("table", "routing.yaml", key.mark, change, follow(doing(key)), left_out)


def _addresses(written: WrittenLine) -> dict[str, list[str]]:
    """Every number and SIP address that some destination rings, in the order written."""
    found: dict[str, dict[str, None]] = {kind: {} for kind in _TARGETS}
    waiting: list[Value] = [desk for _, _, desk, _ in written.section("destinations")]
    for value in waiting:  # grows while it is read
        if isinstance(value, Sequence):
            waiting += value.items
        elif isinstance(value, Mapping):
            for key, (_, child) in value.entries.items():
                if key in found and isinstance(child, Text):
                    found[key][str(child)] = None
                else:
                    waiting.append(child)
    return {kind: list(each) for kind, each in found.items()}


def _after(names: list[str], name: str) -> list[str]:
    """The names that follow one, and then those before it."""
    at = names.index(name) if name in names else -1
    return [each for each in (*names[at + 1 :], *names[: max(at, 0)]) if each != name]
