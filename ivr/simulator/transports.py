"""One request out, one response back: to a WSGI application in this process here, and over HTTP to anybody's server
by ``http_transport``.

Both transports follow no redirect, keep no cookie and read no setting from the environment: that is the carrier's
business, and both must look the same to it.
"""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import lru_cache
from http import HTTPStatus
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias
from urllib.parse import quote_plus, unquote_to_bytes, urlsplit

from ivr.simulator.remembered import remembered
from value_class import value_class

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]

_log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded; charset=utf-8"

CONNECT_TIMEOUT = 5.0
"""Seconds for one attempt to connect; Twilio makes two (11205)."""

BODY_LIMIT = 256 * 1024
"""Bytes that are read of a response; the carrier refuses far smaller ones, so the rest need not be fetched."""


@value_class
class Request:
    """One HTTP request. ``params`` is the form of a POST, in its order; for GET they are in the URL already.

    ``connect_within`` is how many seconds connecting may take.
    """

    method: str
    url: str = field(repr=False)
    params: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    connect_within: float = CONNECT_TIMEOUT

    @property
    def body(self) -> bytes:
        """The form as it is sent; empty for anything but POST."""
        return form(self.params).encode("ascii") if self.method == "POST" else b""


_ESCAPED = [quote_plus(chr(code)) for code in range(128)]
"""Each character of ASCII as a form writes it."""


def form(params: Iterable[tuple[str, str]]) -> str:
    """``params`` as they stand in a form or in a query (``urlencode``, three times as fast)."""
    return "&".join([f"{_escape_name(name)}={_escape(value) if value else ''}" for name, value in params])


def _escape(text: str) -> str:
    if not text.isascii():
        return quote_plus(text)
    # Most fields are identifiers and words, in which nothing is escaped.
    return text if text.isalnum() else text.translate(_ESCAPED)


_escape_name = lru_cache(maxsize=256)(_escape)
"""The names of fields are always the same few."""


class Headers:
    """Response headers: looked up without regard to case, and repeated ones (Set-Cookie) all kept; ``named`` are the
    values by their names in small letters.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = tuple(pairs)
        self.named: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self.named.setdefault(name.lower(), []).append(value)

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first header called ``name``, or ``default``."""
        found = self.named.get(name.lower())
        return found[0] if found else default

    def get_all(self, name: str) -> tuple[str, ...]:
        """Every header called ``name``, in the order sent."""
        return tuple(self.named.get(name.lower(), ()))

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.named


@value_class
class Response:
    """A response is what came back; ``url`` is the one that was asked."""

    status: int
    headers: Headers
    body: bytes = field(repr=False)
    url: str = field(repr=False)


Cause: TypeAlias = Literal["address", "host", "connection", "timeout", "tls", "protocol"]


class TransportError(Exception):
    """No response came back. ``cause`` says at which step it failed; ``reason`` says it to a person."""

    def __init__(self, reason: str, cause: Cause = "connection") -> None:
        super().__init__(reason)
        self.reason = reason
        self.cause: Cause = cause


class Transport(Protocol):
    """The seam between the carrier and a webhook."""

    def send(self, request: Request, timeout: float) -> Response:
        """Ask once and wait ``timeout`` seconds at most; raises TransportError where nothing came back."""
        ...


class WsgiTransport:
    """A WSGI application in this process (PEP 3333), asked as a server would ask it.

    An application that runs in this thread cannot be cut off, so ``timeout`` does not bind here. ``kept`` are answers
    that never change, by their URL: what an application says so of (``immutable``, RFC 8246) is asked for once by all
    transports that share them.
    """

    def __init__(self, app: WSGIApplication, kept: dict[str, Response] | None = None) -> None:
        self._app = app
        self._kept = kept

    def send(self, request: Request, timeout: float) -> Response:  # noqa: ARG002 - see the class
        """Call the application and collect its answer; an exception in it is a 500, as any server makes of it."""
        if self._kept is None or request.method != "GET":
            return self._asked(request)
        response = self._kept.get(request.url)
        if response is None:
            response = self._asked(request)
            if response.status == HTTPStatus.OK and "immutable" in (response.headers.get("Cache-Control") or ""):
                self._kept[request.url] = response
        return response

    def _asked(self, request: Request) -> Response:
        status: list[str] = []
        headers: list[tuple[str, str]] = []
        body = io.BytesIO()

        def start_response(
            line: str, pairs: list[tuple[str, str]], exc_info: ExcInfo | None = None, /
        ) -> Callable[[bytes], object]:
            if status and exc_info is None:
                raise AssertionError("start_response was called twice without exc_info (PEP 3333)")
            status[:], headers[:] = [line], pairs
            return body.write

        errors = io.StringIO()
        try:
            chunks = self._app(_environ(request, errors), start_response)
            try:
                for chunk in chunks:
                    body.write(chunk)
            finally:
                close = getattr(chunks, "close", None)
                if close:
                    close()
        except Exception as error:
            # The text of the exception may hold what the caller keyed; its type and its place never do.
            last = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("the application raised %s at %s:%s", type(error).__name__, last.filename, last.lineno)
            return Response(500, Headers(), b"", request.url)
        if not status:
            raise TransportError("the application never called start_response", "protocol")
        return Response(int(status[0].split(" ", 1)[0]), Headers(headers), body.getvalue()[:BODY_LIMIT], request.url)


def _environ(request: Request, errors: io.StringIO) -> dict[str, Any]:
    environ: dict[str, Any] = {
        **_of_address(request.url),
        "REQUEST_METHOD": request.method,
        "wsgi.errors": errors,
    }
    body = request.body
    environ["wsgi.input"] = io.BytesIO(body)
    if request.method == "POST":
        environ["CONTENT_TYPE"] = FORM
        environ["CONTENT_LENGTH"] = str(len(body))
    for name, value in request.headers:
        environ[_variable(name)] = value
    return environ


@remembered(1024)
def _of_address(address: str) -> Mapping[str, Any]:
    """What every request to ``address`` has: lines ask for the same ones in call after call."""
    url = urlsplit(address)
    port = url.port or (443 if url.scheme == "https" else 80)
    raw = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return MappingProxyType(
        {
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(url.path or "/").decode("latin-1"),
            "RAW_URI": raw,
            "REQUEST_URI": raw,
            "QUERY_STRING": url.query,
            "SERVER_NAME": url.hostname or "localhost",
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": url.netloc,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": url.scheme or "http",
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
    )


@lru_cache(maxsize=256)
def _variable(header: str) -> str:
    variable = header.upper().replace("-", "_")
    return variable if variable in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{variable}"
