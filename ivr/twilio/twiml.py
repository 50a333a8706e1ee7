"""Verbs of the line as TwiML, written by Twilio's own library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from twilio.twiml.voice_response import Dial as TwimlDial
from twilio.twiml.voice_response import Gather as TwimlGather
from twilio.twiml.voice_response import VoiceResponse

from ivr.call.speech import sentence
from ivr.call.verbs import Dial, Enqueue, Gather, Hangup, Record, Say, Verb
from ivr.flow.line import Line
from routing.destinations import Number

MAX_BYTES = 64 * 1024
"""Twilio refuses a larger document (error 11750)."""

LAST_RESORT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Say language="pt-BR">Desculpe, estamos com um problema técnico.'
    " Ligue de novo em alguns minutos.</Say><Hangup /></Response>"
)
"""Said where not even the line's own apology can be: it depends on nothing."""

MAX_HINTS_LENGTH = 1000


def render(line: Line, verbs: Sequence[Verb], turn: int | None, now: datetime, prefix: str = "") -> str:
    """The document for ``verbs``; whatever the caller does next comes back as the turn ``turn``. With None nothing
    comes back: a dial that ended is followed by the next verb.

    ``prefix`` is the path of the public URL before ours. Equal inputs give equal bytes.
    """
    return _Writer(line, turn, now, prefix).write(verbs)


def render_wait(line: Line, now: datetime) -> str:
    """What is played, again and again, to a caller in a queue."""
    response = VoiceResponse()
    response.say(
        sentence(line, Say(line.header.wait.text), now), voice=line.header.voice, language=line.header.language
    )
    response.pause(length=20)
    return str(response)


def render_nothing() -> str:
    """An answer with nothing to do."""
    return str(VoiceResponse())


def render_leave() -> str:
    """Takes a caller out of a queue who has waited long enough."""
    response = VoiceResponse()
    response.leave()
    return str(response)


def render_redirect(path: str) -> str:
    """Sends the call to ``path``."""
    response = VoiceResponse()
    response.redirect(path, method="POST")
    return str(response)


class _Writer:
    def __init__(self, line: Line, turn: int | None, now: datetime, prefix: str) -> None:
        self._line = line
        self._now = now
        self._prefix = prefix
        self._turn = turn
        self._action = f"{prefix}/twilio/turn/{turn}"
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
                case Enqueue(queue):
                    wait = f"{self._prefix}/twilio/wait?seconds={queue.max_wait_seconds}"
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
        dial = TwimlDial(timeout=verb.target.ring_seconds, answer_on_bridge=True, **options)
        if isinstance(verb.target, Number):
            dial.number(verb.target.e164)
        else:
            dial.sip(verb.target.uri)
        return dial


def _hints(hints: Sequence[str]) -> str:
    """Hints up to the length that the recogniser takes, none of them cut in two."""
    text = ""
    for hint in hints:
        longer = f"{text}, {hint}" if text else hint
        if len(longer) > MAX_HINTS_LENGTH:
            break
        text = longer
    return text
