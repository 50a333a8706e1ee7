"""``parse_callee`` and ``parse_queue`` read how a party or a queue behaves, in a word and its seconds.

Options of the command line and files write it alike: ``busy``, ``machine``, ``answered:5:60``, ``bridged:20``.
"""

from __future__ import annotations

import re
from typing import Final, get_args

from ivr.simulator.phones.scripted import RING
from ivr.simulator.phones.steps import Outcome
from ivr.simulator.rest.callees import CalleeBehaviour
from ivr.simulator.rest.queue_agents import TALK, QueueBehaviour
from ivr.simulator.verbs.detection import PARTIES
from ivr.source.seconds import parse_seconds
from wording import Message, message

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
"""How a call to somebody can turn out."""

_ANSWERED: Final = ("answered", *PARTIES)


def parse_callee(text: str) -> CalleeBehaviour:
    """Read ``busy``, or who picks up after how many seconds and stays for how many: ``machine:5:30``."""
    word, *seconds = text.split(":")
    if word in OUTCOMES and word != "answered" and not seconds:
        return CalleeBehaviour(word)
    if word in _ANSWERED and len(seconds) <= 2:
        ring, talk = _seconds(seconds, RING, CalleeBehaviour().talk)
        return CalleeBehaviour("answered", ring, talk, "human" if word == "answered" else word)
    raise ValueError(
        message(
            "callee-malformed",
            "write {outcomes} or, with seconds of ringing and of talk, {answered}:5:60, not '{text}'",
            outcomes=", ".join(outcome for outcome in OUTCOMES if outcome != "answered"),
            answered=", ".join(_ANSWERED),
            text=text,
        )
    )


def parse_queue(text: str) -> QueueBehaviour:
    """Read ``wait``, ``full``, or after how many seconds an agent comes and talks for how many: ``bridged:20:60``."""
    word, *seconds = text.split(":")
    if word == "wait" and not seconds:
        return QueueBehaviour("wait")
    if word == "full" and not seconds:
        return QueueBehaviour("full")
    if word == "bridged" and len(seconds) <= 2:
        after, talk = _seconds(seconds, 0.0, TALK)
        return QueueBehaviour("bridged", after, talk)
    raise ValueError(
        message(
            "queue-malformed",
            "write wait, full or, with the seconds until an agent comes and those of talk, bridged:20:60, not '{text}'",
            text=text,
        )
    )


def parse_named(text: str) -> tuple[str, str]:
    """Part ``NAME=BEHAVIOUR``; ValueError where nothing stands at one side."""
    name, parted, behaviour = text.partition("=")
    if not (parted and name and behaviour):
        raise ValueError(_not_named(text))
    return name, behaviour


def parse_named_callee(text: str) -> tuple[str, CalleeBehaviour]:
    """Read ``+5511900000001=busy``: a number, client or SIP address, and how it behaves."""
    name, behaviour = parse_named(text)
    if not re.fullmatch(r"\+[1-9][0-9]{1,14}|(client|sip|sips):\S+", name):
        raise ValueError(
            message(
                "callee-name-malformed",
                "write a number such as +5511900000001, client:name or sip:name@host, not '{name}'",
                name=name,
            )
        )
    return name, parse_callee(behaviour)


def parse_named_queue(text: str) -> tuple[str, QueueBehaviour]:
    """Read ``support=bridged:20``: a queue's name, and what happens in it."""
    name, behaviour = parse_named(text)
    return name, parse_queue(behaviour)


def _not_named(text: str) -> Message:
    return message(
        "behaviour-without-name",
        "write a name, = and how it behaves, such as support=bridged:20, not '{text}'",
        text=text,
    )


def _seconds(written: list[str], first: float, second: float) -> tuple[float, float]:
    found = [parse_seconds(each) for each in written]
    return (found[0] if found else first), (found[1] if len(found) > 1 else second)
