"""The API for an application in this process, without a socket: an adapter for a session of the requests library.

The vendor's Python client keeps such a session::

    client.http_client.session.mount("http://rest.test", InProcess(rest_app(switchboard)))
    client.api.base_url = "http://rest.test"
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class InProcess(BaseAdapter):
    """Hands each request to ``app`` in this very thread."""

    def __init__(self, app: WSGIApplication) -> None:
        super().__init__()
        self._app = app

    def send(self, request: PreparedRequest, *_args: Any, **_options: Any) -> Response:
        """The answer of the application."""
        url = urlsplit(request.url or "")
        body = request.body or b""
        builder = EnvironBuilder(
            method=request.method or "GET",
            base_url=f"{url.scheme}://{url.netloc}/",
            path=url.path,
            query_string=url.query,
            headers=list(request.headers.items()),
            data=body if isinstance(body, bytes) else str(body).encode(),
        )
        try:
            chunks, status, headers = run_wsgi_app(self._app, builder.get_environ())
        finally:
            builder.close()
        response = Response()
        response.status_code = int(status.split(" ", 1)[0])
        response.headers = CaseInsensitiveDict(headers.items())
        response.url = request.url or ""
        response.request = request
        response.encoding = get_encoding_from_headers(response.headers)
        response.raw = io.BytesIO(b"".join(chunks))
        return response

    def close(self) -> None:
        """There is nothing to close."""
