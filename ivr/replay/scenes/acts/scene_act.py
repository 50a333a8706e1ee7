"""An act of a scene is what a person or an application does that comes by no telephone: on a page, or over an API."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Self

from ivr.source.fields import Fields

if TYPE_CHECKING:
    from ivr.replay.scenes.scene_stage import SceneStage


class SceneAct(ABC):
    """One act as a step writes it: its ``name`` stands behind ``act:``, its own keys (rows of ``ivr.schema.scene``)
    beside that.
    """

    name: ClassVar[str]

    @classmethod
    @abstractmethod
    def read(cls, fields: Fields) -> Self:
        """Read the act's own keys of its step; what is wrong goes to the diagnostics of ``fields``."""

    @abstractmethod
    def perform(self, stage: SceneStage, party: str) -> str | None:
        """Do it in the name of ``party``, now; return why it could not be done as it was written, or None."""

    @abstractmethod
    def told(self) -> str:
        """Return what is done, for the dialogue of a scene: ``holds ana``."""
