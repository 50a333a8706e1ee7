"""``Front`` stands between the connections and the WSGI application: it refuses early, and keeps threads for calls.

A request costs no thread before its small body is in memory and every refusal that needs no application was considered.
Then it is answered in one of several bulkheads, pools of threads apart; a full one refuses, and takes nothing from
another. Where an answer takes too long, the application is asked what to say instead, and nothing is waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from ivr.server.streams import STREAM, Over, Stream
from ivr.server.wsgi import HttpResponse, answer_of, environ_of, with_body
from value_class import value_class

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from uvicorn._types import ASGIReceiveCallable, ASGISendCallable, Scope

PIECE = 64 * 1024
"""Bytes of an answer that are handed on before it is seen whether the client reads them."""

LARGE = 8 * 1024
"""Bytes of a body from which it is judged in one thread beside: the largest one takes 9 ms, Twilio's have 2 kB and take
0.2 ms. So large forms without a signature wait for each other, and no call waits for them.
"""


@value_class
class Refusal:
    """A refusal is an answer of one line that the front gives without the application."""

    status: int
    line: str

    def answer(self) -> HttpResponse:
        """Return the line as an answer of plain text."""
        text = f"{self.line}\n".encode()
        kind = (b"content-type", b"text/plain; charset=utf-8")
        return HttpResponse(self.status, [kind, (b"content-length", str(len(text)).encode())], text)


def refuse_nothing(_: WSGIEnvironment) -> Refusal | None:
    """Refuse nothing: a judge for applications that need none."""
    return None


Judge = Callable[["WSGIEnvironment"], Refusal | None]

FULL = Refusal(503, "Too many ask for this at once; try again in a moment.")


LATE: Final = "ivr.late"
"""In a request's environment: no answer came in time, and the application says at once what is said instead. Nothing
that a client sends is written there."""


FORGOTTEN: Final = "ivr.forgotten"
"""The same for the thread that is late: what it answers is read no more."""


class Bulkhead:
    """A bulkhead is a pool of ``threads`` with a bounded queue of ``waiting`` requests (None: without bound).

    An answer is waited for ``seconds``, the wait for a thread included (None: as long as it takes). Its thread goes on.

    For the first ``at_once`` seconds of it everything else waits too: an answer that comes as soon as that comes sooner
    so. Python lets one thread run at a time, and a thread that steps aside for each statement and each line of the log
    changes places with the loop ten times in one turn, which costs more than a turn's statements. As long as one answer
    takes longer (a disk or another process holds it up), nothing but that answer waits.
    """

    def __init__(
        self, name: str, threads: int, waiting: int | None, seconds: float | None = None, at_once: float = 0
    ) -> None:
        self._seconds = seconds
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._most = None if waiting is None else threads + waiting
        self._present = 0
        self._slow = 0

    def is_full(self) -> bool:
        """Return whether one more request has to be refused."""
        return self._most is not None and self._present >= self._most

    async def __aenter__(self) -> Bulkhead:
        self._present += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self._present -= 1

    async def answer(self, app: WSGIApplication, environ: WSGIEnvironment) -> HttpResponse | None:
        """Let ``app`` answer in a thread of this bulkhead, and return its answer; None where that takes too long."""
        working = self._threads.submit(answer_of, app, environ)
        if self._at_once and not self._slow:
            try:
                return working.result(self._at_once)
            except TimeoutError:
                # One that the application raised is its own, and it may have answered this very moment.
                if working.done():
                    return working.result()
        self._slow += 1
        # To give up is to forget the answer: a thread that hangs on a disk or a server cannot be stopped.
        try:
            async with asyncio.timeout(self._seconds) as patience:
                return await asyncio.wrap_future(working)
        except TimeoutError:
            # One that the application raised is its own; and who cancels this task wants no answer at all.
            if not patience.expired():
                raise
            return None
        finally:
            self._slow -= 1


class Front:
    """The front is the ASGI application before ``app``.

    ``judge_head`` is asked before the body is read, ``judge`` when it is. ``bulkhead_of`` chooses by path, and gives
    None for what is answered at once because it never waits for anything. ``streams`` of events may be open at once.
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        judge_head: Judge,
        judge: Judge,
        bulkhead_of: Callable[[str], Bulkhead | None],
        streams: int = 0,
    ) -> None:
        self._app = app
        self._most_streams = streams
        self._streams: set[asyncio.Event] = set()
        self._stopping = False
        self._judge_head = judge_head
        self._judge = judge
        self._bulkhead_of = bulkhead_of
        self._judging = ThreadPoolExecutor(1, thread_name_prefix="judge")

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http":
            return
        environ = environ_of(scope)
        refused = self._judge_head(environ)
        if refused is not None:
            await _send(refused.answer(), send)
            return
        body = await _whole_body(receive)
        if body is None:
            return
        with_body(environ, body)
        if len(body) > LARGE:
            loop = asyncio.get_running_loop()
            refused = await loop.run_in_executor(self._judging, self._judge, environ)
        else:
            refused = self._judge(environ)
        if refused is not None:
            await _send(refused.answer(), send)
            return
        bulkhead = self._bulkhead_of(environ["PATH_INFO"])
        if bulkhead is None:
            await _send(answer_of(self._app, environ), send)
        elif bulkhead.is_full():
            await _send(FULL.answer(), send)
        else:
            async with bulkhead:
                answer = await bulkhead.answer(self._app, environ) or self._instead(environ, body)
                stream = environ.get(STREAM)
                if not isinstance(stream, Stream):
                    # Until it is sent: a large answer that is not read holds its place too.
                    await _send(answer, send)
            if isinstance(stream, Stream):
                await self._tell(stream, answer, receive, send)

    def end_streams(self) -> None:
        """End every stream, and open none any more: the server stops. Called in the loop that serves them."""
        self._stopping = True
        for signal in self._streams:
            signal.set()

    async def _tell(
        self, stream: Stream, head: HttpResponse, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Send the head of the view's answer, and after it what comes in ``stream``, for as long as it stays."""
        if self._stopping or len(self._streams) >= self._most_streams:
            await _send(FULL.answer(), send)
            return
        headers = [(name, value) for name, value in head.headers if name != b"content-length"]
        signal = asyncio.Event()
        leaving = asyncio.create_task(_client_goes(receive, signal))
        self._streams.add(signal)

        def is_over() -> Over:
            return "gone" if leaving.done() else "stopping" if self._stopping else None

        try:
            await send({"type": "http.response.start", "status": head.status, "headers": headers, "trailers": False})
            async with aclosing(stream.pieces(signal, is_over)) as pieces:
                async for piece in pieces:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.discard(signal)
            leaving.cancel()

    def _instead(self, environ: WSGIEnvironment, body: bytes) -> HttpResponse:
        """What the application says where its answer is late. The thread that is late has the same environment."""
        late = {name: value for name, value in tuple(environ.items()) if not name.startswith("werkzeug.")}
        with_body(late, body)
        late[LATE] = environ[FORGOTTEN] = True
        return answer_of(self._app, late)


async def _whole_body(receive: ASGIReceiveCallable) -> bytes | None:
    """The body, which the connection bounds; None where the client went."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body


async def _client_goes(receive: ASGIReceiveCallable, signal: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    signal.set()


async def _send(answer: HttpResponse, send: ASGISendCallable) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers, "trailers": False})
    for begin in range(0, max(len(answer.body), 1), PIECE):
        piece = answer.body[begin : begin + PIECE]
        await send({"type": "http.response.body", "body": piece, "more_body": begin + PIECE < len(answer.body)})
