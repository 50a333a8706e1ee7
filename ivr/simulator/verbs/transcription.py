"""<Transcription> inside of <Start>: read, checked, and begun.

Source: Twilio's <Transcription> page, and the errors 32650 and 32655. What only tunes the recogniser is checked and
has no effect on words that are known; what would be stored with the vendor is not.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self
from urllib.parse import urlsplit

from ivr.simulator import codes
from ivr.simulator.attributes import Attributes, Page
from ivr.simulator.carrier import StatusCallback
from ivr.simulator.effects import Steps
from ivr.simulator.reader import Element
from ivr.simulator.verbs.call_control import CallControl
from ivr.simulator.verbs.transcriptions import BOTH, INBOUND, OUTBOUND, Transcriber
from value_class import value_class

TRACKS = (INBOUND, OUTBOUND, BOTH)

ENGINES = {
    "google": re.compile(r"telephony(_short)?|long|short|latest_(long|short)|chirp|medical_(conversation|dictation)"),
    "deepgram": re.compile(r"nova-[23](-[a-z]+)*"),
}
"""Who recognises speech, and how their models are called."""

MODELS = {"google": "telephony", "deepgram": "nova-2"}
"""The model of each where the document names none."""

LANGUAGE = re.compile(r"multi|[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*")

MAX_HINTS = 500

_FAILS = "The transcription does not begin: transcription-error is told."


@value_class
class StartedTranscription:
    """Transcribes the call from now on, until it is stopped by name or the call ends."""

    ATTRIBUTES: ClassVar[tuple[str, ...]] = (
        "conversationConfiguration", "conversationId", "enableAutomaticPunctuation", "enableProviderData", "hints",
        "inboundTrackLabel", "intelligenceService", "languageCode", "name", "outboundTrackLabel", "partialResults",
        "profanityFilter", "speechModel", "statusCallbackMethod", "statusCallbackUrl", "track", "transcriptionEngine",
    )  # fmt: skip

    transcriber: Transcriber

    @classmethod
    def read(cls, element: Element, page: Page) -> Self:
        """Read the attributes; one that is wrong makes the transcription fail."""
        attributes = Attributes(element, page, cls.ATTRIBUTES)
        for child in element.children:
            if child.name in {"Config", "Parameter"}:
                Attributes(child, page, ("name", "value"))
            else:
                page.leave_out(child, element, "Take it out.")
        fault = fault_of(dict(element.attributes))
        if fault:
            page.warn(codes.TRANSCRIPTION, element, fault, _FAILS, failure=True)
        return cls(transcriber_of(element.attributes, attributes.method("statusCallbackMethod"), fault))

    def start(self, call: CallControl) -> Steps[None]:
        """Begin, and tell it."""
        yield from call.transcriptions.start(self.transcriber)


def stop(call: CallControl, name: str) -> Steps[None]:
    """End the transcription of that name."""
    yield from call.transcriptions.stop(name)


def transcriber_of(written: dict[str, str], method: str = "POST", fault: str = "") -> Transcriber:
    """Return how a call is transcribed, by attributes of the document or parameters of the API that were looked at."""
    engine = (written.get("transcriptionEngine") or "google").lower()
    url = written.get("statusCallbackUrl")
    settings = {
        "profanityFilter": (written.get("profanityFilter") or "true").strip().lower(),
        "speechModel": written.get("speechModel") or MODELS.get(engine, ""),
        "enableAutomaticPunctuation": (written.get("enableAutomaticPunctuation") or "true").strip().lower(),
        "hints": written.get("hints") or "",
    }
    return Transcriber(
        name=written.get("name") or "",
        callback=StatusCallback(url, method) if url and _is_absolute(url) else None,
        track=(written.get("track") or BOTH).strip().lower(),
        language=written.get("languageCode") or "en-US",
        engine=engine,
        inbound_label=written.get("inboundTrackLabel") or "",
        outbound_label=written.get("outboundTrackLabel") or "",
        partial=(written.get("partialResults") or "").strip().lower() == "true",
        settings=tuple((name, value) for name, value in settings.items() if value),
        fault=fault,
    )


def fault_of(written: dict[str, str]) -> str:
    """Return what is wrong first with a transcription's attributes; nothing where nothing is."""
    engine = (written.get("transcriptionEngine") or "google").lower()
    model = written.get("speechModel")
    url = written.get("statusCallbackUrl")
    language = written.get("languageCode")
    if engine not in ENGINES:
        return f"takes {' or '.join(ENGINES)} as transcriptionEngine, not '{engine}'"
    if model and not ENGINES[engine].fullmatch(model):
        return f"takes a model of {engine}'s for real-time transcription as speechModel, not '{model}'"
    if (written.get("track") or BOTH).strip().lower() not in TRACKS:
        return f"takes {', '.join(TRACKS)} as track, not '{written['track']}'"
    if language and not LANGUAGE.fullmatch(language):
        return f"takes a language with its country, such as pt-BR, as languageCode, not '{language}'"
    if url is not None and not _is_absolute(url):
        return f"takes a whole address as statusCallbackUrl, not '{url}'"
    for name in ("partialResults", "profanityFilter", "enableAutomaticPunctuation", "enableProviderData"):
        if (written.get(name) or "true").strip().lower() not in {"true", "false"}:
            return f"takes true or false as {name}, not '{written[name]}'"
    for name in ("inboundTrackLabel", "outboundTrackLabel"):
        if not re.fullmatch(r"[\w -]*", written.get(name) or ""):
            return f"takes letters and digits as {name}, not '{written[name]}'"
    if len((written.get("hints") or "").split(",")) > MAX_HINTS:
        return f"takes {MAX_HINTS} phrases at most as hints"
    return ""


def _is_absolute(url: str) -> bool:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return False
    return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
