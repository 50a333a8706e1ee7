"""The messages of ConversationRelay: those of an application are read and checked here, those to it are written.

Source: Twilio's page on the messages of ConversationRelay's websocket; ``info`` as applications that ask for it by
``events`` have told it. What is not as the page says is invalid as a whole, and does nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from value_class import value_class

INTERRUPTIONS = ("none", "dtmf", "speech", "any")
"""What a caller may cut an agent's speech short with."""

TONES = frozenset("0123456789w#*")

MOST_LOOPS = 1000
"""How often a sound is played that is to be played for ever (0)."""

QUOTED = 300
"""Characters of an invalid message that are quoted back."""


class InvalidMessageError(Exception):
    """An application's message is not one that the vendor takes; the text says why."""


@value_class
class TextToken:
    """A piece of what the agent says; ``last`` ends the answer. None where the message leaves it to the session."""

    token: str = field(repr=False)
    last: bool = False
    language: str | None = None
    interruptible: str | None = None
    preemptible: bool | None = None


@value_class
class MediaToPlay:
    """A sound to be played ``loop`` times."""

    source: str
    loop: int = 1
    interruptible: str | None = None
    preemptible: bool | None = None


@value_class
class DigitsToSend:
    """Keys to be played to the caller's end as tones; ``w`` waits half a second."""

    digits: str = field(repr=False)


@value_class
class LanguageSwitch:
    """The languages in which is spoken and heard from now on; None leaves one as it is."""

    spoken: str | None
    heard: str | None


@value_class
class SessionEnd:
    """The agent gives the caller back; ``handoff`` is what the action is told, verbatim."""

    handoff: str | None = field(default=None, repr=False)


AgentMessage: TypeAlias = TextToken | MediaToPlay | DigitsToSend | LanguageSwitch | SessionEnd


def read_message(message: str | bytes) -> AgentMessage:
    """The message that an application has sent; raises InvalidMessageError for any other."""
    if isinstance(message, bytes):
        raise InvalidMessageError("it is bytes; send JSON as text")
    try:
        written = json.loads(message)
    except (ValueError, RecursionError):
        raise InvalidMessageError("it is no JSON") from None
    if not isinstance(written, dict):
        raise InvalidMessageError("it is no JSON object")
    kind = written.get("type")
    if kind is None:
        raise InvalidMessageError("it has no 'type'")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise InvalidMessageError(f"it has an unknown 'type' (known: {', '.join(_READERS)})")
    return reader(_Fields(kind, written))


class _Fields:
    """The fields of one message, by their types."""

    def __init__(self, kind: str, written: Mapping[str, Any]) -> None:
        self._kind = kind
        self._written = written

    def text(self, name: str) -> str | None:
        value = self._written.get(name)
        if value is not None and not isinstance(value, str):
            raise InvalidMessageError(f"'{name}' of '{self._kind}' is no string")
        return value

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise InvalidMessageError(f"'{self._kind}' has no '{name}'")
        return value

    def flag(self, name: str) -> bool | None:
        value = self._written.get(name)
        if value is not None and not isinstance(value, bool):
            raise InvalidMessageError(f"'{name}' of '{self._kind}' is neither true nor false")
        return value

    def whole(self, name: str, default: int) -> int:
        value = self._written.get(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise InvalidMessageError(f"'{name}' of '{self._kind}' is no whole number from 0")
        return value

    def interruptible(self) -> str | None:
        value = self._written.get("interruptible")
        if isinstance(value, bool):
            return "any" if value else "none"
        if value is not None and value not in INTERRUPTIONS:
            raise InvalidMessageError(f"'interruptible' of '{self._kind}' is none of true, false, {_listed()}")
        return value


def _listed() -> str:
    return ", ".join(INTERRUPTIONS)


def _text(fields: _Fields) -> TextToken:
    return TextToken(
        fields.required("token"),
        bool(fields.flag("last")),
        fields.text("lang"),
        fields.interruptible(),
        fields.flag("preemptible"),
    )


def _play(fields: _Fields) -> MediaToPlay:
    loop = fields.whole("loop", 1) or MOST_LOOPS
    source = fields.required("source")
    try:
        parts = urlsplit(source)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        valid = False
    if not valid:
        raise InvalidMessageError("'source' of 'play' is no http:// or https:// address")
    return MediaToPlay(source, loop, fields.interruptible(), fields.flag("preemptible"))


def _digits(fields: _Fields) -> DigitsToSend:
    digits = fields.required("digits")
    if not digits or set(digits) - TONES:
        raise InvalidMessageError("'digits' of 'sendDigits' are other than 0-9 w # *")
    return DigitsToSend(digits)


def _language(fields: _Fields) -> LanguageSwitch:
    switch = LanguageSwitch(fields.text("ttsLanguage"), fields.text("transcriptionLanguage"))
    if switch.spoken is None and switch.heard is None:
        raise InvalidMessageError("'language' has neither 'ttsLanguage' nor 'transcriptionLanguage'")
    return switch


def _end(fields: _Fields) -> SessionEnd:
    return SessionEnd(fields.text("handoffData"))


_READERS: dict[str, Callable[[_Fields], AgentMessage]] = {
    "text": _text,
    "play": _play,
    "sendDigits": _digits,
    "language": _language,
    "end": _end,
}


def written(kind: str, **fields: Any) -> dict[str, Any]:
    """A message to the application."""
    return {"type": kind, **fields}


def setup_fields(params: Mapping[str, str], session: str, custom: Mapping[str, str]) -> dict[str, Any]:
    """The first message of a session, of a call with ``params``; ``custom`` are the document's parameters."""
    inbound = params["Direction"] == "inbound"
    return {
        "sessionId": session,
        "accountSid": params["AccountSid"],
        "parentCallSid": params.get("ParentCallSid", ""),
        "callSid": params["CallSid"],
        "from": params["From"],
        "to": params["To"],
        "forwardedFrom": params.get("ForwardedFrom", ""),
        "callType": "PSTN",
        "callerName": params.get("CallerName", ""),
        "direction": params["Direction"],
        "callStatus": "RINGING" if inbound else params["CallStatus"].upper(),
        "customParameters": dict(custom),
    }


def quoted(message: str | bytes) -> str:
    """The message as an error quotes it."""
    text = repr(message) if isinstance(message, bytes) else message
    return text if len(text) <= QUOTED else f"{text[:QUOTED]}…"
