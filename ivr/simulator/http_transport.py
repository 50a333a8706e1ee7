"""A transport over HTTP or HTTPS to anybody's server. It has a file of its own, since what is played in this process
alone need not load what that takes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from ivr.simulator.transports import BODY_LIMIT, FORM, Headers, Request, Response, TransportError


class _Session(requests.Session):
    """Looks at no redirect: to see where one leads, it would read the whole body first, and a body may never end."""

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:
        yield from ()


class HttpTransport:
    """Any server, over HTTP or HTTPS; one connection pool for as long as the transport lives."""

    def __init__(self) -> None:
        self._session = _Session()
        self._session.trust_env = False  # no proxies, no .netrc
        self._session.headers.clear()

    def send(self, request: Request, timeout: float) -> Response:
        """Send the request and read the answer, all within ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        headers = dict(request.headers)
        if request.method == "POST":
            headers.setdefault("Content-Type", FORM)
        try:
            with self._session.request(
                request.method,
                request.url,
                data=request.body or None,
                headers=headers,
                timeout=(min(request.connect_within, timeout), timeout),
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._session.cookies.clear()
                body = _read(answer, deadline)
                return Response(answer.status_code, Headers(answer.raw.headers.items()), body, request.url)
        except requests.RequestException as error:
            raise _explain(error, request, timeout) from None

    def close(self) -> None:
        """Close the connections that are still open."""
        self._session.close()


def _read(answer: requests.Response, deadline: float) -> bytes:
    """The body, taken as it comes: one that drips without end is given up at ``deadline``."""
    body = b""
    try:
        while len(body) <= BODY_LIMIT and (chunk := answer.raw.read1(16 * 1024, decode_content=True)):
            body += chunk
            if time.monotonic() > deadline:
                raise requests.Timeout
    except ReadTimeoutError:
        raise requests.Timeout from None
    except HTTPError as error:
        raise requests.RequestException(error) from None
    return body


def _explain(error: requests.RequestException, request: Request, timeout: float) -> TransportError:
    host = urlsplit(request.url).netloc
    match error:
        case requests.exceptions.InvalidURL() | requests.exceptions.MissingSchema():
            return TransportError("that is not an HTTP address", "address")
        case requests.exceptions.InvalidSchema():
            return TransportError("only http:// and https:// addresses can be asked", "address")
        case requests.exceptions.SSLError():
            return TransportError(f"the certificate of {host} was not accepted", "tls")
        case requests.exceptions.ConnectTimeout():
            return TransportError(f"no connection to {host} within {request.connect_within:g} seconds", "connection")
        case requests.exceptions.Timeout():
            return TransportError(f"{host} did not answer within {timeout:g} seconds", "timeout")
        case requests.exceptions.ConnectionError() if "NameResolution" in repr(error):
            name = host.rpartition("@")[2]
            told = f"the host name {name} is unknown; lead it to this machine with --tunnel {name}=127.0.0.1:PORT"
            return TransportError(told, "host")
        case requests.exceptions.ConnectionError():
            return TransportError(f"no connection to {host}", "connection")
        case _:
            return TransportError(f"{host} broke the HTTP protocol", "protocol")
