"""Proves that callers hear that all is closed before they are asked for a secret or a consent that only it needs."""

from __future__ import annotations

from collections.abc import Sequence

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.nodes.collect import OF_IDENTIFIED
from ivr.flow.proof.calls import AllCalls, CallPlace, may_make, way_to
from ivr.flow.proof.passed import Bits, Passed
from ivr.flow.proof.rung import chosen_by
from ivr.flow.proof.sentence import ClosedFirst
from ivr.flow.proof.words import in_words
from ivr.flow.routing.requires import CONSENT
from ivr.flow.rules import OPEN, refuses
from ivr.source.diagnostics import Diagnostics
from routing.closures import in_scope
from wording import message


def prove_closed_first(line: Line, rules: Sequence[ClosedFirst], diagnostics: Diagnostics) -> None:
    """Tell each question of the kinds that ``rules`` name to which a call comes while all behind it is closed.

    Behind a question are the destinations to which a caller may come who answers it well and is refused nothing. Where
    all of them are closed, no check that asks about no other destinations can have answered ``open`` on the way. What
    the line serves by itself never closes: a question with some of that behind it is asked at any hour.
    """
    asked = _asked_about(line)
    bits = Bits(asked)
    calls = AllCalls(line, bits)
    seen = calls.walk()
    asking = [place for place in seen if any(_asks(line.states[place.state], rule) for rule in rules)]
    told: set[str] = set()
    known: dict[CallPlace, frozenset[str]] = {}
    for rule in rules:
        for place in asking:
            node = line.states[place.state]
            if node.name in told or not _asks(node, rule):
                continue
            alike = place._replace(passed=0)
            if alike not in known:
                known[alike] = _behind(calls, alike)
            behind = known[alike]
            open_checks = bits.of(check for check, names in asked.items() if names and names <= behind)
            if behind and not place.passed & open_checks:
                told.add(node.name)
                shown = in_words(line, way_to(seen, place))
                scopes = ", ".join(sorted(behind)[:3]) + (" ..." if len(behind) > 3 else "")
                diagnostics.error(
                    node.mark,
                    message(
                        "secret-asked-against-a-rule",
                        "'{state}' asks for a {asked} while all behind it ({scopes}) may be closed, "
                        "which the rule at {rule} forbids: {shown}; put a check of the rule 'open' "
                        "before it",
                        state=node.name,
                        asked=rule.asked,
                        scopes=scopes,
                        rule=rule.text.mark,
                        shown=shown,
                    ),
                )


def _asks(node: Node, rule: ClosedFirst) -> bool:
    if rule.asked == CONSENT:
        return any(CONSENT in edge.proves for edge in node.edges())
    return node.entry is not None and node.entry.secret


def _behind(calls: AllCalls, place: CallPlace) -> frozenset[str]:
    """The destinations to which a caller at ``place`` comes by good answers; none where the line serves by itself."""
    found: set[str] = set()
    seen = {place}
    waiting = [place]
    while waiting:
        here = waiting.pop()
        node = calls.line.states[here.state]
        if node.serves_itself or node.entry in OF_IDENTIFIED:
            return frozenset()
        if node.chooses:
            for name in chosen_by(calls.line, node.chooses):
                found |= calls.rung_from(name).keys()
            continue
        for move in calls.moves[here.state]:
            if _goes_on(node, move.edge) and may_make(move, here) and move.target in calls.line.states:
                for onward in calls.after(here, move):
                    if onward not in seen:
                        seen.add(onward)
                        waiting.append(onward)
    return frozenset(found)


def _goes_on(node: Node, edge: Edge) -> bool:
    """Whether the edge is that of a caller who answers well: an entry, a key of the question, a good answer."""
    if edge.answer:
        return not refuses(edge.answer.word) and edge.trigger != triggers.MAX_ATTEMPTS
    if not node.waits:
        return edge.trigger != triggers.MAX_ATTEMPTS
    if node.entry is not None and node.entry.several:
        return edge.trigger in {triggers.COLLECTED, triggers.READ_BACK, triggers.SKIPPED}
    return any(edge.trigger == triggers.key(pressed) for pressed in node.told_keys)


def _asked_about(line: Line) -> dict[Passed, frozenset[str]]:
    """Each check of the rule ``open`` that has answered ``open``, and the destinations that it asks about."""
    table = line.routing.table.destinations
    found: dict[Passed, frozenset[str]] = {}
    for node in line.states.values():
        scopes = next((edge.answer.scopes for edge in node.edges() if edge.answer and edge.answer.rule is OPEN), ())
        if scopes:
            check = Passed(OPEN.name, frozenset({OPEN.name}), node.name)
            found[check] = frozenset(name for name in table for scope in scopes if in_scope(name, scope))
    return found
