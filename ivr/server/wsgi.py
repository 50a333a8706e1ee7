"""An ASGI request becomes a WSGI environment (PEP 3333), and the application's answer is collected in one piece."""

from __future__ import annotations

import io
import sys
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote_to_bytes

if TYPE_CHECKING:
    from _typeshed import OptExcInfo
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from uvicorn._types import HTTPScope


BEGAN: Final = "ivr.began"
"""In a request's environment: when its head was there, as ``time.perf_counter`` gives it."""


BODY: Final = "ivr.body"
"""In a request's environment: its whole body. Nothing that a client sends is written there."""


class HttpResponse(NamedTuple):
    """An answer of the application: status, headers and the whole body."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def environ_of(scope: HTTPScope) -> WSGIEnvironment:
    """Return the environment of a request whose body is not there yet. RAW_URI is path and query as they were sent.

    A header with an underscore in its name is left out: it would pass for the one with a hyphen.
    """
    query = scope["query_string"].decode("latin-1")
    raw = scope["raw_path"].decode("latin-1")
    server, client = scope.get("server") or ("", None), scope.get("client")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw).decode("latin-1") if "%" in raw else raw,
        "RAW_URI": raw + (f"?{query}" if query else ""),
        "QUERY_STRING": query,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        BEGAN: time.perf_counter(),
    }
    if client:
        environ["REMOTE_ADDR"] = client[0]
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name:
            continue
        key, value = _key_of(raw_name), raw_value.decode("latin-1")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    # Chunks are put together by the server; what was told of their way here is over.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    return environ


@lru_cache(maxsize=256)
def _key_of(header: bytes) -> str:
    """The header's key in an environment; most requests have the same dozen headers."""
    name = header.decode("latin-1").upper().replace("-", "_")
    return name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"


def with_body(environ: WSGIEnvironment, body: bytes) -> None:
    """Put the whole body, with its length, into ``environ``."""
    environ["wsgi.input"] = io.BytesIO(body)
    environ[BODY] = body
    environ["CONTENT_LENGTH"] = str(len(body))


def answer_of(app: WSGIApplication, environ: WSGIEnvironment) -> HttpResponse:
    """Call ``app`` and return its answer. Nothing is sent before all of it is made."""
    started: list[tuple[str, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _: OptExcInfo | None = None, /) -> Any:
        started[:] = [(status, headers)]
        return written.append

    parts = app(environ, start)
    try:
        written.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    ((status, headers),) = started
    encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return HttpResponse(int(status.split(" ", 1)[0]), encoded, b"".join(written))
