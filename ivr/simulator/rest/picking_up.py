"""``read_party`` reads who picks up a telephone: a person, a fax, or a machine with its greeting.

Steps of scripts and the ``callees`` of a script or a seed write it alike: ``callee: machine``, ``beep: no``.
"""

from __future__ import annotations

from typing import Final, cast, get_args

from ivr.simulator.acts import GREETING_ENDS, USUAL_GREETING, MachineGreeting
from ivr.simulator.phones.steps import Outcome
from ivr.simulator.verbs.detection import PARTIES
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from value_class import value_class
from wording import message

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)

MACHINE: Final = "machine"

_FLAGS: Final = {"true": "yes", "false": "no"}


@value_class
class WhoPicksUp:
    """A telephone that is rung has this ``outcome``; ``by`` picks up, a machine with ``greeting``."""

    outcome: Outcome
    by: str
    greeting: MachineGreeting


def read_party(fields: Fields, verb: str, default: str | None = None) -> WhoPicksUp:
    """Read the word at ``verb``, an outcome or who answers, and ``by``, ``beep`` and ``greeting`` beside it."""
    word = fields.choice(verb, (*OUTCOMES, *PARTIES), default=default) or ""
    outcome = "answered" if word in PARTIES else word
    if fields.has("by") and outcome != "answered":
        told = message(
            "nobody-picks-up", "'by' of {owner}: nobody picks up who is {outcome}", owner=fields.owner, outcome=outcome
        )
        fields.diagnostics.error(fields.mark_of("by"), told)
    usual = word if word in PARTIES else PARTIES[0]
    by = fields.choice("by", PARTIES, default=usual) or usual
    if word in PARTIES and by != word:
        told = message(
            "two-pick-up",
            "{owner} says that {word} and {by} pick up; delete one",
            owner=fields.owner,
            word=word,
            by=by,
        )
        fields.diagnostics.error(fields.mark_of("by"), told)
    return WhoPicksUp(cast(Outcome, outcome), by, _greeting(fields, by if outcome == "answered" else outcome))


def _greeting(fields: Fields, by: str) -> MachineGreeting:
    usual = USUAL_GREETING
    for key in ("beep", "greeting"):
        if fields.has(key) and by != MACHINE:
            told = message(
                "greeting-of-no-machine", "'{key}' of {owner} belongs to a machine only", key=key, owner=fields.owner
            )
            fields.diagnostics.error(fields.mark_of(key), told)
    seconds = fields.parsed("greeting", parse_seconds)
    written = fields.choice("beep", (*GREETING_ENDS, *_FLAGS), default=usual.ends) or usual.ends
    ends = _FLAGS.get(written, written)
    return MachineGreeting(usual.seconds if seconds is None else seconds, ends)
