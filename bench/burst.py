"""The burst measures how many callers one machine serves: virtual calls at once against ``ivr serve`` over SQLite.

A caller presses a key a second after the last answer, which is in a great hurry: people listen for some eight seconds.
So a hundred callers here are several hundred of flesh and blood. The floor is the bare view under the same load, served
by the same server in a process of its own too.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.commands import IVR
from bench.serving import serving
from bench.signed_calls import KEYS
from bench.table import Row

CALLERS = 200
LEVELS = (50, 100, 200, 300, 400)
HURRY = 1.0
"""Seconds from an answer to the next key."""
SECONDS = 6.0
"""For how long each load lasts."""
GIVEN_UP = 15.0
"""Seconds after which the carrier gives up."""
LIMIT = 1.0
"""Seconds of p99 beyond which the knee lies."""


@dataclass
class Load:
    """A load is what ``callers`` measured: the seconds of each answer, and the number of answers that were none."""

    callers: int
    answers: list[float] = field(default_factory=list)
    errors: int = 0

    @property
    def p99(self) -> float:
        """Return the seconds within which 99 of 100 answers came."""
        return sorted(self.answers)[int(len(self.answers) * 0.99)]


def run() -> list[Row]:
    """Return one row for each load, one for the floor, and where the knee lies."""
    with tempfile.TemporaryDirectory() as folder:
        with serving([IVR, "serve", "--port", "0"], folder) as port:
            loads = [asyncio.run(_load(port, callers)) for callers in LEVELS]
        with serving([sys.executable, "-m", "bench.sample", "bare"], folder) as port:
            floor = asyncio.run(_load(port, CALLERS))
    borne = [load.callers for load in loads if load.p99 < LIMIT and not load.errors]
    bare = f"{1000 * floor.p99:.0f} ms a bare view with {CALLERS}"
    rows = [
        Row(
            f"p99 of {load.callers} callers who hurry",
            f"{1000 * load.p99:.0f} ms, {len(load.answers) / SECONDS:.0f} turns/s, {load.errors} errors",
            bare,
            f"{load.p99 / floor.p99:.1f}",
        )
        for load in loads
    ]
    return [*rows, Row(f"callers who hurry, with p99 below {LIMIT:.0f} s", str(max(borne, default=0)))]


async def _load(port: int, callers: int) -> Load:
    load = Load(callers)
    until = time.monotonic() + HURRY + SECONDS
    await asyncio.gather(*(_caller(port, load, number, until) for number in range(callers)))
    return load


async def _caller(port: int, load: Load, number: int, until: float) -> None:
    """Calls one after the other, over one connection, beginning somewhere within the first second."""
    counted_from = until - SECONDS
    await asyncio.sleep(HURRY * number / load.callers)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for call in itertools.count():
        sid = f"CA{load.callers:08x}{number:08x}{call:016x}"
        for turn, key in enumerate(("", *KEYS)):
            if time.monotonic() > until:
                writer.close()
                return
            began = time.monotonic()
            try:
                ok = await asyncio.wait_for(_ask(reader, writer, turn, sid, key), GIVEN_UP)
            except (TimeoutError, OSError, asyncio.IncompleteReadError):
                ok = False
            ended = time.monotonic()
            if ended > counted_from:
                load.answers.append(ended - began)
                load.errors += not ok
            if not ok:
                writer.close()
                return
            await asyncio.sleep(HURRY)


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, turn: int, sid: str, key: str) -> bool:
    form = {"CallSid": sid, "From": "+5511987654321", "To": "+551140030015", "Digits": key}
    body = urlencode(form)
    path = f"/twilio/turn/{turn}" if turn else "/twilio/voice"
    writer.write(
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
    )
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: ([0-9]+)", head, re.IGNORECASE)
    document = await reader.readexactly(int(length[1])) if length else b""
    return head.startswith(b"HTTP/1.1 200") and b"<Gather" in document
