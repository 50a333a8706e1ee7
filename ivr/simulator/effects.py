"""An effect is what a call asks of the world: the interpreter yields it, and its driver sends the answer.

The interpreter itself opens no socket and never sleeps.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import field
from typing import Any, TypeAlias, TypeVar

from ivr.simulator.moments import Moment
from ivr.simulator.sockets import NORMAL, ClosedSocket, Handshake, Socket
from ivr.simulator.streaming.stream_plan import StreamPlan
from ivr.simulator.transcript import Event
from ivr.simulator.transports import Request
from value_class import value_class

T = TypeVar("T")


@value_class
class Send:
    """Make this request; answered with a Response, or with the TransportError that came instead."""

    request: Request
    timeout: float


@value_class
class Ask:
    """Ask the telephone what people do in ``moment``; answered with an Act or None.

    What ``socket`` brings may end the moment, where one is given.
    """

    moment: Moment
    socket: Socket | None = None


@value_class
class Pass:
    """Let time pass until ``until`` seconds of the call; answered with None, or with an Act that cut it short.

    ``resumes`` where something came between that did not end the ``moment`` in which time passes. What ``socket``
    brings, where one is given, cuts the time short as well: it is answered as ``Brought``.
    """

    until: float
    resumes: bool = False
    moment: Moment | None = None
    socket: Socket | None = None


@value_class
class Tell:
    """Write ``event`` down: it has begun to happen."""

    event: Event


@value_class
class OpenSocket:
    """Open a websocket within ``timeout`` real seconds; answered with a Socket or a TransportError."""

    handshake: Handshake
    timeout: float


@value_class
class SendMessage:
    """Send ``text`` into the socket; answered with nothing."""

    socket: Socket
    text: str = field(repr=False)


@value_class
class ReceiveMessage:
    """Take what the socket brings within ``patience`` real seconds, in which no time of the call passes by itself.

    Answered with the message, a ClosedSocket, or None: nothing came, or the call is to be taken away from here.
    """

    socket: Socket
    patience: float


@value_class
class OpenStream:
    """Begin a media stream, which goes on beside the call; answered with the MediaStream that tells of it."""

    plan: StreamPlan


@value_class
class CloseSocket:
    """Close the socket with ``code``, or break the connection where that is LOST; answered with nothing."""

    socket: Socket
    code: int = NORMAL
    reason: str = ""


@value_class
class Brought:
    """A brought message is what a socket had while time passed, or that it is closed."""

    message: str | bytes | ClosedSocket = field(repr=False)


Effect: TypeAlias = OpenStream | Send | Ask | Pass | Tell | OpenSocket | SendMessage | ReceiveMessage | CloseSocket

Steps: TypeAlias = Generator[Effect, Any, T]
"""A part of a call: yields effects, is sent their answers, and returns a T."""
