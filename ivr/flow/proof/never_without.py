"""Proves that no call reaches a destination or a state without what a rule says that callers must have passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ivr.flow.line import Line
from ivr.flow.proof.calls import AllCalls, CallPlace, Move, Seen, way_to
from ivr.flow.proof.passed import Bits
from ivr.flow.proof.rung import rung_from
from ivr.flow.proof.sentence import NeverWithout
from ivr.flow.proof.words import in_words
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import suggest
from routing.closures import in_scope, scopes_of
from wording import message, phrase


def prove_never_without(line: Line, rules: Sequence[NeverWithout], diagnostics: Diagnostics) -> None:
    """Tell, of each rule that does not hold, the shortest way that breaks it, where its last step is written."""
    destinations = line.routing.table.destinations
    known = [rule for rule in rules if _is_known(line, rule, diagnostics)]
    if not known:
        return
    bits = Bits(passed for rule in known for passed in rule.passed)
    of_destination: dict[str, list[tuple[int, int]]] = {name: [] for name in destinations}
    of_state: dict[str, list[tuple[int, int]]] = {}
    for at, rule in enumerate(known):
        wanted = bits.of(rule.passed)
        below = [name for name in destinations if in_scope(name, rule.subject)]
        for name in below:
            of_destination[name].append((at, wanted))
        if not below:
            of_state.setdefault(rule.subject, []).append((at, wanted))
    calls = AllCalls(line, bits, _alike(line, of_destination))
    broken: dict[int, tuple[CallPlace, Move, str, str]] = {}

    def watch(place: CallPlace, move: Move) -> None:
        passed = place.passed & ~move.clears | move.sets
        for rung, by in calls.rung_by(place, move):
            for at, wanted in of_destination[rung]:
                if wanted & ~passed and at not in broken:
                    broken[at] = place, move, rung, by
        for at, wanted in of_state.get(move.target, ()):
            if wanted & ~passed and at not in broken:
                broken[at] = place, move, move.target, move.target

    seen = calls.walk(watch)
    for at, (place, move, reached, by) in sorted(broken.items(), key=lambda each: each[0]):
        _tell(line, known[at], bits, seen, place, move, (reached, by), diagnostics)


def _alike(line: Line, rules: Mapping[str, Sequence[object]]) -> dict[str, str]:
    """Each destination of which some rule speaks, and the first one that rings what the same rules speak of."""
    firsts: dict[tuple[object, ...], str] = {}
    found: dict[str, str] = {}
    for name in rules:
        broken = tuple(each for rung in sorted(rung_from(line.routing.table, name)) for each in rules[rung])
        if broken:
            found[name] = firsts.setdefault(tuple(dict.fromkeys(broken)), name)
    return found


def _is_known(line: Line, rule: NeverWithout, diagnostics: Diagnostics) -> bool:
    names = {*scopes_of(line.routing.table.destinations), *line.states}
    if rule.subject in names:
        return True
    near = suggest(rule.subject, sorted(names))
    diagnostics.error(
        rule.text.mark,
        message(
            "rule-of-unknown-subject",
            "a rule of 'line' names '{subject}', which is no desk and no state{near}",
            subject=rule.subject,
            near=near,
        ),
    )
    return False


def _tell(
    line: Line, rule: NeverWithout, bits: Bits, seen: Seen, place: CallPlace, move: Move, end: tuple[str, str],
    diagnostics: Diagnostics,
) -> None:  # fmt: skip
    passed = place.passed & ~move.clears | move.sets
    lacks = bits.lacking(bits.of(rule.passed), passed)
    reached, by = end
    through = phrase(" (sent to '{by}')", by=by) if by != reached else ""
    way = [*way_to(seen, place), move.edge]
    shown = in_words(line, way)
    last = next((edge for edge in reversed(way) if line.states[edge.source].waits or edge.answer), way[-1])
    diagnostics.error(
        last.mark,
        message(
            "rule-broken",
            "a call reaches '{reached}'{through} without '{lacks}', which the rule at {rule} "
            "forbids: {shown}; lead this way through its check, or let only a good answer go "
            "on",
            reached=reached,
            through=through,
            lacks=lacks[0],
            rule=rule.text.mark,
            shown=shown,
        ),
    )
