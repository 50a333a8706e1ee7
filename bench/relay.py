"""This benchmark measures sessions with AI agents (ConversationRelay) against the same messages sent bare.

The agent is a process of its own (``python -m bench.relay``), so that what it takes is taken from neither side.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bench.measure import against
from bench.table import Row
from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.transports import WsgiTransport

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from websockets.asyncio.server import ServerConnection

TURNS = 10
AT_ONCE = 100
TOKENS = ("You ", "said ", "something, ", "and ", "I ", "heard ", "it.")


def run() -> list[Row]:
    """Return the rows of the report."""
    with _agent() as port:
        transport = WsgiTransport(_app(port))
        one = against(lambda: _call(transport), lambda: _bare(port), rounds=9)
        many = against(lambda: _at_once(lambda: _call(transport)), lambda: _at_once(lambda: _bare(port)), rounds=3)
    overhead = 1000 * (one.work - one.floor)
    return [
        Row(
            f"a call of {TURNS} turns with an AI agent",
            f"{overhead:.0f} ms of overhead",
            f"{1000 * one.floor:.0f} ms the same messages bare",
            f"{one.times:.1f}",
            "50 ms of overhead",
        ),
        Row(
            f"{AT_ONCE} such calls at once in one process",
            f"{many.work:.2f} s",
            f"{many.floor:.2f} s the same messages bare",
            f"{many.times:.1f}",
            "none fails",
        ),
    ]


def _call(transport: WsgiTransport) -> None:
    played: list[steps.Step] = [steps.Hear("Hello")]
    for _ in range(TURNS):
        played += (steps.Speak("something"), steps.Hear("I heard it"))
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    setup = CallSetup(
        "http://localhost/voice", transport, "+5511987654321", "+551140030015", "CA" + "1" * 32, VirtualClock(at)
    )
    transcript = place_call(setup, ScriptedPhone([*played, steps.HangUp()]))
    if not transcript.passed:
        raise RuntimeError(transcript.failures[0])


def _bare(port: int) -> None:
    """Send the same messages to the same agent, and wait for the same answers."""
    from websockets.sync.client import connect

    with connect(f"ws://127.0.0.1:{port}/", proxy=None, ping_interval=None) as socket:
        socket.send(json.dumps({"type": "setup"}))
        for _ in range(TURNS):
            socket.send(json.dumps({"type": "prompt", "voicePrompt": "something", "lang": "en-US", "last": True}))
            while not json.loads(socket.recv()).get("last"):
                pass


def _at_once(work: Callable[[], object]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for each in [threads.submit(work) for _ in range(AT_ONCE)]:
            each.result()


def _app(port: int) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    relay = f'<ConversationRelay url="ws://127.0.0.1:{port}/" welcomeGreeting="Hello"/>'
    body = f"<Response><Connect>{relay}</Connect></Response>".encode()

    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [body]

    return app


@contextmanager
def _agent() -> Iterator[int]:
    command = [sys.executable, "-m", "bench.relay"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


async def _serve() -> None:
    from websockets.asyncio.server import serve

    async def agent(connection: ServerConnection) -> None:
        async for message in connection:
            if json.loads(message)["type"] == "prompt":
                for number, token in enumerate(TOKENS, 1):
                    await connection.send(json.dumps({"type": "text", "token": token, "last": number == len(TOKENS)}))

    async with serve(agent, "127.0.0.1", 0, ping_interval=None) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
