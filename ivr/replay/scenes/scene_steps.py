"""The steps of a party of a scene: those of a call script, and what is done without a call or on nobody's telephone."""

from __future__ import annotations

from typing import TypeAlias

from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.replay.scenes.conditions import PartyCondition
from ivr.simulator.phones import steps
from ivr.simulator.phones.step_matching import describe as describe_step
from value_class import value_class
from wording import phrase


@value_class
class DialStep:
    """The party takes its telephone and dials; no script writes this step, since a party with ``from`` begins so."""

    where: str


@value_class
class WaitStep:
    """``wait: 30``: the party does nothing for so many seconds, in a call or outside of any."""

    seconds: float
    where: str


@value_class
class ActStep:
    """``act: rest``: something is done that comes by no telephone, ``after`` so many seconds."""

    act: SceneAct
    where: str
    after: float = 0.0


@value_class
class LostStep:
    """``lost: yes``: the connection breaks, wherever the call is."""

    where: str
    after: float = 0.0


PartyStep: TypeAlias = steps.Step | DialStep | WaitStep | ActStep | LostStep


@value_class
class SceneStep:
    """One ``step``, which is done at the second ``at`` of the scene at the earliest, once all conditions hold."""

    step: PartyStep
    at: float | None = None
    when: tuple[PartyCondition, ...] = ()

    @property
    def where(self) -> str:
        """Return the step's place in the file: ``file:line``."""
        return self.step.where


def described(step: PartyStep) -> str:
    """Return what the step wanted, without what is keyed or said: that may be a password."""
    match step:
        case DialStep():
            return phrase("the call that this party makes")
        case WaitStep(seconds=seconds):
            return phrase("waiting for {seconds:g} s", seconds=seconds)
        case ActStep(act=act):
            return phrase("the act {act}", act=act.name)
        case LostStep():
            return phrase("the connection that is lost")
        case steps.Speak(during=None):
            return phrase("speech, for which no gather was listening and nobody to talk with was there")
        case _:
            return describe_step(step)
