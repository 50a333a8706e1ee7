"""``point_client_at`` sends what any product of the vendor's Python client asks to the stand-in.

A request for ``https://lookups.twilio.com/...`` goes to the stand-in with the same path and ``Host``, so that it knows
which product was meant. One for any other host is refused, and no proxy of the environment is asked: nothing leaves
this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from requests import Session

from ivr.simulator.rest.in_process import InProcess
from ivr.simulator.rest.vendor_resources import VENDOR

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

IN_PROCESS = "http://rest.test"
"""Where an API in this process is believed to be; .test never resolves (RFC 2606)."""

Client = TypeVar("Client")


class ForeignHostError(Exception):
    """A pointed client was to ask a host that is not the vendor's; the text says which, and nothing was sent."""


class PointedHttpClient:
    """Sends what the vendor's client asks through ``inner``, an HTTP client of the vendor's library, to ``address``."""

    def __init__(self, inner: Any, address: str) -> None:
        self.is_async: bool = inner.is_async
        self.inner = inner
        self.address = address

    def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        auth: Any = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Any:
        """Ask the stand-in; returns what ``inner`` returns, an awaitable where it is asynchronous."""
        target, host = pointed(url, self.address)
        return self.inner.request(
            method,
            target,
            params=params,
            data=data,
            headers={**(headers or {}), **({"Host": host} if host else {})},
            auth=auth,
            timeout=timeout,
            allow_redirects=allow_redirects,
        )


def pointed(url: str, address: str) -> tuple[str, str]:
    """Return where ``url`` is asked at the stand-in, and the host that it named; raises ForeignHostError."""
    asked, stand_in = urlsplit(url), urlsplit(address)
    if (asked.scheme, asked.netloc) == (stand_in.scheme, stand_in.netloc):
        return url, ""
    host = asked.hostname or ""
    if asked.scheme != "https" or not host.endswith(VENDOR):
        raise ForeignHostError(
            f"the client asks {asked.scheme}://{asked.netloc}, which is no product of Twilio's; while it is pointed at "
            f"{address} it asks nobody else. Set no base_url of your own, or point the client before you do"
        )
    return urlunsplit((stand_in.scheme, stand_in.netloc, asked.path, asked.query, asked.fragment)), host


def point_client_at(client: Client, stand_in: WSGIApplication | str) -> Client:
    """Let every product of ``client``, the vendor's, ask ``stand_in``: the address of the API, or ``rest_app(...)``.

    Returns the client. Raises ValueError for an address that is not of this machine.
    """
    pointing: Any = client
    inner = pointing.http_client
    while isinstance(inner, PointedHttpClient):
        inner = inner.inner
    pointing.http_client = PointedHttpClient(inner, _reached(inner, stand_in))
    return client


@contextmanager
def every_client_at(stand_in: WSGIApplication | str) -> Iterator[None]:
    """Let every client of the vendor's that is made or used in this process ask ``stand_in`` while the block runs.

    So an application is tested whose client its test does not get hold of.
    """
    from twilio.http.async_http_client import AsyncTwilioHttpClient
    from twilio.http.http_client import TwilioHttpClient

    with _patched(TwilioHttpClient, stand_in), _patched(AsyncTwilioHttpClient, stand_in):
        yield


@contextmanager
def _patched(kind: Any, stand_in: WSGIApplication | str) -> Iterator[None]:
    original = kind.request

    def request(self: Any, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        target, host = pointed(url, _reached(self, stand_in))
        if host:
            options["headers"] = {**(options.get("headers") or {}), "Host": host}
        return original(self, method, target, *arguments, **options)

    kind.request = request
    try:
        yield
    finally:
        kind.request = original


def _reached(inner: Any, stand_in: WSGIApplication | str) -> str:
    """Return the address of ``stand_in`` for ``inner``, which asks no proxy from now on."""
    for proxy in ("proxy", "proxy_url"):
        if getattr(inner, proxy, None):
            setattr(inner, proxy, None if proxy == "proxy_url" else {})
    if not inner.is_async:
        if getattr(inner, "session", None) is None:
            inner.session = Session()
        inner.session.trust_env = False  # neither a proxy nor a password of the environment
    if isinstance(stand_in, str):
        return _own(stand_in)
    if inner.is_async:
        raise ValueError("an application in this process is asked by a synchronous client; give an address")
    inner.session.mount(IN_PROCESS, InProcess(stand_in))
    return IN_PROCESS


def _own(address: str) -> str:
    """Return an address of this machine; raises ValueError."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        here = host == "localhost" or host.endswith(".test") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        here = False
    if parts.scheme not in {"http", "https"} or not here:
        raise ValueError(f"'{address}' is no address of this machine; give one such as http://127.0.0.1:5099")
    return address.rstrip("/")
