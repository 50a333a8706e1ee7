"""A recorder makes the recordings of a verb and tells their status callback.

Source: Twilio's pages on <Record>, <Dial> and recording status callbacks.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC
from email.utils import format_datetime
from typing import Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.transcript import CallRecording
from ivr.simulator.verbs.reported_call import ReportedCall
from value_class import value_class

EVENTS = ("in-progress", "completed", "absent")

ATTRIBUTES = (
    "recordingConfigurationId", "recordingStatusCallback", "recordingStatusCallbackEvent",
    "recordingStatusCallbackMethod", "recordingTrack", "trim",
)  # fmt: skip


@value_class
class Recorder:
    """Makes the recordings of one verb. ``trims`` leaves silence out; ``source`` is the vendor's name for the cause."""

    source: str
    callback: StatusCallback | None
    trims: bool
    track: str = "both"
    channels: int = 1

    @classmethod
    def read(
        cls,
        attributes: Attributes,
        source: str,
        *,
        trims: bool,
        channels: int = 1,
        trim_code: int,
        track: str = "recordingTrack",
    ) -> Self:
        """Read what ``attributes`` say; ``trims`` is the default of trim, ``track`` the verb's name for it."""
        attributes.not_simulated("recordingConfigurationId")
        trim = attributes.choice(
            "trim", "trim-silence" if trims else "do-not-trim", ("trim-silence", "do-not-trim"), code=trim_code
        )
        tracks = ("both", "inbound", "outbound")
        return cls(
            source,
            attributes.callback("recordingStatusCallback", EVENTS, "completed", event_code=codes.RECORDING_EVENT),
            trim == "trim-silence",
            attributes.choice(track, "both", tracks, code=codes.RECORDING_TRACK),
            channels,
        )

    def begin(self, call: ReportedCall) -> Steps[CallRecording]:
        """Begin a recording and tell the callback."""
        recording = self.new(call)
        yield from self.tell_begun(call, recording)
        return recording

    def new(self, call: ReportedCall) -> CallRecording:
        """A recording that begins now."""
        return CallRecording(call.sids.next("RE"), 0.0, call.clock.now(), self.source, self.channels, self.track)

    def tell_begun(self, call: ReportedCall, recording: CallRecording) -> Steps[None]:
        """Tell the callback that it has begun."""
        yield from self._tell(call, recording, "in-progress")

    def end(self, call: ReportedCall, begun: CallRecording, seconds: float) -> Steps[Params]:
        """End the recording after ``seconds``; returns what an action is told of it: nothing of an empty one."""
        if not seconds:
            yield from self._tell(call, begun, "absent")
            return ()
        recording = replace(begun, seconds=seconds)
        call.transcript.recordings.append(recording)
        yield from self._tell(call, recording, "completed")
        return _fields(call, recording)

    def _tell(self, call: ReportedCall, recording: CallRecording, status: str) -> Steps[None]:
        if self.callback is None or status not in self.callback.events:
            return
        params = (
            *call.identity(),
            *(_fields(call, recording) if status == "completed" else (("RecordingSid", recording.sid),)),
            ("RecordingStatus", status),
            ("RecordingChannels", str(self.channels)),
            ("RecordingSource", self.source),
            ("RecordingStartTime", format_datetime(recording.began.astimezone(UTC))),
            ("RecordingTrack", self.track),
        )
        yield from call.report(self.callback, params)


def _fields(call: ReportedCall, recording: CallRecording) -> Params:
    return (
        ("RecordingUrl", call.carrier.recording_url(recording.sid)),
        ("RecordingSid", recording.sid),
        ("RecordingDuration", str(math.ceil(recording.seconds))),
    )
