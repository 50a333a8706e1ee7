"""<Gather>: keys or speech from the caller.

Sources: Twilio's <Gather> page; fields of real requests: a gather that ends by itself sends an empty FinishedOnKey,
and ``msg`` says that it was a gather.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self, TypeAlias

from ivr import voices
from ivr.simulator import acts, codes, voice
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.moments import AcceptedInput, Moment
from ivr.simulator.parameters import Params, mark
from ivr.simulator.reader import Element
from ivr.simulator.verbs import pause, play, say
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.exits import Goto
from ivr.simulator.verbs.prompt import play_prompt
from ivr.simulator.verbs.transcriptions import INBOUND
from value_class import value_class

NestedPrompt: TypeAlias = say.Say | play.Play | pause.Pause

PROMPTS: dict[str, type[NestedPrompt]] = {"Say": say.Say, "Play": play.Play, "Pause": pause.Pause}
"""What may stand inside."""

DEFAULT_TIMEOUT = 5
MAX_SPEECH = 60
"""Seconds of speech that are listened to, where the document does not say."""

END_OF_SPEECH = 1.0
"""Seconds of silence after which ``auto`` takes speech to be over."""

CONFIDENCE = 0.9
"""What the recogniser is sure of, where the call script does not say."""

MAX_HINTS = 500
MAX_HINT = 100
"""Phrases, and characters of one phrase (13330)."""

MODELS = (
    "default", "numbers_and_commands", "phone_call", "experimental_conversations", "experimental_utterances", "long",
    "short", "telephony", "telephony_short", "medical_conversation", "medical_dictation", "chirp", "chirp_2",
    "chirp_telephony", "nova", "nova-2", "nova-3", "nova-phonecall", "nova-2-phonecall", "nova-general",
    "nova-2-general", "base", "enhanced",
)  # fmt: skip
"""What speechModel may be; a Deepgram or Google model may also stand with its maker's name before it."""

PROVIDERS = ("deepgram_", "googlev2_")
"""How a model begins that a maker's name stands before."""

STABILITY = "0.9"
"""How sure the recogniser is of a partial result."""


@value_class
class Gather:
    """``timeout`` seconds of silence end it, counted from the end of the prompts and anew from each key."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "action", "actionOnEmptyResult", "bargeIn", "debug", "dtmfDetection", "enhanced", "finishOnKey", "hints",
        "input", "language", "maxSpeechTime", "method", "numDigits", "partialResultCallback",
        "partialResultCallbackMethod", "profanityFilter", "speechModel", "speechTimeout", "timeout",
    )  # fmt: skip

    prompts: tuple[NestedPrompt, ...]
    accepts: AcceptedInput
    action: str
    method: str = "POST"
    timeout: int = DEFAULT_TIMEOUT
    end_of_speech: float = END_OF_SPEECH
    max_speech: int = MAX_SPEECH
    partial_url: str | None = None
    partial_method: str = "POST"
    action_on_empty_result: bool = False
    barge_in: bool = True
    language: str | None = None
    answers: bool = True

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Without ``action`` the input goes to the address of the document itself."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        _check_recogniser(attributes)
        num_digits = attributes.whole("numDigits", 0, code=codes.GATHER_NUM_DIGITS)
        accepts = AcceptedInput(_input(attributes), num_digits or None, _finish_on_key(attributes))
        return cls(
            prompts=_prompts(element, page),
            accepts=accepts,
            action=attributes.url("action") or page.url,
            method=attributes.method(code=codes.GATHER_METHOD),
            timeout=_timeout(attributes),
            end_of_speech=_end_of_speech(attributes),
            max_speech=attributes.whole("maxSpeechTime", MAX_SPEECH, code=codes.GATHER_MAX_SPEECH_TIME),
            partial_url=attributes.url("partialResultCallback"),
            partial_method=attributes.method("partialResultCallbackMethod", code=codes.GATHER_PARTIAL_METHOD),
            action_on_empty_result=attributes.flag("actionOnEmptyResult", False, code=codes.GATHER_ACTION_ON_EMPTY),
            barge_in=attributes.flag("bargeIn", True, code=codes.GATHER_BARGE_IN),
            language=_language(attributes),
        )

    def run(self, call: CallControl) -> Steps[Goto | None]:
        """Listen while the prompts play and after them; the first key or word stops the prompts."""
        yield from call.tell(
            "gather",
            input=" ".join(self.accepts.input),
            num_digits=self.accepts.num_digits,
            finish_on_key=self.accepts.finish_on_key,
            timeout=self.timeout,
        )
        for index, prompt in enumerate(self.prompts, 1):
            heard = yield from play_prompt(call, prompt.playing(), self.accepts, index, self.barge_in)
            if heard:
                return (yield from self._listen(call, heard))
        return (yield from self._listen(call, None))

    def _listen(self, call: CallControl, heard: acts.Press | acts.Speak | None) -> Steps[Goto | None]:
        keys = ""
        if heard is None:
            heard = yield from self._next(call, keys)
        while True:
            match heard:
                case acts.Press(digits=digits):
                    taken, finish = self._take(keys, digits)
                    if self.timeout:  # without one, only keys that come at once are heard
                        yield from call.key(digits[:taken])
                    yield from call.pressed(digits[:taken])
                    if finish is not None:
                        if digits[taken:]:
                            yield from call.pressed(digits[taken:], lost=True)
                        return self._submit(keys + digits[: taken - len(finish)], finish)
                    keys += digits
                case acts.Speak():
                    return (yield from self._understand(call, heard))
                case None:
                    yield from call.tell("silence", seconds=self.timeout)
                    return self._submit(keys, "")
            heard = yield from self._next(call, keys)

    def _next(self, call: CallControl, keys: str) -> Steps[acts.Press | acts.Speak | None]:
        """The next thing that this gather can hear; None when the timeout has passed in silence."""
        left = float(self.timeout)
        while True:
            began = call.clock.elapsed()
            act = yield from call.ask(Moment("gather", "Gather", left, gather=self.accepts, keyed=len(keys)))
            match act:
                case None:
                    return None
                case acts.Press() if "dtmf" in self.accepts.input:
                    return act
                case acts.Speak() if "speech" in self.accepts.input and not keys:
                    return act
                case acts.Press(digits=digits):
                    yield from call.key(digits, left - act.after)
                    yield from call.pressed(digits, lost=True)
            left = max(left - (call.clock.elapsed() - began), 0.0)

    def _take(self, keys: str, digits: str) -> tuple[int, str | None]:
        """How many of ``digits`` go in, and the key that ended it: '' by their number, None when it goes on."""
        for count, key in enumerate(digits, 1):
            if key == self.accepts.finish_on_key:
                return count, key
            if len(keys) + count == self.accepts.num_digits:
                return count, ""
        return len(digits), None

    def _understand(self, call: CallControl, heard: acts.Speak) -> Steps[Goto | None]:
        text = mark(heard.text) if call.document.secret else heard.text
        confidence = CONFIDENCE if heard.confidence is None else heard.confidence
        yield from call.tell("speak", text=text, confidence=confidence)
        words = heard.text.split()
        seconds = min(voice.spoken(heard.text, self.language), float(self.max_speech))
        says = call.transcriptions.begin(
            INBOUND, heard.text, seconds, secret=call.concealed, confidence=heard.confidence
        )
        for count in range(1, len(words) + 1):
            yield from call.wait(seconds / len(words))
            if self.partial_url:
                yield from self._report(call, self.partial_url, " ".join(words[:count]), count - 1)
        call.transcriptions.end(says)
        if seconds < self.max_speech:
            yield from call.wait(self.end_of_speech)
        params = [("SpeechResult", heard.text), ("Confidence", str(confidence))]
        if self.language:
            params.append(("Language", self.language))
        return self._goto(tuple(params))

    def _report(self, call: CallControl, url: str, text: str, number: int) -> Steps[None]:
        """What has been understood so far; the last words may still change."""
        params = (("UnstableSpeechResult", text), ("Stability", STABILITY), ("SequenceNumber", str(number)))
        yield from call.callback(self.partial_method, url, params)

    def _submit(self, keys: str, finish: str) -> Goto | None:
        """Where the keys go. No keys at all fall through to the next verb, unless the document wants to know."""
        if not keys and not self.action_on_empty_result:
            return None
        if not keys and "dtmf" not in self.accepts.input:
            return self._goto((("SpeechResult", ""), ("Confidence", "0.0")))
        return self._goto((("Digits", keys), ("FinishedOnKey", finish)))

    def _goto(self, params: Params) -> Goto:
        return Goto(self.action, self.method, (("msg", "Gather End"), *params))


def _input(attributes: Attributes) -> tuple[str, ...]:
    written = (attributes.text("input") or "dtmf").replace(",", " ").lower().split()
    known = tuple(kind for kind in ("dtmf", "speech") if kind in written)
    if not known or set(written) - {"dtmf", "speech"}:
        attributes.wrong("input", "dtmf, speech or both", codes.GATHER_INPUT)
    return known or ("dtmf",)


def _check_recogniser(attributes: Attributes) -> None:
    """What only tunes the recogniser has no effect on a caller whose words are known, but may be written wrong."""
    hints = (attributes.text("hints") or "").split(",")
    if len(hints) > MAX_HINTS or any(len(hint.strip()) > MAX_HINT for hint in hints):
        attributes.wrong("hints", f"{MAX_HINTS} phrases of {MAX_HINT} characters at most", codes.GATHER_HINTS)
    model = attributes.text("speechModel")
    if model and not model.startswith(PROVIDERS) and model not in MODELS:
        attributes.wrong("speechModel", "one of the vendor's models", codes.GATHER_SPEECH_MODEL)
    attributes.flag("enhanced", False)
    attributes.flag("profanityFilter", True, code=codes.GATHER_PROFANITY_FILTER)


def _language(attributes: Attributes) -> str | None:
    """A provider's own model understands languages of its own, of which only the shape is looked at."""
    model = attributes.text("speechModel") or ""

    def is_taken(tag: str) -> bool:
        if model.startswith(PROVIDERS):
            return bool(re.fullmatch(r"[a-zA-Z]{2,5}(-[a-zA-Z0-9]{2,8})*", tag))
        return voices.is_gather_language(tag)

    return attributes.language(voices.GATHER_LANGUAGES, is_taken, codes.GATHER_LANGUAGE)


def _finish_on_key(attributes: Attributes) -> str:
    written = attributes.text("finishOnKey")
    if written is None:
        return "#"
    if written == "" or (len(written) == 1 and written in "0123456789*#"):
        return written
    attributes.wrong("finishOnKey", "one key, or nothing,", codes.GATHER_FINISH_ON_KEY)
    return "#"


def _timeout(attributes: Attributes) -> int:
    if (attributes.text("timeout") or "").lower() == "auto":
        return DEFAULT_TIMEOUT
    return attributes.whole("timeout", DEFAULT_TIMEOUT, least=0, code=codes.GATHER_TIMEOUT)


def _end_of_speech(attributes: Attributes) -> float:
    if (attributes.text("speechTimeout") or "auto").lower() == "auto":
        return END_OF_SPEECH
    return float(attributes.whole("speechTimeout", int(END_OF_SPEECH), code=codes.GATHER_SPEECH_TIMEOUT))


def _prompts(element: Element, page: Page) -> tuple[NestedPrompt, ...]:
    prompts = []
    page.no_text(element, "Put it into a <Say>.")
    for child in element.children:
        verb = PROMPTS.get(child.name)
        if verb is None:
            page.leave_out(child, element, "Put it before or after.", codes.GATHER_NESTED)
        else:
            prompts.append(verb.read(child, page))
            if verb is not say.Say:
                for inside in child.children:
                    page.leave_out(inside, child, "Put it before or after.")
    return tuple(prompts)
