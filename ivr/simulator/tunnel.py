"""A tunnel leads a public name to a server of this machine, as ngrok and its like do, and nothing leaves the machine.

Applications write their public addresses (``https://app.example.com/voice``, ``wss://app.example.com/media``) into
TwiML and check signatures over them. The carrier here signs and writes down the public address, connects to the
loopback, and tells the application what a tunnel tells it: ``Host`` and the three ``X-Forwarded`` headers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

from ivr.simulator.sockets import Handshake, Socket, SocketTransport
from ivr.simulator.transports import Request, Response, Transport
from value_class import value_class
from wording import message

if TYPE_CHECKING:
    from typing import Self

LOCAL_SCHEMES: Final = {"https": "http", "http": "http", "wss": "ws", "ws": "ws"}
"""How a server behind a tunnel is spoken to, by the scheme of its public address: TLS ends at the tunnel."""

_USUAL_PORTS: Final = {"https": 443, "http": 80, "wss": 443, "ws": 80}

_NAME: Final = re.compile(
    r"(?=.{1,253}(:|$))[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*(:[0-9]{1,5})?"
)

_LOCAL: Final = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost):([0-9]{1,5})")

CALLER: Final = "127.0.0.1"
"""Who asks, as the application is told in X-Forwarded-For."""


@value_class
class Passage:
    """A passage leads from a ``public`` name, with a port where it has an unusual one, to ``local``: host and port of
    the loopback.
    """

    public: str
    local: str


@value_class
class ForwardedAddress:
    """A forwarded address is the ``url`` to connect to for a public one, and the ``headers`` that the tunnel sets."""

    url: str
    headers: tuple[tuple[str, str], ...]


@value_class
class Tunnel:
    """The passages of a call; none without the wish of somebody."""

    passages: tuple[Passage, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.passages)

    @classmethod
    def of(cls, written: Iterable[tuple[str, str]]) -> Self:
        """Read pairs of a public name and a place on this machine; raise ValueError for the first that is wrong."""
        passages: dict[str, Passage] = {}
        for public, local in written:
            passage = Passage(_public(public), _local(local))
            if passage.public in passages:
                raise ValueError(
                    message("tunnel-twice", "the tunnel has '{name}' twice; delete one", name=passage.public)
                )
            passages[passage.public] = passage
        return cls(tuple(passages.values()))

    def with_all_of(self, other: Tunnel) -> Tunnel:
        """Return this tunnel with the passages of ``other``, which count where both have a name."""
        both = {passage.public: passage for passage in (*self.passages, *other.passages)}
        return replace(self, passages=tuple(both.values()))

    def forward(self, url: str) -> ForwardedAddress | None:
        """Return where ``url`` leads; None where it has no name of this tunnel."""
        try:
            parts = urlsplit(url)
            names = _names(parts)
        except ValueError:
            return None
        for passage in self.passages:
            if passage.public in names:
                local = parts._replace(scheme=LOCAL_SCHEMES[parts.scheme], netloc=passage.local)
                return ForwardedAddress(urlunsplit(local), _forwarded(parts))
        return None


NO_TUNNEL: Final = Tunnel()


class TunnelTransport:
    """Sends requests for names of the tunnel to this machine, and all others as ``transport`` does."""

    def __init__(self, tunnel: Tunnel, transport: Transport) -> None:
        self._tunnel = tunnel
        self._transport = transport

    def send(self, request: Request, timeout: float) -> Response:
        """Ask once; the response tells the address that was asked for, not where it led."""
        forwarded = self._tunnel.forward(request.url)
        if forwarded is None:
            return self._transport.send(request, timeout)
        taken = {name.lower() for name, _ in forwarded.headers}
        headers = (*(each for each in request.headers if each[0].lower() not in taken), *forwarded.headers)
        answer = self._transport.send(replace(request, url=forwarded.url, headers=headers), timeout)
        return replace(answer, url=request.url)


class TunnelSockets:
    """Opens websockets of names of the tunnel on this machine, and all others as ``sockets`` does."""

    def __init__(self, tunnel: Tunnel, sockets: SocketTransport) -> None:
        self._tunnel = tunnel
        self._sockets = sockets

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        """Open the websocket; the application is told its public name as ``Host``."""
        forwarded = self._tunnel.forward(handshake.url)
        if forwarded:
            parts = urlsplit(forwarded.url)
            headers = (*handshake.headers, *(each for each in forwarded.headers if each[0] != "Host"))
            handshake = replace(handshake, headers=headers, tunnel_to=(parts.hostname or "", parts.port or 0))
        return self._sockets.open(handshake, timeout)


def sockets_through(tunnel: Tunnel, sockets: SocketTransport) -> SocketTransport:
    """Return ``sockets``, with ``tunnel`` before them where that leads anywhere."""
    return TunnelSockets(tunnel, sockets) if tunnel else sockets


def through(tunnel: Tunnel, transport: Transport) -> Transport:
    """Return ``transport``, with ``tunnel`` before it where that leads anywhere."""
    return TunnelTransport(tunnel, transport) if tunnel else transport


def parse_passage(written: str) -> tuple[str, str]:
    """Return both sides of ``app.example.com=127.0.0.1:3000``; raise ValueError for what is none."""
    public, equals, local = written.partition("=")
    if not equals:
        raise ValueError(
            message(
                "tunnel-malformed",
                "write a public name and where it leads, such as app.example.com=127.0.0.1:3000, not '{text}'",
                text=written,
            )
        )
    return _public(public), _local(local)


def _public(written: str) -> str:
    """The name as it is looked up: in small letters, and without a port that is usual."""
    name = written.strip().lower()
    port = name.partition(":")[2]
    if not _NAME.fullmatch(name) or (port and not 0 < int(port) < 65536):
        raise ValueError(
            message(
                "tunnel-name-malformed",
                "a tunnel begins with a public name, such as app.example.com (without https:// and without a path),"
                " not '{text}'",
                text=written,
            )
        )
    return name.removesuffix(":443")


def _local(written: str) -> str:
    found = _LOCAL.fullmatch(written.strip().lower())
    if found is None or not 0 < int(found[2]) < 65536:
        raise ValueError(
            message(
                "tunnel-leads-elsewhere",
                "a tunnel leads to a port of this machine only, such as 127.0.0.1:3000, [::1]:3000 or localhost:3000,"
                " not to '{text}'",
                text=written,
            )
        )
    return found[0]


def _names(parts: SplitResult) -> set[str]:
    """What a passage may be called that ``parts`` go through: a usual port may be left out."""
    host, usual = (parts.hostname or "").lower(), _USUAL_PORTS.get(parts.scheme)
    if not host or usual is None:
        return set()
    port = parts.port or usual
    return {f"{host}:{port}", host} if port == usual else {f"{host}:{port}"}


def _forwarded(parts: SplitResult) -> tuple[tuple[str, str], ...]:
    public = parts.netloc.rpartition("@")[2]
    scheme = "https" if parts.scheme in {"https", "wss"} else "http"
    return (
        ("Host", public),
        ("X-Forwarded-For", CALLER),
        ("X-Forwarded-Host", public),
        ("X-Forwarded-Proto", scheme),
    )
