"""Heads and bodies of HTTP/1.1, read from a stream and passed on byte for byte.

Source: RFC 9112. What cannot be passed on as it is, is refused: a head without an end, two lengths that differ.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from value_class import value_class

HEAD_BYTES: Final = 64 * 1024
CHUNK: Final = 64 * 1024

PassOn = Callable[[bytes], Awaitable[None]]


class BrokenMessageError(Exception):
    """The message that came is no HTTP that could be passed on; the text says why."""


@value_class
class HttpHead:
    """A head is the first line of a request or an answer, and the headers as they were written."""

    first: str
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """Return the header ``name``, or nothing."""
        return next((value for known, value in self.headers if known.lower() == name), "")

    def without(self, *names: str) -> list[tuple[str, str]]:
        """Return the headers other than ``names``."""
        return [each for each in self.headers if each[0].lower() not in names]

    @property
    def upgrades(self) -> bool:
        """Return whether a websocket is asked for."""
        return self.get("upgrade").lower() == "websocket"


async def read_head(reader: asyncio.StreamReader) -> HttpHead | None:
    """Return the next head; None where the other side has closed before one began."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise BrokenMessageError("the connection broke within the headers") from None
        return None
    except asyncio.LimitOverrunError:
        raise BrokenMessageError("headers of more than 64 kB") from None
    first, *lines = raw.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BrokenMessageError("a header without a name")
        headers.append((name, value.strip()))
    if len({value for name, value in headers if name.lower() == "content-length"}) > 1:
        raise BrokenMessageError("two lengths")
    return HttpHead(first, tuple(headers))


def written(first: str, headers: list[tuple[str, str]]) -> bytes:
    """Return a head as it goes over the wire."""
    return "\r\n".join([first, *(f"{name}: {value}" for name, value in headers), "", ""]).encode("latin-1")


async def read_body(
    reader: asyncio.StreamReader, head: HttpHead, pass_on: PassOn, most: int, *, to_the_end: bool
) -> HttpBody:
    """Pass a body on as it comes, and return ``most`` bytes of it. ``to_the_end``: where no length is told, all that
    comes until the other side closes belongs to it.
    """
    body = HttpBody(most)
    if "chunked" in head.get("transfer-encoding").lower():
        await _chunked(reader, pass_on, body)
    elif length := head.get("content-length"):
        if not length.isdecimal():
            raise BrokenMessageError("a length that is no number")
        await _counted(reader, int(length), pass_on, body)
    elif to_the_end:
        while data := await reader.read(CHUNK):
            await pass_on(data)
            body.take(data)
    return body


class HttpBody:
    """A body as far as it is kept; ``size`` is how long it was."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.kept = bytearray()
        self.size = 0

    @property
    def whole(self) -> bool:
        """Return whether all of it is kept."""
        return len(self.kept) == self.size

    def take(self, data: bytes) -> None:
        """Keep ``data``, as far as there is room."""
        self.size += len(data)
        self.kept += data[: max(self._most - len(self.kept), 0)]


async def _counted(reader: asyncio.StreamReader, left: int, pass_on: PassOn, body: HttpBody) -> None:
    while left:
        data = await reader.read(min(left, CHUNK))
        if not data:
            raise BrokenMessageError("the connection broke within the body")
        left -= len(data)
        await pass_on(data)
        body.take(data)


async def _chunked(reader: asyncio.StreamReader, pass_on: PassOn, body: HttpBody) -> None:
    while True:
        line = await _line(reader)
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise BrokenMessageError("a chunk without a length") from None
        await pass_on(line)
        await _counted(reader, size, pass_on, body)
        if size == 0:
            break
        await pass_on(await _line(reader))
    while (line := await _line(reader)).strip():
        await pass_on(line)
    await pass_on(line)


async def _line(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise BrokenMessageError("the connection broke within the body") from None
