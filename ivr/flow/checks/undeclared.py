"""``requires`` must list what every way to a destination passes today: else a menu that leaves it out
goes unnoticed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.checks.requirements import destinations_of, required, rung_on_call, ways
from ivr.flow.routing.requires import CONSENT, KNOWN, ON_CALL, scope_holds
from routing.closures import scopes_of
from wording import message

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics

TELLING = ("identity", CONSENT, ON_CALL)
"""A destination is protected where one of these holds; other checks on its ways may be there for other destinations."""


def check_undeclared(line: Line, diagnostics: Diagnostics) -> None:
    """Warn of a destination that only identified callers come to, or that has staff on call, and whose row does not say
    so.

    An empty row (``suporte: []``) says that nothing is required, whatever the menu does.
    """
    requires = line.routing.requires
    if not requires:
        return  # that nothing is required of anybody was told
    lacking: dict[tuple[str, ...], list[str]] = {}
    for destination, passed in _passed(line).items():
        rows = [words for scope, (_, words) in requires.items() if scope_holds(scope, destination)]
        lacks = [word for word in passed if word not in required(line, destination, on_call=True)]
        if (not rows or any(rows)) and lacks and set(passed) & set(TELLING):
            lacking.setdefault(tuple(lacks), []).append(destination)
    for words, destinations in lacking.items():
        for scope in _scopes(line, destinations):
            first = next(destination for destination in destinations if scope_holds(scope, destination))
            row = [*(word for word in KNOWN if word in required(line, first, on_call=True) or word in words)]
            diagnostics.warning(
                line.routing.marks[first],
                message(
                    "requirement-not-declared",
                    "'{scope}' has {passed} on every way to it, but 'requires' does not say so: a change that "
                    "leaves it out would go unnoticed; write {scope}: [{row}], or [] if nothing is required",
                    scope=scope,
                    passed=", ".join(words),
                    row=", ".join(row),
                ),
            )


def _passed(line: Line) -> dict[str, list[str]]:
    """Each destination that a route names, and all that holds on every way to it."""
    choices = {name: node.chooses for name, node in line.states.items() if node.chooses}
    everywhere = ways(line)
    reached = [choice for name, choice in choices.items() if name in everywhere]
    found: dict[str, list[str]] = {
        destination: [] for choice in reached for destination in destinations_of(line, choice)
    }
    found = {destination: words for destination, words in found.items() if destination in line.routing.marks}
    for word in KNOWN:
        if word == ON_CALL:
            held = {
                destination for destination in found if rung_on_call(line, line.routing.table.destinations[destination])
            }
        else:
            came = ways(line, word)
            held = found.keys() - {
                destination
                for name, choice in choices.items()
                if name in came
                for destination in destinations_of(line, choice)
            }
        for destination in held:
            found[destination].append(word)
    return found


def _scopes(line: Line, destinations: list[str]) -> list[str]:
    """The fewest rows that say it: a beginning where every destination of it lacks the same, else the destinations."""
    every = line.routing.table.destinations
    families = {
        scope: [destination for destination in every if scope_holds(scope, destination)]
        for scope in sorted(scopes_of(line.routing.marks))
    }
    whole = [scope for scope, members in families.items() if set(members) <= set(destinations)]
    return [scope for scope in whole if not any(other != scope and scope_holds(other, scope) for other in whole)]
