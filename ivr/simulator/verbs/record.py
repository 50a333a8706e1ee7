"""<Record>: the caller's voice, until silence, a key, or the longest that is allowed.

Source: Twilio's <Record> page: a transcription is made where transcribe is true, told to transcribeCallback, and comes
when it is done, which is after the action.
"""

from __future__ import annotations

from typing import ClassVar, Self

from ivr.simulator import acts, codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Moment
from ivr.simulator.parameters import Params
from ivr.simulator.reader import Element
from ivr.simulator.twiml_notice import TwimlNotice
from ivr.simulator.verbs import recording
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto
from ivr.simulator.verbs.recording import Recorder
from ivr.simulator.verbs.transcriptions import INBOUND
from value_class import value_class

ANY_KEY = "1234567890*#"

SHORTEST_TRANSCRIBED = 2
LONGEST_TRANSCRIBED = 120
"""Seconds of a recording that the vendor transcribes (13615, 13617)."""

TRANSCRIBING = 10.0
"""Seconds after the recording at which its transcription comes: long after the action has been asked."""


@value_class
class Record:
    """``timeout`` seconds of silence end it, and ``max_length`` seconds in all.

    A recording that holds nothing is thrown away and the document goes on; else the call goes on at ``action``.
    """

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "finishOnKey", "maxLength", "method", "playBeep", "recordingChannels", "timeout", "transcribe",
        "transcribeCallback", *recording.ATTRIBUTES,
    )  # fmt: skip

    action: str
    recorder: Recorder
    method: str = "POST"
    timeout: int = 5
    max_length: int = 3600
    finish_on_key: str = ANY_KEY
    transcribe: bool = False
    transcribe_callback: str | None = None
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Without ``action`` the recording is told to the address of the document itself."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        attributes.flag("playBeep", True, code=codes.RECORD_PLAY_BEEP)
        keys = attributes.text("finishOnKey")
        if keys and keys.strip(ANY_KEY):
            attributes.wrong("finishOnKey", "the keys 0-9 * #", codes.RECORD_FINISH_ON_KEY)
            keys = None
        record = cls(
            action=attributes.url("action") or page.url,
            recorder=Recorder.read(attributes, "RecordVerb", trims=True, trim_code=codes.RECORD_TRIM),
            method=attributes.method(code=codes.RECORD_METHOD),
            timeout=attributes.whole("timeout", 5, least=0, code=codes.RECORD_TIMEOUT),
            max_length=attributes.whole("maxLength", 3600, code=codes.RECORD_MAX_LENGTH),
            finish_on_key=ANY_KEY if keys is None else keys,
            transcribe=attributes.flag("transcribe", False, code=codes.RECORD_TRANSCRIBE),
            transcribe_callback=attributes.url("transcribeCallback"),
        )
        if record.transcribe and attributes.text("maxLength") and record.max_length > LONGEST_TRANSCRIBED:
            longest = f"{LONGEST_TRANSCRIBED} at most beside transcribe"
            attributes.wrong("maxLength", longest, codes.RECORD_TRANSCRIBE_LENGTH)
        return record

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Record; the application is told of it even when the caller ends it by hanging up."""
        begun = yield from self.recorder.begin(call)
        event = yield from call.tell("record", seconds=0, url=call.carrier.recording_url(begun.sid))
        began = call.clock.elapsed()
        talked = 0.0
        words: list[str] = []
        ended_by: str | None = None
        hung_up: CallEnded | None = None
        try:
            while ended_by is None:
                left = self.max_length - talked
                silence = min(float(self.timeout), left)
                match (yield from call.ask(Moment("record", "Record", silence, talked=talked))):
                    case None:
                        ended_by = ""
                    case acts.Talk(seconds=seconds, words=heard):
                        words += [heard] if heard is not None else []
                        length = min(seconds, left)
                        says = call.transcriptions.begin(INBOUND, heard or "", length, secret=call.concealed)
                        yield from call.wait(length)
                        call.transcriptions.end(says)
                        talked += length
                        ended_by = "" if talked >= self.max_length else None
                    case acts.Press(digits=digits):
                        ended_by = next((key for key in digits if key in self.finish_on_key), None)
                        yield from call.key(digits[: digits.index(ended_by) + 1] if ended_by else digits)
                        yield from call.pressed(digits, lost=ended_by is None)
        except CallEnded as ended:
            hung_up, ended_by = ended, "hangup"
        if talked and not self.recorder.trims:
            talked = call.clock.elapsed() - began
        event.details["seconds"] = round(talked, 2)
        params = yield from self.recorder.end(call, begun, talked)
        if params:
            if self.transcribe and self.transcribe_callback:
                self._transcribe(call, self.transcribe_callback, params, words)
            goto = Goto(self.action, self.method, (*params, ("Digits", ended_by or "")))
            if hung_up is None:
                return goto
            if hung_up.by == "caller":
                yield from call.notify(goto)
        if hung_up:
            raise hung_up
        return None

    def _transcribe(self, call: CallControl, url: str, recorded: Params, words: list[str]) -> None:
        """Let the transcription come when it is made; without words of the caller's it comes as one that failed."""
        fields = dict(recorded)
        long = int(fields["RecordingDuration"])
        possible = SHORTEST_TRANSCRIBED <= long <= LONGEST_TRANSCRIBED
        if not possible:
            what = f"the recording lasts {long} s and is not transcribed"
            remedy = f"Only {SHORTEST_TRANSCRIBED} to {LONGEST_TRANSCRIBED} s are; set maxLength."
            notice = TwimlNotice.of(codes.RECORD_OUT_OF_RANGE, what, call.document.url, remedy=remedy)
            call.transcript.warnings.append(notice)
        elif not words:
            what = "nobody says what the transcription makes of the recording: it is told to have failed"
            remedy = "Write it: transcript, beside record, in the script."
            call.transcript.warnings.append(TwimlNotice.of(codes.NOT_SIMULATED, what, call.document.url, remedy=remedy))
        done = possible and bool(words)
        sid = call.sids.next("TR")
        params = (
            *recorded,
            ("TranscriptionSid", sid),
            ("TranscriptionText", " ".join(words) if done else ""),
            ("TranscriptionStatus", "completed" if done else "failed"),
            ("TranscriptionUrl", f"{call.carrier.recording_url(fields['RecordingSid'])}/Transcriptions/{sid}"),
        )
        secret = call.document.secret

        def errand() -> Steps[None]:
            yield from call.callback("POST", url, params, secret=secret)

        call.later(TRANSCRIBING, errand)
