"""Each field of a request, attribute of TwiML and key of a message has a kind, which decides how it is replaced.

A field that is not named here is taken for somebody's: the vendor sends new ones, and an app's own are anybody's guess.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "kept", "telephone", "name", "digits", "speech", "address", "sid", "text", "secret", "unknown"
]

KEPT: Final = frozenset(
    {
        "ApiVersion", "CallStatus", "Direction", "DialCallStatus", "DialCallDuration", "DialBridged", "QueueResult",
        "QueueTime", "QueuePosition", "AvgQueueTime", "CurrentQueueSize", "MaxQueueSize", "RecordingDuration",
        "RecordingStatus", "RecordingChannels", "RecordingTrack", "RecordingSource", "RecordingStartTime",
        "RecordingErrorCode", "RecordingType", "Timestamp", "SequenceNumber", "CallbackSource", "CallDuration",
        "Duration", "AnsweredBy", "MachineDetectionDuration", "ErrorCode", "Confidence", "Stability", "Language",
        "LanguageCode", "FinishedOnKey", "msg", "StatusCallbackEvent", "Muted", "Hold", "Coaching",
        "StartConferenceOnEnter", "EndConferenceOnExit", "ReasonConferenceEnded", "TranscriptionStatus",
        "TranscriptionEvent", "TranscriptionType", "Track", "Final", "PartialResults", "InboundTrackLabel",
        "OutboundTrackLabel", "StreamEvent", "StreamErrorCode", "SessionStatus", "SessionDuration", "StirVerstat",
        "StirStatus", "SmsStatus", "MessageStatus", "NumSegments", "NumMedia", "PaymentMethod", "PaymentCardType",
        "Result", "For", "Attempt", "ErrorType", "Required", "DialSipResponseCode", "ReferSipResponseCode",
        "ParticipantStatus", "SpeechActivity", "TranscriptionEngine", "ProviderName", "ProviderConfiguration",
        "ErrorMessage", "PayErrorCode", "PaymentError", "ConnectorError", "StreamError", "TranscriptionError",
        "TranscriptionErrorCode", "SequenceId",
    }
)  # fmt: skip
"""Words of the vendor's, numbers of seconds and moments."""

_KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("kept", r"(From|To|Caller|Called)Country"),
    ("telephone", r"From|To|Caller|Called|ForwardedFrom|CalledVia|ReferTransferTarget|WaId"),
    ("name", r"\w*(City|State|Zip)|CallerName|DisplayName|ProfileName"),
    ("digits", r"Digits|PaymentCardNumber|SecurityCode|ExpirationDate|PaymentCardPostalCode|Bank\w+"),
    ("speech", r"SpeechResult|(Uns|S)tableSpeechResult|Transcription(Text|Data)|Body|HandoffData"),
    ("sid", r"\w*Sid|SessionId|CallSid\w+|SmsMessageSid"),
    ("address", r"\w*Url\d*|Url\d+"),
    ("text", r"FriendlyName|ParticipantLabel|StreamName|Name|TranscriptionName"),
    ("secret", r"CallToken|StirPassportToken|AddOns|Payment(Token|ConfirmationCode)|ProfileId"),
    ("secret", r"Sip(CallId|SourceIp|Domain)"),
)  # fmt: skip

_FIELDS: Final = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)

SIGNED: Final = "x-twilio-signature"

HEADERS_KEPT: Final = frozenset(
    {
        "accept", "accept-encoding", "cache-control", "content-length", "content-type", "user-agent", "x-home-region",
        "x-forwarded-proto", "connection", "date", "server", "transfer-encoding", "vary", "upgrade",
        "sec-websocket-version", "sec-websocket-extensions", "sec-websocket-protocol", "expires", "last-modified",
        "etag",
    }
)  # fmt: skip
"""Headers whose values say nothing of anybody; of all others only the name is kept, or a cookie's name."""

FREE_ATTRIBUTES: Final = frozenset({"name", "label", "welcomeGreeting", "hints", "callerId", "to", "from"})
"""Attributes of TwiML in which an app writes what it likes."""

KEYED_ATTRIBUTES: Final = frozenset({"digits", "sendDigits"})

OF_PEOPLE: Final = frozenset({"Client", "Identity", "Sip", "Parameter", "WhatsApp", "Sim", "Task"})
"""Elements of TwiML whose text names people, and those that carry what the app knows of a call."""

NAMING: Final = frozenset({"Number", "Dial", "Queue", "Conference", "Enqueue", "Room", "Application", "ApplicationSid"})
"""Elements of TwiML whose text names something, and is not said."""

_MESSAGE_KEPT = frozenset(
    {
        "type", "event", "lang", "ttsLanguage", "transcriptionLanguage", "track", "tracks", "encoding", "sampleRate",
        "channels", "callType", "callStatus", "direction", "protocol", "version", "sequenceNumber", "chunk",
        "timestamp", "last", "interruptible", "preemptible", "loop", "bytes", "durationUntilInterruptMs", "ts", "value",
    }
)  # fmt: skip

_MESSAGE_KINDS: Final[dict[str, Kind]] = {
    "from": "telephone",
    "to": "telephone",
    "forwardedFrom": "telephone",
    "callerName": "name",
    "voicePrompt": "speech",
    "digit": "digits",
    "digits": "digits",
    "handoffData": "speech",
    "token": "text",
    "utteranceUntilInterrupt": "text",
    "description": "text",
    "name": "text",
    "source": "address",
}


def kind_of_field(name: str) -> Kind:
    """Return what the field ``name`` of a request holds."""
    if name in KEPT:
        return "kept"
    return next((kind for kind, pattern in _FIELDS if pattern.fullmatch(name)), "unknown")


def kind_of_key(name: str) -> Kind:
    """Return what the key ``name`` of a message over a websocket holds."""
    if name in _MESSAGE_KEPT:
        return "kept"
    return "sid" if name.endswith(("Sid", "sessionId")) else _MESSAGE_KINDS.get(name, "unknown")
