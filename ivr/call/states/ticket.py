"""A ticket, told to the customer whose it is."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.call import events, verbs
from ivr.call.entries import KeyEntry
from ivr.call.facts import TicketFacts
from ivr.call.states.asking import no_input, no_match
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.ticket import AboutTicket
from ivr.tickets.events import Area


def arrive(turn: TurnState, node: AboutTicket) -> str | None:
    """Tell its state and forecast, and what may be done; a ticket that is not there any more is for people."""
    ticket = turn.facts.ticket
    if ticket is None:
        turn.ticket = None
        return triggers.MAX_REPROMPTS
    turn.about_ticket = False
    help_ = () if turn.reprompt is None else (verbs.Say(turn.reprompt.say),)
    told = () if turn.reprompt and not turn.reprompt.repeat else (*_told(turn, node, ticket), *_offered(node, ticket))
    turn.verbs.append(verbs.Gather((*help_, *told), 1, "", node.seconds, speech=False))
    return None


def hear(turn: TurnState, node: AboutTicket, event: events.Event) -> str | None:
    """Take the key of what is offered now, and the keys of the line; a # of habit means nothing yet."""
    if is_stray(turn, event, longest=1):
        return arrive(turn, node)
    ticket, entry = turn.facts.ticket, turn.facts.entry
    if ticket is None:
        return triggers.MAX_REPROMPTS
    if not isinstance(entry, KeyEntry):
        return no_input(turn, node)
    if entry.pressed == node.human_key:
        turn.about_ticket = True
        return triggers.BILLED if node.billed and ticket.area is Area.CONSULTORIA else triggers.key(entry.pressed)
    possible = {offer.key for kind, offer in node.offers.items() if kind in ticket.possible}
    if entry.pressed in possible or entry.pressed in {"*", node.repeat_key}:
        return triggers.key(entry.pressed)
    onward = no_match(turn, node)
    turn.about_ticket = onward == triggers.MAX_REPROMPTS
    return onward


def _told(turn: TurnState, node: AboutTicket, ticket: TicketFacts) -> Iterator[verbs.Say]:
    yield verbs.Say(node.states[ticket.state], last_day=ticket.last_day, ticket=ticket.number)
    if ticket.forecast_at is not None:
        is_late = ticket.forecast_at <= turn.facts.now
        yield verbs.Say(node.late if is_late else node.forecast, forecast=ticket.forecast_at, ticket=ticket.number)


def _offered(node: AboutTicket, ticket: TicketFacts) -> Iterator[verbs.Say]:
    yield from (verbs.Say(offer.say) for kind, offer in node.offers.items() if kind in ticket.possible)
    yield verbs.Say(node.say)


performs(AboutTicket, arrive, hear)
