"""An effect is what a call asks of the world: the interpreter yields it, and its driver sends the answer.

The interpreter itself opens no socket and never sleeps.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import field
from typing import Any, TypeAlias, TypeVar

from ivr.simulator.moments import Moment
from ivr.simulator.sockets import Handshake, Socket
from ivr.simulator.streaming.stream_plan import StreamPlan
from ivr.simulator.transcript import Event
from ivr.simulator.transports import Request
from ivr.value_class import value_class

T = TypeVar("T")


@value_class
class Send:
    """Make this request; answered with a Response, or with the TransportError that came instead."""

    request: Request
    timeout: float


@value_class
class Ask:
    """Ask the telephone what people do in ``moment``; answered with an Act or None."""

    moment: Moment


@value_class
class Pass:
    """Let time pass until ``until`` seconds of the call; answered with None, or with an Act that cut it short.

    ``resumes`` where something came between that did not end the ``moment`` in which time passes.
    """

    until: float
    resumes: bool = False
    moment: Moment | None = None


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


Effect: TypeAlias = OpenStream | Send | Ask | Pass | Tell | OpenSocket | SendMessage | ReceiveMessage

Steps: TypeAlias = Generator[Effect, Any, T]
"""A part of a call: yields effects, is sent their answers, and returns a T."""
