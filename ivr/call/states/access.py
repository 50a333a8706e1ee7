"""A request for remote access, told to the customer who allows or refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ivr.call import events, verbs
from ivr.call.effects import AccessAnswered
from ivr.call.entries import KeyEntry
from ivr.call.facts import AccessFacts, TicketFacts
from ivr.call.rules import contact, finance
from ivr.call.states.asking import no_input, no_match
from ivr.call.states.finish_key import is_stray, was_cut_short
from ivr.call.states.performer import performs
from ivr.call.states.ticket import to_people
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.access import AnswerAccess
from ivr.flow.rules import refuses
from ivr.tickets.remote_access import AccessState


def arrive(turn: TurnState, node: AnswerAccess) -> str | None:
    """Tell what is asked for, and the keys that answer it; or what became of it."""
    access = _access(turn)
    if why := _why_not(turn, node, access):
        return why
    if access is None:
        return triggers.IMPOSSIBLE
    turn.access = access.id
    help_ = () if turn.reprompt is None else (verbs.Say(turn.reprompt.say),)
    if turn.reprompt and not turn.reprompt.repeat:
        turn.verbs.append(verbs.Gather(help_, 1, "", node.seconds, speech=False))
        return None
    offers = [node.allow] * _may_allow(turn, access) + [node.refuse]
    answers = tuple(verbs.Say(offer.say) for offer in offers)
    turn.verbs += [*help_, *_asked(turn, node, access), verbs.Gather(answers, 1, "", node.seconds, speech=False)]
    return None


def hear(turn: TurnState, node: AnswerAccess, event: events.Event) -> str | None:
    """Take the answer to the request that was heard, and to no other one, from a contact who may give it."""
    if is_stray(turn, event, longest=1):
        return _listen_on(turn, node)
    ticket, entry = turn.facts.ticket, turn.facts.entry
    pressed = entry.pressed if isinstance(entry, KeyEntry) else None
    if pressed == "*":
        return triggers.key(pressed)
    if ticket and pressed is not None and pressed == node.human_key:
        return to_people(turn, node, ticket, pressed)
    access = _access(turn)
    if why := _why_not(turn, node, access):
        return why
    if ticket is None or access is None or access.id != turn.access:
        return arrive(turn, node)  # another one was asked for meanwhile
    if pressed is None:
        return no_input(turn, node)
    if pressed == node.repeat_key:
        return triggers.key(pressed)
    if pressed == node.refuse.key or (pressed == node.allow.key and _may_allow(turn, access)):
        _answer(turn, ticket, access, allowed=pressed == node.allow.key)
        return triggers.key(pressed)
    onward = no_match(turn, node)
    if turn.reprompt and pressed == node.allow.key:
        # It is not for this contact to allow: what is billed says why.
        turn.reprompt = replace(turn.reprompt, repeat=True)
    turn.about_ticket = onward == triggers.MAX_REPROMPTS
    return onward


def _listen_on(turn: TurnState, node: AnswerAccess) -> str | None:
    """A # of habit: what it has cut short is told once more, and else nothing."""
    if was_cut_short(turn):
        return arrive(turn, node)
    turn.verbs.append(verbs.Gather((), 1, "", node.seconds, speech=False))
    return None


def _access(turn: TurnState) -> AccessFacts | None:
    return turn.facts.ticket.access if turn.facts.ticket else None


def _why_not(turn: TurnState, node: AnswerAccess, access: AccessFacts | None) -> str | None:
    """Why nothing can be answered: this contact may not, as on the portal, or the request waits for nothing."""
    today = turn.facts.now.date()
    if any(refuses(rule(turn.customer, today)) for rule in (contact, finance)):
        return triggers.DENIED
    if access is None or access.state is AccessState.WAITING:
        return None
    lasts = access.expires_at if access.state is AccessState.ALLOWED else None
    turn.verbs.append(verbs.Say(node.over[access.state], valid_until=lasts))
    turn.access = None
    return triggers.IMPOSSIBLE


def _may_allow(turn: TurnState, access: AccessFacts) -> bool:
    """What is billed is allowed by who may order what is billed, or by the administrator; as on the portal."""
    customer = turn.customer
    return access.billed is None or (customer is not None and (customer.consultancy or customer.administrator))


def _asked(turn: TurnState, node: AnswerAccess, access: AccessFacts) -> Iterator[verbs.Say]:
    """What is asked for, and what is billed of it: nobody allows what a key has cut short."""
    yield verbs.Say(node.say, tool=access.tool, valid_until=access.expires_at, barge_in=False)
    if access.billed is not None:
        yield verbs.Say(node.preparation, tool=access.tool, billed=access.billed, barge_in=False)
    if not _may_allow(turn, access):
        yield verbs.Say(node.unauthorised, barge_in=False)


def _answer(turn: TurnState, ticket: TicketFacts, access: AccessFacts, *, allowed: bool) -> None:
    if turn.contact_id is None or turn.company_id is None:
        raise LookupError("a ticket is known to identified callers only")
    answered = AccessAnswered(ticket.number, turn.company_id, turn.contact_id, access.id, allowed, turn.numbered())
    turn.effects.append(answered)
    turn.access = None
    rules = turn.line.routing.tickets
    if allowed and rules:
        turn.access_until = turn.facts.now + rules.remote_access.lasts


performs(AnswerAccess, arrive, hear)
