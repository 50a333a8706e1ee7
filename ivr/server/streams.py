"""Streams of server-sent events (WHATWG, HTML, "Server-sent events") are coroutines: an open one holds no thread.

A view opens one by putting it into its request's environment (STREAM), so that whatever guards pages guards streams as
well. ``EventLog`` keeps the last events for clients that come back with Last-Event-ID; it is written from any thread. A
client that reads slowly has no buffer of its own: it reads the log later, and is told where that has moved on.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from value_class import value_class

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

STREAM: Final = "ivr.stream"
"""In a request's environment: the stream that follows the head of the view's answer. Nothing that a client sends is
written there."""

MEDIA_TYPE: Final = "text/event-stream"

KEPT: Final = 500
"""Events that a log keeps: some ten minutes of a call."""

PASSING: Final = 40
"""Events kept of those that are worth nothing later: ten seconds of sound."""

COMMENT_SECONDS: Final = 15.0
"""After so much silence a comment is sent, so that no proxy takes the connection for dead."""

LONGEST_SECONDS: Final = 900.0
"""A stream is renewed by its client after that, and so are its permissions."""

RETRY_MILLISECONDS: Final = 1000

Over: TypeAlias = Literal["gone", "stopping"] | None
"""Why a stream ends now: its client has gone, or the server stops; None where it goes on."""


@value_class
class LoggedEvent:
    """One event; ``data`` is a single line."""

    number: int
    data: str

    def encoded(self) -> bytes:
        """Return it as it goes over the wire."""
        return f"id: {self.number}\ndata: {self.data}\n\n".encode()


class EventLog:
    """The last events for one client, numbered from 1. ``publish`` and ``end`` may be called from any thread."""

    def __init__(self, kept: int = KEPT, passing: int = PASSING) -> None:
        self.readers = 0
        self.ended: str | None = None
        """Why no event will come any more: a line of JSON that is told last."""
        self._lock = threading.Lock()
        self._number = 0
        self._kept: deque[LoggedEvent] = deque(maxlen=kept)
        self._passing: deque[LoggedEvent] = deque(maxlen=passing)
        self._dropped = 0
        self._waiting: dict[asyncio.Event, asyncio.AbstractEventLoop] = {}

    def publish(self, data: str, *, passing: bool = False) -> None:
        """Tell ``data``; a ``passing`` event takes no place from others, and is soon forgotten."""
        with self._lock:
            if self.ended is not None:
                return
            self._number += 1
            event = LoggedEvent(self._number, data)
            if passing:
                self._passing.append(event)
            else:
                if len(self._kept) == self._kept.maxlen:
                    self._dropped = self._kept[0].number
                self._kept.append(event)
            self._wake()

    def end(self, told: str) -> None:
        """Tell ``told`` last, and end every stream that reads."""
        with self._lock:
            self.ended = self.ended or told
            self._wake()

    @property
    def number(self) -> int:
        """The number of the last event; 0 before the first."""
        return self._number

    def after(self, number: int) -> tuple[list[LoggedEvent], bool]:
        """Return the events after ``number``, and whether some that were kept for later have gone since."""
        with self._lock:
            if number >= self._number:
                return [], False
            # The newest stand at the end: a client that follows looks at few.
            found: list[LoggedEvent] = []
            for events in (self._kept, self._passing):
                for event in reversed(events):
                    if event.number <= number:
                        break
                    found.append(event)
            return sorted(found, key=lambda one: one.number), number < self._dropped

    def listen(self, signal: asyncio.Event) -> None:
        """Set ``signal`` in the running loop whenever something comes, until ``leave``."""
        with self._lock:
            self.readers += 1
            self._waiting[signal] = asyncio.get_running_loop()

    def leave(self, signal: asyncio.Event) -> None:
        """Set it no more."""
        with self._lock:
            if self._waiting.pop(signal, None):
                self.readers -= 1

    def _wake(self) -> None:
        for signal, loop in self._waiting.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(signal.set)


async def always() -> bool:
    """Allow the client to stay."""
    return True


@value_class
class Stream:
    """One client's reading of ``log`` after event ``after``. ``first`` is said before; ``gap``, ``renew`` and
    ``stopping`` are what is said where events have gone, where the client is to come again, and where the server stops;
    each is a line of JSON. ``allowed`` is asked every COMMENT_SECONDS; where it says no, the stream ends.
    """

    log: EventLog
    after: int
    first: str
    gap: str
    renew: str
    stopping: str
    longest: float = LONGEST_SECONDS
    allowed: Callable[[], Awaitable[bool]] = always

    async def pieces(self, signal: asyncio.Event, is_over: Callable[[], Over]) -> AsyncGenerator[bytes]:
        """Yield what is sent, piece by piece, until it ``is_over``, the log ends, or ``longest`` seconds have passed.

        ``signal`` is set whenever there is something to look at: a new event, or that it is over.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + self.longest
        look = loop.time() + COMMENT_SECONDS
        self.log.listen(signal)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n\ndata: {self.first}\n\n".encode()
            number = self.after
            while True:
                signal.clear()
                events, gone = self.log.after(number)
                if gone:
                    yield f"data: {self.gap}\n\n".encode()
                if events:
                    number = events[-1].number
                    yield b"".join(event.encoded() for event in events)
                    continue
                if (over := is_over()) is not None:
                    if over == "stopping":
                        yield f"data: {self.stopping}\n\n".encode()
                    return
                if self.log.ended is not None:
                    yield f"data: {self.log.ended}\n\n".encode()
                    return
                now = loop.time()
                if now >= look:
                    look = now + COMMENT_SECONDS
                    if not await self.allowed():
                        return
                left = until - now
                if left <= 0:
                    yield f"data: {self.renew}\n\n".encode()
                    return
                try:
                    await asyncio.wait_for(signal.wait(), min(left, COMMENT_SECONDS))
                except TimeoutError:
                    yield b": still here\n\n"
        finally:
            self.log.leave(signal)


def last_event(environ: WSGIEnvironment) -> int | None:
    """Return the number in Last-Event-ID; None where the client sends none, 0 where it is no number."""
    written = environ.get("HTTP_LAST_EVENT_ID")
    if written is None:
        return None
    return int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0
