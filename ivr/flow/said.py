"""Where each prompt is said, and which keys are taken there: by that state, or by what follows it without a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ivr.flow import triggers
from ivr.flow.nodes.callback import Callback
from ivr.flow.nodes.closure import Closure
from ivr.flow.nodes.collect import Collect
from ivr.flow.nodes.menu import Menu
from ivr.flow.nodes.record import Record
from ivr.flow.nodes.transfer import Transfer
from ivr.flow.ways import listening_from

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.yaml import Text

FINISH = "#"
CONFIRMS = "1"
"""The key with which staff take a call, and callers confirm that they want to be called back."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place where ``prompt`` is said; ``where`` tells it in a message ("... where the state 'ola' says it").

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
        return self.keys.union(*(keys_of(node) for node in self.listening()))


def keys_of(node: Node) -> frozenset[str]:
    """Every key that does something in ``node``."""
    ends = {FINISH} if isinstance(node, Collect | Record) else set()
    if isinstance(node, Closure):
        return frozenset(triggers.KEYS)  # number*password*desk: any key may be a part of it
    return frozenset(ends | {key for key in triggers.KEYS if next(led_to(node, key), None)})


def led_to(node: Node, key: str) -> Iterator[str]:
    """The states that ``key`` leads to in ``node``."""
    return (edge.target for edge in node.edges() if edge.trigger == triggers.key(key))


def said(line: Line) -> Iterator[Place]:
    """Every place where a prompt is said."""
    header = line.header
    if header.accept:
        yield Place(
            header.accept, "staff are asked to take a call", keys=frozenset(CONFIRMS), needs="staff take no call"
        )
    yield Place(header.apology, "something breaks", partial(listening_from, line, [header.human]))
    if header.moment:
        yield Place(header.moment, "the caller waits a moment")
    if header.changed:
        common = {"*", header.defaults.keys.repeat, header.defaults.keys.human}
        yield Place(header.changed, "a question is asked again", keys=frozenset(filter(None, common)))
    transfers = [node for node in line.states.values() if isinstance(node, Transfer)]
    queued = frozenset(key for node in transfers for key in node.waiting.keys)
    yield Place(header.wait, "a queue is entered", keys=queued)
    unreached = [target for node in transfers for target in _after(node, triggers.UNREACHABLE)]
    for prompt in line.routing.prompts:
        yield Place(prompt, "a desk cannot be reached", partial(listening_from, line, unreached))
    for node in line.states.values():
        yield from _transfer(line, node) if isinstance(node, Transfer) else _state(line, node)


def _state(line: Line, node: Node) -> Iterator[Place]:
    here = partial(listening_from, line, [node.name])
    needs = "nobody is called back" if isinstance(node, Callback) else ""
    for prompt in node.prompts():
        yield Place(prompt, _says(node), here, asks=isinstance(node, Menu | Collect), needs=needs)


def _says(node: Node) -> str:
    return f"the state '{node.name}' says it"


def _transfer(line: Line, node: Transfer) -> Iterator[Place]:
    """Before it rings no key is taken; where the call goes on, what follows takes keys; in the queue its own do."""
    for prompt in filter(None, (node.say, node.next_target_say, node.on_call_say, node.protocol_say)):
        yield Place(prompt, _says(node))
    shut = partial(listening_from, line, _after(node, triggers.CLOSED))
    for prompt in filter(None, (node.closed_say, node.emergency_say)):
        yield Place(prompt, _says(node), shut)
    yield Place(node.unreachable_say, _says(node), partial(listening_from, line, _after(node, triggers.UNREACHABLE)))
    for prompt in node.waiting.prompts():
        yield Place(prompt, _says(node), lambda: (node,), asks=node.waiting.offer is not None)


def _after(node: Transfer, trigger: str) -> list[str]:
    """Where a transfer goes on, a desk that takes no message included."""
    return [edge.target for edge in node.edges() if edge.trigger in {trigger, triggers.NO_MESSAGE}]
