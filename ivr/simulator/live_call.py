"""Drives one call: hands its requests to a transport, its questions to a telephone, its events to the transcript."""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from functools import partial
from typing import Any

from ivr.simulator.acts import Act
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.effects import (
    Ask,
    Brought,
    CloseSocket,
    Effect,
    OpenSocket,
    OpenStream,
    Pass,
    ReceiveMessage,
    Send,
    SendMessage,
    Tell,
)
from ivr.simulator.interpreter import Interpreter
from ivr.simulator.moments import Moment
from ivr.simulator.phones.base import Phone
from ivr.simulator.sockets import ClosedSocket, Received, Socket
from ivr.simulator.streaming.media_stream import MediaStream
from ivr.simulator.transcript import Event, Observer, Transcript
from ivr.simulator.transports import TransportError
from ivr.simulator.tunnel import sockets_through, through
from ivr.simulator.verbs.call_control import ApiCommand, Arrival
from ivr.simulator.verbs.exits import CallEnded

INBOX_LOOK = 0.05
"""Real seconds of waiting at a socket after which the inbox is looked into."""

SOCKET_LOOK = 0.02
"""Seconds of a moment on the real clock after which it is looked whether a socket has brought something."""

LIVE = frozenset({"queued", "ringing", "in-progress"})
"""What a call's status is until it ends."""


class LiveCall:
    """A call under way, which goes on from one passing of time to the next.

    ``interpreter`` tells how it stands, and ``moment`` what it is living through while time passes; None where nobody
    could act. ``planned`` is what somebody at the call's own telephone is about to do in it, or has done last; None
    where something that came was first. What is put into ``inbox`` takes the call away from whatever it is at: a
    CallEnded, or a Moved.
    """

    def __init__(self, setup: CallSetup, phone: Phone, observer: Observer | None = None) -> None:
        self.setup = setup
        self.transcript = Transcript(setup.url, setup.from_, setup.to, setup.call_sid, call=setup.title)
        self.interpreter = Interpreter(setup, self.transcript)
        self.moment: Moment | None = None
        self.planned: Act | None = None
        self.over = False
        self.inbox: deque[CallEnded] = deque()
        self._phone = phone
        self._transport = through(setup.carrier.tunnel, setup.transport)
        self._sockets = sockets_through(setup.carrier.tunnel, setup.sockets)
        self._observer = observer
        self._effects = self.interpreter.run()
        self._effect: Effect | None = None
        self._received: Received = None
        self._waiting: deque[str | bytes | ClosedSocket] = deque()
        self._watched: tuple[float, Socket] | None = None

    @property
    def live(self) -> bool:
        """Return whether the call has not ended yet; its last callbacks may still be under way when it has."""
        return not self.over and self.interpreter.status in LIVE

    def advance(self, came: Arrival | None = None) -> float | None:
        """Go on until time has to pass; returns until which second of the call, or None where it is over.

        ``came`` is what came into the call from outside while time passed.
        """
        answer: Any = came
        if came is not None and not isinstance(came, ApiCommand):
            self.planned = None
        if self._watched:
            until, socket = self._watched
            if came is None and not self.inbox:
                if self._brings(socket):
                    answer = Brought(self._waiting.popleft())
                elif (now := self.setup.clock.elapsed()) < until:
                    return min(until, now + SOCKET_LOOK)
            self._watched = None
        send = self._effects.send
        while True:
            before = self._effect
            try:
                effect = self._effect = (self._interrupt() if self.inbox else None) or send(answer)
            except StopIteration:
                self._end()
                return None
            answer = None
            # The most frequent first, whose fields a pattern would take apart at several times the price.
            match effect:
                case Tell():
                    self.tell(effect.event)
                case Pass():
                    if effect.resumes or not isinstance(before, Ask):
                        self.moment = effect.moment if effect.resumes else None
                    if effect.socket is not None:
                        self._watched = effect.until, effect.socket
                        return min(effect.until, self.setup.clock.elapsed() + SOCKET_LOOK)
                    return effect.until
                case Ask():
                    moment = effect.moment
                    if effect.socket is not None:
                        moment = replace(moment, disturbed=partial(self._brings, effect.socket))
                    self.moment = moment
                    answer = self.planned = self._phone.act(moment)
                case Send():
                    try:
                        answer = self._transport.send(effect.request, effect.timeout)
                    except TransportError as error:
                        answer = error
                case ReceiveMessage(socket, patience):
                    answer = self._received = self._receive(socket, patience)
                case SendMessage(socket, text):
                    socket.send(text)
                case OpenStream(plan):
                    answer = MediaStream(replace(plan, pace=self.setup.clock.pace), self._sockets)
                    answer.start()
                case CloseSocket(socket, code, reason):
                    socket.close(code, reason)
                case OpenSocket(handshake, timeout):
                    try:
                        answer = self._sockets.open(handshake, timeout)
                    except TransportError as error:
                        answer = error

    def tell(self, event: Event) -> None:
        """Write ``event`` down and let the people hear of it."""
        self.transcript.events.append(event)
        self._phone.notice(event)
        if self._observer:
            self._observer(event)

    def _interrupt(self) -> Effect | None:
        """Throw what lies in the inbox into the call; what a request or a socket brought is always taken in first."""
        brought = isinstance(self._effect, Send | OpenSocket) or (
            isinstance(self._effect, ReceiveMessage) and self._received is not None
        )
        if self.live and self._effect is not None and not brought:
            if self.moment is not None:
                self.planned = None
            return self._effects.throw(self.inbox.popleft())
        return None

    def _receive(self, socket: Socket, patience: float) -> Received:
        """Wait for a message, in short pieces: what others put into the inbox meanwhile ends the wait."""
        if self._waiting:
            return self._waiting.popleft()
        left = patience
        while True:
            message = socket.receive(min(left, INBOX_LOOK))
            left -= INBOX_LOOK
            if message is not None or left <= 0 or self.inbox:
                return message

    def _brings(self, socket: Socket) -> bool:
        """Return whether the socket has brought something, which is kept until it is received."""
        if not self._waiting and (message := socket.receive(0)) is not None:
            self._waiting.append(message)
        return bool(self._waiting)

    def _end(self) -> None:
        self.over = True
        self.moment = None
        unfinished = self._phone.ended()
        if unfinished:
            self.transcript.failures.append(unfinished)


def place_call(setup: CallSetup, phone: Phone, observer: Observer | None = None) -> Transcript:
    """Make the call on its own clock and return what happened.

    ``observer`` is called with each event as it begins. Whatever the webhook does is part of the transcript and
    raises nothing.
    """
    call = LiveCall(setup, phone, observer)
    while (until := call.advance()) is not None:
        setup.clock.advance_to(until)
    return call.transcript
