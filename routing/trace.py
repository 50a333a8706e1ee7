"""The router records each rule that it looked at, in order; logs and reports tell the trace."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from routing.targets import BorrowedTargets, Number, Queue, Sip, Together
from value_class import value_class
from wording import packed, unpacked


@value_class
class TraceStep:
    """A trace step is one rule that was looked at, what it said in words, and the node of the table that says so.

    ``rule`` is one of closure, special-day, holiday, hours, contract, limit, rota, target, divert; and of a waiting
    call contract, waiting, front, preferred, passed, level, idle, agent.
    ``key`` names the node as it stands in the file (``hours.suporte.windows[2]``), empty where no node is at work.
    """

    rule: str
    outcome: str
    key: str = ""


def in_words(target: Number | Sip | Queue | BorrowedTargets | Together) -> str:
    """Return what ringing ``target`` means, in words: ``ring +5511... for 25 s``."""
    match target:
        case Number(number, seconds, accept):
            return f"ring {number} for {seconds} s" + (", who has to accept the call" if accept else "")
        case Sip(uri, seconds):
            return f"ring {uri} for {seconds} s"
        case Queue(name, seconds):
            return f"wait in the queue {name} for {seconds} s at most"
        case BorrowedTargets(name):
            return f"borrow the targets of {name}"
        case Together(members):
            names = [member.e164 if isinstance(member, Number) else member.uri for member in members]
            return f"ring {', '.join(names)} at once for {members[0].ring_seconds} s"


def stored_trace(steps: Iterable[TraceStep]) -> list[dict[str, Any]]:
    """Return the steps as JSON can hold them; what they say can still be said in another language."""
    return [{"rule": step.rule, "outcome": packed(step.outcome), "key": step.key} for step in steps]


def read_trace(stored: Iterable[dict[str, Any]]) -> tuple[TraceStep, ...]:
    """Return the steps that ``stored_trace`` made JSON of."""
    return tuple(TraceStep(step["rule"], unpacked(step["outcome"]), step["key"]) for step in stored)
