"""``told`` reads back what the router noted of a call, in English, so that it is said in another language.

The sentences are those of ``routing`` (``call_routing``, ``hours``, ``trace``, ``limits``); the tests ask for each that
the shipped lines make. A sentence that is none of these is shown as it is.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from wording import Message, phrase

SENTENCES: Final = (
    phrase("none is in force"),
    phrase("closed until further notice: {reason}"),
    phrase("closed until {until}: {reason}"),
    phrase("always open"),
    phrase("open at {moment}"),
    phrase("on call at {moment}"),
    phrase("closed at {moment}: {reason}; does not open within a year"),
    phrase("closed at {moment}: {reason}; opens {opens}"),
    phrase("{day} is no special day"),
    phrase("{day} is no holiday"),
    phrase("{day} is a working day by order"),
    phrase("{day} is {name}: closed"),
    phrase("{day} is {name}: on call"),
    phrase("{day} is {name}: as any day"),
    phrase("{day} is {name}"),
    phrase("no targets of its own for a caller without one"),
    phrase("no targets of its own for {contract}"),
    phrase("{contract} has targets of its own"),
    phrase("full: {number} at once"),
    phrase("full: {number} an hour"),
    phrase("full: {number} a day"),
    phrase("on call: nobody"),
    phrase("on call: {people}"),
    phrase("{stand_in} stands in for {person}"),
    phrase("ring {numbers} at once for {seconds} s"),
    phrase("ring {number} for {seconds} s, who has to accept the call"),
    phrase("ring {number} for {seconds} s"),
    phrase("wait in the queue {queue} for {seconds} s at most"),
    phrase("borrow the targets of {destination}"),
    phrase("the desk {destination} is skipped, which does not exist"),
    phrase("the desk {destination} is skipped, which was tried before"),
    phrase("the desk {destination} is skipped, whose hours do not exist"),
    phrase("the desk {destination} is skipped, closed: {reason}"),
    phrase("none left: {reason}"),
    phrase("{reason}: on to {destination}"),
)
"""What a rule said; the first that fits."""

REASONS: Final = (
    phrase("open"),
    phrase("on-call"),
    phrase("on-call: {reason}"),
    phrase("closed: {reason}"),
    phrase("contract: {contract}"),
    phrase("next target: {reason}"),
    phrase("gave up: {reason}"),
    phrase("full: {number} at once"),
    phrase("full: {number} an hour"),
    phrase("full: {number} a day"),
    phrase("by way of {destination}: on-call"),
    phrase("by way of {destination}"),
    phrase("diverted from {destination}: {reason}"),
    phrase("diverted in a circle"),
    phrase("unknown destination"),
    phrase("unknown hours"),
    phrase("no targets"),
    phrase("answered"),
)
"""Parts of the reason of a decision."""

WORDS: Final = (
    phrase("break"),
    phrase("weekend"),
    phrase("night"),
    phrase("holiday"),
    phrase("special-day"),
    phrase("closure"),
    phrase("busy"),
    phrase("no-answer"),
    phrase("failed"),
    phrase("canceled"),
    phrase("no targets"),
)
"""Why a destination is closed, and how ringing ended."""

RULES: Final = (
    phrase("closure"),
    phrase("special-day"),
    phrase("holiday"),
    phrase("hours"),
    phrase("contract"),
    phrase("limit"),
    phrase("rota"),
    phrase("target"),
    phrase("divert"),
    phrase("waiting"),
    phrase("front"),
    phrase("preferred"),
    phrase("passed"),
    phrase("level"),
    phrase("idle"),
    phrase("agent"),
)
"""What a rule of the trace is about."""


def told(outcome: str) -> str:
    """Return what a rule said as a message, where it is one of SENTENCES."""
    return _read(outcome, SENTENCES) or told_word(outcome)


def told_reason(reason: str) -> str:
    """Return the reason of a decision, of several parts, as a message."""
    parts = [_read(part, REASONS) or told_word(part) for part in reason.split("; ")]
    whole = parts[0]
    for part in parts[1:]:
        whole = phrase("{reason}; {more}", reason=whole, more=part)
    return whole


def told_word(word: str) -> str:
    """Return a single word of the router as a message."""
    return _read(word, WORDS) or word


def told_rule(rule: str) -> str:
    """Return what the rule is about as a message."""
    return _read(rule, RULES) or rule


def _read(written: str, known: tuple[Message, ...]) -> Message | None:
    for sentence in known:
        found = _pattern(sentence.template).fullmatch(written)
        if found:
            values: dict[str, object] = {
                name: told_word(value) if name == "reason" else value for name, value in found.groupdict().items()
            }
            return Message("", sentence.template, values)
    return None


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts)))
