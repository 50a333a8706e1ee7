"""Verbs of the line as TwiML, written by Twilio's own library."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from twilio.twiml.voice_response import Dial as TwimlDial
from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import Start, Stop, VoiceResponse

from ivr.call.speech import sentence
from ivr.call.verbs import Dial, Enqueue, Gather, Hangup, Record, Say, StopRecording, Verb
from ivr.flow.line import Line
from ivr.flow.waiting import Waiting
from ivr.languages import language_of
from routing.destinations import Number, Sip

MAX_BYTES = 64 * 1024
"""Twilio refuses a larger document (error 11750)."""

MAX_HINTS_LENGTH = 1000

HOLD_SECONDS = 5

HOLD_SOUND_SECONDS = 5
"""How long the sound is that is played in a queue."""

QUEUE_TAPE = "queue"
"""The name under which the recording of a queue is stopped."""

ACCEPT_SECONDS = 6
"""How long whoever picked up may look for the key 1, after the question."""


def render(
    line: Line, verbs: Sequence[Verb], turn: int | None, now: datetime, prefix: str = "", *, query: str = ""
) -> str:
    """The document for ``verbs``; whatever the caller does next comes back as the turn ``turn``. With None nothing
    comes back: a dial that ended is followed by the next verb.

    ``prefix`` is the path of the public URL before ours, ``query`` what the turn's address says besides its number.
    Equal inputs give equal bytes.
    """
    return _Writer(line, turn, now, prefix, query).write(verbs)


@dataclass(frozen=True, slots=True)
class Stay:
    """A caller in a queue: seconds ``waited`` of ``longest``, the ``place`` in it, and how long those waited who were
    answered lately, where that is known.

    ``place`` 0 is one who is just being connected, None one who was not told.
    """

    waited: int
    longest: int
    place: int | None = None
    expected: int | None = None


def render_wait(line: Line, waiting: Waiting, stay: Stay, now: datetime, action: str = "", music: str = "") -> str:
    """What is played, again and again, to a caller in a queue: what is to be told, and then the sound at ``music``.

    A key goes to ``action`` at any time, where a key leads anywhere.
    """
    response = VoiceResponse()
    quiet = max(1, min(waiting.every, stay.longest - stay.waited))
    loops = quiet // HOLD_SOUND_SECONDS if music and stay.place != 0 else 0
    rest = quiet - loops * HOLD_SOUND_SECONDS
    voice = {"voice": line.header.voice, "language": line.header.language}
    sentences = [sentence(line, say, now) for say in _announcements(line, waiting, stay)]
    if waiting.keys:
        # A key is taken while the sound plays; the time of the gather only begins behind it.
        patience = max(1, rest)
        gather = TwimlGather(
            input="dtmf", action=action, method="POST", timeout=patience, num_digits=1, finish_on_key=""
        )
        for each in sentences:
            gather.say(each, **voice)
        if loops:
            gather.play(music, loop=loops)
        response.append(gather)
    else:
        for each in sentences:
            response.say(each, **voice)
        if loops:
            response.play(music, loop=loops)
        if rest:
            response.pause(length=rest)
    return str(response)


def _announcements(line: Line, waiting: Waiting, stay: Stay) -> Iterator[Say]:
    if stay.place == 0:
        return  # whoever is being connected would only lose the agent's first words
    told = any(waiting.prompts())
    if stay.waited == 0 or not told:
        yield Say(line.header.wait)
    if waiting.position and stay.place:
        yield Say(waiting.position, place=stay.place)
    if waiting.expected and stay.expected is not None:
        yield Say(waiting.expected, wait=stay.expected)
    if waiting.offer:
        yield Say(waiting.offer)


def render_accept(line: Line, desk: str | None, now: datetime, prefix: str) -> str:
    """Asks whoever picked up to press 1 for a caller of ``desk``; who presses nothing is let go."""
    response = VoiceResponse()
    gather = TwimlGather(
        input="dtmf",
        action=f"{prefix}/twilio/accepted",
        method="POST",
        timeout=ACCEPT_SECONDS,
        num_digits=1,
        finish_on_key="",
    )
    if line.header.accept:
        say = Say(line.header.accept, destination=desk)
        gather.say(sentence(line, say, now), voice=line.header.voice, language=line.header.language)
    response.append(gather)
    response.hangup()
    return str(response)


def render_goodbye() -> str:
    """Ends a call without a word."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def render_nothing() -> str:
    """An answer with nothing to do."""
    return str(VoiceResponse())


def render_leave() -> str:
    """Takes a caller out of a queue who has waited long enough."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def last_resort(language: str) -> str:
    """Said in ``language`` (``pt-BR``) where not even the line's own apology can be: it depends on nothing else."""
    response = VoiceResponse()
    response.say(language_of(language).last_resort, language=language)
    response.hangup()
    return str(response)


def with_comment(document: str, comment: str) -> str:
    """The document with a comment at its end, for people who read it in Twilio's console. In XML none holds ``--``."""
    body, closing, rest = document.rpartition("</Response>")
    told = comment.replace("--", "- -")
    if not closing:
        return document.replace("<Response />", f"<Response><!-- {told} --></Response>")
    return f"{body}<!-- {told} -->{closing}{rest}"


def render_redirect(path: str) -> str:
    """Sends the call to ``path``."""
    response = VoiceResponse()
    response.redirect(path, method="POST")
    return str(response)


def render_moment(line: Line, path: str) -> str:
    """Asks for a moment, and then sends the call to ``path``."""
    response = VoiceResponse()
    if line.header.moment:
        say = Say(line.header.moment)
        response.say(line.prompts.texts[say.prompt].text, voice=line.header.voice, language=line.header.language)
    response.pause(length=1)
    response.redirect(path, method="POST")
    return str(response)


def render_hold() -> str:
    """Goes on waiting in a queue for a while, when there is nothing to tell: an answer to a wait may not dial."""
    response = VoiceResponse()
    response.pause(length=HOLD_SECONDS)
    return str(response)


class _Writer:
    def __init__(self, line: Line, turn: int | None, now: datetime, prefix: str, query: str) -> None:
        self._line = line
        self._now = now
        self._prefix = prefix
        self._turn = turn
        self._action = f"{prefix}/twilio/turn/{turn}{'?' if query else ''}{query}"
        self._voice = {"voice": line.header.voice, "language": line.header.language}

    def write(self, verbs: Sequence[Verb]) -> str:
        response = VoiceResponse()
        for verb in verbs:
            match verb:
                case Say():
                    response.say(sentence(self._line, verb, self._now), **self._voice)
                case Gather():
                    response.append(self._gather(verb))
                case Dial():
                    response.append(self._dial(verb))
                case StopRecording():
                    response.append(_stop_recording())
                case Enqueue(queue, state, recorded):
                    if recorded is not None:
                        response.append(self._start_recording(recorded))
                    wait = f"{self._prefix}/twilio/wait?{self._stay(queue.max_wait_seconds, state)}"
                    response.enqueue(
                        queue.name, action=self._action, method="POST", wait_url=wait, wait_url_method="POST"
                    )
                case Record(seconds, silence):
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
                case Hangup():
                    response.hangup()
        return str(response)

    def _start_recording(self, desk: str) -> Start:
        """The whole call from now on: whoever takes it out of the queue does so with a call of their own, which is not
        ours to record."""
        start = Start()
        start.recording(
            name=QUEUE_TAPE,
            channels="mono",
            trim="do-not-trim",
            recording_status_callback=self._recorded(desk),
            recording_status_callback_method="POST",
        )
        return start

    def _recorded(self, desk: str) -> str:
        """Where the telephone company tells of a recording when it is there."""
        return f"{self._prefix}/twilio/recorded?{urlencode({'desk': desk})}"

    def _stay(self, seconds: int, state: str) -> str:
        """What the wait document must know: it hears of a turn nothing but its query."""
        stay = {"seconds": seconds, "turn": self._turn, "state": state}
        return urlencode({**stay, "line": self._line.name, "menu": self._line.version})

    def _gather(self, verb: Gather) -> TwimlGather:
        options: dict[str, object] = {}
        if verb.num_digits:
            options["num_digits"] = verb.num_digits
        if verb.speech:
            options["speech_timeout"] = "auto"
        if verb.hints:
            options["hints"] = _hints(verb.hints)
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
            gather.say(sentence(self._line, prompt, self._now), **self._voice)
        return gather

    def _dial(self, verb: Dial) -> TwimlDial:
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
                query = urlencode({"line": self._line.name, "desk": verb.desk or ""})
                dial.number(target.e164, url=f"{self._prefix}/twilio/accept?{query}", method="POST")
            else:
                dial.number(target.e164)
        return dial


def _stop_recording() -> Stop:
    stop = Stop()
    # Twilio's library has no <Recording> for <Stop> yet, though Twilio has.
    stop.add_child("Recording").attrs["name"] = QUEUE_TAPE
    return stop


def _hints(hints: Sequence[str]) -> str:
    """Hints up to the length that the recogniser takes, none of them cut in two."""
    text = ""
    for hint in hints:
        longer = f"{text}, {hint}" if text else hint
        if len(longer) > MAX_HINTS_LENGTH:
            break
        text = longer
    return text
