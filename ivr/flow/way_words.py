"""Tells what takes a call along an edge in words for people: a key, an answer of a check, an entry, silence."""

from __future__ import annotations

from typing import Final

from ivr.flow import triggers
from ivr.flow.nodes import Edge
from wording import Message, phrase

_WORDS: Final[dict[str, Message]] = {
    triggers.NO_INPUT: phrase("silence"),
    triggers.NO_MATCH: phrase("a wrong entry"),
    triggers.MAX_REPROMPTS: phrase("help that is used up"),
    triggers.MAX_ATTEMPTS: phrase("too many wrong entries"),
    triggers.COLLECTED: phrase("a good entry"),
    triggers.READ_BACK: phrase("a document that is read back"),
    triggers.SKIPPED: phrase("no entry"),
    triggers.NEXT: phrase("the way on"),
    triggers.ROUTED: phrase("the call that is routed"),
    triggers.UNKNOWN_CODE: phrase("an unknown code"),
    triggers.SERVED: phrase("a talk that is over"),
    triggers.CLOSED: phrase("a desk that is closed"),
    triggers.UNREACHABLE: phrase("a desk that nobody answers at"),
    triggers.NO_MESSAGE: phrase("a desk that takes no message"),
    triggers.OPENED: phrase("a desk that staff opened"),
    triggers.REFUSED: phrase("a refusal"),
    triggers.RECORDED: phrase("a message"),
    triggers.NO_NUMBER: phrase("a caller without a number"),
    triggers.CODE: phrase("the code of staff"),
}


def way_in_words(edge: Edge) -> Message:
    """Return what takes a call along ``edge``, as ops call it: ``key 5``, ``the answer 'closed'``, ``silence``."""
    pressed = next((key for key in triggers.KEYS if triggers.key(key) == edge.trigger), None)
    if pressed:
        return phrase("key {key}", key=pressed)
    if edge.trigger.startswith("is_"):
        return phrase("the answer '{answer}'", answer=edge.label.rpartition(": ")[2])
    return _WORDS[edge.trigger]
