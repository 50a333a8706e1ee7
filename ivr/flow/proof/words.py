"""A way through the menu in words: what a caller does and is answered, the shortest that breaks a rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.flow import triggers
from ivr.flow.line import Line
from ivr.flow.nodes import Edge
from ivr.flow.proof.calls import HANDED_OVER

SHOWN = 10
"""Steps of a way that are told: its last ones."""

_WORDS = {
    triggers.NO_INPUT: "silence",
    triggers.NO_MATCH: "a wrong entry",
    triggers.MAX_REPROMPTS: "silence until help is used up",
    triggers.COLLECTED: "an entry",
    triggers.READ_BACK: "an entry that is read back",
    triggers.SKIPPED: "no entry",
    triggers.UNKNOWN_CODE: "unknown code",
    triggers.SERVED: "a talk ends",
    triggers.CLOSED: "closed",
    triggers.UNREACHABLE: "nobody answers",
    triggers.NO_MESSAGE: "nobody answers, and no message is taken",
    triggers.OPENED: "a desk is opened",
    triggers.REFUSED: "refused",
    triggers.RECORDED: "a message",
    triggers.NO_NUMBER: "no number to call",
    triggers.CODE: "the code of staff",
    HANDED_OVER: "too many turns",
}


def in_words(line: Line, edges: Sequence[Edge], *, whole: bool = True) -> str:
    """Return ``principal: key 2 → software: key 2 → documento: an entry``; what a call passes by itself is left out.

    A ``whole`` way is that of a call from its beginning, at the start or where something broke.
    """
    steps = list(_steps(line, edges))
    if whole and edges and edges[0].source != line.header.start:
        steps.insert(0, "something breaks")
    return f"{'… → ' if len(steps) > SHOWN else ''}{' → '.join(steps[-SHOWN:])}" or f"'{line.header.start}' leads there"


def _steps(line: Line, edges: Sequence[Edge]) -> Iterator[str]:
    for edge in edges:
        told = step_in_words(edge)
        if told and (line.states[edge.source].waits or edge.answer):
            yield f"{edge.source}: {told}"


def step_in_words(edge: Edge) -> str:
    """Return what takes a call along ``edge``: a key, an answer, what a caller gives; empty where it goes by itself."""
    pressed = next((key for key in triggers.KEYS if triggers.key(key) == edge.trigger), None)
    if pressed:
        return f"key {pressed}"
    if edge.trigger == triggers.MAX_ATTEMPTS:
        return edge.label
    if edge.answer:
        return edge.answer.word
    return _WORDS.get(edge.trigger, "")
