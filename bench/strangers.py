"""This benchmark measures a signed turn's p99 without and with 200 hostile clients, against a goal.

``python -m bench.strangers PORT`` is those clients, in a process of their own: a quarter each posts forms of a
megabyte, posts small forms and the largest that are read with a signature of the right shape, sends a body a byte a
second, and says nothing. All of them come back at once when they are cut off.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import itertools
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from urllib.parse import urlencode

from bench.burst import GIVEN_UP, Load
from bench.commands import IVR
from bench.serving import serving
from bench.signed_calls import KEYS, TOKEN
from bench.table import Row

CALLERS = 20
STRANGERS = 200
SECONDS = 8.0
HURRY = 0.5
"""Seconds from an answer to the next key."""
GOAL = 1.0

_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
_WRONG = f"X-Twilio-Signature: {'A' * 27}=\r\n"
_FORGED = (b"Digits=1&CallSid=CA", b"&".join(b"F%d=" % number + b"%41" * 200 for number in range(100)))
"""The largest form that is read costs most where every sign of it is escaped."""


def run() -> list[Row]:
    """Return the row of the report."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving([IVR, "serve", "--port", "0"], folder, TWILIO_AUTH_TOKEN=TOKEN) as port,
    ):
        alone = asyncio.run(_load(port, 1))
        with subprocess.Popen([sys.executable, "-m", "bench.strangers", str(port)]) as strangers:
            try:
                time.sleep(2)  # all of them are there
                among = asyncio.run(_load(port, 2))
            finally:
                strangers.kill()
    return [
        Row(
            f"p99 of a signed turn among {STRANGERS} hostile clients",
            f"{1000 * among.p99:.0f} ms, {among.errors} errors of {len(among.answers)}",
            f"{1000 * alone.p99:.0f} ms without them",
            f"{among.p99 / alone.p99:.1f}",
            f"{1000 * GOAL:.0f} ms",
        )
    ]


async def _load(port: int, run_number: int) -> Load:
    load = Load(CALLERS)
    until = time.monotonic() + SECONDS
    await asyncio.gather(*(_caller(port, load, run_number, number, until) for number in range(CALLERS)))
    return load


async def _caller(port: int, load: Load, run_number: int, number: int, until: float) -> None:
    """Calls one after the other, each request on the connection of the one before while it is kept."""
    await asyncio.sleep(HURRY * number / CALLERS)
    for call in itertools.count():
        sid = f"CA{run_number:08x}{number:08x}{call:016x}"
        streams = await asyncio.open_connection("127.0.0.1", port)
        for turn, key in enumerate(("", *KEYS)):
            began = time.monotonic()
            try:
                ok = await asyncio.wait_for(_ask(*streams, port, turn, sid, key), GIVEN_UP)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                ok = False
            load.answers.append(time.monotonic() - began)
            load.errors += not ok
            if not ok or time.monotonic() > until:
                break
            await asyncio.sleep(HURRY)
        streams[1].close()
        if time.monotonic() > until:
            return


async def _ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, turn: int, sid: str, key: str
) -> bool:
    form = {"CallSid": sid, "Digits": key, "From": "+5511987654321", "To": "+551140030015"}
    path = f"/twilio/turn/{turn}" if turn else "/twilio/voice"
    signed = f"http://127.0.0.1:{port}{path}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), signed.encode(), "sha1")).decode()
    body = urlencode(form)
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{_FORM}X-Twilio-Signature: {signature}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    document = await reader.readexactly(length)
    return head.startswith(b"http/1.1 200") and b"<Response" in document


async def _large(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(f"POST /twilio/voice HTTP/1.1\r\nHost: x\r\n{_FORM}Content-Length: 1000000\r\n\r\n".encode())
    for _ in range(16):
        writer.write(b"x" * 62_500)
        await writer.drain()
    await reader.read()


async def _forged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for body in itertools.cycle(_FORGED):
        head = f"POST /twilio/turn/3 HTTP/1.1\r\nHost: x\r\n{_FORM}{_WRONG}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"\n")


async def _slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(f"POST /twilio/voice HTTP/1.1\r\nHost: x\r\n{_FORM}{_WRONG}Content-Length: 1000\r\n\r\n".encode())
    while not reader.at_eof():
        writer.write(b"x")
        await writer.drain()
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.read(1), 1)


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def _come_again(port: int, number: int) -> None:
    act = (_large, _forged, _slow, _silent)[number % 4]
    while True:
        with suppress(OSError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                await act(reader, writer)
            finally:
                writer.close()


async def _attack(port: int) -> None:
    await asyncio.gather(*(_come_again(port, number) for number in range(STRANGERS)))


if __name__ == "__main__":
    asyncio.run(_attack(int(sys.argv[1])))
