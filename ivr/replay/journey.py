"""A journey is a call script that measures how long its caller takes, who hears every prompt out.

A script says so itself: ``journey: support by code``, or ``journey: {name: ..., goal: 75, until: told}``. The seconds
are those of the call's clock, so that they go by the simulator's pace of speech and by a second for each key.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ivr.simulator.phones import steps
from ivr.simulator.phones.prompt_log import PromptLog
from ivr.simulator.phones.steps import Step
from ivr.simulator.transcript import Event
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Mapping
from value_class import value_class
from wording import message

RINGS = "rings"
TOLD = "told"
ENDS = (RINGS, TOLD)
"""Until a destination's telephone or queue rings first; until the last text that the script hears begins."""


@value_class
class Journey:
    """A journey is the ``name`` of a way through the line, and within how many seconds it is to be over: ``goal``
    (None: no matter).

    ``wanted`` is what is heard at the end of one that lasts ``until`` something is told.
    """

    name: str
    goal: float | None = None
    until: str = RINGS
    wanted: steps.Hear | None = None

    def seconds(self, events: Sequence[dict[str, Any]]) -> float | None:
        """Return when the journey was over, going by a transcript's ``events``; None where it never was."""
        for event in events:
            if "leg" in event:
                continue
            if self.until == RINGS and event["kind"] in {"dial", "enqueue"}:
                return float(event["t"])
            if self.wanted and event["kind"] in {"say", "play"} and event.get("text") and _says(event, self.wanted):
                return float(event["t"])
        return None


def read_journey(fields: Fields, planned: Sequence[Step]) -> Journey | None:
    """Read what the script's ``journey`` says; diagnostics go to ``fields``."""
    value = fields.value("journey")
    if value is None:
        return None
    if not isinstance(value, Mapping):
        name = fields.text("journey")
        return _checked(fields, Journey(name), planned) if name else None
    inner = Fields(value, "'journey'", fields.diagnostics)
    name = inner.text("name", required=True)
    goal = inner.parsed("goal", parse_seconds)
    until = inner.choice("until", ENDS, default=RINGS) or RINGS
    inner.finish()
    wanted = next((step for step in reversed(planned) if isinstance(step, steps.Hear)), None) if until == TOLD else None
    if until == TOLD and wanted is None:
        fields.diagnostics.error(
            fields.mark_of("journey"),
            message("journey-told-nothing", "a journey 'until: told' needs a step 'hear' with what is told"),
        )
    return _checked(fields, Journey(name or "", goal, until, wanted), planned)


def _checked(fields: Fields, journey: Journey, planned: Sequence[Step]) -> Journey:
    for step in planned:
        hasty = isinstance(step, steps.Early) or (
            isinstance(step, steps.Press | steps.Speak | steps.HangUp) and step.during is not None
        )
        if hasty:
            told = message(
                "journey-in-haste", "a journey hears every prompt out: take 'during' and 'early' out of its steps"
            )
            fields.diagnostics.error(fields.mark_of("journey"), told)
            break
    return journey


def _says(event: dict[str, Any], wanted: steps.Hear) -> bool:
    heard = PromptLog()
    heard.notice(Event(event["t"], "say", {"text": event["text"]}))
    return heard.missing([steps.Hear(wanted.text)]) is None
