"""``Exchanges`` writes what passes into a capture: each request, answer and message, as soon as it is whole.

Nothing that fails here may fail a call: what cannot be written is told as such, and never written as it came.
"""

from __future__ import annotations

import ipaddress
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from ivr.capture.capture_log import BODY_BYTES, CaptureLog
from ivr.capture.http_messages import HttpBody, HttpHead
from ivr.capture.scrubbing import Scrubber
from ivr.capture.signatures import AS_WRITTEN, judge
from ivr.capture.websocket_frames import SocketMessage
from ivr.simulator import voice

FORM = "application/x-www-form-urlencoded"

WRITTEN_KINDS = ("text/", "xml", "json", FORM)
"""Parts of the content types that are written; of all else only the length is."""


class Exchanges:
    """Numbers requests, checks their signatures by ``token`` (None: unchecked) for ``public_url``, and has ``scrubber``
    replace what is somebody's. ``seen`` is told each line for a person.
    """

    def __init__(
        self,
        log: CaptureLog,
        scrubber: Scrubber,
        public_url: str | None,
        token: str | None,
        seen: Callable[[str], None],
    ) -> None:
        self._log = log
        self._scrub = scrubber
        self.public_url = public_url
        self._token = token
        self._seen = seen
        self._numbers = count(1)
        self.requests = 0
        self.from_outside = 0
        self.badly_signed = 0

    def request(self, method: str, target: str, head: HttpHead, body: HttpBody, peer: str, *, secure: bool) -> int:
        """Write a request, and return its number, by which its answer is told."""
        number = next(self._numbers)
        self.requests += 1
        is_form = FORM in head.get("content-type").lower()
        text = bytes(body.kept).decode("utf-8", "replace")
        fields = parse_qsl(text, keep_blank_values=True) if is_form and body.whole else []
        with self._unless_it_fails(number):
            outside = _is_outside(head.get("x-forwarded-for") or peer)
            self.from_outside += outside
            details: dict[str, Any] = {
                "method": method,
                "base": self._base(head, secure=secure),
                "fields": self._scrub.fields(fields) if is_form else [],
                "url": self._scrub.address(target),
                "headers": self._scrub.headers(head.headers),
                **self._signature(target, head, fields, secure=secure),
                "outside": outside,
                "bytes": body.size,
            }
            if body.size and not (is_form and body.whole):
                details["cut" if is_form else "body"] = True if is_form else self._text(head, body)
            self._log.add("request", number, **details)
            self._seen(f"{number:4}  {method} {details['url'].partition('?')[0]}  {details['signature']}")
        return number

    def now(self) -> float:
        """Return how many seconds the capture has lasted."""
        return self._log.now()

    def answer(self, number: int, status: int, head: HttpHead, body: HttpBody, at: float) -> None:
        """Write the answer to request ``number``, which came ``at`` so many seconds."""
        with self._unless_it_fails(number):
            details: dict[str, Any] = {
                "status": status,
                "headers": self._scrub.headers(head.headers),
                "bytes": body.size,
            }
            if (text := self._text(head, body)) is not None:
                details["body"] = text
            if not body.whole:
                details["cut"] = True
            if voice.is_sound(head.get("content-type")) and (seconds := voice.length(bytes(body.kept))) is not None:
                details["seconds"] = round(seconds, 2)
            self._log.add("answer", number, at, **details)

    def failed(self, number: int, why: str) -> None:
        """Write that the app gave no answer."""
        self._log.add("answer", number, status=None, failed=why)

    def socket(self, target: str, head: HttpHead, status: int, peer: str, *, secure: bool) -> int:
        """Write that a websocket was asked for, and return its number, by which its messages are told."""
        number = next(self._numbers)
        with self._unless_it_fails(number):
            url = self._scrub.address(target)
            self._log.add(
                "socket",
                number,
                base=self._base(head, secure=secure),
                url=url,
                headers=self._scrub.headers(each for each in head.headers if each[0].lower() != "sec-websocket-key"),
                **self._signature(target, head, [], secure=secure, websocket=True),
                outside=_is_outside(head.get("x-forwarded-for") or peer),
                status=status,
            )
            self._seen(f"{number:4}  websocket {url.partition('?')[0]}  {status}")
        return number

    def message(self, number: int, way: str, message: SocketMessage) -> None:
        """Write a message over the websocket ``number``: ``way`` is to-app or from-app."""
        with self._unless_it_fails(number):
            if message.code is not None:
                self._log.add("closed", number, way=way, code=message.code)
            elif message.text is None:
                self._log.add("message", number, way=way, bytes=message.size)
            else:
                self._log.add("message", number, way=way, message=self._scrub.message(message.text))

    def _text(self, head: HttpHead, body: HttpBody) -> str | None:
        kind = head.get("content-type").lower()
        if not body.kept or not body.whole or not any(each in kind for each in WRITTEN_KINDS):
            return None
        raw = _unpacked(bytes(body.kept), head.get("content-encoding").lower())
        if raw is None:  # a text that cannot be read may hold anything
            return None
        text = raw.decode("utf-8", "replace")
        if FORM in kind:
            return json.dumps(self._scrub.fields(parse_qsl(text, keep_blank_values=True)), ensure_ascii=False)
        return self._scrub.body(text, kind)

    def _base(self, head: HttpHead, *, secure: bool) -> str:
        """The address that the carrier called, without the path."""
        host = head.get("x-forwarded-host") or head.get("host")
        return self.public_url or f"{'https' if secure else 'http'}://{host}"

    def _signature(
        self,
        target: str,
        head: HttpHead,
        fields: list[tuple[str, str]],
        *,
        secure: bool,
        websocket: bool = False,
    ) -> dict[str, Any]:
        """What is told of a signature: whether it is valid, and of which form of the address where it is another."""
        given = head.get("x-twilio-signature")
        base = self._base(head, secure=secure)
        judged = judge(given, self._token, base, target, fields, websocket=websocket)
        self.badly_signed += judged.verdict == "invalid"
        return {"signature": judged.verdict} | ({"signed": judged.form} if judged.form != AS_WRITTEN else {})

    @contextmanager
    def _unless_it_fails(self, number: int) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            self._log.add("unwritten", number, why=type(error).__name__)


def _unpacked(data: bytes, encoding: str) -> bytes | None:
    """A body as it was before the app packed it; None where that cannot be told, or is too large."""
    if not encoding or encoding == "identity":
        return data
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        return None
    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 32)  # either head
    try:
        plain = unpacking.decompress(data, BODY_BYTES)
    except zlib.error:
        return None
    return plain if unpacking.eof else None


def _is_outside(peers: str) -> bool:
    """Whether the first of ``peers``, as a tunnel lists them, is an address of the internet."""
    try:
        return ipaddress.ip_address(peers.split(",")[0].strip()).is_global
    except ValueError:
        return False
