"""A front as a WSGI application, so that tests ask it without a port: one event loop a request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from werkzeug.datastructures import EnvironHeaders
from werkzeug.http import HTTP_STATUS_CODES

from ivr.server.front import Front

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class BehindFront:
    """Asks ``front`` what a WSGI server is asked."""

    def __init__(self, front: Front) -> None:
        self._front = front

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in EnvironHeaders(environ).items()
        ]
        scope: Any = {
            "type": "http",
            "http_version": "1.1",
            "method": environ["REQUEST_METHOD"],
            "scheme": "http",
            "raw_path": environ["PATH_INFO"].encode("latin-1"),
            "query_string": environ["QUERY_STRING"].encode("latin-1"),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        sent: list[dict[str, Any]] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(cast(Any, self._front(scope, receive, send)))
        begun, *pieces = sent
        told = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in begun["headers"]]
        start_response(f"{begun['status']} {HTTP_STATUS_CODES[begun['status']]}", told)
        return [piece["body"] for piece in pieces]
