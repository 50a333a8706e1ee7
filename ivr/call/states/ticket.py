"""A ticket, told to the customer whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ivr.call import events, said_again, verbs
from ivr.call.entries import KeyEntry
from ivr.call.facts import TicketFacts
from ivr.call.states.asking import no_input, no_match
from ivr.call.states.finish_key import is_stray, was_cut_short
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.access import AnswerAccess
from ivr.flow.nodes.ticket import AboutTicket
from ivr.tickets.events import CLOSED, Area


def arrive(turn: TurnState, node: AboutTicket) -> str | None:
    """Tell its state and forecast, and what may be done; a ticket that is not there any more is for people."""
    ticket = turn.facts.ticket
    if ticket is None:
        turn.ticket = None
        return triggers.MAX_REPROMPTS
    turn.about_ticket, turn.closed_ticket = False, None
    help_ = () if turn.reprompt is None else (verbs.Say(turn.reprompt.say),)
    told = () if turn.reprompt and not turn.reprompt.repeat else (*_told(turn, node, ticket), *_offered(node, ticket))
    _listen(turn, node, (*help_, *told))
    return None


def _listen(turn: TurnState, node: AboutTicket, prompts: tuple[verbs.Say, ...]) -> None:
    turn.verbs.append(verbs.Gather(prompts, 1, "", node.seconds, speech=False))


def _listen_on(turn: TurnState, node: AboutTicket, ticket: TicketFacts) -> None:
    """A # of habit: what it has cut short is said once more, with the help before it, and else nothing."""
    _listen(turn, node, tuple(_missed(turn, node, ticket)) if was_cut_short(turn) else ())


def _missed(turn: TurnState, node: AboutTicket, ticket: TicketFacts) -> Iterator[verbs.Say]:
    prompts = turn.line.prompts.texts
    help_alone = said_again.read(turn.said, node.name, prompts, None) if turn.said else ()
    if help_alone:
        yield from help_alone
        return
    if turn.said:
        yield from said_again.read_before_ticket(turn.said, node.name, prompts)
    yield from _told(turn, node, ticket)
    yield from _offered(node, ticket)


def hear(turn: TurnState, node: AboutTicket, event: events.Event) -> str | None:
    """Take the key of what is offered now, and the keys of the line; a # of habit means nothing yet."""
    ticket, entry = turn.facts.ticket, turn.facts.entry
    if ticket is None:
        return triggers.MAX_REPROMPTS
    if is_stray(turn, event, longest=1):
        _listen_on(turn, node, ticket)
        return None
    if not isinstance(entry, KeyEntry):
        onward = no_input(turn, node)
        if onward == triggers.MAX_REPROMPTS:
            _ask_for_people(turn, ticket)
        return onward
    if entry.pressed == node.human_key:
        return to_people(turn, node, ticket, entry.pressed)
    possible = {offer.key for kind, offer in node.offers.items() if kind in ticket.possible}
    if entry.pressed in possible or entry.pressed in {"*", node.repeat_key}:
        return triggers.key(entry.pressed)
    onward = no_match(turn, node)
    if turn.reprompt and entry.pressed in node.told_keys:
        # What the caller means is not possible, or not any more: the state of the ticket says why.
        turn.reprompt = replace(turn.reprompt, repeat=True)
    if onward == triggers.MAX_REPROMPTS:
        _ask_for_people(turn, ticket)
    return onward


def to_people(turn: TurnState, node: AboutTicket | AnswerAccess, ticket: TicketFacts, pressed: str) -> str:
    """Return the way to people that ``pressed`` opens, about this ticket: one of the area Consultoria is billed."""
    _ask_for_people(turn, ticket)
    return triggers.BILLED if node.billed and ticket.area is Area.CONSULTORIA else triggers.key(pressed)


def _ask_for_people(turn: TurnState, ticket: TicketFacts) -> None:
    """What the call comes to is about this ticket; about a closed one it opens its own (``ivr.call.call_ticket``)."""
    turn.about_ticket = True
    turn.closed_ticket = ticket.number if ticket.state in CLOSED else None


def _told(turn: TurnState, node: AboutTicket, ticket: TicketFacts) -> Iterator[verbs.Say]:
    yield verbs.Say(node.states[ticket.state], last_day=ticket.last_day, ticket=ticket.number)
    if ticket.forecast_at is not None:
        is_late = ticket.forecast_at <= turn.facts.now
        yield verbs.Say(node.late if is_late else node.forecast, forecast=ticket.forecast_at, ticket=ticket.number)


def _offered(node: AboutTicket, ticket: TicketFacts) -> Iterator[verbs.Say]:
    yield from (verbs.Say(offer.say) for kind, offer in node.offers.items() if kind in ticket.possible)
    yield verbs.Say(node.say)


performs(AboutTicket, arrive, hear)
