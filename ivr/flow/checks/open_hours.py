"""A caller hears that a service is closed before being asked for anything that only the service needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checks.reachability import reachable
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.nodes.check import Check
from ivr.flow.nodes.collect import OF_IDENTIFIED
from ivr.flow.routing.requires import CONSENT
from ivr.flow.rules import CLOSED, OPEN
from ivr.source.fields import suggest
from routing.closures import scopes_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Edge
    from ivr.source.diagnostics import Diagnostics


def check_open_hours(line: Line, diagnostics: Diagnostics) -> None:
    """Each 'destinations' of a rule 'open' names destinations that exist and can be spoken of, and its 'closed' is
    told.

    In a line that asks the rule at all, warn of secrets and consents that are asked for without it. What the line
    serves by itself never closes: of a secret with some of that behind it only a proven rule tells, which knows what
    the caller wants.
    """
    checks = _checks(line)
    scopes = scopes_of(line.routing.marks)
    for node in checks:
        for scope in node.destinations:
            if scope not in scopes:
                near = suggest(scope, scopes)
                diagnostics.error(
                    scope.mark,
                    message(
                        "open-of-unknown-destination",
                        "'{state}' asks for '{scope}', which routing.yaml does not have{near}",
                        state=node.name,
                        scope=scope,
                        near=near,
                    ),
                )
            elif scope not in line.prompts.destinations:
                diagnostics.error(
                    scope.mark,
                    message(
                        "scope-without-spoken-name",
                        "'{scope}' has no name to speak; name it in the prompts' 'destinations'",
                        scope=scope,
                    ),
                )
    if checks and not line.unread:
        _check_asked_first(line, diagnostics)


def asked_scopes(line: Line) -> set[str]:
    """The scopes that some check of the rule 'open' asks for."""
    return {scope for node in _checks(line) for scope in node.destinations}


def _checks(line: Line) -> list[Check]:
    return [node for node in line.states.values() if isinstance(node, Check) and node.rule is OPEN]


def destinations_of(line: Line) -> set[str]:
    """Return where a call may be said to have come to: every destination, and every service announced as closed."""
    return {*line.routing.table.destinations, *asked_scopes(line)}


def told_closed(line: Line) -> set[str]:
    """The states to which nothing but a 'closed' of the rule 'open' leads: there it is known what opens when."""
    into: dict[str, list[Edge]] = {}
    for node in line.states.values():
        for edge in node.edges():
            into.setdefault(edge.target, []).append(edge)
    return {name for name, edges in into.items() if all(CLOSED in edge.proves for edge in edges)}


def _leads_to_service(line: Line, state: str) -> bool:
    """Whether a state that serves callers by itself lies behind ``state``."""
    seen = {state}
    waiting = [state]
    while waiting:
        for edge in line.states[waiting.pop()].edges():
            target = line.states.get(edge.target)
            if target is None or target.name in seen:
                continue
            if target.serves_itself or target.entry in OF_IDENTIFIED:
                return True
            seen.add(target.name)
            waiting.append(target.name)
    return False


def _check_asked_first(line: Line, diagnostics: Diagnostics) -> None:
    for name in sorted(reachable(line, lambda edge: OPEN.name not in edge.proves)):
        node = line.states[name]
        what = ""
        if node.entry in {EntryFormat.DOCUMENT, EntryFormat.PASSWORD}:
            what = "" if _leads_to_service(line, name) else node.entry.value
        elif any(CONSENT in edge.proves for edge in node.edges()):
            what = CONSENT
        if what:
            diagnostics.warning(
                node.mark,
                message(
                    "secret-asked-though-closed",
                    "'{name}' may ask for a {what} though every desk behind it is closed; put a check of the rule "
                    "'open' on every way to it",
                    name=name,
                    what=what,
                ),
            )
