"""The targets of a desk: one thing to ring each, or several at once or by share.

targets:
  - {number: "+55...", ring: 25, accept: yes}      # accept: the person who picks up is asked to press 1
  - {sip: "sip:rm@suporte.example.com", ring: 25}
  - {queue: suporte-rm, wait: 600}
  - {desk: suporte.geral}                          # the targets of another destination, while it is open
  - {together: [{number: "+55..."}, {sip: "sip:..."}], ring: 25}
  - {share: [{weight: 70, queue: sul}, {weight: 30, queue: norte}]}
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ivr.flow.routing.section import Places
from ivr.source.fields import Fields
from ivr.source.yaml import Text
from routing.numbers import parse_any_number
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Together, parse_sip
from wording import message, phrase

KINDS: Final = ("number", "sip", "queue", "desk", "together", "share")


def read_targets(
    fields: Fields, key: str, node: str, places: Places, destinations: list[Text]
) -> tuple[AnyTarget, ...]:
    """The list under ``key``. ``node`` is its key in the table; ``destinations`` gathers the other destinations that it
    names.
    """
    targets: list[AnyTarget] = []
    for item in fields.items(key):
        target = Fields.of(item, phrase("a target of {owner}", owner=fields.owner), fields.diagnostics, fields.mark)
        made_ = read_target(target, KINDS, destinations)
        if made_:
            places[f"{node}[{len(targets)}]"] = target.mark
            targets.append(made_)
    return tuple(targets)


def read_target(
    fields: Fields, kinds: Sequence[str], destinations: list[Text] | None = None, *, ring: int | None = None
) -> AnyTarget | None:
    """One target of one of ``kinds``; ``ring`` is the time that a group gives its members."""
    written = [kind for kind in kinds if fields.has(kind)]
    if len(written) != 1:
        listed = phrase("{kinds} and {last!r}", kinds=", ".join(repr(kind) for kind in kinds[:-1]), last=kinds[-1])
        fields.diagnostics.error(
            fields.mark,
            message("target-of-no-kind", "{owner} needs exactly one of {kinds}", owner=fields.owner, kinds=listed),
        )
        return None
    (kind,) = written
    target = _READERS[kind](fields, destinations if destinations is not None else [], ring)
    fields.finish()
    return target


def _ring(fields: Fields, ring: int | None) -> int:
    return fields.whole("ring", 30) if ring is None else ring


def _number(fields: Fields, _destinations: list[Text], ring: int | None) -> Number | None:
    number = fields.parsed("number", parse_any_number, required=True)
    seconds, accept = _ring(fields, ring), fields.flag("accept")
    return fields.built(lambda: Number(number, seconds, accept)) if number else None


def _sip(fields: Fields, _destinations: list[Text], ring: int | None) -> Sip | None:
    sip = fields.parsed("sip", parse_sip, required=True)
    seconds = _ring(fields, ring)
    return fields.built(lambda: Sip(sip, seconds)) if sip else None


def _queue(fields: Fields, _destinations: list[Text], _ring: int | None) -> Queue | None:
    queue, wait = fields.text("queue", required=True), fields.whole("wait", 600)
    return fields.built(lambda: Queue(queue, wait)) if queue else None


def _destination(fields: Fields, destinations: list[Text], _ring: int | None) -> BorrowedTargets | None:
    destination = fields.text("desk", required=True)
    if destination:
        destinations.append(destination)
    return BorrowedTargets(destination) if destination else None


def _together(fields: Fields, destinations: list[Text], _outer: int | None) -> Together | None:
    ring = _ring(fields, None)
    members = [
        read_target(
            Fields.of(item, fields.owner, fields.diagnostics, fields.mark), ("number", "sip"), destinations, ring=ring
        )
        for item in fields.items("together", required=True)
    ]
    telephones = [member for member in members if isinstance(member, Number | Sip)]
    return fields.built(lambda: Together(tuple(telephones))) if len(telephones) == len(members) else None


def _share(fields: Fields, destinations: list[Text], _ring: int | None) -> Share | None:
    weights = []
    whole = True
    for item in fields.items("share", required=True):
        part = Fields.of(item, fields.owner, fields.diagnostics, fields.mark)
        weight = part.whole("weight", 1)
        target = read_target(part, KINDS[:-1], destinations)
        if target and not isinstance(target, Share):
            weights.append((weight, target))
        else:
            whole = False
    return fields.built(lambda: Share(tuple(weights))) if whole else None


_READERS: Final = {
    "number": _number,
    "sip": _sip,
    "queue": _queue,
    "desk": _destination,
    "together": _together,
    "share": _share,
}
