"""The messages of a media stream, as the carrier writes them and as it reads them.

Source: Twilio's page on the websocket messages of Media Streams. Every number is a string; ``connected`` has neither a
sequence number nor the stream's identifier, and all others count on in one sequence. The chunks of each track count
from 1, and their time is that of their beginning, in milliseconds since the stream began.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final, TypeAlias

from ivr.simulator.streaming.frames import FRAME_MS
from value_class import value_class

PROTOCOL: Final = "Call"
VERSION: Final = "1.0.0"
MEDIA_FORMAT: Final = {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}


class StreamMessages:
    """Writes the messages of one stream, and counts them."""

    def __init__(self, stream_sid: str) -> None:
        self._stream_sid = stream_sid
        self._sequence = 0
        self._chunks: dict[str, int] = {}

    @staticmethod
    def connected() -> str:
        """Return the first message, which names the protocol."""
        return json.dumps({"event": "connected", "protocol": PROTOCOL, "version": VERSION})

    def start(
        self, account_sid: str, call_sid: str, tracks: tuple[str, ...], parameters: tuple[tuple[str, str], ...]
    ) -> str:
        """Return the message that tells what the stream is of."""
        return self._numbered(
            "start",
            {
                "accountSid": account_sid,
                "streamSid": self._stream_sid,
                "callSid": call_sid,
                "tracks": list(tracks),
                "mediaFormat": MEDIA_FORMAT,
                "customParameters": dict(parameters),
            },
        )

    def media(self, track: str, sound: bytes) -> str:
        """Return the next frame of ``track``."""
        chunk = self._chunks[track] = self._chunks.get(track, 0) + 1
        self._sequence += 1
        # Fifty of them a second and stream: what never needs to be escaped is not.
        return (
            f'{{"event": "media", "sequenceNumber": "{self._sequence}", "media": {{"track": "{track}", "chunk":'
            f' "{chunk}", "timestamp": "{(chunk - 1) * FRAME_MS}", "payload":'
            f' "{base64.b64encode(sound).decode("ascii")}"}}, "streamSid": "{self._stream_sid}"}}'
        )

    def dtmf(self, digit: str) -> str:
        """Return that the caller pressed a key."""
        return self._numbered("dtmf", {"track": "inbound_track", "digit": digit})

    def mark(self, name: str) -> str:
        """Return that the sound before the mark was played, or cleared."""
        return self._numbered("mark", {"name": name})

    def stop(self, account_sid: str, call_sid: str) -> str:
        """Return the last message."""
        return self._numbered("stop", {"accountSid": account_sid, "callSid": call_sid})

    def _numbered(self, event: str, details: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps(
            {
                "event": event,
                "sequenceNumber": str(self._sequence),
                event: details,
                "streamSid": self._stream_sid,
            }
        )


@value_class
class AppSound:
    """The application has ``sound`` played."""

    sound: bytes


@value_class
class AppMark:
    """The application wants to hear when what it sent before was played; without a ``name`` it hears nothing."""

    name: str | None


@value_class
class AppClear:
    """The application has what is not played yet thrown away."""


@value_class
class BadMessage:
    """A message that is none of the protocol's; ``why`` says so in a few words."""

    why: str


AppMessage: TypeAlias = AppSound | AppMark | AppClear | BadMessage

_KEYS: Final = {
    "media": {"event", "streamSid", "media"},
    "mark": {"event", "streamSid", "mark"},
    "clear": {"event", "streamSid"},
}


def read_message(text: str, stream_sid: str) -> AppMessage:
    """Read what an application sent into the stream ``stream_sid``."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return BadMessage("it is no JSON")
    if not isinstance(message, dict):
        return BadMessage("it is no object of JSON")
    event = message.get("event")
    if not isinstance(event, str) or event not in _KEYS:
        known = " or ".join(_KEYS)
        return BadMessage(f"its event is {json.dumps(event)[:40]}; it takes {known}")
    if message.get("streamSid") != stream_sid:
        return BadMessage(
            "its streamSid is not that of the stream" if message.get("streamSid") else "it lacks streamSid"
        )
    if more := sorted(message.keys() - _KEYS[event]):
        return BadMessage(f"it has a field too many: {more[0][:40]}")
    match event:
        case "media":
            return _sound(message.get("media"))
        case "mark":
            return _mark(message.get("mark"))
    return AppClear()


def _sound(media: object) -> AppMessage:
    payload = media.get("payload") if isinstance(media, dict) else None
    if not isinstance(payload, str):
        return BadMessage("it lacks media.payload")
    try:
        sound = base64.b64decode(payload, validate=True)
    except (binascii.Error, ValueError):
        return BadMessage("media.payload is no base64")
    if sound[:4] == b"RIFF" or sound[:3] == b"ID3":
        return BadMessage("media.payload has the head of a file; it holds µ-law only")
    return AppSound(sound)


def _mark(mark: object) -> AppMessage:
    name = mark.get("name") if isinstance(mark, dict) else None
    return AppMark(name if isinstance(name, str) and name else None)
