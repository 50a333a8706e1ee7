"""A fork that the customer's record decides, or the hours of the destinations."""

from __future__ import annotations

from ivr.call.effects import TermAccepted
from ivr.call.rules import ANSWERS, special
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.check import Check
from ivr.flow.rules import OPEN
from routing.availability import all_closed


def arrive(turn: TurnState, node: Check) -> str | None:
    """Ask the rule; a refused identity forgets who the caller was."""
    if node.rule is OPEN:
        return _any_open(turn, node)
    customer = turn.facts.identity if node.rule.needs == "identity" else turn.customer
    today = turn.facts.now.date()
    word = special(customer, today, node.contract) if node.contract else ANSWERS[node.rule.name](customer, today)
    turn.reason = f"{node.rule.name}: {word}"
    turn.checked.append((f"{node.rule.name} {node.contract}" if node.contract else node.rule.name, word))
    if node.rule.needs == "identity":
        turn.contact_id = customer.contact_id if customer else None
        turn.company_id = customer.company_id if customer else None
    if node.strikes_on == word:
        if turn.strike(node.strikes):
            return triggers.MAX_ATTEMPTS
    else:
        turn.forgive(node.strikes)
    return triggers.outcome(word)


def _any_open(turn: TurnState, node: Check) -> str:
    """Whether one of the destinations answers; nothing is agreed to that is for a service which does not."""
    scopes = node.destinations
    shut = all_closed(turn.line.routing.table, scopes, turn.facts.now, context=turn.facts.context)
    word = "closed" if shut else "open"
    turn.reason = f"{node.rule.name} ({', '.join(scopes)}): {word}"
    turn.checked.append((f"{node.rule.name} {' '.join(scopes)}", word))
    if shut:
        turn.shut = shut
        turn.effects = [effect for effect in turn.effects if not isinstance(effect, TermAccepted)]
    return triggers.outcome(word)


performs(Check, arrive, None)
