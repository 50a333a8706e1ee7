"""<Start> and <Stop>: what runs beside the other verbs of a call, and goes on while they are performed.

Source: Twilio's pages on <Start>, <Stop> and <Recording>. What is begun runs until <Stop> names it, or until the call
ends. A kind of thing that can be begun is a line in ``STARTED``, and how it is stopped one in ``STOPPED``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import ClassVar, Protocol, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs import recording, stream, transcription, unsimulated
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.recording import Recorder
from value_class import value_class

RECORDING_ATTRIBUTES = (
    "channels", "name", "track", *(name for name in recording.ATTRIBUTES if name != "recordingTrack"),
)  # fmt: skip


class StartedNoun(Protocol):
    """A noun that <Start> begins."""

    def start(self, call: CallControl) -> Steps[None]:
        """Begin it in ``call``, which goes on at once."""
        ...


@value_class
class StartedRecording:
    """A tape of the whole call; one without a ``name`` runs to its end."""

    name: str
    recorder: Recorder

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read a <Recording>: two channels, and no silence at its ends, where it does not say."""
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
        return cls(attributes.text("name") or "", recorder)

    def start(self, call: CallControl) -> Steps[None]:
        """Let the tape run."""
        yield from call.tapes.start(self.name, self.recorder)


def _stop_recording(call: CallControl, name: str) -> Steps[None]:
    yield from call.tapes.stop(name)


STARTED: dict[str, Callable[[Element, Page], StartedNoun]] = {
    "Recording": StartedRecording.read,
    "Stream": stream.StartedStream.read,
    "Transcription": transcription.StartedTranscription.read,
}
"""What reads each noun that can be begun."""

STOPPED: dict[str, Callable[[CallControl, str], Steps[None]]] = {
    "Recording": _stop_recording,
    "Stream": stream.stop,
    "Transcription": transcription.stop,
}
"""What ends each of them, by its name."""


MAY_STAND: dict[str, tuple[str, ...]] = {
    "Stream": unsimulated.ATTRIBUTES["Stream"],
    "Transcription": transcription.StartedTranscription.ATTRIBUTES,
}
"""Attributes that may stand at a noun in a <Stop>, which heeds the name alone; of others only the name may."""


@value_class
class Start:
    """Begins each of ``nouns``, in their order."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ("action", "method")

    nouns: tuple[StartedNoun, ...]
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read each noun inside that is played here, and name the others."""
        Attributes(element, page, cls.ATTRIBUTES)
        _look_inside(element, page, STARTED.keys())
        return cls(tuple(STARTED[child.name](child, page) for child in element.children if child.name in STARTED))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Begin them; the call goes on at once."""
        for noun in self.nouns:
            yield from noun.start(call)
        return None


@value_class
class Stop:
    """Ends what is called so: pairs of a noun and the name that its <Start> gave it."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = ()

    ended: tuple[tuple[str, str], ...]
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read the name of each noun inside."""
        Attributes(element, page, cls.ATTRIBUTES)
        _look_inside(element, page, STOPPED.keys())
        inside = [child for child in element.children if child.name in STOPPED]
        return cls(tuple((child.name, _name(child, page)) for child in inside))

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """End each; a name that nothing has ends nothing."""
        for noun, name in self.ended:
            yield from STOPPED[noun](call, name)
        return None


def _name(element: Element, page: Page) -> str:
    known = MAY_STAND.get(element.name, ("name",))
    return Attributes(element, page, known).text("name") or ""


def _look_inside(element: Element, page: Page, played: Collection[str]) -> None:
    if not element.children:
        what = "holds nothing to begin or to end"
        page.warn(codes.START_NOUN, element, what, "Put a <Recording> or the like into it.", failure=True)
    page.no_text(element, "Take it out.")
    unsimulated.pass_over(element, page, played)
