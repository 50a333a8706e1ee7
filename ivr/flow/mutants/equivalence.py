"""Proves of a mutant that no call can tell it from the line: what was changed decides nothing for any call.

Nothing is proven by playing calls. A proof follows from the two lines as they are read, and from all calls that the
first one allows (``ivr.flow.proof.calls``).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from ivr.flow import triggers
from ivr.flow.checks.open_hours import asked_scopes
from ivr.flow.line import Line
from ivr.flow.mutants.difference import Difference
from ivr.flow.proof.calls import AllCalls, Seen
from ivr.flow.proof.passed import Bits
from ivr.flow.proof.rung import chosen_by
from routing.access_codes import AccessCodes
from routing.closures import in_scope, scopes_of
from routing.regions import Regions
from wording import Message, phrase


class Equivalence:
    """Proves mutants of one line equivalent to it; all calls of the line are walked once, when they are asked for."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def proof(self, mutated: Line, differs: Difference) -> Message | None:
        """Return why no call can tell ``mutated`` from the line, from which it ``differs``; None where that is not
        proven.
        """
        if differs.is_empty:
            return phrase("what it says is what holds without it")
        if differs.in_edges_only:
            return self._never_taken(differs)
        if differs == Difference(header=frozenset({"after_call"})) and not self._asks_after_a_talk:
            return phrase("a call is asked nothing more after a talk")
        in_tables_only = replace(differs, states=frozenset()).is_empty and differs.states == self._choosing(mutated)
        if in_tables_only and self._tables_alike(mutated):
            return phrase("every code and every number leads where it led")
        if replace(differs, destinations=frozenset()).is_empty and not self._come_to & differs.destinations:
            return phrase("no call comes to it")
        return None

    def _never_taken(self, differs: Difference) -> Message | None:
        changed = [
            edge
            for source, trigger in sorted(differs.edges)
            for edge in self._line.states[source].edges()
            if edge.trigger == trigger
        ]
        reasons = [self._calls.why_never(edge, self._seen) for edge in changed]
        if reasons and all(reasons):
            return phrase("no call takes that way: {reason}", reason=reasons[0])
        return None

    @cached_property
    def _asks_after_a_talk(self) -> bool:
        """Whether a call that was answered may come to a question, at which silence ends it where the line says."""
        states = self._line.states
        waiting = [edge.target for node in states.values() for edge in node.edges() if edge.trigger == triggers.SERVED]
        come = dict.fromkeys(waiting)
        for name in waiting:  # grows while it is read
            for edge in states[name].edges():
                if edge.target not in come:
                    come[edge.target] = None
                    waiting.append(edge.target)
        return any(states[name].hands_over_to for name in come)

    @cached_property
    def _calls(self) -> AllCalls:
        scopes = scopes_of(self._line.routing.table.destinations)
        return AllCalls(self._line, Bits(()), {scope: scope for scope in scopes})

    @cached_property
    def _seen(self) -> Seen:
        return self._calls.walk()

    @cached_property
    def _come_to(self) -> frozenset[str]:
        """Each destination that some call may be sent to, ring, or ask for whether it is open."""
        states = {place.state for place in self._seen}
        destinations = self._line.routing.table.destinations
        chosen = {name for state in states for name in chosen_by(self._line, self._line.states[state].chooses)}
        rung = {each for name in chosen for each in self._calls.rung_from(name)}
        asked = {name for name in destinations if any(in_scope(name, scope) for scope in asked_scopes(self._line))}
        return frozenset(rung | asked)

    def _choosing(self, mutated: Line) -> frozenset[str]:
        was, now = self._line.routing.table, mutated.routing.table
        choosing = {"code"} if was.codes != now.codes else set()
        choosing |= {"region"} if was.regions != now.regions else set()
        return frozenset(
            name for name, node in self._line.states.items() if node.chooses and node.chooses.by in choosing
        )

    def _tables_alike(self, mutated: Line) -> bool:
        was, now = self._line.routing.table, mutated.routing.table
        regions = was.regions.keys() == now.regions.keys() and all(
            _served(table) == _served(now.regions[name]) for name, table in was.regions.items()
        )
        return regions and _told_apart(was.codes) == _told_apart(now.codes)


def _told_apart(codes: AccessCodes | None) -> dict[str, str]:
    """The entries of a table that decide something: not those that lead where a shorter one leads anyway."""
    if codes is None:
        return {}
    entries = {codes.format.prefix_of(code): area for code, area in codes.entries.items()}
    decisive = {"": codes.format.pattern}
    for code in sorted(entries, key=len):
        shorter = next((code[:end] for end in range(len(code) - 1, 0, -1) if code[:end] in entries), None)
        if shorter is None or entries[shorter] != entries[code]:
            decisive[code] = entries[code]
    return decisive


def _served(regions: Regions) -> object:
    """What a number leads to, whatever its area code; a code that leads where the default leads decides nothing."""
    decisive = {code: name for code, name in regions.destinations.items() if name != regions.default}
    return regions.country, regions.default, decisive
