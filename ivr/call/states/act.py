"""Something that a customer does to a ticket."""

from __future__ import annotations

from dataclasses import replace

from ivr.call import events, verbs
from ivr.call.effects import TalkRecorded, TicketActed
from ivr.call.entries import KeyEntry
from ivr.call.facts import TicketFacts
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.act import ActOnTicket
from ivr.flow.nodes.ticket import MESSAGE
from ivr.tickets.events import EventKind, TicketState


def arrive(turn: TurnState, node: ActOnTicket) -> str | None:
    """Ask for the key 1, after what is billed, or for what is to be recorded; not where it is not possible."""
    ticket = turn.facts.ticket
    if ticket is None or node.does not in ticket.possible:
        return triggers.IMPOSSIBLE
    if node.is_recorded:
        turn.verbs += [verbs.Say(node.say), verbs.Record(node.seconds, node.silence)]
        return None
    if node.billed and ticket.billed is not None:
        # Nobody agrees to what a key has cut short.
        turn.verbs.append(verbs.Say(node.billed, billed=ticket.billed, barge_in=False))
    last = ticket.postponed_day if node.does is EventKind.POSTPONED else ticket.last_day
    turn.verbs.append(verbs.Gather((verbs.Say(node.say, last_day=last),), 1, "", node.seconds, speech=False))
    return None


def hear(turn: TurnState, node: ActOnTicket, event: events.Event) -> str | None:
    """Do it where the caller said so: by the key 1, or by a recording of at least a second."""
    if not node.is_recorded and is_stray(turn, event, longest=1):
        return arrive(turn, node)
    ticket = turn.facts.ticket
    if ticket is None or node.does not in ticket.possible:
        _note_recording(turn, event)
        return triggers.IMPOSSIBLE
    if node.is_recorded:
        if not isinstance(event, events.Recorded) or event.seconds <= 0:
            return triggers.NO_INPUT
        return _recorded(turn, node, ticket, event)
    if turn.facts.entry != KeyEntry("1"):
        return triggers.NO_MATCH
    _act(turn, ticket, node.does)
    return triggers.key("1")


def _recorded(turn: TurnState, node: ActOnTicket, ticket: TicketFacts, event: events.Recorded) -> str:
    if node.does is MESSAGE and ticket.linked is not None:
        _act(turn, ticket, node.does, event, ticket.linked)
        turn.ticket = ticket.linked
        return triggers.LINKED
    is_answer = node.does is MESSAGE and ticket.state is TicketState.PENDING_CUSTOMER
    _act(turn, ticket, EventKind.ANSWERED if is_answer else node.does, event)
    return triggers.RECORDED


def _note_recording(turn: TurnState, event: events.Event) -> None:
    """A recording of which nothing came is deleted at the carrier when those of talks are."""
    if isinstance(event, events.Recorded) and event.seconds > 0:
        turn.effects.append(TalkRecorded(turn.destination, event.sid, event.url, event.seconds))


def _act(
    turn: TurnState,
    ticket: TicketFacts,
    kind: EventKind,
    event: events.Recorded | None = None,
    linked: str | None = None,
) -> None:
    if turn.contact_id is None or turn.company_id is None:
        raise LookupError("a ticket is known to identified callers only")
    acted = TicketActed(ticket.number, turn.company_id, turn.contact_id, kind, ticket.destination, linked=linked)
    if event:
        acted = replace(acted, sid=event.sid, url=event.url, seconds=event.seconds)
    turn.effects.append(acted)


performs(ActOnTicket, arrive, hear)
