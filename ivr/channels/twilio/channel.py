"""Voice calls of Twilio as a channel: verbs of the line as TwiML, made with Twilio's own library, and read again."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, assert_never
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial as TwimlDial
from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import Start, Stop, VoiceResponse

from ivr.call import verbs
from ivr.call.channel import PastAnswer
from ivr.channels.twilio.hints import joined
from ivr.channels.twilio.sizes import MAX_BYTES, RESERVED
from ivr.channels.twilio.speaker import WORDS, Speaker
from ivr.channels.twilio.xml import xml_of
from ivr.flow.line import Line
from routing.destinations import Number, Sip

QUEUE_TAPE: Final = "queue"
"""The name under which the recording of a queue is stopped."""

_MARKUP: Final = re.compile(r"<[^>]*>")
_SOUND: Final = re.compile(r"<Play[^>]*>[^<]*</Play>")

_ENTRY: Final = re.compile(r'<Gather [^>]*finishOnKey="#"')
"""What listens for several keys and a finishing one; a menu takes the first key."""


_ACTION: Final = "\0"
"""Stands in a template for the address of the next turn; no text of a menu can hold it."""

_PLAIN_ADDRESS: Final = re.compile(r"[A-Za-z0-9/._~-]+")
"""An address that XML writes as it is."""

MOST_TEMPLATES: Final = 4096
"""Documents of some two kB each that are kept: of a few versions of a line each that callers come to."""


class TwilioVoice:
    """The channel of voice calls. ``prefix`` is the path of the public URL before ours.

    What a state says to every caller alike is rendered once for a version of its line; of a turn it wants only the
    address of the next one.
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._is_plain = _PLAIN_ADDRESS.fullmatch(f"{prefix}/twilio/turn/0") is not None
        self._templates: dict[tuple[str, str, bool, tuple[verbs.Verb, ...]], tuple[str, ...]] = {}
        self._rendered: dict[tuple[str, str, int], tuple[tuple[verbs.Verb, ...], tuple[str, ...]]] = {}
        """The same by where an answer stands in memory, so that nothing in it is compared. It is held here, so that no
        other one comes to stand there."""

    def render(
        self, line: Line, answer: Sequence[verbs.Verb], turn: int | None, now: datetime, /, *, query: str = ""
    ) -> str:
        """The document for ``answer``; see ``Channel``. With ``turn`` None nothing comes back: a dial that ended is
        followed by the next verb.
        """
        action = f"{self._prefix}/twilio/turn/{turn}{'?' if query else ''}{query}"
        # What a state tells all callers alike is one answer in memory (``Telling``).
        place = (line.name, line.version, id(answer))
        known = self._rendered.get(place)
        if known and self._is_plain and not query and turn is not None:
            return action.join(known[1])
        if query or not self._is_plain or not all(map(_is_for_everybody, answer)):
            return _Writer(line, turn, now, self._prefix, action).write(answer)
        key = (line.name, line.version, turn is None, tuple(answer))
        parts = self._templates.get(key)
        if parts is None:
            _make_room(self._templates)
            parts = tuple(_Writer(line, turn, now, self._prefix, _ACTION).write(answer).split(_ACTION))
            self._templates[key] = parts
        if turn is not None and isinstance(answer, tuple):
            _make_room(self._rendered)
            self._rendered[place] = (answer, parts)
        return action.join(parts)

    def ends(self, _answer: Sequence[verbs.Verb], /) -> bool:
        """Never: a status tells how each call ends."""
        return False

    def read_back(self, document: str) -> PastAnswer:
        """Return what a document of ours said, and whether it took an entry."""
        # XML writes no comment otherwise than it is; of a text in an element it writes some signs as entities.
        told = WORDS.sub(lambda found: html.escape(found[1]), _SOUND.sub(" ", document))
        return PastAnswer(html.unescape(_MARKUP.sub(" ", told)), bool(_ENTRY.search(document)))


class _Writer:
    def __init__(self, line: Line, turn: int | None, now: datetime, prefix: str, action: str) -> None:
        self._line = line
        self._now = now
        self._prefix = prefix
        self._turn = turn
        self._action = action

    def write(self, answer: Sequence[verbs.Verb]) -> str:
        document = self._document(answer, plays=self._line.header.recorded)
        # A sentence in many clips may be larger than Twilio takes, where the same sentence said is not.
        too_large = self._line.header.recorded and len(document.encode()) > MAX_BYTES - RESERVED
        return self._document(answer, plays=False) if too_large else document

    def _document(self, answer: Sequence[verbs.Verb], *, plays: bool) -> str:
        says = tuple(verbs.says(answer)) if plays else ()
        speaker = Speaker(self._line, says, self._now, self._prefix)
        response = VoiceResponse()
        for verb in answer:
            match verb:
                case verbs.Say():
                    speaker.into(response, verb)
                case verbs.Notice(text):
                    response.say(text, voice=self._line.header.voice, language=self._line.header.language)
                case verbs.Gather():
                    response.append(self._gather(verb, speaker))
                case verbs.Dial():
                    response.append(self._dial(verb))
                case verbs.StopRecording():
                    response.append(_stop_recording())
                case verbs.Enqueue(queue, state, recorded, severity):
                    if recorded is not None:
                        response.append(self._start_recording(recorded))
                    wait = f"{self._prefix}/twilio/wait?{self._stay(queue.max_wait_seconds, state, severity=severity)}"
                    response.enqueue(
                        queue.name, action=self._action, method="POST", wait_url=wait, wait_url_method="POST"
                    )
                case verbs.Record(seconds, silence):
                    response.record(
                        action=self._action,
                        method="POST",
                        max_length=seconds,
                        timeout=silence,
                        finish_on_key="#",
                        play_beep=True,
                    )
                    # Nothing recorded means no action: the call falls through to here.
                    response.redirect(self._action, method="POST")
                case verbs.Hangup():
                    response.hangup()
                case _:
                    assert_never(verb)
        return xml_of(response)

    def _start_recording(self, destination: str) -> Start:
        """Record the whole call from now on: the agent who takes it out of the queue has a call of their own, which is
        not ours to record."""
        start = Start()
        start.recording(
            name=QUEUE_TAPE,
            channels="mono",
            trim="do-not-trim",
            recording_status_callback=self._recorded(destination),
            recording_status_callback_method="POST",
        )
        return start

    def _recorded(self, destination: str) -> str:
        """Where the carrier tells of a recording when it is there."""
        return f"{self._prefix}/twilio/recorded?{urlencode({'desk': destination})}"

    def _stay(self, seconds: int, state: str, *, severity: bool) -> str:
        """What the wait document must know: it hears of a turn nothing but its query."""
        stay = {"seconds": seconds, "turn": self._turn, "state": state}
        asks = {"severity": 1} if severity else {}
        return urlencode({**stay, "line": self._line.name, "menu": self._line.version, **asks})

    def _gather(self, verb: verbs.Gather, speaker: Speaker) -> TwimlGather:
        options: dict[str, object] = {}
        if verb.num_digits:
            options["num_digits"] = verb.num_digits
        if verb.speech:
            options["speech_timeout"] = "auto"
        if verb.hints:
            options["hints"] = joined(verb.hints)
        gather = TwimlGather(
            input="dtmf speech" if verb.speech else "dtmf",
            action=self._action,
            method="POST",
            timeout=verb.seconds,
            finish_on_key=verb.finish_on_key,
            action_on_empty_result=True,
            language=self._line.header.language,
            **options,
        )
        for prompt in verb.prompts:
            speaker.into(gather, prompt)
        return gather

    def _dial(self, verb: verbs.Dial) -> TwimlDial:
        options = {} if self._turn is None else {"action": self._action, "method": "POST"}
        if verb.record:
            options["record"] = "record-from-answer"
            options["recording_status_callback"] = self._recorded(verb.destination)
            options["recording_status_callback_method"] = "POST"
        if verb.caller_id and any(isinstance(target, Number) for target in (verb.target, *verb.also)):
            options["caller_id"] = verb.caller_id
        dial = TwimlDial(timeout=verb.target.ring_seconds, answer_on_bridge=True, **options)
        for target in (verb.target, *verb.also):
            if isinstance(target, Sip):
                dial.sip(target.uri)
            elif target.accept:
                query = urlencode({"line": self._line.name, "desk": verb.whisper or ""})
                dial.number(target.e164, url=f"{self._prefix}/twilio/accept?{query}", method="POST")
            else:
                dial.number(target.e164)
        return dial


def _make_room(kept: dict[Any, Any]) -> None:
    if len(kept) >= MOST_TEMPLATES:
        kept.clear()


def _is_for_everybody(verb: verbs.Verb) -> bool:
    """Whether a version of a line says ``verb`` to every caller in the same words, at any time."""
    match verb:
        case verbs.Say():
            return verb.is_for_everybody
        case verbs.Gather(prompts=prompts):
            return all(map(_is_for_everybody, prompts))
    # The address of the wait for an agent tells the turn.
    return not isinstance(verb, verbs.Enqueue)


def _stop_recording() -> Stop:
    stop = Stop()
    # Twilio's library has no <Recording> for <Stop> yet, though Twilio has.
    stop.add_child("Recording").attrs["name"] = QUEUE_TAPE
    return stop
