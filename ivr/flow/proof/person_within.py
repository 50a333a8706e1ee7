"""Proves that a caller reaches a person by few keys from every question, whatever is closed or answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ivr.flow import triggers
from ivr.flow.checks.reachability import reachable
from ivr.flow.line import Line
from ivr.flow.nodes import Edge, Node
from ivr.flow.proof.calls import turns_of
from ivr.flow.proof.sentence import PersonWithin
from ivr.flow.proof.words import in_words
from ivr.source.diagnostics import Diagnostics
from value_class import value_class
from wording import message

_SURE: Final = frozenset({*map(triggers.key, triggers.KEYS), triggers.SKIPPED, triggers.MAX_REPROMPTS})


@value_class
class KeysToPeople:
    """The keys after which a person is reached from a state at the latest, and the edge of the best choice there."""

    keys: int
    edge: Edge | None


def prove_person_within(line: Line, rule: PersonWithin, diagnostics: Diagnostics) -> None:
    """Tell each question from which it takes more keys than the rule allows, or from which no keys are sure to do it.

    What is asked only after people were talked with is left out.
    """
    reached = reaches(line)
    asked = reachable(line, lambda edge: edge.trigger != triggers.SERVED)
    for node in line.states.values():
        if node.hands_over_to is None or node.name not in asked:
            continue
        way = reached.get(node.name)
        if way is None:
            diagnostics.error(
                node.mark,
                message(
                    "person-not-within-reach",
                    "no keys are sure to reach a person from '{state}', which the rule at {rule} "
                    "asks for: some answer leads away from each; lead one of its keys to a route",
                    state=node.name,
                    rule=rule.text.mark,
                ),
            )
        elif way.keys > rule.choices:
            shown = in_words(line, _way(line, node.name, reached), whole=False)
            diagnostics.error(
                node.mark,
                message(
                    "person-too-many-keys-away",
                    "from '{state}' a person is reached by {keys} keys at the soonest, where the "
                    "rule at {rule} allows {most}: {shown}; lead one of its keys to a route",
                    state=node.name,
                    keys=way.keys,
                    rule=rule.text.mark,
                    most=rule.choices,
                    shown=shown,
                ),
            )


def reaches(line: Line) -> Mapping[str, KeysToPeople]:
    """Return each state from which keys alone reach people, with their number in the worst case.

    A caller chooses keys, and cannot be sure to have a document or a code; each answer of a check, and each key that
    was pressed before, may be the one that leads farthest. A destination that is closed counts as reached, since its
    caller hears when it opens: whom to ring is for hours to say.
    """
    found: dict[str, KeysToPeople] = {name: KeysToPeople(0, None) for name, node in line.states.items() if node.rings}
    while True:
        better = {
            name: new
            for name, node in line.states.items()
            if not node.rings
            and (new := _best(line, node, found)) is not None
            and (name not in found or new.keys < found[name].keys)
        }
        if not better:
            return found
        found |= better


def _best(line: Line, node: Node, found: Mapping[str, KeysToPeople]) -> KeysToPeople | None:
    if node.waits:
        sure = [edge for edge in node.edges() if edge.target in found and _is_sure(node, edge)]
        ways = [KeysToPeople(turns_of(line, node, edge) + found[edge.target].keys, edge) for edge in sure]
        return min(ways, key=lambda way: way.keys, default=None)
    targets = [edge for edge in node.edges() if not edge.answer or edge.trigger != triggers.MAX_ATTEMPTS]
    if not targets or any(edge.target not in found for edge in targets):
        return None
    worst = max(targets, key=lambda edge: found[edge.target].keys)
    return KeysToPeople(found[worst.target].keys, worst)


def _is_sure(node: Node, edge: Edge) -> bool:
    """Whether a caller can take the edge whatever is known of the caller: by a key, or by saying nothing."""
    return edge.target != node.name and edge.trigger in _SURE


def _way(line: Line, name: str, reached: Mapping[str, KeysToPeople]) -> list[Edge]:
    edges: list[Edge] = []
    while (edge := reached[name].edge) is not None and len(edges) < len(line.states):
        edges.append(edge)
        name = edge.target
    return edges
