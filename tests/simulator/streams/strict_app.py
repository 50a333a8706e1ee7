"""A strict application of media streams: it notes whatever the carrier sends, and behaves as the path says.

What it notes is held against the vendor's documents by ``check_messages``: which messages come in which order, with
which fields, every number a string.
"""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from twilio.request_validator import RequestValidator
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from ivr.simulator.streaming.frames import FRAME_BYTES, FRAME_SECONDS, tone

NAME = "media.example.com"
"""The application's public name, which a tunnel leads to it."""

SOUND = tone(0.3) + b"\x10\x90\x55" * 7
"""What it plays: not a whole number of frames."""


@dataclass
class Session:
    """One stream as the application saw it: when and what came, and who asked."""

    path: str
    headers: dict[str, str]
    connection: ServerConnection
    came: list[tuple[float, dict[str, Any]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    code: int | None = None
    sent: dict[str, float] = field(default_factory=dict)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for _, message in self.came]

    @property
    def stream_sid(self) -> str:
        sid: str = self.messages[1]["streamSid"]
        return sid

    def of(self, event: str) -> list[dict[str, Any]]:
        return [message for message in self.messages if message["event"] == event]

    def when(self, event: str, name: str) -> float:
        return next(at for at, one in self.came if one["event"] == event and one[event].get("name") == name)

    def heard(self, track: str = "inbound") -> bytes:
        """All the sound that came on ``track``."""
        media = [message["media"] for message in self.of("media")]
        return b"".join(base64.b64decode(one["payload"]) for one in media if one["track"] == track)

    def send(self, event: str, **details: Any) -> None:
        self.sent.setdefault(event, time.monotonic())
        self.connection.send(json.dumps({"event": event, "streamSid": self.stream_sid, **details}))

    def play(self, sound: bytes, piece: int = 4000) -> None:
        """Send the sound at once, in pieces of any size."""
        for at in range(0, len(sound), piece):
            self.send("media", media={"payload": base64.b64encode(sound[at : at + piece]).decode()})

    def mark(self, name: str) -> None:
        self.sent[name] = time.monotonic()
        self.send("mark", mark={"name": name})


Behaviour = Callable[[Session, dict[str, Any]], None]


@dataclass
class StreamApp:
    """The application: its sessions by path, and how it behaves at each."""

    behaviours: dict[str, Behaviour]
    sessions: list[Session] = field(default_factory=list)
    port: int = 0
    came: threading.Condition = field(default_factory=threading.Condition)

    @property
    def tunnel(self) -> dict[str, str]:
        return {NAME: f"127.0.0.1:{self.port}"}

    def url(self, path: str) -> str:
        return f"wss://{NAME}/{path}"

    def at(self, path: str) -> list[Session]:
        """Return the sessions at ``path``, each of which has ended."""
        found = [one for one in self.sessions if one.path == f"/{path}"]
        assert all(one.ended.wait(5) for one in found)
        return found

    def since(self, number: int) -> list[Session]:
        """Return the sessions after the first ``number``, of which one at least has come or is about to."""
        with self.came:
            assert self.came.wait_for(lambda: len(self.sessions) > number, 5)
        return self.sessions[number:]

    def handle(self, connection: ServerConnection) -> None:
        assert connection.request
        session = Session(connection.request.path, dict(connection.request.headers.raw_items()), connection)
        with self.came:
            self.sessions.append(session)
            self.came.notify_all()
        behave = self.behaviours.get(session.path.lstrip("/"), listen)
        try:
            for text in connection:
                session.came.append((time.monotonic(), json.loads(text)))
                behave(session, session.came[-1][1])
        except (ConnectionClosed, OSError):
            pass
        finally:
            session.code = connection.close_code
            session.ended.set()


def listen(session: Session, message: dict[str, Any]) -> None:
    """Say nothing."""


def _refuse(connection: ServerConnection, request: Request) -> Response | None:
    return Response(404, "Not Found", Headers()) if request.path == "/nowhere" else None


@contextmanager
def served(behaviours: dict[str, Behaviour]) -> Iterator[StreamApp]:
    """Serve the application on the loopback."""
    app = StreamApp(behaviours)
    quiet = logging.Logger("quiet", logging.CRITICAL)
    with serve(app.handle, "127.0.0.1", 0, process_request=_refuse, logger=quiet, max_queue=None) as server:
        app.port = server.socket.getsockname()[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield app
        server.shutdown()
        thread.join()


def check_handshake(session: Session) -> None:
    """The handshake is signed over the wss:// address, and tells what a tunnel tells."""
    url = f"wss://{NAME}{session.path}"
    assert RequestValidator(DEMO_TOKEN).validate(url, {}, session.headers["X-Twilio-Signature"])
    assert session.headers["Host"] == NAME
    assert session.headers["X-Forwarded-Proto"] == "https"


def check_messages(session: Session, call_sid: str, tracks: list[str], parameters: dict[str, str]) -> None:
    """Everything that was sent is what the vendor documents, to the type of each value."""
    connected, start, *rest = session.messages
    assert connected == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    sid = start["streamSid"]
    assert sid.startswith("MZ")
    assert len(sid) == 34
    assert start == {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": sid,
        "start": {
            "accountSid": DEMO_ACCOUNT,
            "callSid": call_sid,
            "streamSid": sid,
            "tracks": tracks,
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": parameters,
        },
    }
    chunks = dict.fromkeys(tracks, 0)
    for number, message in enumerate(rest, start=2):
        assert (message["sequenceNumber"], message["streamSid"]) == (str(number), sid)
        body = message[message["event"]]
        assert set(message) == {"event", "sequenceNumber", "streamSid", message["event"]}
        match message["event"]:
            case "media":
                track = body["track"]
                chunks[track] += 1
                assert set(body) == {"track", "chunk", "timestamp", "payload"}
                assert body["chunk"] == str(chunks[track])
                assert body["timestamp"] == str((chunks[track] - 1) * 20)
                assert len(base64.b64decode(body["payload"], validate=True)) == FRAME_BYTES
            case "dtmf":
                assert set(body) == {"track", "digit"}
                assert body["track"] == "inbound_track"
                assert body["digit"] in "0123456789*#"
            case "mark":
                assert set(body) == {"name"}
            case "stop":
                assert body == {"accountSid": DEMO_ACCOUNT, "callSid": call_sid}
                assert message is rest[-1]
            case other:
                raise AssertionError(other)
    assert len(set(chunks.values())) == 1, "each track has as many frames"


def check_pace(session: Session, pace: float) -> None:
    """Frames come in real time: none early, and as many as there was time for."""
    times = [at for at, message in session.came if message["event"] == "media"]
    took, due = times[-1] - times[0], (len(times) - 1) * FRAME_SECONDS / pace
    assert took >= due - 0.05, "frames come no faster than they are spoken"


def drop(session: Session) -> None:
    """Break the connection off."""
    session.connection.socket.shutdown(socket.SHUT_RDWR)
