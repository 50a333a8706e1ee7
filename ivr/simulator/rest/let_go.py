"""Transports and telephones that take real time let the switchboard go meanwhile, so that others can look at it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeAlias

from ivr.simulator.acts import Act
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.sockets import NORMAL, Handshake, Received, Socket, SocketTransport
from ivr.simulator.transcript import Event
from ivr.simulator.transports import Request, Response, Transport

LetGo: TypeAlias = Callable[[], AbstractContextManager[None]]
"""Lets others hold the switchboard for as long as the block runs."""


class TransportLetGo:
    """A transport that holds no switchboard while it waits; ``after`` is called when it holds it again."""

    def __init__(self, let_go: LetGo, transport: Transport, after: Callable[[], None] = lambda: None) -> None:
        self._let_go = let_go
        self._transport = transport
        self._after = after

    def send(self, request: Request, timeout: float) -> Response:
        """Ask as the transport does."""
        try:
            with self._let_go():
                return self._transport.send(request, timeout)
        finally:
            self._after()


class SocketsLetGo:
    """Opens websockets that hold no switchboard while they wait."""

    def __init__(self, let_go: LetGo, sockets: SocketTransport) -> None:
        self._let_go = let_go
        self._sockets = sockets

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        """Open as the transport does; what is used beside the call has nothing to let go."""
        if handshake.beside:
            return self._sockets.open(handshake, timeout)
        with self._let_go():
            return _SocketLetGo(self._let_go, self._sockets.open(handshake, timeout))


class _SocketLetGo:
    """A websocket that holds no switchboard while it waits."""

    def __init__(self, let_go: LetGo, socket: Socket) -> None:
        self._let_go = let_go
        self._socket = socket

    def send(self, text: str) -> None:
        with self._let_go():
            self._socket.send(text)

    def receive(self, timeout: float) -> Received:
        if timeout <= 0:
            return self._socket.receive(0)
        with self._let_go():
            return self._socket.receive(timeout)

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        with self._let_go():
            self._socket.close(code, reason)


class PhoneLetGo:
    """A telephone that holds no switchboard while its person thinks."""

    def __init__(self, let_go: LetGo, phone: Phone) -> None:
        self._let_go = let_go
        self._phone = phone

    def act(self, moment: Moment) -> Act | None:
        """Return what the person does."""
        with self._let_go():
            return self._phone.act(moment)

    def notice(self, event: Event) -> None:
        """Let the person hear of it."""
        self._phone.notice(event)

    def ended(self) -> str | None:
        """Return what the person says of the end of the call."""
        return self._phone.ended()
