"""An entry of several keys: a document, a password, an access code."""

from __future__ import annotations

from ivr.call import events, verbs
from ivr.call.effects import PhonePasswordChanged
from ivr.call.entries import (
    CodeEntry,
    DocumentEntry,
    NewPasswordEntry,
    PasswordEntry,
    TicketEntry,
    went_back,
)
from ivr.call.states.asking import no_input, no_match, no_match_again, question, what_was_missed
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.collect import FORMATS, Collect


def arrive(turn: TurnState, node: Collect) -> str | None:
    """Ask, and listen until # or the longest entry."""
    _listen(turn, node, question(turn, node))
    return None


def _listen(turn: TurnState, node: Collect, prompts: tuple[verbs.Say, ...]) -> None:
    turn.verbs.append(verbs.Gather(prompts, _longest(turn, node), triggers.FINISH_KEY, node.seconds, node.speech))


def _longest(turn: TurnState, node: Collect) -> int:
    codes = turn.line.routing.table.codes
    return FORMATS[node.format] or (codes.format.max_keys if codes else 0)


def hear(turn: TurnState, node: Collect, event: events.Event) -> str | None:
    """A good entry goes on; * alone goes back; nothing skips or is helped; the rest is wrong, and may be a strike. The
    keys of the line for people and for the question again do here, ended by #, what they do in a menu."""
    if is_stray(turn, event, longest=_longest(turn, node), means=node.skip is not None):
        _listen(turn, node, what_was_missed(turn, node))
        return None
    match event:
        case events.Keys(digits) if went_back(digits):
            return triggers.key("*")
        case events.Keys(digits) if (pressed := digits.removesuffix(triggers.FINISH_KEY)) in {
            *node.keys,
            *_line_keys(node),
        }:
            return triggers.key(pressed)
        case events.Keys("" | "#"):
            return _nothing(turn, node)
        case events.Keys() | events.Speech():
            if _take(turn, node):
                reads_back = node.read_back and turn.facts.lettered_document is not None
                return triggers.READ_BACK if reads_back else triggers.COLLECTED
            if not _taken_back(node, event) and turn.strike(node.strikes):
                return triggers.MAX_ATTEMPTS
            return _wrong(turn, node)
        case _:
            return _nothing(turn, node)


def _line_keys(node: Collect) -> tuple[str, ...]:
    """What is no entry in any format: the keys that mean the same in every question of the line."""
    return tuple(filter(None, (node.human_key, node.repeat_key)))


def _nothing(turn: TurnState, node: Collect) -> str:
    """Silence, or what cannot be an entry at all."""
    return triggers.SKIPPED if node.skip else no_input(turn, node)


def _take(turn: TurnState, node: Collect) -> bool:
    """Keep what was entered where it is well formed; a password is never kept, only found to be one."""
    match turn.facts.entry:
        case DocumentEntry(document):
            turn.document_digest, turn.is_unambiguous = turn.facts.document_digest, turn.facts.is_unambiguous
            # Keys that stand for letters have check digits of their own: only customers tell whether they are right.
            return document is not None or turn.facts.keypad_known
        case CodeEntry(digits):
            turn.codes[node.name] = digits
            return True
        case TicketEntry():
            return _take_ticket(turn, node)
        case NewPasswordEntry(again=again):
            return _take_new_password(turn, again=again)
        case entry:
            return isinstance(entry, PasswordEntry)


def _take_ticket(turn: TurnState, node: Collect) -> bool:
    """A number that no ticket of the caller's company has is wrong, whoever else has one of that number."""
    if turn.facts.ticket is None:
        return False
    turn.ticket, turn.about_ticket = turn.facts.ticket.number, False
    turn.forgive(node.strikes)
    return True


def _take_new_password(turn: TurnState, *, again: bool) -> bool:
    """Only its hash is kept until it is keyed again; then it is the contact's."""
    found = turn.facts.new_password
    if found is None or turn.contact_id is None or turn.company_id is None:
        return False
    if not again:
        turn.new_password = found
        return True
    if found != turn.new_password:
        return False
    turn.new_password = None
    turn.effects.append(PhonePasswordChanged(turn.contact_id, turn.company_id, found))
    return True


def _taken_back(node: Collect, event: events.Keys | events.Speech) -> bool:
    """A document or password with a ``*`` in it was taken back by the caller: it gets help, but it is no strike."""
    return node.format.secret and isinstance(event, events.Keys) and "*" in event.digits


def _wrong(turn: TurnState, node: Collect) -> str:
    if node.strikes is None:
        return no_match(turn, node)
    # The counter of strikes ends the patience here.
    return no_match_again(turn, node)


performs(Collect, arrive, hear)
