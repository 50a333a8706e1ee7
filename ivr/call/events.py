"""An event is what the caller or the carrier did since the last turn."""

from __future__ import annotations

from typing import ClassVar, Literal

from routing.outcomes import TargetOutcome
from value_class import value_class


@value_class
class Started:
    """The call came in."""

    kind: ClassVar[Literal["start"]] = "start"


@value_class
class Keys:
    """The caller pressed ``digits`` (0-9, ``*``, ``#``; empty where only the finishing key was pressed)."""

    kind: ClassVar[Literal["keys"]] = "keys"

    digits: str

    def __repr__(self) -> str:
        """Keys may be a password: only their number is shown."""
        return f"Keys({'•' * len(self.digits)})"


@value_class
class Speech:
    """The caller said ``text``; ``confidence`` from 0 to 1 is the recogniser's."""

    kind: ClassVar[Literal["speech"]] = "speech"

    text: str
    confidence: float

    def __repr__(self) -> str:
        """Speech may be a document: only its length is shown."""
        return f"Speech({'•' * len(self.text)})"


@value_class
class Silence:
    """Nothing came before the time was up."""

    kind: ClassVar[Literal["silence"]] = "silence"


@value_class
class TalkRecording:
    """A recorded talk: the carrier's name of the recording, and where it can be heard."""

    sid: str
    url: str


@value_class
class DialEnded:
    """The ringing of a target, or the talk that followed, came to its end after ``seconds`` of talk; ``recording`` is
    None where the talk was not recorded."""

    kind: ClassVar[Literal["dial"]] = "dial"

    outcome: TargetOutcome
    seconds: int
    recording: TalkRecording | None = None


@value_class
class QueueLeft:
    """The caller left a queue after ``seconds``; ``pressed`` is the key by which it was left, None where there was
    none.
    """

    kind: ClassVar[Literal["queue"]] = "queue"

    outcome: TargetOutcome
    seconds: int
    pressed: str | None = None


@value_class
class Recorded:
    """The caller left a message of ``seconds``, kept by the carrier under ``sid``."""

    kind: ClassVar[Literal["recording"]] = "recording"

    sid: str
    url: str
    seconds: int


Event = Started | Keys | Speech | Silence | DialEnded | QueueLeft | Recorded
