"""``act: account`` changes what goes wrong on the account from now on: the API is away, an event is lost."""

from __future__ import annotations

from dataclasses import fields as fields_of
from typing import TYPE_CHECKING, ClassVar, Self

from ivr.replay.carrier_faults import read_carrier_faults
from ivr.replay.scenes.acts.scene_act import SceneAct
from ivr.simulator.carrier_faults import NO_FAULTS, CarrierFaults
from ivr.source.fields import Fields
from value_class import value_class

if TYPE_CHECKING:
    from ivr.replay.scenes.scene_stage import SceneStage


@value_class
class AccountAct(SceneAct):
    """``faults: {api: away}`` are all that go wrong from then on; without them nothing does."""

    name: ClassVar[str] = "account"

    faults: CarrierFaults

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """See ``SceneAct``."""
        return cls(read_carrier_faults(fields) or NO_FAULTS)

    def perform(self, stage: SceneStage, party: str) -> str | None:  # noqa: ARG002
        """See ``SceneAct``."""
        stage.change_faults(self.faults)
        return None

    def told(self) -> str:
        """See ``SceneAct``."""
        wrong = [one.name for one in fields_of(CarrierFaults) if getattr(self.faults, one.name) != one.default]
        return f"faults of the account: {', '.join(wrong) or 'none'}"
