"""``calling_order`` lists the targets that a destination rings for a call: by rota, special contract and share."""

from __future__ import annotations

from collections.abc import Iterator

from routing.context import RoutingContext
from routing.destinations import Destination
from routing.progress import Progress
from routing.swap_rules import allowed_swaps
from routing.table import RoutingTable
from routing.targets import AnyTarget, BorrowedTargets, Number, Queue, Share, Sip, Together

OrderedTargets = list[tuple[Number | Sip | Queue | BorrowedTargets | Together, str]]


def calling_order(
    table: RoutingTable, destination: Destination, progress: Progress, context: RoutingContext
) -> OrderedTargets:
    """Return the targets of the list that ``progress`` is on, each with its key, shares laid out.

    No place of the list changes while a call is on it: the rota is that of ``progress.since``, the contract
    ``progress.contract``, and a share falls by the fraction that is the call's own.
    """
    targets: OrderedTargets = []
    for target, key in _written(table, destination, progress, context):
        ordered = target.order(context.sampling_fraction) if isinstance(target, Share) else (target,)
        targets += ((one, key) for one in ordered)
    return targets


def key_of(table: RoutingTable, progress: Progress, context: RoutingContext) -> str:
    """Return the key of the target that is being rung; empty where the table has it no more."""
    destination = table.destinations.get(progress.destination)
    targets = calling_order(table, destination, progress, context) if destination else []
    return targets[progress.index][1] if progress.index < len(targets) else ""


def _written(
    table: RoutingTable, destination: Destination, progress: Progress, context: RoutingContext
) -> Iterator[tuple[AnyTarget, str]]:
    if progress.on_call:
        rota = table.rotas.get(destination.rota or "")
        if rota and progress.since:
            key = rota.key_at(progress.since)
            swaps = allowed_swaps(table, context.swaps)
            yield from ((target, key) for target in rota.targets_at(progress.since, swaps))
        yield from ((target, f"{destination.key}.on_call[{at}]") for at, target in enumerate(destination.on_call))
        return
    contract = progress.contract or ""
    key = f"{destination.key}.contracts.{contract}"
    yield from ((target, f"{key}[{at}]") for at, target in enumerate(destination.contracts.get(contract, ())))
    yield from ((target, f"{destination.key}.targets[{at}]") for at, target in enumerate(destination.targets))
