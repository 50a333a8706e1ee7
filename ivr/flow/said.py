"""Each prompt is said at places in the menu; an utterance takes keys, its own or of what follows without a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.ways import listening_from
from value_class import value_class
from wording import phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.yaml import Text

CONFIRMS = "1"
"""The key with which staff take a call, and callers confirm that they want to be called back."""


@value_class
class Utterance:
    """An utterance is ``prompt`` said at one place, which ``where`` tells in a message ("... where the state 'ola' says
    it").

    ``listening`` finds the states that take a key there: a way through the menu, which is walked only for a prompt that
    tells keys. ``keys`` are taken without a state. ``asks`` is true where the prompt belongs to a question that has
    keys of its own; ``needs`` is what comes of it only by the key 1.
    """

    prompt: Text
    where: str
    listening: Callable[[], tuple[Node, ...]] = tuple
    keys: frozenset[str] = frozenset()
    asks: bool = False
    needs: str = ""

    def takes(self) -> frozenset[str]:
        """Every key that does something there."""
        return self.keys.union(*(node.taken_keys() for node in self.listening()))


def said(line: Line) -> Iterator[Utterance]:
    """Every place where a prompt is said."""
    header = line.header
    if header.accept:
        yield Utterance(
            header.accept,
            phrase("staff are asked to take a call"),
            keys=frozenset(CONFIRMS),
            needs=phrase("staff take no call"),
        )
    yield Utterance(header.apology, phrase("something breaks"), partial(listening_from, line, [header.human]))
    if header.moment:
        yield Utterance(header.moment, phrase("the caller waits a moment"))
    if header.changed:
        common = {"*", header.defaults.keys.repeat, header.defaults.keys.human}
        yield Utterance(header.changed, phrase("a question is asked again"), keys=frozenset(filter(None, common)))
    queued = (pressed for node in line.states.values() if node.rings for pressed in node.told_keys)
    yield Utterance(header.wait, phrase("a queue is entered"), keys=frozenset(queued))
    unreached = partial(listening_from, line, _unreached(line))
    for prompt in line.routing.prompts:
        yield Utterance(prompt, phrase("a desk cannot be reached"), unreached)
    for prompt in line.routing.supervised:
        yield Utterance(prompt, phrase("a supervisor comes into a talk"))
    for node in line.states.values():
        where = phrase("the state '{state}' says it", state=node.name)
        for each in node.spoken():
            listening = partial(_itself, node) if each.queued else partial(listening_from, line, each.heard_by)
            yield Utterance(each.prompt, where, listening, each.takes, asks=each.asks, needs=each.confirms)


def _itself(node: Node) -> tuple[Node, ...]:
    return (node,)


def _unreached(line: Line) -> set[str]:
    """Where calls go on that no target has taken."""
    ended = {triggers.UNREACHABLE, triggers.NO_MESSAGE}
    return {edge.target for node in line.states.values() for edge in node.edges() if edge.trigger in ended}
