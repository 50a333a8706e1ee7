"""An offer of a text to the mobile that the call comes from."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.call import events, verbs
from ivr.call.effects import TextWanted
from ivr.call.entries import KeyEntry
from ivr.call.states.finish_key import is_stray
from ivr.call.states.performer import performs
from ivr.call.turn_state import TurnState
from ivr.flow import triggers
from ivr.flow.nodes.text import TextOffer
from ivr.languages import language_of
from routing.availability import all_closed


def arrive(turn: TurnState, node: TextOffer) -> str | None:
    """Offer the text, where there is a mobile to send it to and all is known that it tells."""
    number = turn.line.number_to_text(turn.facts.caller)
    if number is None or node.needed - {"protocolo"} - _known(turn).keys():
        return triggers.NO_NUMBER
    turn.verbs.append(verbs.Gather((verbs.Say(node.say, telephone=number),), 1, "", node.seconds, speech=False))
    return None


def hear(turn: TurnState, node: TextOffer, event: events.Event) -> str | None:
    """Have the text sent where the caller said so; a # of habit says nothing yet."""
    if is_stray(turn, event, longest=1):
        return arrive(turn, node)
    number, known = turn.line.number_to_text(turn.facts.caller), dict(_known(turn))
    if turn.facts.entry != KeyEntry("1"):
        return triggers.NO_MATCH
    if "protocolo" in node.needed and (protocol := turn.numbered()):
        known["protocolo"] = protocol
    if number is None or node.needed - known.keys():
        return triggers.NO_NUMBER  # a destination may have opened since
    turn.effects.append(TextWanted(number, node.words.format(**known)))
    return triggers.key("1")


def _known(turn: TurnState) -> Mapping[str, str]:
    """What can be filled into a text: the destination that the call has come to, and when it opens."""
    if not turn.destination:
        return {}
    known = dict[str, str]()
    if named := turn.line.prompts.destinations.get(turn.destination):
        known["destino"] = named
    shut = all_closed(turn.line.routing.table, (turn.destination,), turn.facts.now, context=turn.facts.context)
    if shut and shut.opens_at:
        known["abertura"] = language_of(turn.line.header.language).openings.spoken(shut.opens_at, turn.facts.now)
    return known


performs(TextOffer, arrive, hear)
