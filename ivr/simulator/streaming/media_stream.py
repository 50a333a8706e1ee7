"""A media stream sends the sound of a call to an application and plays what comes back, in real time, beside the call.

It runs in a thread of its own, so that a frame goes out each 20 ms whatever the call is at: a webhook that is slow to
answer, or other calls of this process. The call leaves word (``say``, ``press``, ``stop`` ...) and takes the news; all
that is shared is queues. What is lost of the time is made up for: late frames follow at once, as on a line that was
held up.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Final

from ivr.simulator import codes
from ivr.simulator.sockets import LOST, NORMAL, ClosedSocket, Socket, SocketTransport
from ivr.simulator.streaming.frames import FRAME_BYTES, FRAME_SECONDS, QUIET, RATE, hum, padded
from ivr.simulator.streaming.playback import Playback
from ivr.simulator.streaming.stream_messages import (
    AppClear,
    AppMark,
    AppSound,
    BadMessage,
    StreamMessages,
    read_message,
)
from ivr.simulator.streaming.stream_news import (
    BadlySent,
    Cleared,
    HeardStream,
    MarkPlayed,
    NotOpened,
    Opened,
    SoundBegan,
    SoundEnded,
    StreamClosed,
    StreamNews,
)
from ivr.simulator.streaming.stream_plan import INBOUND, StreamPlan
from ivr.simulator.transports import TransportError

GAP: Final = 5
"""Frames without sound after which the application's sound has ended; fewer are a hitch of the network."""

MOST_AT_ONCE: Final = 100
"""Messages that are taken before the next frame goes out, however many wait."""

KEPT: Final = 60 * 60 * 8000
"""Bytes that are kept of what the application played: an hour."""


class MediaStream:
    """One stream of ``plan``, from ``start`` until it ``is_over``.

    ``kept`` is what the caller heard of the application, as µ-law, with the silence between.
    """

    def __init__(self, plan: StreamPlan, sockets: SocketTransport) -> None:
        self.plan = plan
        self.kept = bytearray()
        self.heard = HeardStream()
        self.news: deque[StreamNews] = deque()
        self.saying: deque[bytes] = deque()
        self._sockets = sockets
        self._messages = StreamMessages(plan.stream_sid)
        self._playback = Playback()
        self._keys: deque[str] = deque()
        self._line_sounds = False
        self._stopping = threading.Event()
        self._frames = 0
        self._received = 0
        self._warned: set[int] = set()
        self._stretch: tuple[int, int] | None = None
        """The frames in which the present sound of the application began and was last played."""
        self._last = 0
        self._played = 0
        self._thread = threading.Thread(target=self._run, name=f"stream {plan.stream_sid}", daemon=True)

    def start(self) -> None:
        """Open the websocket and begin."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Return whether nothing more will come of it."""
        return not self._thread.is_alive()

    # What the call leaves word of

    def say(self, sound: bytes) -> None:
        """Let the caller make ``sound``, once what the caller says already is over."""
        self.saying.append(sound)

    def press(self, digits: str) -> None:
        """Let the application hear of the caller's keys."""
        self._keys.extend(digits)

    def line_sounds(self, *, sounds: bool) -> None:
        """Say whether the line plays something to the caller now: the outbound track."""
        self._line_sounds = sounds

    def stop(self) -> None:
        """Tell the application that the stream is over, and close the websocket; ``is_over`` follows."""
        self._stopping.set()

    # In its own thread

    def _run(self) -> None:
        try:
            if self.plan.slow:
                self._stopping.wait(self.plan.slow / self.plan.pace)
            socket = self._sockets.open(self.plan.handshake, self.plan.timeout)
        except TransportError as error:
            self.news.append(NotOpened(error.cause, error.reason))
            return
        self.news.append(Opened())
        plan = self.plan
        socket.send(self._messages.connected())
        socket.send(self._messages.start(plan.account_sid, plan.call_sid, plan.tracks, plan.parameters))
        closed = self._stream(socket)
        self._end_stretch()
        self.news.append(closed)

    def _stream(self, socket: Socket) -> StreamClosed:
        """Send and take until either end is through."""
        plan, began = self.plan, time.monotonic()
        while True:
            due = self._due() / plan.pace
            left = began + due - time.monotonic()
            if plan.slow and left > 0:
                self._stopping.wait(left)
                left = 0.0
            for _ in range(MOST_AT_ONCE):
                message = socket.receive(max(left, 0.0))
                if message is None:
                    break
                if isinstance(message, ClosedSocket):
                    return _closed(message)
                self._take(socket, message)
                left = min(left, began + due - time.monotonic())
            if self._stopping.is_set():
                socket.send(self._messages.stop(plan.account_sid, plan.call_sid))
                socket.close(NORMAL)
                return StreamClosed("call", NORMAL)
            if plan.breaks and self._frames * FRAME_SECONDS >= plan.breaks:
                socket.close(LOST)
                return StreamClosed("fault", LOST, "the script lets the connection break")
            if began + due <= time.monotonic():
                self._frame(socket)

    def _due(self) -> float:
        """Seconds into the stream at which the next frame is due; a slow network lets them through in bursts."""
        due = (self._frames + 1) * FRAME_SECONDS
        slow = self.plan.slow
        return due if not slow else -(-due // slow) * slow

    def _frame(self, socket: Socket) -> None:
        """Let 20 ms pass: play, tell marks and keys, and send a frame of each track."""
        self._frames += 1
        while self._keys:
            socket.send(self._messages.dtmf(self._keys.popleft()))
        if self.plan.two_way:
            sound, marks = self._playback.take()
            self._keep(sound)
            for name in marks:
                self._tell_mark(socket, name)
        self._note()
        for track in self.plan.tracks:
            socket.send(self._messages.media(track, self._caller() if track == INBOUND else self._line()))

    def _keep(self, sound: bytes) -> None:
        """Keep what the caller hears in the present frame, and how the stream stands after it."""
        if len(self.kept) < KEPT:
            self.kept += padded(sound)
        if sound:
            if self._stretch is None:
                self.news.append(SoundBegan())
                self._stretch = self._frames, self._frames
            self._stretch = self._stretch[0], self._frames
            self._played += len(sound)
            self._last = self._frames
        elif self._stretch and self._frames - self._last > GAP:
            self._end_stretch()

    def _end_stretch(self) -> None:
        if self._stretch:
            first, last = self._stretch
            self._stretch = None
            self.news.append(SoundEnded(round((last - first + 1) * FRAME_SECONDS, 2)))

    def _note(self) -> None:
        """Let the people in the call see how the stream stands."""
        silent = (self._frames - self._last) * FRAME_SECONDS
        self.heard = HeardStream(self._frames * FRAME_SECONDS, self._played / RATE, silent)

    def _caller(self) -> bytes:
        """The caller's next 20 ms."""
        frame = b""
        while self.saying and len(frame) < FRAME_BYTES:
            first = self.saying.popleft()
            taken = FRAME_BYTES - len(frame)
            frame += first[:taken]
            if len(first) > taken:
                self.saying.appendleft(first[taken:])
        return padded(frame)

    def _line(self) -> bytes:
        return hum() if self._line_sounds else QUIET * FRAME_BYTES

    def _tell_mark(self, socket: Socket, name: str, *, cleared: bool = False) -> None:
        socket.send(self._messages.mark(name))
        self.news.append(MarkPlayed(name, cleared))

    def _take(self, socket: Socket, message: str | bytes) -> None:
        """Take one message of the application's."""
        self._received += 1
        if isinstance(message, bytes):
            self._warn(codes.STREAM_PROTOCOL, "it is binary; messages are texts of JSON")
            return
        if not self.plan.two_way:
            self._warn(codes.STREAM_PROTOCOL, "nothing is taken from a stream that goes one way")
            return
        match read_message(message, self.plan.stream_sid):
            case AppSound(sound):
                self._playback.add(sound)
                if self._playback.full:
                    self._warn(codes.STREAM_BUFFER, "more than ten minutes of sound wait to be played")
            case AppMark(name=None):
                self._warn(codes.STREAM_MESSAGE, "its mark has no name, so that no answer comes", harmless=True)
            case AppMark(name=name):
                if not self._playback.mark(name or ""):
                    self._tell_mark(socket, name or "")
            case AppClear():
                seconds = self._playback.buffered / RATE
                names = self._playback.clear()
                self.news.append(Cleared(seconds))
                for name in names:
                    self._tell_mark(socket, name, cleared=True)
            case BadMessage(why=why):
                self._warn(codes.STREAM_MESSAGE, why)

    def _warn(self, code: int, why: str, *, harmless: bool = False) -> None:
        """Warn, once a stream and number, as the carrier does."""
        key = -code if harmless else code
        if key not in self._warned:
            self._warned.add(key)
            self.news.append(BadlySent(code, self._received, why, harmless))


def _closed(closed: ClosedSocket) -> StreamClosed:
    return StreamClosed("lost" if closed.code == LOST else "app", closed.code, closed.reason)
