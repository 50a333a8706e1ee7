"""Makes of a simulated call what a page is told of it, event by event.

The simulator tells an event when it begins and fills in later how it ended; a page hears of both, as two events. What
is secret arrives here as marks already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from ivr.replay.call_result import STATES_HEADER
from ivr.replay.call_target import SECRET_SPEECH_HEADER
from ivr.replay.traced_turns import EDGES_HEADER
from ivr.simulator import acts
from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment, PlayedPrompt
from ivr.simulator.parameters import mark
from ivr.simulator.transcript import Event, Transcript
from ivr.web.phone.twiml_text import formatted

BY = {"caller": "caller", "callee": "other", "carrier": "carrier", "app": "line", "api": "line"}
"""Who ended the call, in the page's words."""

MOST_PARAMS = 2000
"""Characters of one field that a page is shown."""


class TellPage(Protocol):
    """Passes one event on; ``leg`` is set where only the other end of that leg hears of it."""

    def __call__(self, kind: str, told: dict[str, object], leg: int | None = None) -> None: ...


@dataclass(slots=True)
class _Prompt:
    """A prompt that has begun: its event waits for its length, which the first moment in it tells."""

    number: int
    event: Event
    told: bool = False
    prompt: PlayedPrompt | None = None


class Narration:
    """Tells of one call. ``sound_of`` says where a page can fetch a sound that was played, if anywhere."""

    def __init__(self, tell: TellPage, elapsed: Callable[[], float], sound_of: Callable[[str], str | None]) -> None:
        self.transcript: Transcript | None = None
        self.status: Callable[[], str] = lambda: "queued"
        self._tell = tell
        self._elapsed = elapsed
        self._sound_of = sound_of
        self._prompts: dict[int | None, _Prompt] = {}
        self._numbers = 0
        self._requests = 0
        self._open: list[Event] = []
        self._recording: Event | None = None
        self._status = "queued"
        self._warned = 0
        self._error_told = False

    def event(self, event: Event) -> None:
        """Tell of what begins to happen."""
        self._catch_up()
        leg = event.get("leg")
        match event.kind:
            case "say" | "play" | "pause":
                self._prompt_over(leg, interrupted=False)
                self._numbers += 1
                self._prompts[leg] = _Prompt(self._numbers, event)
            case "request":
                self._request(event)
            case "press":
                lost = bool(event.get("lost"))
                # Of keys that nothing asked for it is not known whether they are secret.
                keys = mark(event["digits"]) if lost else event["digits"]
                self._tell("press", {"keys": keys, "lost": lost}, leg)
            case "gather":
                self._tell("gather", _without(event, "leg") | {"input": str(event["input"]).split()}, leg)
            case "dial":
                self._open.append(event)
                self._tell("dial", _without(event, "outcome", "seconds"))
            case "enqueue":
                self._open.append(event)
                self._tell("enqueue", {"queue": event["queue"]})
            case "record":
                self._recording = event
                self._tell("record", {"sid": _sid(event)}, leg)
            case "hangup":
                by = str(event["by"])
                self._prompts_over(interrupted=by != "app")
                self._recorded()
                self._catch_up()
                self._tell("ended", {"status": self.status(), "duration": round(event.t, 2), "by": BY.get(by, by)})
            case "text":
                self._tell("text", _without(event, "leg", "sid"), leg)
            case "speak" | "silence" | "reject" | "leave":
                self._tell(event.kind, _without(event, "leg"), leg)
            case _:
                self._tell("other", {"what": event.kind} | _without(event, "leg"), leg)

    def moment(self, moment: Moment, act: Act | None) -> None:
        """Tell what the call waits for; ``act`` is what is done in it at once."""
        self._heard(None, moment, act)
        if moment.whisper:
            self._heard(moment.whisper.leg, moment.whisper.moment, act)
        if moment.kind != "record":
            self._recorded()
        self._catch_up()
        if act is None:
            self._tell("moment", _moment(moment, self._prompts.get(None)))
            if whisper := moment.whisper:
                told = _moment(whisper.moment, self._prompts.get(whisper.leg))
                self._tell("moment", told, whisper.leg)

    def over(self) -> None:
        """Tell what is still to be told when the last callback is answered."""
        self._prompts_over(interrupted=True)
        self._recorded()
        self._catch_up()

    def _heard(self, leg: int | None, moment: Moment, act: Act | None) -> None:
        """Tell a prompt at its first moment, and when it is over."""
        track = self._prompts.get(leg)
        if track is None:
            return
        if moment.kind != "playing" or (track.prompt is not None and moment.prompt is not track.prompt):
            self._prompt_over(leg, interrupted=False)
            return
        track.prompt = moment.prompt
        if not track.told:
            self._tell_prompt(leg, track, moment.seconds)
        if _cuts(act, moment):
            self._prompt_over(leg, interrupted=True)

    def _tell_prompt(self, leg: int | None, track: _Prompt, seconds: float | None) -> None:
        track.told = True
        event = track.event
        fields = _without(event, "leg", "interrupted", "loop")
        fields |= {"prompt": track.number, "seconds": None if seconds is None else round(seconds, 2)}
        if event.kind == "play" and (url := event.get("url")):
            fields["sound"] = self._sound_of(str(url))
        if event.spoken is not None:
            fields["masked"] = True
        self._tell(event.kind, fields, leg)

    def _prompt_over(self, leg: int | None, *, interrupted: bool) -> None:
        track = self._prompts.pop(leg, None)
        if track is None:
            return
        if not track.told:
            self._tell_prompt(leg, track, 0.0)
        self._tell("prompt_over", {"prompt": track.number, "interrupted": interrupted}, leg)

    def _prompts_over(self, *, interrupted: bool) -> None:
        for leg in list(self._prompts):
            self._prompt_over(leg, interrupted=interrupted)

    def _request(self, event: Event) -> None:
        assert self.transcript is not None  # noqa: S101 - a call has one before its first request
        exchange = self.transcript.exchanges[-1]
        response = exchange.response
        aside = bool(event.get("callback") or event.get("media"))
        if not aside:
            self._prompts_over(interrupted=False)
            self._requests += 1
        told: dict[str, object] = {
            "method": event["method"],
            "url": event["url"],
            "params": {name: str(value)[:MOST_PARAMS] for name, value in event["params"].items()},
            "status": event["status"],
            "ms": round((self._elapsed() - event.t) * 1000, 1),
            "twiml": None,
        }
        for name in ("callback", "media"):
            if event.get(name):
                told[name] = True
        if not aside:
            told["request"] = self._requests
        if response is not None and not aside:
            masked = response.headers.get(SECRET_SPEECH_HEADER) == "1"
            told["twiml"] = formatted(response, masked=masked)
        self._tell("request", told)
        if response is not None and not aside:
            states = _listed(response.headers.get(STATES_HEADER), ",")
            edges = _listed(response.headers.get(EDGES_HEADER), ";")
            if states:
                self._tell("state", {"states": states, "edges": edges, "state": states[-1]})

    def _catch_up(self) -> None:
        """Tell what the simulator filled in since: status, outcomes, warnings, the error."""
        if (status := self.status()) != self._status and status in {"ringing", "in-progress"}:
            self._status = status
            self._tell("status", {"status": status})
        for event in list(self._open):
            ended = event.get("outcome") if event.kind == "dial" else event.get("result")
            if ended is None:
                continue
            self._open.remove(event)
            name = "outcome" if event.kind == "dial" else "result"
            self._tell(f"{event.kind}_over", {name: ended, "seconds": event.get("seconds")} | _who(event))
        if self.transcript is None:
            return
        for notice in self.transcript.warnings[self._warned :]:
            self._tell("warning", {"code": notice.code, "message": notice.message, "failure": notice.failure})
        self._warned = len(self.transcript.warnings)
        if self.transcript.error and not self._error_told:
            self._error_told = True
            self._tell("error", {"code": self.transcript.error.code, "message": self.transcript.error.message})

    def _recorded(self) -> None:
        """Tell of a recording that has ended."""
        event, self._recording = self._recording, None
        if event is not None:
            self._tell("record_over", {"sid": _sid(event), "seconds": event["seconds"]}, event.get("leg"))


def _moment(moment: Moment, track: _Prompt | None) -> dict[str, object]:
    """What a page is told of a moment."""
    accepts = moment.gather.input if moment.gather else ()
    told: dict[str, object] = {
        "moment": moment.kind,
        "verb": moment.verb,
        "seconds": None if moment.seconds is None else round(moment.seconds, 2),
        "keyed": moment.keyed,
        "takes": {"keys": "dtmf" in accepts, "speech": "speech" in accepts and not moment.keyed},
        "barge_in": moment.kind == "playing" and "dtmf" in accepts,
        "secret": moment.secret,
        "legs": [{"leg": leg.number, "noun": leg.noun, "to": leg.to} for leg in moment.legs],
    }
    if track is not None:
        told["prompt"] = track.number
    if moment.queue is not None:
        told |= {"queue": moment.queue, "waited": round(moment.waited, 2)}
    if moment.kind == "record":
        told["talked"] = round(moment.talked, 2)
    return told


def _cuts(act: Act | None, moment: Moment) -> bool:
    """Whether ``act`` ends the prompt of ``moment``."""
    accepts = moment.gather.input if moment.gather else ()
    match act:
        case acts.Press() | acts.CalleePress():
            return "dtmf" in accepts
        case acts.Speak():
            return "speech" in accepts
        case None | acts.Wait():
            return False
    return True


def _without(event: Event, *names: str) -> dict[str, Any]:
    return {name: value for name, value in event.details.items() if name not in names}


def _who(event: Event) -> dict[str, object]:
    return {"to": event["to"]} if event.kind == "dial" else {"queue": event["queue"]}


def _sid(event: Event) -> str:
    """The recording's identifier, which ends its address."""
    return urlsplit(str(event["url"])).path.rpartition("/")[2]


def _listed(header: str | None, separator: str) -> list[str]:
    return [part.strip() for part in (header or "").split(separator) if part.strip()]
