"""``CaptureProxy`` stands before an app: it passes on what comes, HTTP and websockets, and writes down what passed.

Requests go on as they came, with the headers that a tunnel sets where there was none: Host and X-Forwarded-*. The
signature is never touched, so that the app verifies it as it does without.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ivr.capture.capture_log import BODY_BYTES
from ivr.capture.exchanges import Exchanges
from ivr.capture.http_messages import (
    CHUNK,
    HEAD_BYTES,
    BrokenMessageError,
    HttpBody,
    HttpHead,
    read_body,
    read_head,
    written,
)
from ivr.capture.websocket_frames import FrameReader

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 60.0
"""Seconds that an app may take; the carrier waits for fifteen."""

IDLE_SECONDS: Final = 75.0
MOST_CONNECTIONS: Final = 200

_OF_ONE_CONNECTION = ("connection", "keep-alive", "proxy-connection")


class CaptureProxy:
    """Passes requests on to the app at ``app_url`` and has ``exchanges`` write them down."""

    def __init__(self, app_url: str, exchanges: Exchanges, public_url: str | None) -> None:
        self._app = urlsplit(app_url)
        self._exchanges = exchanges
        self._public = urlsplit(public_url) if public_url else None
        self._open: set[asyncio.Task[None]] = set()

    async def serve(self, host: str, port: int, stop: asyncio.Event, ready: Callable[[int], None]) -> None:
        """Answer at ``host`` and ``port`` (0: a free one) until ``stop``; ``ready`` is told the port."""
        server = await asyncio.start_server(self._connected, host, port, limit=HEAD_BYTES)
        try:
            ready(server.sockets[0].getsockname()[1])
            await stop.wait()
        finally:
            server.close()
            for task in list(self._open):  # a server that waits for its connections would wait for idle ones
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= MOST_CONNECTIONS:
            writer.close()
            return
        self._open.add(task)
        try:
            peer = str((writer.get_extra_info("peername") or ("",))[0])
            while await self._one(reader, writer, peer):
                pass
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass
        except BrokenMessageError as error:
            with suppress(OSError):
                await _refuse(writer, HTTPStatus.BAD_REQUEST, str(error))
        except Exception as error:  # its text may hold what passed
            with suppress(OSError):
                await _refuse(writer, HTTPStatus.INTERNAL_SERVER_ERROR, f"a defect: {type(error).__name__}")
        finally:
            self._open.discard(task)
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: str) -> bool:
        """Pass one request on, and its answer back; returns whether another may follow on this connection."""
        async with asyncio.timeout(IDLE_SECONDS):
            head = await read_head(reader)
        if head is None:
            return False
        try:
            method, target, _ = head.first.split(" ")
        except ValueError:
            raise BrokenMessageError("no request line") from None
        if not target.startswith("/"):
            raise BrokenMessageError("a target that is no path")
        secure = (head.get("x-forwarded-proto") or (self._public.scheme if self._public else "http")) in {
            "https",
            "wss",
        }
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                there, back = await self._dial()
        except (OSError, TimeoutError):
            return await self._without_an_app(reader, writer, head, method, target, peer, secure=secure)
        try:
            if head.upgrades:
                return await self._upgrade(reader, writer, there, back, head, target, peer, secure=secure)
            return await self._exchange(reader, writer, there, back, head, method, target, peer, secure=secure)
        finally:
            back.close()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        head: HttpHead,
        method: str,
        target: str,
        peer: str,
        *,
        secure: bool,
    ) -> bool:
        if head.get("expect"):
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        headers = [each for each in self._forwarded(head, peer, secure=secure) if each[0].lower() != "expect"]
        back.write(written(head.first, [*headers, ("Connection", "close")]))
        async with asyncio.timeout(ANSWER_SECONDS):
            body = await read_body(reader, head, _to(back), BODY_BYTES, to_the_end=False)
        number = self._exchanges.request(method, target, head, body, peer, secure=secure)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answer = await read_head(there)
                while answer is not None and _status(answer) in range(100, 200):
                    answer = await read_head(there)
                if answer is None:
                    raise BrokenMessageError("no answer")
                return await self._answer(writer, there, head, method, number, answer)
        except (BrokenMessageError, OSError, TimeoutError) as error:
            late = isinstance(error, TimeoutError)
            self._exchanges.failed(number, "timeout" if late else "connection")
            await _refuse(
                writer, HTTPStatus.GATEWAY_TIMEOUT if late else HTTPStatus.BAD_GATEWAY, "the app gave no answer"
            )
            return False

    async def _answer(
        self,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        asked: HttpHead,
        method: str,
        number: int,
        answer: HttpHead,
    ) -> bool:
        status = _status(answer)
        bodiless = method == "HEAD" or status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        delimited = bodiless or bool(answer.get("content-length") or answer.get("transfer-encoding"))
        stays = delimited and asked.get("connection").lower() != "close" and "HTTP/1.1" in asked.first
        headers = answer.without(*_OF_ONE_CONNECTION)
        at = self._exchanges.now()
        writer.write(written(answer.first, headers if stays else [*headers, ("Connection", "close")]))
        body = HttpBody(BODY_BYTES)
        if not bodiless:
            body = await read_body(there, answer, _to(writer), BODY_BYTES, to_the_end=True)
        await writer.drain()
        self._exchanges.answer(number, status, answer, body, at)
        return stays

    async def _upgrade(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        there: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        head: HttpHead,
        target: str,
        peer: str,
        *,
        secure: bool,
    ) -> bool:
        """Open a websocket to the app, and let both sides talk until one closes."""
        back.write(written(head.first, [*self._forwarded(head, peer, secure=secure), ("Connection", "Upgrade")]))
        async with asyncio.timeout(ANSWER_SECONDS):
            answer = await read_head(there)
        if answer is None:
            await _refuse(writer, HTTPStatus.BAD_GATEWAY, "the app gave no answer")
            return False
        status = _status(answer)
        writer.write(written(answer.first, list(answer.headers)))
        number = self._exchanges.socket(target, head, status, peer, secure=secure)
        if status != HTTPStatus.SWITCHING_PROTOCOLS:
            await read_body(there, answer, _to(writer), BODY_BYTES, to_the_end=True)
            return False
        extensions = answer.get("sec-websocket-extensions")
        ways = (
            asyncio.ensure_future(self._pass_on(reader, back, number, "to-app", extensions)),
            asyncio.ensure_future(self._pass_on(there, writer, number, "from-app", extensions)),
        )
        try:
            await asyncio.wait(ways)
        finally:
            for each in ways:
                each.cancel()
        return False

    async def _pass_on(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, number: int, way: str, extensions: str
    ) -> None:
        frames = FrameReader(BODY_BYTES, extensions)
        try:
            while data := await source.read(CHUNK):
                target.write(data)
                await target.drain()
                for message in frames.feed(data):
                    self._exchanges.message(number, way, message)
        except OSError:
            pass
        finally:
            with suppress(OSError):  # the other direction ends with this one
                target.close()

    async def _without_an_app(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        head: HttpHead,
        method: str,
        target: str,
        peer: str,
        *,
        secure: bool,
    ) -> bool:
        async with asyncio.timeout(ANSWER_SECONDS):
            body = await read_body(reader, head, _nowhere, BODY_BYTES, to_the_end=False)
        number = self._exchanges.request(method, target, head, body, peer, secure=secure)
        self._exchanges.failed(number, "connection")
        await _refuse(writer, HTTPStatus.BAD_GATEWAY, "the app cannot be reached")
        return False

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        secure = ssl.create_default_context() if self._app.scheme == "https" else None
        port = self._app.port or (443 if secure else 80)
        return await asyncio.open_connection(self._app.hostname, port, ssl=secure, limit=HEAD_BYTES)

    def _forwarded(self, head: HttpHead, peer: str, *, secure: bool) -> list[tuple[str, str]]:
        """The request's headers, with those of a tunnel where none has set them."""
        host = self._public.netloc if self._public else head.get("host")
        told = [(name, host if name.lower() == "host" else value) for name, value in head.without(*_OF_ONE_CONNECTION)]
        for name, value in _tunnel(host, peer, secure=secure):
            if not head.get(name.lower()):
                told.append((name, value))
        return told


def _tunnel(host: str, peer: str, *, secure: bool) -> list[tuple[str, str]]:
    proto = "https" if secure else "http"
    return [("X-Forwarded-For", peer), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host)]


def app_address(url: str) -> SplitResult | None:
    """Return the address of an app, where ``url`` is one: http or https, a host, and nothing behind it."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        return None
    return (
        parts if good and not (parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc) else None
    )


def _status(answer: HttpHead) -> int:
    try:
        return int(answer.first.split(" ")[1])
    except (IndexError, ValueError):
        raise BrokenMessageError("an answer without a status") from None


def _to(writer: asyncio.StreamWriter) -> Callable[[bytes], Awaitable[None]]:
    async def pass_on(data: bytes) -> None:
        writer.write(data)
        await writer.drain()

    return pass_on


async def _nowhere(_data: bytes) -> None:
    """What cannot be passed on is read all the same: the request is written down."""


async def _refuse(writer: asyncio.StreamWriter, status: HTTPStatus, why: str) -> None:
    body = f"ivr capture: {why}\n".encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(body))), ("Connection", "close")]
    writer.write(written(f"HTTP/1.1 {status.value} {status.phrase}", headers) + body)
    await writer.drain()
