"""Asks webhooks and opens websockets of this machine and of no other, whatever their names resolve to at this moment.

A page of a browser says which address a call goes to, and a webhook says where it goes on: each request is looked at,
so that neither a redirect nor a name that resolves anew leads anywhere else. The address that was looked at is the one
that is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.transports import Request, Response, TransportError
from ivr.simulator.websocket_transport import WebsocketTransport

ELSEWHERE = "is not on this machine: only 127.0.0.1, ::1 or localhost can be called from here"


class LoopbackTransport:
    """HTTP to addresses of the loopback. ``public`` is an address (scheme, host, path) that this machine itself answers
    at ``local``: what is sent there goes the short way, with the name that was signed.
    """

    def __init__(self, public: str | None = None, local: str | None = None) -> None:
        self._http = HttpTransport()
        self._public = public and public.rstrip("/")
        self._local = local and local.rstrip("/")

    def send(self, request: Request, timeout: float) -> Response:
        """Ask once; raises TransportError for an address of another machine, before anything is connected to."""
        url = request.url
        if self._public and self._local and url.startswith((f"{self._public}/", f"{self._public}?")):
            url = self._local + url.removeprefix(self._public)
        at, host = _address(url)
        headers = (*(each for each in request.headers if each[0].lower() != "host"), ("Host", host))
        answer = self._http.send(replace(request, url=at, headers=headers), timeout)
        return replace(answer, url=request.url)

    def close(self) -> None:
        """Close the connections that are still open."""
        self._http.close()


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((str(_own_address(host, port)), port), timeout)


LOOPBACK_SOCKETS = WebsocketTransport(_connect)
"""Opens websockets of this machine; a TransportError names any other before anything is connected to."""


def refusal_of(url: str) -> str | None:
    """Return why ``url`` cannot be called from a page, in one line without what may be secret in it; None where it can.

    Its name is resolved now, and again when it is asked.
    """
    try:
        parts = urlsplit(url)
        if parts.username is not None or parts.password is not None:
            return "write the address without a user and a password in it"
        if parts.fragment or any(sign <= " " or sign == "\x7f" for sign in url):
            return "an address has no blanks, and no # in it"
        _address(url)
    except ValueError:
        return "that is no address; write one like http://127.0.0.1:8000/voice"
    except TransportError as error:
        return error.reason
    return None


def _address(url: str) -> tuple[str, str]:
    """``url`` with the address of the loopback in place of its host's name, and the name for the header Host."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
    except ValueError:
        raise TransportError("that is not an HTTP address", "address") from None
    if parts.scheme != "http" or not host:
        raise TransportError("only http:// addresses of this machine can be called from here", "address")
    return _at(parts, _own_address(host, port), port), parts.netloc.rpartition("@")[2]


def _own_address(host: str, port: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address of the loopback that ``host`` is; raises TransportError where it is another machine's."""
    found = _resolved(host, port)
    if not all(each.is_loopback for each in found):
        raise TransportError(f"{host} {ELSEWHERE}", "address")
    return found[0]


def _resolved(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # 127.0.0.1 before ::1, as most servers of developers listen there.
        return sorted((ipaddress.ip_address(each[4][0]) for each in found), key=lambda one: one.version)
    except (OSError, UnicodeError, ValueError):
        raise TransportError(f"the host name {host} is unknown", "host") from None


def _at(parts: SplitResult, address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int) -> str:
    host = f"[{address}]" if address.version == 6 else str(address)
    return urlunsplit(parts._replace(netloc=f"{host}:{port}"))
