"""<Start> and <Stop> around a <Recording>: the tape of the whole call runs while other verbs are performed.

Source: Twilio's <Recording> page. The tape runs from <Start> until <Stop> names it, or until the call ends; its status
callback tells of it then. What else <Start> may begin is not simulated.
"""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs import recording, unsimulated
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.recording import Recorder
from ivr.value_class import value_class

RECORDING_ATTRIBUTES = (
    "channels", "name", "track", *(name for name in recording.ATTRIBUTES if name != "recordingTrack"),
)  # fmt: skip


def has_recordings(element: Element) -> bool:
    """Return whether a recording is begun or ended, perhaps beside what is not simulated."""
    return any(child.name == "Recording" for child in element.children)


@value_class
class Start:
    """Begins each of ``tapes``, by name; one without a name runs to the end of the call."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("action", "method")

    tapes: tuple[tuple[str, Recorder], ...]
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Each <Recording> inside."""
        Attributes(element, page, cls.ATTRIBUTES)
        unsimulated.pass_over(element, page, "Recording")
        return cls(tuple(_tape(child, page) for child in element.children if child.name == "Recording"))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """The call goes on at once."""
        for name, recorder in self.tapes:
            yield from call.tapes.start(name, recorder)
        return None


@value_class
class Stop:
    """Ends the recordings called ``names``."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    names: tuple[str, ...]
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The name of each <Recording> inside."""
        Attributes(element, page, cls.ATTRIBUTES)
        unsimulated.pass_over(element, page, "Recording")
        inside = (Attributes(child, page, ("name",)) for child in element.children if child.name == "Recording")
        return cls(tuple(each.text("name") or "" for each in inside))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """A name that no tape has ends nothing."""
        for name in self.names:
            yield from call.tapes.stop(name)
        return None


VERBS: dict[str, type[Start | Stop]] = {"Start": Start, "Stop": Stop}


def _tape(element: Element, page: Page) -> tuple[str, Recorder]:
    attributes = Attributes(element, page, RECORDING_ATTRIBUTES)
    channels = attributes.choice("channels", "dual", ("mono", "dual"))
    recorder = Recorder.read(
        attributes,
        "StartCallRecordingTwiML",
        trims=True,
        channels=2 if channels == "dual" else 1,
        trim_code=codes.SCHEMA_WARNING,
        track="track",
    )
    return attributes.text("name") or "", recorder
