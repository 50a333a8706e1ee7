"""A way through the menu in words: what a caller does and is answered, the shortest that breaks a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from ivr.flow.proof.calls import HANDED_OVER
from wording import Message, joined, phrase

SHOWN = 10
"""Steps of a way that are told: its last ones."""

_WORDS: Final[dict[str, Message]] = {
    triggers.NO_INPUT: phrase("silence"),
    triggers.NO_MATCH: phrase("a wrong entry"),
    triggers.MAX_REPROMPTS: phrase("silence until help is used up"),
    triggers.COLLECTED: phrase("an entry"),
    triggers.READ_BACK: phrase("an entry that is read back"),
    triggers.SKIPPED: phrase("no entry"),
    triggers.UNKNOWN_CODE: phrase("unknown code"),
    triggers.SERVED: phrase("a talk ends"),
    triggers.CLOSED: phrase("closed"),
    triggers.UNREACHABLE: phrase("nobody answers"),
    triggers.NO_MESSAGE: phrase("nobody answers, and no message is taken"),
    triggers.OPENED: phrase("a desk is opened"),
    triggers.REFUSED: phrase("refused"),
    triggers.RECORDED: phrase("a message"),
    triggers.NO_NUMBER: phrase("no number to call"),
    triggers.CODE: phrase("the code of staff"),
    triggers.BILLED: phrase("the key for people, of a billed ticket"),
    triggers.NO_DESK: phrase("a ticket of no such desk"),
    triggers.NO_ADMINISTRATOR: phrase("no administrator"),
    triggers.LINKED: phrase("a message to a closed ticket"),
    triggers.IMPOSSIBLE: phrase("not possible any more"),
    HANDED_OVER: phrase("too many turns"),
}


def in_words(line: Line, edges: Sequence[Edge], *, whole: bool = True) -> Message:
    """Return ``principal: key 2 → software: key 2 → documento: an entry``; what a call passes by itself is left out.

    A ``whole`` way is that of a call from its beginning, at the start or where something broke.
    """
    steps = list(_steps(line, edges))
    if whole and edges and edges[0].source != line.header.start:
        steps.insert(0, phrase("something breaks"))
    if not steps:
        return phrase("'{state}' leads there", state=line.header.start)
    return joined(" → ", [*("…" for _ in steps[SHOWN:][:1]), *steps[-SHOWN:]])


def _steps(line: Line, edges: Sequence[Edge]) -> Iterator[Message]:
    for edge in edges:
        told = step_in_words(edge)
        if told and (line.states[edge.source].waits or edge.answer):
            yield phrase("{state}: {told}", state=edge.source, told=told)


def step_in_words(edge: Edge) -> str:
    """Return what takes a call along ``edge``: a key, an answer, what a caller gives; empty where it goes by itself."""
    pressed = next((key for key in triggers.KEYS if triggers.key(key) == edge.trigger), None)
    if pressed:
        return phrase("key {key}", key=pressed)
    if edge.trigger == triggers.MAX_ATTEMPTS:
        return phrase("{count} strikes", count=edge.label.split()[0])
    if edge.answer:
        return edge.answer.word
    return _WORDS.get(edge.trigger, "")
