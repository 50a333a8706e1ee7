"""<ConversationRelay>: hands the caller to an AI agent of the application's, which sends and gets text by a websocket.

Sources: Twilio's pages on <ConversationRelay>, on the messages of its websocket and on what the action is told; where
only applications tell a name or a value, ``relay_messages`` and ``relay_session`` say so. No voice is made and nothing
is recognised: what tunes either is checked, and changes nothing.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.effects import Steps
from ivr.simulator.parameters import mark
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.connect_outcome import ConnectOutcome
from ivr.simulator.verbs.relay_messages import INTERRUPTIONS
from ivr.simulator.verbs.relay_session import RelaySession, SessionOutcome
from ivr.simulator.verbs.relay_terms import RelayTerms
from ivr.simulator.verbs.relay_wire import RelayWire
from ivr.simulator.verbs.websocket_address import read_address, shown_address
from value_class import value_class

LANGUAGE_ATTRIBUTES = (
    "asrSmartFormat", "code", "hints", "speechModel", "transcriptionLanguage", "transcriptionProvider", "ttsLanguage",
    "ttsLanguageTextNormalization", "ttsProvider", "ttsTextNormalization", "voice",
)  # fmt: skip

SENSITIVITIES = ("high", "medium", "low")
EVENTS = ("speaker-events", "tokens-played")
TTS_PROVIDERS = ("Google", "Amazon", "ElevenLabs")
TRANSCRIPTION_PROVIDERS = ("Google", "Deepgram")

DEFAULT_LANGUAGE = "en-US"

_SCHEMA = codes.SCHEMA_WARNING
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*|multi")


@value_class
class ConversationRelay:
    """Connects to ``url`` on the ``terms`` of the document; None where no address is written that can be dialled."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "applicationReconnect", "asrSmartFormat", "backgroundNoiseReduction", "conversationConfiguration",
        "conversationId", "customerName", "debug", "deepgramSmartFormat", "dtmfDetection", "eagerEotThreshold",
        "echoPromptFiltering", "elevenlabsLanguageTextNormalization", "elevenlabsTextNormalization", "eotThreshold",
        "events", "hints", "ignoreBackchannel", "includeInPrompt", "intelligenceService", "interruptSensitivity",
        "interruptible", "language", "partialPromptOnHangup", "partialPrompts", "preemptible", "profanityFilter",
        "reportInputDuringAgentSpeech", "speechModel", "speechTimeout", "transcriptionLanguage",
        "transcriptionProvider", "ttsLanguage", "ttsLanguageTextNormalization", "ttsProvider", "ttsTextNormalization",
        "turnDetection", "url", "voice", "welcomeGreeting", "welcomeGreetingInterruptible",
    )  # fmt: skip

    url: str | None
    terms: RelayTerms
    line: int = 0

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """The terms as they are written; a wrong one is warned of, and its default stands."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        page.no_text(element, "Take it out: what is said comes by the websocket.")
        _check_providers(attributes)
        language = _language(attributes, "language") or DEFAULT_LANGUAGE
        spoken, heard = _language(attributes, "ttsLanguage"), _language(attributes, "transcriptionLanguage")
        parameters: dict[str, str] = {}
        for child in element.children:
            match child.name:
                case "Parameter":
                    parameters |= _parameter(child, page)
                case "Language":
                    _check_language(child, page)
                case _:
                    page.leave_out(child, element, "It holds <Language> and <Parameter>.")
        terms = RelayTerms(
            greeting=attributes.text("welcomeGreeting") or "",
            greeting_interruptible=_interruption(attributes, "welcomeGreetingInterruptible", "any"),
            interruptible=_interruption(attributes, "interruptible", "any"),
            reported=_interruption(attributes, "reportInputDuringAgentSpeech", "none"),
            preemptible=attributes.flag("preemptible", False),
            dtmf=attributes.flag("dtmfDetection", False),
            partial=attributes.flag("partialPrompts", False),
            sensitivity=attributes.choice("interruptSensitivity", "high", SENSITIVITIES),
            ignores_backchannel=attributes.flag("ignoreBackchannel", False),
            events=_events(attributes),
            spoken_language=spoken or language,
            heard_language=heard or language,
            end_of_speech=_end_of_speech(attributes),
            parameters=tuple(parameters.items()),
        )
        return cls(read_address(attributes, _SCHEMA), terms, element.line or 0)

    def run(self, call: CallControl) -> Steps[ConnectOutcome]:
        """Keep the caller until the websocket is closed."""
        began = call.clock.elapsed()
        session = call.sids.next("VX")
        address = shown_address(self.url) if self.url else ""
        event = yield from call.tell("relay", url=address, session=session, status=None)
        wire = yield from RelayWire.open(call, self.url)
        outcome = SessionOutcome("failed", error=codes.RELAY_UNREACHABLE)
        if wire is not None:
            outcome = yield from RelaySession(call, self.terms, wire).run(session)
        seconds = call.clock.elapsed() - began
        event.details |= {"status": outcome.status, "seconds": round(seconds, 2)}
        params = [("SessionId", session), ("SessionStatus", outcome.status), ("SessionDuration", str(int(seconds)))]
        if outcome.handoff is not None:
            event.details["handoff"] = mark(outcome.handoff) if call.concealed else outcome.handoff
            params.append(("HandoffData", outcome.handoff))
        if outcome.error is not None:
            event.details["error"] = outcome.error
            params += [("ErrorCode", str(outcome.error)), ("ErrorMessage", codes.NAMES[outcome.error])]
        return ConnectOutcome(tuple(params), outcome.ended)


def _interruption(attributes: Attributes, name: str, default: str) -> str:
    """``true`` is any and ``false`` none."""
    chosen = attributes.choice(name, default, (*INTERRUPTIONS, "true", "false"))
    return {"true": "any", "false": "none"}.get(chosen, chosen)


def _language(attributes: Attributes, name: str) -> str | None:
    written = attributes.text(name)
    if written is None or _LANGUAGE.fullmatch(written.strip()):
        return written and written.strip()
    attributes.wrong(name, "a language with its country, such as pt-BR,")
    return None


def _check_providers(attributes: Attributes) -> None:
    """What only tunes voice and recognition has no effect here, but may be written wrong."""
    attributes.choice("ttsProvider", "", TTS_PROVIDERS)
    attributes.choice("transcriptionProvider", "", TRANSCRIPTION_PROVIDERS)
    attributes.choice("elevenlabsTextNormalization", "", ("on", "auto", "off"))
    for name in ("deepgramSmartFormat", "profanityFilter"):
        attributes.flag(name, True)
    threshold = attributes.text("eotThreshold")
    if threshold is not None and not re.fullmatch(r"0?\.[0-9]+|1(\.0+)?|0", threshold.strip()):
        attributes.wrong("eotThreshold", "a number from 0 to 1")


def _end_of_speech(attributes: Attributes) -> float | None:
    """Seconds of silence that end the caller's speech; None: as the recogniser finds."""
    if (attributes.text("speechTimeout") or "auto").strip().lower() == "auto":
        return None
    return attributes.whole("speechTimeout", 0) / 1000 or None


def _events(attributes: Attributes) -> frozenset[str]:
    written = (attributes.text("events") or "").replace(",", " ").split()
    if set(written) - set(EVENTS):
        attributes.wrong("events", f"{' or '.join(EVENTS)} (with blanks between them)")
    return frozenset(written) & frozenset(EVENTS)


def _parameter(element: Element, page: Page) -> dict[str, str]:
    attributes = Attributes(element, page, ("name", "value"))
    name = attributes.text("name")
    if not name:
        attributes.wrong("name", "the name of a parameter", remedy="It is left out.")
        return {}
    return {name: attributes.text("value") or ""}


def _check_language(element: Element, page: Page) -> None:
    attributes = Attributes(element, page, LANGUAGE_ATTRIBUTES)
    if not attributes.text("code"):
        attributes.wrong("code", "a language with its country, such as pt-BR,", remedy="It is left out.")
    for name in ("code", "ttsLanguage", "transcriptionLanguage"):
        _language(attributes, name)
    attributes.choice("ttsProvider", "", TTS_PROVIDERS)
    attributes.choice("transcriptionProvider", "", TRANSCRIPTION_PROVIDERS)
