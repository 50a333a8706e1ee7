"""<Conference>: a room that callers enter by its name.

Source: Twilio's <Conference> page. A conference starts when two are in it and one of them may start it; until then the
caller hears the wait document. It ends with the last participant, or with one whose leaving ends it.
"""

from __future__ import annotations

from typing import Self

from ivr.simulator import acts, codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.reader import Element
from ivr.simulator.transcript import Event
from ivr.simulator.twiml_notice import TwimlNotice, WebhookError
from ivr.simulator.verbs import pause, play, recording, redirect, say
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import CallEnded, Goto, LeftConference, PartyCame
from ivr.simulator.verbs.hold import play_once
from ivr.simulator.verbs.participation import Participation
from ivr.simulator.verbs.recording import Recorder
from ivr.simulator.verbs.talk import talk
from value_class import value_class

ATTRIBUTES = (
    "beep", "coach", "endConferenceOnExit", "eventCallbackUrl", "jitterBufferSize", "maxParticipants", "muted",
    "participantLabel", "record", "region", "startConferenceOnEnter", "statusCallback", "statusCallbackEvent",
    "statusCallbackMethod", "waitMethod", "waitUrl", "whisper", *recording.ATTRIBUTES,
)  # fmt: skip

EVENTS = ("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement")

WAIT_VERBS = (pause.Pause, play.Play, redirect.Redirect, say.Say)
"""The verbs that a wait document may hold."""


@value_class
class Conference:
    """``recorder`` is None where the conference is not recorded."""

    room: str
    muted: bool
    starts: bool
    ends: bool
    wait_url: str | None
    wait_method: str
    label: str | None
    coach: str | None
    region: str | None
    callback: StatusCallback | None
    recorder: Recorder | None
    written: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The text is the room's name; an empty ``waitUrl`` is silence."""
        attributes = Attributes(element, page, ATTRIBUTES)
        attributes.not_simulated("whisper", "eventCallbackUrl")
        for child in element.children:
            page.leave_out(child, element, "Take it out.")
        attributes.choice("beep", "true", ("true", "false", "onEnter", "onExit"), code=codes.CONFERENCE_BEEP)
        attributes.whole("maxParticipants", 250, least=2)
        attributes.choice("jitterBufferSize", "small", ("large", "medium", "small", "off"))
        if not element.own:
            page.warn(codes.CONFERENCE_NAME, element, "names no room", "Write the room's name into it.")
        record = attributes.choice("record", "do-not-record", ("do-not-record", "record-from-start", "true", "false"))
        recorder = Recorder.read(attributes, "Conference", trims=True, trim_code=codes.CONFERENCE_TRIM)
        return cls(
            room=element.own,
            muted=attributes.flag("muted", False, code=codes.CONFERENCE_MUTED),
            starts=attributes.flag("startConferenceOnEnter", True, code=codes.CONFERENCE_START_ON_ENTER),
            ends=attributes.flag("endConferenceOnExit", False, code=codes.CONFERENCE_END_ON_EXIT),
            wait_url=attributes.url("waitUrl") if attributes.text("waitUrl") else None,
            wait_method=attributes.method("waitMethod", code=codes.CONFERENCE_WAIT_METHOD),
            label=attributes.text("participantLabel"),
            coach=attributes.text("coach") or None,
            region=attributes.text("region") or None,
            callback=attributes.callback("statusCallback", EVENTS, "start end"),
            recorder=recorder if record in {"record-from-start", "true"} else None,
            written=tuple(element.attributes.items()),
        )

    def join(self, call: CallControl, event: Event, time_limit: float, *, hangup_on_star: bool = False) -> Steps[bool]:
        """Wait for the conference to start, take part, and leave; ``event`` is told the outcome and the seconds.

        Where calls do not meet on a switchboard, the other party that comes stands for all others: when it leaves, the
        conference ends. With ``hangup_on_star`` the caller leaves by pressing *. False where another has the label of
        this one: the call then goes on with the next verb, and the action hears of nothing.
        """
        leg = Leg(1, "Conference", self.room, self.written)
        room = call.room(self.room, self.region)
        place = self._place(call)
        if refusal := room.refusal(place):
            what = f"<Conference> {self.room} does not take the call"
            call.transcript.warnings.append(TwimlNotice.of(refusal, what, call.document.url, failure=True))
            event.details["outcome"] = "failed"
            return refusal != codes.CONFERENCE_LABEL_TAKEN
        left_alone = False
        try:
            yield from room.enter(call, place, self.callback, self.region)
            came = yield from self._wait(call, leg, room.sid, hangup_on_star=hangup_on_star)
            if not isinstance(came, acts.Answered):
                event.details["outcome"] = _OUTCOMES[type(came)]
            else:
                event.details["outcome"] = "answered"
                yield from room.start(call)
                seconds = time_limit if came.seconds is None else min(came.seconds, time_limit)
                stays = None if came.ends or room.shared else time_limit
                by_star = yield from self._talk(call, leg, event, (seconds, stays), hangup_on_star=hangup_on_star)
                place.leaving = True
                left_alone = not by_star and stays is None
        except WebhookError as error:
            # Without its wait document the conference is not established; the call goes on behind it.
            call.transcript.warnings.append(error.notice)
            event.details["outcome"] = "failed"
        except LeftConference:
            event.details["outcome"] = "answered"
            yield from call.pressed("*")
        except CallEnded:
            event.details["outcome"] = event["outcome"] or "canceled"
            yield from room.leave(call)
            raise
        yield from room.leave(call, left_alone=left_alone)
        return True

    def _place(self, call: CallControl) -> Participation:
        now = call.clock.now()
        return Participation(
            call.call_sid,
            now,
            now,
            muted=self.muted,
            coached=self.coach,
            starts=self.starts,
            ends=self.ends,
            label=self.label,
        )

    def _wait(self, call: CallControl, leg: Leg, sid: str, *, hangup_on_star: bool) -> Steps[acts.RingingEnded]:
        """Let the caller wait; returns how the wait ended: another party came, or cannot come."""
        call.wait_for_conference(leg, leaves_on_star=hangup_on_star)
        goto = Goto(self.wait_url, self.wait_method) if self.wait_url else None
        params = (("ConferenceSid", sid), ("FriendlyName", self.room))
        silence = Moment("ringing", "Dial", None, legs=(leg,))
        try:
            yield from play_once(call, goto, params, WAIT_VERBS)
            while True:
                yield from call.ask(silence)
        except PartyCame as came:
            return came.act
        finally:
            call.stop_waiting_for_conference()

    def _talk(
        self, call: CallControl, leg: Leg, event: Event, limits: tuple[float, float | None], *, hangup_on_star: bool
    ) -> Steps[bool]:
        """Let the caller talk until the conference ends; True where the caller ended it by pressing *.

        The first of the ``limits`` is how many seconds the others stay; the second, how many seconds in all the caller
        does, who then is alone (None: no longer than the others).
        """
        seconds, stays = limits
        yield from call.answer()
        by_star = False
        began = call.clock.elapsed()
        begun = (yield from self.recorder.begin(call)) if self.recorder else None
        hung_up: CallEnded | None = None
        try:
            by_star = yield from talk(call, "Dial", (leg,), seconds, hangup_on_star=hangup_on_star)
            if stays is not None and not by_star:
                by_star = yield from talk(call, "Dial", (), stays - seconds, hangup_on_star=hangup_on_star)
        except CallEnded as ended:
            hung_up = ended
        talked = call.clock.elapsed() - began
        event.details["seconds"] = round(talked, 2)
        if self.recorder and begun:
            yield from self.recorder.end(call, begun, talked)
        if hung_up:
            raise hung_up
        return by_star


_OUTCOMES = {acts.Busy: "busy", acts.Canceled: "canceled", acts.Failed: "failed"}
