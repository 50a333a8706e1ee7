"""<Record>: the caller's voice, until silence, a key, or the longest that is allowed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from ivr.simulator import problems
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import Params
from ivr.simulator.phones.base import Moment, Press, Talk
from ivr.simulator.reader import Element
from ivr.simulator.transcript import Recording
from ivr.simulator.verbs.base import CallEnded, Goto

if TYPE_CHECKING:
    from ivr.simulator.interpreter import Interpreter

ANY_KEY = "1234567890*#"


@dataclass(frozen=True, slots=True)
class Record:
    """``timeout`` seconds of silence end it, and ``max_length`` seconds in all.

    A recording that holds nothing is thrown away and the document goes on; else the call goes on at ``action``.
    """

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "finishOnKey", "maxLength", "method", "playBeep", "recordingChannels", "recordingStatusCallback",
        "recordingStatusCallbackEvent", "recordingStatusCallbackMethod", "recordingTrack", "timeout", "transcribe",
        "transcribeCallback", "trim",
    )  # fmt: skip

    action: str
    method: str = "POST"
    timeout: int = 5
    max_length: int = 3600
    finish_on_key: str = ANY_KEY
    status_callback: str | None = None
    status_callback_method: str = "POST"
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Without ``action`` the recording is told to the address of the document itself."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        attributes.not_simulated("transcribe", "transcribeCallback")
        attributes.flag("playBeep", True, code=problems.RECORD_PLAY_BEEP)
        keys = attributes.text("finishOnKey")
        if keys and keys.strip(ANY_KEY):
            attributes.wrong("finishOnKey", "the keys 0-9 * #", problems.RECORD_FINISH_ON_KEY)
            keys = None
        return cls(
            action=attributes.url("action") or page.url,
            method=attributes.method(code=problems.RECORD_METHOD),
            timeout=attributes.whole("timeout", 5, least=0, code=problems.RECORD_TIMEOUT),
            max_length=attributes.whole("maxLength", 3600, code=problems.RECORD_MAX_LENGTH),
            finish_on_key=ANY_KEY if keys is None else keys,
            status_callback=attributes.url("recordingStatusCallback"),
            status_callback_method=attributes.method("recordingStatusCallbackMethod"),
        )

    def run(self, line: Interpreter) -> Steps[Goto | None]:
        """Record; the application is told of it even when the caller ends it by hanging up."""
        sid = line.sids.next("RE")
        url = line.carrier.recording_url(sid)
        event = yield from line.tell("record", seconds=0, url=url)
        began = line.clock.now()
        talked = 0.0
        ended_by: str | None = None
        hung_up: CallEnded | None = None
        try:
            while ended_by is None:
                left = self.max_length - talked
                silence = min(float(self.timeout), left)
                match (yield from line.ask(Moment("record", "Record", silence, talked=talked))):
                    case None:
                        ended_by = ""
                    case Talk(seconds=seconds):
                        length = min(seconds, left)
                        yield from line.wait(length)
                        talked += length
                        ended_by = "" if talked >= self.max_length else None
                    case Press(digits=digits):
                        ended_by = next((key for key in digits if key in self.finish_on_key), None)
                        yield from line.pressed(digits, lost=ended_by is None)
        except CallEnded as ended:
            hung_up, ended_by = ended, "hangup"
        event.details["seconds"] = round(talked, 2)
        if talked:
            line.transcript.recordings.append(Recording(sid, talked, began))
            params: Params = (("RecordingUrl", url), ("RecordingSid", sid))
            params += (("RecordingDuration", str(math.ceil(talked))),)
            if self.status_callback:
                yield from self._report(line, self.status_callback, params)
            goto = Goto(self.action, self.method, (*params, ("Digits", ended_by or "")))
            if hung_up is None:
                return goto
            if hung_up.by == "caller":
                yield from line.notify(goto)
        if hung_up:
            raise hung_up
        return None

    def _report(self, line: Interpreter, url: str, params: Params) -> Steps[None]:
        extra = (("RecordingStatus", "completed"), ("RecordingChannels", "1"), ("RecordingSource", "RecordVerb"))
        yield from line.callback(self.status_callback_method, url, params + extra)
