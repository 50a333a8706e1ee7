"""The rules that a line promises by 'rules' are proven over all calls that its menu allows: see ivr/flow/proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.flow.proof.closed_first import prove_closed_first
from ivr.flow.proof.never_without import prove_never_without
from ivr.flow.proof.person_within import prove_person_within
from ivr.flow.proof.sentence import ClosedFirst, NeverWithout, PersonWithin, read_rules

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.source.diagnostics import Diagnostics


def check_proven_rules(line: Line, diagnostics: Diagnostics) -> None:
    """Tell each sentence that is no rule, and of each rule that does not hold the shortest way that breaks it."""
    rules = read_rules(line.header.rules, diagnostics)
    never = [rule for rule in rules if isinstance(rule, NeverWithout)]
    if never:
        prove_never_without(line, never, diagnostics)
    for rule in rules:
        if isinstance(rule, PersonWithin):
            prove_person_within(line, rule, diagnostics)
    closed = [rule for rule in rules if isinstance(rule, ClosedFirst)]
    if closed:
        prove_closed_first(line, closed, diagnostics)
