"""``replay_note`` makes of a turn what it keeps to be played again: never the digits of an entry, nor what was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.replay_note import ReplayNote
from ivr.call import events, verbs
from ivr.call.entries import KeyEntry
from ivr.flow import triggers
from ivr.flow.entry_formats import EntryFormat

if TYPE_CHECKING:
    from ivr.call.engine import Step
    from ivr.call.facts import Facts
    from ivr.flow.nodes import Node

_WRONG: Final = frozenset({triggers.NO_MATCH, triggers.MAX_REPROMPTS})


def replay_note(node: Node, event: events.Event, step: Step, facts: Facts, *, secret: bool) -> ReplayNote:
    """Return what the turn keeps in which ``event`` at ``node`` led to ``step``; ``secret`` says that what is keyed at
    ``node`` may be a password, whatever is asked there.
    """
    told, seconds = "", 0
    match event:
        case events.DialEnded(outcome, length) | events.QueueLeft(outcome, length):
            told, seconds = outcome, length
        case events.Recorded(seconds=length):
            seconds = length
    waits, rings, accept = _awaited(step)
    return ReplayNote(
        entry=node.entry.value if node.entry else "",
        key=_key(node, event, step, facts, secret=secret),
        taken_back=_taken_back(node, event, step),
        told=told,
        seconds=seconds,
        checks=step.checked,
        asked=step.asked,
        closed=tuple([(each.scope, each.until.isoformat() if each.until else "") for each in facts.context.closures]),
        waits=waits,
        rings=rings,
        accept=accept,
    )


def _key(node: Node, event: events.Event, step: Step, facts: Facts, *, secret: bool) -> str:
    """The key of a menu that was pressed or meant. A caller who keys a document into a menu by mistake does so a key a
    turn: of keys that lead nowhere only the first in a row is kept, and none where a password may be keyed.
    """
    match event:
        case events.QueueLeft(pressed=str(key)):
            return key
    if not isinstance(facts.entry, KeyEntry):
        return ""
    pressed = facts.entry.pressed
    if step.outcome not in _WRONG:
        return pressed
    is_first = step.outcome == triggers.NO_MATCH and step.position.errors == 1
    return pressed if is_first and not secret and node.entry is EntryFormat.KEY else ""


def _taken_back(node: Node, event: events.Event, step: Step) -> bool:
    """Whether a secret entry was wrong and held a ``*``, which is no strike."""
    secret = node.entry is not None and node.entry.secret
    return secret and step.outcome == triggers.NO_MATCH and isinstance(event, events.Keys) and "*" in event.digits


def _awaited(step: Step) -> tuple[str, int, bool]:
    """What the answer waits for, and how many telephones it rings, with a question to those who pick up or not."""
    match step.verbs[-1:]:
        case (verbs.Gather(),):
            return "keys", 0, False
        case (verbs.Dial(also=also, whisper=whisper),):
            return "dial", 1 + len(also), whisper is not None
        case (verbs.Enqueue(),):
            return "queue", 0, False
        case (verbs.Record(),):
            return "message", 0, False
    return "", 0, False
