"""A call whose menu is not here any more goes on in the present one: a release brought another while it was running.

What the caller did answers what was heard then. It is taken where the present menu asks the same; else the present
question is asked, in today's words, and that is no mistake of the caller's. A key still means what it meant where the
sentence that tells it still stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ivr.call import events, verbs
from ivr.call.channel import PastAnswer
from ivr.call.engine import Engine, Step
from ivr.call.position import Position
from ivr.flow.entry_formats import EntryFormat
from ivr.flow.line import Line
from ivr.flow.nodes import Node
from ivr.languages import language_of
from ivr.source.folding import fold
from routing.outcomes import REACHED
from value_class import value_class

_STOP = re.compile(r"[.!?;](?:\s+|$)")


@value_class
class CarriedOver:
    """A call that was carried over says where it stands in the newer menu, and what happened there; ``asks`` where the
    caller's answer was not taken, and is asked for in other words. ``notice`` is said before all of it.
    """

    position: Position
    event: events.Event
    asks: bool = False
    notice: str | None = None

    def told(self, step: Step, line: Line) -> Step:
        """``step`` with the sentences in front: the notice, and why a question is asked again, where the line has a
        sentence for that.
        """
        if self.notice is not None:
            return replace(step, verbs=(verbs.Notice(self.notice), *step.verbs))
        if not self.asks or line.header.changed is None:
            return step
        return replace(step, verbs=(verbs.Say(line.header.changed), *step.verbs))


def stay(engine: Engine, position: Position, event: events.Event) -> CarriedOver:
    """The call in the menu that it stands in; begun again where it stands nowhere."""
    node = engine.line.states.get(position.state)
    return CarriedOver(position, event) if node and node.waits else _begun_again(engine, position)


def carry_over(engine: Engine, position: Position, event: events.Event, heard: Sequence[PastAnswer]) -> CarriedOver:
    """The call at ``position`` of a menu that is gone, in the menu of ``engine``.

    ``heard`` are the answers that the caller got while waiting there, the last one last.
    """
    match event:
        case events.DialEnded() | events.QueueLeft():
            return _from_people(engine, position, event)
        case events.Recorded():
            return _with_message(engine, position, event)
    node = engine.line.states.get(position.state)
    if node is None or not node.waits or (heard and heard[-1].takes_entry != node.takes_several_keys):
        return _begun_again(engine, position)
    match event:
        case events.Keys(digits) if not _means_the_same(engine.line, node, digits, heard):
            return CarriedOver(position, events.Started(), asks=True)
        case events.Keys() | events.Speech() | events.Silence() | events.Started():
            return CarriedOver(position, event)


def _from_people(engine: Engine, position: Position, event: events.DialEnded | events.QueueLeft) -> CarriedOver:
    """People were rung or waited for: the router goes on, or people are rung whom the present menu knows."""
    line = engine.line
    if position.destination in line.routing.table.destinations or event.outcome in REACHED:
        node = line.states.get(position.state)
        state = position.state if node and node.rings else line.header.defaults.transfer
        return CarriedOver(replace(position, state=state), event)
    people = replace(position.restarted_at(line.header.human), over_limit=position.over_limit)
    return CarriedOver(people, events.Started())


def _with_message(engine: Engine, position: Position, event: events.Recorded) -> CarriedOver:
    """A message was left: it is kept, in whichever state the present menu takes one."""
    states = engine.line.states
    here = states.get(position.state)
    if here and here.takes_message:
        return CarriedOver(position, event)
    taking = next((name for name, node in states.items() if node.takes_message), None)
    if taking is None:
        return _begun_again(engine, position)
    return CarriedOver(replace(position, state=taking), event)


def _begun_again(engine: Engine, position: Position) -> CarriedOver:
    """The question is gone: the call begins again, and who was identified stays so."""
    if position.over_limit:
        return CarriedOver(replace(position.restarted_at(engine.line.header.human), over_limit=True), events.Started())
    return CarriedOver(position.restarted_at(engine.line.header.start), events.Started(), asks=True)


def _means_the_same(line: Line, node: Node, digits: str, heard: Sequence[PastAnswer]) -> bool:
    """Whether the key was told in a sentence that still stands; a key that leads back, or says all again, always is
    what it was, and so is an entry of several keys.
    """
    pressed = digits[:1] if node.entry is EntryFormat.KEY else digits
    if pressed not in node.told_keys:
        return True
    then = {sentence for answer in heard for sentence in _telling(line, answer.text, pressed)}
    texts = (line.prompts.texts[each.prompt].text for each in node.spoken() if each.announces)
    now = {sentence for text in texts for sentence in _telling(line, text, pressed)}
    return bool(then & now) or not (then or now)


def _telling(line: Line, text: str, pressed: str) -> set[str]:
    """The sentences of ``text``, and the parts of a list, that tell to press the key."""
    keys = language_of(line.header.language).keys
    sentences = _STOP.split(keys.in_full(fold(text)))
    return {sentence for sentence in sentences if pressed in keys.announced(sentence)}
