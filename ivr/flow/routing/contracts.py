"""``contracts`` has the targets that customers of a special contract reach before those that all others reach.

contracts:                               # of the file: for several destinations at once
  SLA: {desks: suporte, targets: [{sip: "sip:sla@..."}, {queue: suporte-sla}]}    # suporte and all of suporte.*
destinations:
  prime:
    contracts:                           # of one desk: what it says of a contract holds there instead
      PRIME.VALERIA: [{number: "+52..."}]

``priority`` is the older name of the second: its ``targets`` are read, and its ``queue`` has no effect.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ivr.flow.routing.section import Places, sections
from ivr.flow.routing.targets import read_targets
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Mapping, Text, Value
from routing.destinations import Destination
from routing.targets import AnyTarget
from wording import message, phrase

KINDS: Final = ("SLA", "BSO", "PRIME")
"""The special contracts that the record of a company may name."""

Contracts = dict[str, tuple[AnyTarget, ...]]


def read_contracts_of_destination(fields: Fields, node: str, places: Places, named: list[Text]) -> Contracts:
    """Read what one destination has for each special contract; ``node`` is its key in the table."""
    contracts: Contracts = {}
    written = fields.mapping_of("contracts")
    each_of = (
        Fields(written, phrase("the contracts of {owner}", owner=fields.owner), fields.diagnostics) if written else None
    )
    for name, mark, value in written.items() if written else ():
        contract = _name(name)
        if each_of:
            _add(contracts, contract, mark, _targets(each_of, name, value, node, places, named), fields)
    for name, mark_, old in sections(
        fields, "priority", phrase("the priority of {owner} for", owner=fields.owner), required=False
    ):
        targets = read_targets(old, "targets", f"{node}.contracts.{_name(name)}", places, named)
        if old.has("queue"):
            old.whole("queue", 0)
            fields.diagnostics.warning(
                old.mark_of("queue"),
                message(
                    "contract-queue-without-effect",
                    "'queue' of {owner} has no effect: callers leave a queue in the order in which "
                    "they came; delete it, or give the contract targets of its own under 'contracts'",
                    owner=old.owner,
                ),
            )
        old.finish()
        if targets:
            _add(contracts, _name(name), mark_, targets, fields)
    for contract in contracts:
        places.setdefault(f"{node}.contracts.{contract}", fields.mark_of("contracts"))
    return contracts


def read_contracts(root: Fields, destinations: dict[str, Destination], places: Places, named: list[Text]) -> None:
    """The contracts of the whole file, given to each of ``destinations`` that they name and that has none itself."""
    seen: set[str] = set()
    for name, mark, fields in sections(root, "contracts", phrase("the contract"), required=False):
        contract = _name(name)
        if contract in seen:
            fields.diagnostics.error(
                mark,
                message(
                    "contract-of-the-file-twice",
                    "the contract '{contract}' is written twice; delete one",
                    contract=contract,
                ),
            )
        seen.add(contract)
        key = f"contracts.{contract}"
        places[key] = mark
        scopes = fields.texts("desks", required=True)
        before = len(fields.diagnostics.errors)
        targets = read_targets(fields, "targets", key, places, named)
        if not targets and len(fields.diagnostics.errors) == before:
            fields.diagnostics.error(
                mark,
                message(
                    "contract-without-targets",
                    "{owner} has nobody to ring; give it 'targets', as a desk has them",
                    owner=fields.owner,
                ),
            )
        _warn_of_unknown(contract, mark, fields)
        fields.finish()
        for scope in scopes:
            covered = [
                destination
                for destination in destinations
                if destination == scope or destination.startswith(f"{scope}.")
            ]
            if not covered:
                fields.diagnostics.error(
                    scope.mark,
                    message(
                        "contract-for-no-destination",
                        "{owner} holds for '{scope}', which is no destination{near}",
                        owner=fields.owner,
                        scope=scope,
                        near=suggest(scope, destinations),
                    ),
                )
            for destination in covered:
                if targets and contract not in destinations[destination].contracts:
                    _give(destinations, destination, contract, targets, key, places)


def _give(
    destinations: dict[str, Destination],
    destination: str,
    contract: str,
    targets: tuple[AnyTarget, ...],
    key: str,
    places: Places,
) -> None:
    old = destinations[destination]
    destinations[destination] = replace(old, contracts={**old.contracts, contract: targets})
    own = f"{old.key}.contracts.{contract}"
    places[own] = places[key]
    places.update({f"{own}[{at}]": places[f"{key}[{at}]"] for at in range(len(targets))})


def _targets(
    fields: Fields, name: str, value: Value, node: str, places: Places, named: list[Text]
) -> tuple[AnyTarget, ...]:
    """A list of targets, or ``{targets: [...]}``."""
    key = f"{node}.contracts.{_name(name)}"
    owner, before = fields.owner, len(fields.diagnostics.errors)
    if isinstance(value, Mapping) and "targets" in value.entries:
        inner = Fields(value, phrase("{owner} for '{name}'", owner=owner, name=name), fields.diagnostics)
        targets = read_targets(inner, "targets", key, places, named)
        inner.finish()
    else:
        targets = read_targets(fields, name, key, places, named)
    if not targets and len(fields.diagnostics.errors) == before:
        fields.diagnostics.error(
            value.mark,
            message(
                "contract-of-a-destination-without-targets",
                "{owner} have nobody to ring for '{name}'; give them targets, or delete it",
                owner=owner,
                name=name,
            ),
        )
    return targets


def _name(written: str) -> str:
    """As customers' records have it: in capitals."""
    return written.upper()


def _add(contracts: Contracts, contract: str, mark: Mark, targets: tuple[AnyTarget, ...], fields: Fields) -> None:
    if contract in contracts:
        fields.diagnostics.error(
            mark,
            message(
                "contract-twice",
                "{owner} names the contract '{contract}' twice; delete one",
                owner=fields.owner,
                contract=contract,
            ),
        )
    contracts[contract] = targets
    _warn_of_unknown(contract, mark, fields)


def _warn_of_unknown(contract: str, mark: Mark, fields: Fields) -> None:
    if contract.partition(".")[0] not in KINDS:
        known = ", ".join(KINDS)
        fields.diagnostics.warning(
            mark,
            message(
                "contract-unknown",
                "no customer can have the contract '{contract}'{near} (one of: {known})",
                contract=contract,
                near=suggest(contract, KINDS),
                known=known,
            ),
        )
