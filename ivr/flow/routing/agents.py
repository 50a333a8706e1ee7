"""``agents`` says how the agents of destinations take their calls: in what order, for how long, and with what result.

agents:
  all: {service_target: 80/20}       # every destination; what a longer name says holds there instead, key by key
  suporte:                           # a destination, or the beginning of several names
    ring: 20                         # seconds for which an agent is rung
    wrap_up: 60                      # seconds at most to note down how a talk went
    again: 30                        # seconds until one who refused a call is rung for it again, where nobody else is
    preferred: 60                    # seconds for which a call is kept for the agent whom it asks for
    contracts: [PRIME, SLA, BSO]     # whose calls come first; a call without a contract comes last
    rise: 60                         # seconds of waiting in which a call rises by one of these ranks
    levels: {"1": 30}                # seconds for which a call is kept from agents of that level, 1 to 5
    service_target: 80/20            # so many per cent are to be answered within so many seconds
    short: 5                         # who leaves within these seconds is not counted as lost
    dispositions: [resolvido, aguarda o cliente]   # the results of a talk
    disposition: required            # or optional (default)
    supervised_say: supervisao       # the prompt that a caller hears when a supervisor comes into the talk
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from ivr.flow.routing.contracts import KINDS
from ivr.flow.routing.requires import scope_holds
from ivr.flow.routing.section import Places, sections
from ivr.source.diagnostics import Mark
from ivr.source.fields import Fields, suggest
from ivr.source.yaml import Text
from routing.agent_rules import MAX_DISPOSITION, MAX_DISPOSITIONS, PLAIN_RULES, AgentRules, parse_service_target
from routing.candidate import HIGHEST_LEVEL, LOWEST_LEVEL
from routing.destinations import Destination
from wording import message, phrase

ALL: Final = "all"
"""The name that holds for every destination."""

SECONDS: Final = {
    "ring": (5, 120), "wrap_up": (0, 3600), "again": (5, 600), "preferred": (0, 3600), "rise": (10, 3600),
    "short": (0, 60),
}  # fmt: skip
"""The keys that are in whole seconds, and from which to which."""

_Given = dict[str, Any]
"""What is written under one name, by the field of AgentRules."""


def read_agents(
    root: Fields, destinations: dict[str, Destination], places: Places, prompts: list[Text]
) -> dict[str, AgentRules]:
    """Return the rules of every destination: what holds with nothing written, and over it what its names say, the
    longest last. The prompts that they name are added to ``prompts``.
    """
    given: dict[str, tuple[Mark, _Given]] = {}
    places["agents"] = root.mark_of("agents")
    for scope, mark, fields in sections(root, "agents", phrase("the agents of"), required=False):
        given[scope] = mark, _read(fields, prompts)
        for key in fields.asked:
            places[f"agents.{scope}.{key}"] = fields.mark_of(key)
        places[f"agents.{scope}"] = mark
        _covers(scope, mark, fields, destinations)
    rules: dict[str, AgentRules] = {}
    for name in destinations:
        scopes = sorted((each for each in given if _holds(each, name)), key=lambda each: (each != ALL, len(each)))
        rules[name] = replace(PLAIN_RULES, **{key: value for each in scopes for key, value in given[each][1].items()})
        for scope in scopes:
            for key in given[scope][1]:
                places[f"agents.{name}.{key}"] = places.get(f"agents.{scope}.{key}", given[scope][0])
    _chosen_from_something(root, given, rules)
    return rules


def _holds(scope: str, destination: str) -> bool:
    return scope == ALL or scope_holds(scope, destination)


def _read(fields: Fields, prompts: list[Text]) -> _Given:
    given: _Given = {}
    for key, (least, most) in SECONDS.items():
        seconds = fields.whole(key, -1, least=least, most=most)
        if seconds >= 0:
            given[key] = seconds
    target = fields.parsed("service_target", parse_service_target)
    if target:
        given["service_target"] = target
    contracts = _each_once(fields, "contracts", str.upper)
    if contracts:
        given["contracts"] = contracts
        for contract in contracts:
            if contract.partition(".")[0] not in KINDS:
                fields.diagnostics.warning(
                    fields.mark_of("contracts"),
                    message(
                        "contract-unknown",
                        "no customer can have the contract '{contract}'{near} (one of: {known})",
                        contract=contract,
                        near=suggest(contract, KINDS),
                        known=", ".join(KINDS),
                    ),
                )
    levels = _levels(fields)
    if levels:
        given["levels"] = levels
    dispositions = _dispositions(fields)
    if dispositions:
        given["dispositions"] = dispositions
    disposition = fields.choice("disposition", ("required", "optional"), "")
    if disposition:
        given["disposition_required"] = disposition == "required"
    prompt = fields.text("supervised_say")
    if prompt:
        prompts.append(prompt)
        given["supervised_say"] = str(prompt)
    fields.finish()
    return given


def _levels(fields: Fields) -> dict[int, int]:
    written = fields.mapping_of("levels")
    if written is None:
        return {}
    each_of = Fields(written, phrase("'levels' of {owner}", owner=fields.owner), fields.diagnostics)
    known = [str(level) for level in range(LOWEST_LEVEL, HIGHEST_LEVEL + 1)]
    found = {int(level): each_of.whole(level, 0, most=3600) for level in known if each_of.has(level)}
    for level in known:
        each_of.value(level)
    each_of.finish()
    return found


def _dispositions(fields: Fields) -> tuple[str, ...]:
    found = _each_once(fields, "dispositions", lambda text: " ".join(text.split()))
    if len(found) > MAX_DISPOSITIONS or any(len(each) > MAX_DISPOSITION for each in found):
        fields.diagnostics.error(
            fields.mark_of("dispositions"),
            message(
                "dispositions-too-many-or-long",
                "'dispositions' of {owner} are {most} at most, of {length} characters at most",
                owner=fields.owner,
                most=MAX_DISPOSITIONS,
                length=MAX_DISPOSITION,
            ),
        )
    return found


def _each_once(fields: Fields, key: str, normal: Callable[[str], str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in fields.texts(key):
        name = normal(text)
        if name.casefold() in found:
            fields.diagnostics.error(
                text.mark,
                message(
                    "listed-twice",
                    "'{key}' of {owner} lists '{name}' twice; delete one",
                    key=key,
                    owner=fields.owner,
                    name=name,
                ),
            )
        found.setdefault(name.casefold(), name)
    return tuple(found.values())


def _covers(scope: str, mark: Mark, fields: Fields, destinations: dict[str, Destination]) -> None:
    """Tell a name that is no destination's, and one of destinations in whose queues no call ever waits."""
    covered = [each for name, each in destinations.items() if _holds(scope, name)]
    if not covered:
        fields.diagnostics.error(
            mark,
            message(
                "agents-of-unknown-destination",
                "'agents' names '{scope}', which is no destination{near}",
                scope=scope,
                near=suggest(scope, destinations),
            ),
        )
    elif not any(each.has_queue for each in covered):
        fields.diagnostics.warning(
            mark,
            message(
                "agents-without-queue",
                "{owner} have no effect: no call waits there; give '{scope}' a target like {{queue: {scope}}}",
                owner=fields.owner,
                scope=scope,
            ),
        )


def _chosen_from_something(root: Fields, given: dict[str, tuple[Mark, _Given]], rules: dict[str, AgentRules]) -> None:
    """Tell where agents must choose a disposition, and there is none to choose."""
    for scope, (mark, values) in given.items():
        if not values.get("disposition_required"):
            continue
        for name, found in rules.items():
            if _holds(scope, name) and found.disposition_required and not found.dispositions:
                root.diagnostics.error(
                    mark,
                    message(
                        "disposition-of-none",
                        "the agents of '{destination}' must choose a disposition, but none is written; write "
                        "'dispositions'",
                        destination=name,
                    ),
                )
                break
