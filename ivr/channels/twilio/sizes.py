"""No answer may be larger than Twilio takes: 64 kB (error 11750), counted in the worst case and without a call."""

from __future__ import annotations

import html
import string
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Final

from ivr.flow.nodes.transfer import Transfer
from routing.targets import AnyTarget, Number, Share, Sip, Together
from wording import message, phrase

if TYPE_CHECKING:
    from ivr.flow.line import Line
    from ivr.flow.nodes.base import Node
    from ivr.source.diagnostics import Diagnostics, Mark
    from ivr.source.yaml import Text

MAX_BYTES: Final = 64 * 1024
"""Twilio refuses a larger document (error 11750). The channel sends none, and this check lets no line need one."""

RESERVED: Final = 20 * 1024
"""Bytes for what is no prompt and no telephone: a gather with its hints, addresses below any prefix and the frame take
12 kB at most, and what staff announce, three times 400 characters, takes 8.
"""

FILLED: Final = {
    "abertura": 200,
    "documento": 400,
    "protocolo": 200,
    "posicao": 10,
    "espera": 60,
    "telefone": 200,
    "chamado": 200,
    "previsao": 200,
    "dia": 200,
    "prazo": 200,
    "cobranca": 100,
    "administrador": 800,
    "ferramenta": 240,
    "validade": 200,
    "idade": 60,
}
"""The most bytes that are said for a placeholder in any language; ``destino`` is as long as the line's names are."""


def check_sizes(line: Line, diagnostics: Diagnostics) -> None:
    """Tell each state from which on more is said, or more telephones rung, in one answer than fits into it."""
    sizes = _Sizes(line)
    largest: dict[str, int] = {}
    for name in sizes.in_order():
        onward = max((largest.get(each.name, 0) for each in sizes.onward(line.states[name])), default=0)
        largest[name] = sizes.of_state(line.states[name]) + onward
        if onward <= MAX_BYTES - RESERVED < largest[name]:
            _tell(diagnostics, line.states[name].mark, phrase("the state '{name}'", name=name), largest[name])
    for what, mark, size in sizes.elsewhere():
        if size > MAX_BYTES - RESERVED:
            _tell(diagnostics, mark, what, size)


def _tell(diagnostics: Diagnostics, mark: Mark, what: str, size: int) -> None:
    diagnostics.error(
        mark,
        message(
            "answer-too-large",
            "{what} may answer with {size} kB, and Twilio takes {most} (error 11750); "
            "shorten its prompts and those that follow, ask the caller between, or ring "
            "fewer telephones at once",
            what=what,
            size=-(-(size + RESERVED) // 1024),
            most=MAX_BYTES // 1024,
        ),
    )


class _Sizes:
    def __init__(self, line: Line) -> None:
        self._line = line
        names = line.prompts.destinations.values()
        self._filled = FILLED | {"destino": max((_spoken(name) for name in names), default=0)}
        self._say = len(f'<Say language="{line.header.language}" voice="{line.header.voice}"></Say>')
        self._dial = max((_rung(line.name, name, each) for name, each in _groups(line)), default=0)
        self.say = cache(self._say_of)

    def of_state(self, node: Node) -> int:
        """The most that entering ``node`` adds to an answer."""
        match node:
            case Transfer():
                ringing = max(map(self._of, (node.say, node.on_call_say, node.next_target_say))) + self._dial
                own = (node.closed_say, node.unreachable_say, node.emergency_say, *self._line.routing.prompts)
                number = max(self._of(node.protocol_say), self._of(node.ticket_say))
                return number + max(ringing, *map(self._of, own))
            case _:
                return max(sum(self.say(prompt) for prompt in prompts) for prompts in node.said_together())

    def onward(self, node: Node) -> list[Node]:
        """The states that may follow ``node`` in the same answer."""
        targets = dict.fromkeys(edge.target for edge in node.onward())
        found = (self._line.states.get(target) for target in targets)
        return [each for each in found if each]

    def in_order(self) -> Iterator[str]:
        """Every state after those that follow it; of a circle, which another check tells, in some order."""
        begun: set[str] = set()
        for start in self._line.states:
            way: list[tuple[str, Iterator[Node]]] = []
            following: Node | None = self._line.states[start]
            while following or way:
                if following and following.name not in begun:
                    begun.add(following.name)
                    way.append((following.name, iter(self.onward(following))))
                if not way:
                    break
                following = next(way[-1][1], None)
                if following is None:
                    yield way.pop()[0]

    def elsewhere(self) -> Iterator[tuple[str, Mark, int]]:
        """What is said outside of states: to who is waiting, to who picks up, and where something is broken."""
        header = self._line.header
        transfers = [node for node in self._line.states.values() if isinstance(node, Transfer)]
        ringing = max((self._of(each) for node in transfers for each in (node.say, node.closed_say)), default=0)
        yield phrase("the apology"), header.apology.mark, self._of(header.apology) + ringing + self._dial
        yield "'accept'", header.mark, self._of(header.accept)
        for node in transfers:
            waiting = sum(self.say(prompt) for prompt in node.waiting.prompts())
            if questions := node.waiting.severity:
                waiting += max(map(self.say, (*questions.asked, questions.noted)))
            yield phrase("the queue of '{state}'", state=node.name), node.mark, self._of(header.wait) + waiting

    def _of(self, prompt: Text | None) -> int:
        return self.say(prompt) if prompt else 0

    def _say_of(self, name: str) -> int:
        prompt = self._line.prompts.texts.get(name)
        if prompt is None:
            return 0  # told by another check
        parts = list(string.Formatter().parse(prompt.text))
        return self._say + sum(
            _spoken(text) + (self._filled.get(field, 0) if field else 0) for text, field, *_ in parts
        )


def _spoken(text: str) -> int:
    """Bytes of ``text`` in a document, with whichever letters as capitals are longer."""
    return sum(times * max(_written(sign), _written(sign.upper())) for sign, times in Counter(text).items())


@cache
def _written(sign: str) -> int:
    return len(html.escape(sign, quote=False).replace('"', "&quot;").encode(errors="surrogatepass"))


def _groups(line: Line) -> Iterator[tuple[str, tuple[Number | Sip, ...]]]:
    """Telephones that may ring at once, with the destination that they ring for."""
    for destination in line.routing.table.destinations.values():
        for _, targets in destination.lists():
            for target in _flat(targets):
                if isinstance(target, Together):
                    yield destination.name, target.members
                elif isinstance(target, Number | Sip):
                    yield destination.name, (target,)


def _flat(targets: tuple[AnyTarget, ...]) -> Iterator[AnyTarget]:
    for target in targets:
        if isinstance(target, Share):
            yield from _flat(tuple(each for _, each in target.weights))
        else:
            yield target


def _rung(line: str, destination: str, telephones: tuple[Number | Sip, ...]) -> int:
    """Bytes of a dial: a name may take three bytes for each of its own in an address."""
    asking = 100 + 3 * len(f"{line}{destination}".encode())
    return sum(_spoken(each.uri) + 30 if isinstance(each, Sip) else 60 + asking * each.accept for each in telephones)
