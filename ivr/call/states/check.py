"""A fork that the customer's record decides, or the hours of the desks."""

from __future__ import annotations

from ivr.call.rules import ANSWERS, special
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.check import Check
from ivr.flow.rules import OPEN
from routing.availability import all_shut


def arrive(walk: Walk, node: Check) -> str | None:
    """Ask the rule; a refused identity forgets who the caller was."""
    if node.rule is OPEN:
        return _any_open(walk, node)
    customer = walk.facts.identity if node.rule.needs == "identity" else walk.customer
    today = walk.facts.now.date()
    word = special(customer, today, node.contract) if node.contract else ANSWERS[node.rule.name](customer, today)
    walk.reason = f"{node.rule.name}: {word}"
    if node.rule.needs == "identity":
        walk.contact_id = customer.contact_id if customer else None
        walk.company_id = customer.company_id if customer else None
    if node.strikes_on == word:
        if walk.strike(node.strikes):
            return triggers.STRUCK_OUT
    else:
        walk.forgive(node.strikes)
    return triggers.outcome(word)


def _any_open(walk: Walk, node: Check) -> str:
    """Whether one of the desks answers; nothing is agreed to that is for a service which does not."""
    scopes = [scope.text for scope in node.destinations]
    shut = all_shut(walk.line.routing.book, scopes, walk.facts.now, circumstances=walk.facts.circumstances)
    word = "closed" if shut else "open"
    walk.reason = f"{node.rule.name} ({', '.join(scopes)}): {word}"
    if shut:
        walk.shut = shut
        walk.accepted = None
    return triggers.outcome(word)
