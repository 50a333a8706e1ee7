"""Something told."""

from __future__ import annotations

from ivr.call import verbs
from ivr.call.announcing import announce_destination
from ivr.call.quotes import PriceUnknownError, quote, quoted
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes import say


def arrive(turn: TurnState, node: say.Say) -> str | None:
    """Speak, and on; the price of a service is the one that holds today.

    Where it tells that a service is closed, the call has come to that service.
    """
    if turn.shut and _tells_hours(turn, node):
        turn.decided = turn.destination = turn.shut.scope
        announce_destination(turn, turn.shut.scope)
        closure = turn.shut.first.closure
        unknown = closure is not None and closure.until is None
        prompt = node.emergency_say if unknown and node.emergency_say else node.prompt
        turn.verbs.append(verbs.Say(prompt, turn.shut.scope, turn.shut.opens_at, node.barge_in))
        return triggers.NEXT
    needs = turn.line.prompts.texts[node.prompt].needs()
    months = turn.facts.password_months if "idade" in needs else None
    ticket = turn.ticket if "chamado" in needs else None
    lasts = turn.access_until if "validade" in needs else None
    if (
        ("idade" in needs and months is None)
        or ("chamado" in needs and ticket is None)
        or ("validade" in needs and lasts is None)
    ):
        return triggers.NEXT  # what is not known is not told
    if node.service:
        turn.quoted = quote(turn.line, node.service, turn.facts.now.date())
        if turn.quoted is None and "preco" in needs:
            raise PriceUnknownError(f"no price of the service '{node.service}' holds today; add one to routing.yaml")
    price = quoted(turn.quoted) if node.service else None
    turn.verbs.append(
        verbs.Say(node.prompt, barge_in=node.barge_in, price=price, months=months, ticket=ticket, valid_until=lasts)
    )
    return triggers.NEXT


def _tells_hours(turn: TurnState, node: say.Say) -> bool:
    return bool(turn.line.prompts.texts[node.prompt].needs() & {"destino", "abertura"})


performs(say.Say, arrive, None)
