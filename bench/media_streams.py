"""This benchmark measures how evenly media streams send their frames, for 20 calls at once in one process.

Jitter is by how much the time between two frames of a stream differs from 20 ms. Its floor is that of an event loop in
a process beside, at the same time, which waits as often for as many clocks and does nothing else.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from bench.floor import bare_app
from bench.table import Row
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import Carrier
from ivr.simulator.clock import RealClock
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.sockets import NORMAL, Handshake, Received, Socket
from ivr.simulator.transports import WsgiTransport
from ivr.simulator.tunnel import Tunnel
from ivr.simulator.websocket_transport import WebsocketTransport

CALLS = 20
FRAME = 0.02
SHORT, MINUTE = 5.0, 60.0
GOAL = 3.0
"""Times the event loop's own: what is left is the work of sending."""


def run() -> list[Row]:
    """Return the row of five seconds."""
    return [_row(SHORT)]


def run_a_minute() -> list[Row]:
    """Return the row of a minute."""
    return [_row(MINUTE)]


def _row(seconds: float) -> Row:
    # Beside the streams and not before them: what else the machine does meanwhile, both have to bear.
    command = [sys.executable, "-m", "bench.media_streams", str(seconds)]
    with _sink() as port, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as loop:
        sent = _streamed(port, seconds)
        floor = float(loop.communicate()[0])
    streams = [times for times in sent if len(times) > 1]
    expected = seconds / FRAME
    if len(streams) != CALLS or any(len(times) < expected * 0.98 for times in streams):
        raise RuntimeError(
            f"{len(streams)} streams sent {[len(times) for times in streams]} frames, not {expected:.0f}"
        )
    jitter = _p99(streams)
    return Row(
        f"{CALLS} media streams of {seconds:.0f} s, frames' jitter p99",
        f"{jitter * 1000:.2f} ms",
        f"{floor * 1000:.2f} ms an event loop's own",
        f"{jitter / floor:.1f}",
        f"{GOAL:.1f}",
    )


def _p99(streams: Iterable[list[float]]) -> float:
    """The jitter that a hundredth of the frames exceeds."""
    jitter = sorted(abs(later - sooner - FRAME) for times in streams for sooner, later in itertools.pairwise(times))
    return jitter[int(len(jitter) * 0.99)]


async def _ticks(seconds: float) -> list[list[float]]:
    async def clock(began: float) -> list[float]:
        times = []
        for number in range(1, round(seconds / FRAME) + 1):
            await asyncio.sleep(began + number * FRAME - time.monotonic())
            times.append(time.monotonic())
        return times

    began = time.monotonic()
    return await asyncio.gather(*(clock(began + number * FRAME / CALLS) for number in range(CALLS)))


class _TimedSockets:
    """Opens websockets that note when each frame is sent."""

    def __init__(self) -> None:
        self.sent: list[list[float]] = []
        self._websockets = WebsocketTransport()

    def open(self, handshake: Handshake, timeout: float) -> Socket:
        times: list[float] = []
        self.sent.append(times)
        return _TimedSocket(self._websockets.open(handshake, timeout), times)


class _TimedSocket:
    def __init__(self, socket: Socket, sent: list[float]) -> None:
        self._socket = socket
        self._sent = sent

    def send(self, text: str) -> None:
        self._socket.send(text)
        if text.startswith('{"event": "media"'):
            self._sent.append(time.monotonic())

    def receive(self, timeout: float) -> Received:
        return self._socket.receive(timeout)

    def close(self, code: int = NORMAL, reason: str = "") -> None:
        self._socket.close(code, reason)


def _streamed(port: int, seconds: float) -> list[list[float]]:
    sockets = _TimedSockets()
    carrier = Carrier(tunnel=Tunnel.of([("media.test", f"127.0.0.1:{port}")]))
    board = Switchboard(RealClock(), WsgiTransport(bare_app()), carrier=carrier, sockets=sockets)
    twiml = '<Response><Connect><Stream url="wss://media.test/"/></Connect></Response>'
    with board.held():
        for number in range(CALLS):
            setup = CallSetup(
                url="http://localhost/voice",
                transport=WsgiTransport(bare_app()),
                from_="+5511987654321",
                to="+551140030015",
                call_sid=f"CA{number:032x}",
                clock=board.clock,
                carrier=carrier,
                twiml=twiml,
                sockets=sockets,
            )
            board.connect(setup, ScriptedPhone([steps.HangUp(after=seconds + 0.2)]))
    board.run()
    return sockets.sent


@contextmanager
def _sink() -> Iterator[int]:
    command = [sys.executable, "-m", "bench.stream_sink"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


if __name__ == "__main__":
    print(_p99(asyncio.run(_ticks(float(sys.argv[1])))))
