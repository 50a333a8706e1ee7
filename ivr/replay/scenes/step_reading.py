"""``read_scene_steps`` reads what one party of a scene does and hears, strictly in its order."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from ivr.replay.scenes.acts import ACTS
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.replay.scenes.conditions import read_conditions
from ivr.replay.scenes.scene_steps import ActStep, LostStep, PartyStep, SceneStep, WaitStep
from ivr.replay.steps import ScriptPrompts, read_each, read_only_true, readers_of
from ivr.replay.stream_steps import STREAM_READERS
from ivr.simulator.phones import steps
from ivr.source.diagnostics import Diagnostics
from ivr.source.fields import Fields
from ivr.source.seconds import parse_seconds
from ivr.source.yaml import Value
from wording import message

OF_CALLS_ALONE: Final = ("callee", "queue", *STREAM_READERS)
"""Verbs of call scripts by which a call says what others do, who in a scene are parties of their own, and those of
media streams, which go by the wall clock.
"""

_CLOCK: Final = re.compile(r"(?:(?:([0-9]{1,2}):)?([0-9]{1,3}):)?([0-9]{1,5}(?:\.[0-9]{1,3})?)")

_MINUTE, _HOUR = 60, 3600


def read_scene_steps(
    values: Sequence[Value], diagnostics: Diagnostics, prompts: ScriptPrompts
) -> tuple[SceneStep, ...]:
    """Read the steps in ``values``, and leave out those that are faulty; ``prompts`` are those that they may name."""
    known: dict[str, Callable[[Fields, str], PartyStep]] = {
        verb: read for verb, read in readers_of(prompts).items() if verb not in OF_CALLS_ALONE
    }
    known |= {"wait": _wait, "act": _act, "lost": _lost}
    return read_each(values, diagnostics, {verb: partial(_timed, read) for verb, read in known.items()})


def _timed(read: Callable[[Fields, str], PartyStep], fields: Fields, where: str) -> SceneStep:
    """The step with when it is done; what is to be heard is looked at when the next act is due."""
    step = read(fields, where)
    if isinstance(step, steps.Sound):
        return SceneStep(step)
    return SceneStep(step, fields.parsed("at", parse_clock), read_conditions(fields))


def parse_clock(text: str) -> float:
    """Read a moment of a scene, in seconds since it began: ``12``, ``1:30`` or ``0:01:30``."""
    if found := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (float(part or 0) for part in found.groups())
        return hours * _HOUR + minutes * _MINUTE + seconds
    raise ValueError(
        message(
            "scene-moment-malformed",
            "write when it is by the scene's clock, which begins at 0:00, such as 1:30, not '{text}'",
            text=text,
        )
    )


def _wait(fields: Fields, where: str) -> WaitStep:
    return WaitStep(fields.parsed("wait", parse_seconds) or 0.0, where)


def _lost(fields: Fields, where: str) -> LostStep:
    read_only_true(fields, "lost")
    return LostStep(where, fields.parsed("after", parse_seconds) or 0.0)


class _NoAct(SceneAct):
    """Stands for an act that could not be read; the scene is not played."""

    name = ""

    @classmethod
    def read(cls, fields: Fields) -> _NoAct:
        for key in fields.mapping.entries:
            fields.value(key)  # which keys it may have is known of an act that there is
        return cls()

    def perform(self, stage: object, party: str) -> str | None:  # noqa: ARG002
        return None

    def told(self) -> str:
        return ""


def _act(fields: Fields, where: str) -> ActStep:
    kind = ACTS.get(fields.choice("act", ACTS) or "", _NoAct)
    return ActStep(kind.read(fields), where, fields.parsed("after", parse_seconds) or 0.0)
