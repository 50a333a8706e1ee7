"""``cause_of`` tells in few words why a call came to a destination, so that a report can count calls by it."""

from __future__ import annotations

from data.past_calls import PastTurn
from ivr.flow import triggers
from ivr.flow.graph.overlay import steps_of
from ivr.flow.line import Line
from wording import phrase

_PLAIN = {
    "unknown access code": phrase("unknown access code"),
    "too many turns": phrase("too many turns"),
    "nothing more was said after the call": phrase("nothing more was said after the call"),
}


def cause_of(line: Line, turn: PastTurn) -> str:
    """Return why the turn chose its destination: words in which no digits of an access or area code stand."""
    if is_struck_out(line, turn):
        return phrase("too many wrong tries")
    parts = (turn.reason or "").split("; ")
    for part in parts:
        if part.startswith("diverted from "):
            return phrase("diverted: {why}", why=part.removeprefix("diverted from "))
    first = parts[0]
    if first in _PLAIN:
        return _PLAIN[first]
    if first.startswith("access code "):
        return phrase("by access code")
    if "area code" in first:
        return phrase("by area code")
    if turn.outcome in {triggers.MAX_REPROMPTS, triggers.NO_INPUT}:
        return phrase("gave no answer that was understood")
    name, colon, word = first.partition(": ")
    # What a check found; whether destinations are open is asked on every way, and is no cause.
    if colon and not name.startswith(("open", "contract: ", "closed", "on-call")) and word not in {"allowed", "no"}:
        return phrase("{check}: {found}", check=name, found=word)
    return phrase("by choice")


def is_struck_out(line: Line, turn: PastTurn) -> bool:
    """Return whether wrong tries were used up in the turn, by the edges of ``line`` as it is now."""
    if turn.outcome == triggers.MAX_ATTEMPTS:
        return True
    for source, target in steps_of(turn.number, turn.state, turn.outcome, turn.states):
        node = line.states.get(source)
        taken = {edge.trigger for edge in node.edges() if edge.target == target} if node else set()
        if taken == {triggers.MAX_ATTEMPTS}:
            return True
    return False
