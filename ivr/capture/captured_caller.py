"""``CapturedCaller`` does in a simulated call what people did in the captured one, at the second at which they did it.

Theory of operation: a capture holds no acts, only the requests that came of them. So each act is taken from the request
that it led to: keys and words from what a gather's action was asked with, a talk from a dial's, a voice from a
recording's. When that request is due is known, from the end of the answer before it; the act is timed so that the
simulator, if it goes as the carrier does, makes its request at that very second. What needs nobody's act (a timeout, a
prompt that ends, a redirect) is left to the simulator: where its gap differs, that is the difference.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from ivr.capture.captured_calls import ENDED, CapturedCall, CapturedRequest, is_callback, key_of
from ivr.capture.socket_caller import SocketCaller
from ivr.capture.stand_in_socket import StandInSockets
from ivr.simulator import acts, voice
from ivr.simulator.acts import KEY_SECONDS, Act
from ivr.simulator.clock import Clock
from ivr.simulator.moments import Leg, Moment
from ivr.simulator.transcript import Event
from ivr.simulator.verbs.detection import PARTIES

END_OF_SPEECH: Final = 1.0
"""Seconds of silence after which a recogniser takes speech to be over."""

JUST_BEFORE: Final = 0.05
"""Seconds before a moment ends by itself at which an act still comes in it."""

LONGEST_RECORDING: Final = 3600.0
"""Seconds of a recording where the document does not say."""

OUTBOUND: Final = "Call"
"""The verb of a moment in which a call rings that the app has made."""

UNKNOWN_END: Final = 1.0
"""Seconds after which the caller hangs up where the capture does not say when."""


MOST_REQUESTS: Final = 50
"""Requests beside three for each captured one after which a call goes in a circle."""

MakeAct: TypeAlias = Callable[[float], Act]
"""Makes an act that comes so many seconds into the moment."""


_LEFT_IN: Final = {
    "DialCallStatus": ("ringing", "connected"),
    "RecordingUrl": ("record",),
    "QueueResult": ("queue", "connected"),
}
"""The moments in which a caller hung up of whom an action with this field tells."""


class CapturedCaller:
    """The people of ``call``, who go by ``clock``; what they say to an agent is what went over its ``sockets``."""

    def __init__(self, call: CapturedCall, clock: Clock, sockets: StandInSockets) -> None:
        self._call = call
        self._clock = clock
        self._at_socket = SocketCaller(sockets, clock)
        self._at = -1
        self._since = 0.0
        """When, by the clock of the simulated call, the latest request that steers it was made."""
        self._acted = False
        self._silence = 0.0
        """Seconds without a key after which the present gather is over."""
        self._most = MOST_REQUESTS + 3 * len(call.requests)

    # What the call tells

    def notice(self, event: Event) -> None:
        """Follow the simulated call: which of the captured requests it has come to."""
        if event.kind == "gather":
            self._silence = float(event["timeout"])
        if event.kind != "request" or "callback" in event.details or "media" in event.details:
            return
        params = event["params"]
        if params.get("CallSid") != self._call.sid or is_callback(params):
            return
        self._most -= 1
        key = key_of(event["method"], event["url"])
        steering = self._call.steering
        ahead = range(self._at + 1, len(steering))
        self._at = next((place for place in ahead if steering[place].key == key), self._at)
        self._since = event.t
        self._acted = False

    def ended(self) -> str | None:
        """Tell nothing: what did not come about is a difference."""
        return None

    # What people do

    def act(self, moment: Moment) -> Act | None:
        """The act that leads to the next captured request, where it is due within ``moment``."""
        if self._most < 0:
            return acts.HangUp()  # the documents lead in a circle
        if moment.whisper is not None:
            return None
        if self._at_socket.is_in(moment):
            return self._at_socket.act(moment)
        follows = self._next
        act = self._for(moment, follows) if follows else None
        if act is None and (follows is None or follows.params.get("CallStatus") in ENDED):
            act = self._hang_up(moment, follows)
        if act is None and moment.seconds is None:
            return acts.HangUp(self._left(self._due(follows)) if follows else UNKNOWN_END)
        return act

    @property
    def _next(self) -> CapturedRequest | None:
        steering = self._call.steering
        return steering[self._at + 1] if self._at + 1 < len(steering) else None

    def _due(self, request: CapturedRequest) -> float:
        """When ``request`` is due by the clock of the simulated call."""
        before = self._call.steering[self._at].answered_at if self._at >= 0 else self._call.requests[0].t
        return self._since + max(request.t - before, 0.0)

    def _left(self, due: float) -> float:
        return max(due - self._clock.elapsed(), 0.0)

    def _for(self, moment: Moment, follows: CapturedRequest) -> Act | None:
        params = follows.params
        match moment.kind:
            case "record" if "RecordingUrl" in params:
                return self._record(moment, follows)
            case "record" if moment.seconds is not None and self._left(self._due(follows)) < moment.seconds:
                return acts.Press("#", self._left(self._due(follows)))  # of silence that a key ends nothing is told
            case "ringing":
                return self._ring(moment, follows)
        act = self._input(moment, follows) if moment.gather and "RecordingUrl" not in params else None
        return self._queue(moment) if act is None and moment.queue is not None else act

    def _input(self, moment: Moment, follows: CapturedRequest) -> Act | None:
        """Keys or words, so timed that the gather is over when its action was asked."""
        params, accepts = follows.params, moment.gather
        if self._acted or accepts is None:
            return None
        if digits := params.get("Digits"):
            whole = accepts.num_digits is not None and len(digits) >= accepts.num_digits
            finish = params.get("FinishedOnKey", "" if whole else accepts.finish_on_key)
            silence = 0.0 if finish or whole else self._silence
            digits += finish
            takes = (len(digits) - 1) * KEY_SECONDS + silence
            return self._within(moment, self._due(follows) - takes, lambda after: acts.Press(digits, after))
        if words := params.get("SpeechResult"):
            takes = voice.spoken(words, params.get("Language")) + END_OF_SPEECH
            sure = _number(params.get("Confidence"))
            return self._within(moment, self._due(follows) - takes, lambda after: acts.Speak(words, sure, after))
        return None

    def _within(self, moment: Moment, due: float, make: MakeAct) -> Act | None:
        """The act at ``due``, where that is in ``moment``, or at its end where it can come in no later one."""
        after = self._left(due)
        if moment.seconds is not None and after >= moment.seconds:
            if moment.kind == "playing":
                return None
            after = max(moment.seconds - JUST_BEFORE, 0.0)
        self._acted = True
        return make(after)

    def _record(self, moment: Moment, follows: CapturedRequest) -> Act | None:
        """The voice, and then what ended it: a key, hanging up, or silence."""
        left = self._left(self._due(follows))
        ended_by = follows.params.get("Digits", "")
        seconds = _number(follows.params.get("RecordingDuration")) or left
        full = self._at >= 0 and seconds >= _longest(self._call.steering[self._at])
        silence = 0.0 if ended_by or full or moment.seconds is None else moment.seconds
        voiced = min(left - silence, seconds)
        if moment.talked == 0.0 and voiced > 0:
            return acts.Talk(voiced)
        if ended_by == "hangup":
            return acts.HangUp(left)
        return acts.Press(ended_by, left) if ended_by else None

    def _ring(self, moment: Moment, follows: CapturedRequest) -> Act | None:
        status = follows.params.get("DialCallStatus", "")
        due = self._due(follows)
        if not moment.legs:
            return None
        if moment.verb == OUTBOUND:
            return self._picked_up(follows, due)
        leg = self._leg(moment.legs, follows)
        match status:
            case "busy":
                return acts.Busy(leg, self._left(due))
            case "failed":
                return acts.Failed(leg, self._left(due))
            case "canceled":
                left = self._left(due)
                return acts.HangUp(left) if follows.params.get("CallStatus") in ENDED else acts.Canceled(leg, left)
            case "no-answer":
                return None
            case "completed" | "answered":
                talked = _number(follows.params.get("DialCallDuration")) or 0.0
                bridged = follows.params.get("CallStatus") not in ENDED
                met = None if talked else self._when("StatusCallbackEvent", "conference-start")
                answered = self._left(due - talked if met is None else met)
                rest = max(due - self._clock.elapsed() - answered, 0.0)
                return acts.Answered(rest if bridged else None, leg, answered)
        return self._answered_without_an_action(leg, due)

    def _picked_up(self, follows: CapturedRequest, due: float) -> Act:
        """The party of a call that the app made picks up; who it was, the detector has told."""
        found = follows.params.get("AnsweredBy", "human")
        party = next((each for each in PARTIES if found.startswith(each)), "unknown")
        told = self._when("CallStatus", "in-progress")
        return acts.Answered(None, after=self._left(due if told is None else told), by=party)

    def _when(self, field: str, value: str) -> float | None:
        """When a callback with this value is due by the clock of the simulated call; None where there was none."""
        since = self._call.steering[self._at].answered_at if self._at >= 0 else self._call.requests[0].t
        told = (each.t for each in self._call.requests if each.callback and each.params.get(field) == value)
        at = next((t for t in told if t >= since), None)
        return None if at is None else self._since + at - since

    def _answered_without_an_action(self, leg: int, due: float) -> Act | None:
        """A dial without an action tells nothing; where its leg has callbacks, these do."""
        for each in self._call.requests:
            params = each.params
            if params.get("ParentCallSid") == self._call.sid and params.get("CallStatus") in ENDED:
                talked = _number(params.get("CallDuration")) or 0.0
                if params["CallStatus"] == "completed" and talked:
                    return acts.Answered(talked, leg, self._left(due - talked))
        return None

    def _leg(self, legs: tuple[Leg, ...], follows: CapturedRequest) -> int:
        """The number of the leg that the action names, where its callbacks tell which it was; else the first."""
        sid = follows.params.get("DialCallSid")
        to = next((each.params.get("To") for each in self._call.requests if each.params.get("CallSid") == sid), None)
        return next((leg.number for leg in legs if leg.to == to), legs[0].number)

    def _queue(self, moment: Moment) -> Act | None:
        """An agent comes, or the caller hangs up, when the queue's action was told so."""
        told = next((each for each in self._ahead() if "QueueResult" in each.params), None)
        if told is None:
            return None
        due = self._left(self._due(told))
        bridged = told.params["QueueResult"] == "bridged"
        waited = _number(told.params.get("QueueTime")) or 0.0
        after = max(waited - moment.waited, 0.0) if bridged else due
        if moment.seconds is not None and after >= moment.seconds:
            return None
        if bridged:
            over = told.params.get("CallStatus") in ENDED
            return acts.Bridged(None if over else max(due - after, 0.0), after)
        return acts.HangUp(after) if told.params["QueueResult"] == "hangup" else None

    def _ahead(self) -> Iterator[CapturedRequest]:
        yield from self._call.steering[self._at + 1 :]

    def _hang_up(self, moment: Moment, follows: CapturedRequest | None) -> Act | None:
        """The caller hangs up when the call was over; at once where that is not known and somebody is waited for."""
        if follows is not None:
            if moment.queue is not None or moment.kind not in _LEFT_IN.get(_outcome(follows), (moment.kind,)):
                return None  # the caller was still there when that verb began
            due = self._due(follows)
        elif self._call.ended_at is not None:
            before = self._call.steering[self._at].answered_at if self._at >= 0 else self._call.requests[0].t
            due = self._since + max(self._call.ended_at - before, 0.0)
        elif moment.kind == "playing":
            return None
        else:
            due = self._clock.elapsed() + UNKNOWN_END
        after = self._left(due)
        return acts.HangUp(after) if moment.seconds is None or after < moment.seconds else None


def _longest(request: CapturedRequest) -> float:
    """The longest recording that the answer to ``request`` asks for."""
    found = re.search(r"<Record\b[^>]*\bmaxLength\s*=\s*[\"']([0-9]+)", request.answer.body if request.answer else "")
    return float(found[1]) if found else LONGEST_RECORDING


def _outcome(request: CapturedRequest) -> str:
    return next((name for name in _LEFT_IN if name in request.params), "")


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
