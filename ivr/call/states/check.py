"""A fork that the customer's record decides."""

from __future__ import annotations

from ivr.call.rules import ANSWERS, special
from ivr.call.walk import Walk
from ivr.flow import triggers
from ivr.flow.nodes.check import Check


def arrive(walk: Walk, node: Check) -> str | None:
    """Ask the rule; a refused identity forgets who the caller was."""
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
