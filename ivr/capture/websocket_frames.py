"""``FrameReader`` reads along what passes over a websocket: it changes nothing, and puts messages together.

Source: RFC 6455 (frames, masks, fragments, closing) and RFC 7692 (permessage-deflate).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

from value_class import value_class

CONTINUATION: Final = 0
TEXT: Final = 1
CLOSE: Final = 8

_TAIL: Final = b"\x00\x00\xff\xff"
"""What the sender of a compressed message leaves out at its end."""


@value_class
class SocketMessage:
    """A whole message: its text, or how many bytes it was. ``code`` where it closes the socket."""

    text: str | None
    size: int
    code: int | None = None


class FrameReader:
    """Reads one direction. ``most`` bytes of a message are kept; of a larger one only its size is known."""

    def __init__(self, most: int, extensions: str = "") -> None:
        self._most = most
        self._deflated = "permessage-deflate" in extensions
        self._forgets = "no_context_takeover" in extensions
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._buffer = bytearray()
        self._skip = 0
        self._parts = bytearray()
        self._size = 0
        self._opcode = TEXT
        self._compressed = False

    def feed(self, data: bytes) -> Iterator[SocketMessage]:
        """Take what passed, and yield each message that is whole with it."""
        passed = min(self._skip, len(data))
        self._skip -= passed
        self._buffer += data[passed:]
        while (frame := self._frame()) is not None:
            final, compressed, opcode, payload, size = frame
            if opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big") if len(payload) >= 2 else 1005
                yield SocketMessage(None, size, code)
            elif opcode > CLOSE:
                continue  # ping and pong
            else:
                if opcode != CONTINUATION:
                    self._opcode, self._compressed, self._parts, self._size = opcode, compressed, bytearray(), 0
                self._size += size
                if len(self._parts) + len(payload) <= self._most:
                    self._parts += payload
                if final:
                    yield self._message()

    def _frame(self) -> tuple[bool, bool, int, bytes, int] | None:
        """The next frame, where all of it is there: final, compressed, opcode, payload, and its size."""
        head = self._buffer
        if len(head) < 2:
            return None
        length, at = head[1] & 0x7F, 2
        if length >= 126:
            wide = 2 if length == 126 else 8
            if len(head) < at + wide:
                return None
            length, at = int.from_bytes(head[at : at + wide], "big"), at + wide
        masked = bool(head[1] & 0x80)
        end = at + (4 if masked else 0) + length
        first = bool(head[0] & 0x80), bool(head[0] & 0x40), head[0] & 0x0F
        if length > self._most:  # its size is told; it is not waited for
            self._skip = max(end - len(head), 0)
            del self._buffer[:end]
            return *first, b"", length
        if len(head) < end:
            return None
        mask = bytes(head[at : at + 4]) if masked else b""
        payload = bytes(head[end - length : end])
        if mask and payload:
            key = int.from_bytes((mask * (length // 4 + 1))[:length], "big")
            payload = (int.from_bytes(payload, "big") ^ key).to_bytes(length, "big")
        del self._buffer[:end]
        return *first, payload, length

    def _message(self) -> SocketMessage:
        whole = self._size == len(self._parts)
        data = bytes(self._parts)
        if self._compressed and self._deflated:
            if not whole:
                return SocketMessage(None, self._size)
            try:
                data, size = self._inflated(data + _TAIL)
            except zlib.error:
                return SocketMessage(None, self._size)
            whole = size == len(data)
            if self._forgets:
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            self._size = size
        if self._opcode != TEXT or not whole:
            return SocketMessage(None, self._size)
        return SocketMessage(data.decode("utf-8", "replace"), len(data))

    def _inflated(self, data: bytes) -> tuple[bytes, int]:
        """A compressed message as far as it is kept, and how long it is: all of it is read, for those that follow."""
        kept = self._inflate.decompress(data, self._most)
        size = len(kept)
        while self._inflate.unconsumed_tail:
            size += len(self._inflate.decompress(self._inflate.unconsumed_tail, self._most))
        return kept, size
