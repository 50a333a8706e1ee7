"""The burst measures how many callers one machine serves: virtual calls at once against ``ivr serve`` over SQLite.

A caller presses a key a second after the last answer, which is in a great hurry: people listen for some eight seconds.
So a hundred callers here are several hundred of flesh and blood. The floor is the bare view under the same load, served
by the same server in a process of its own too.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from bench.commands import IVR
from bench.turns import KEYS

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

_BARE = """
from bench.floor import bare_app, bare_front
from ivr.server.listener import Listener, address_of, bind
socket = bind("127.0.0.1", 0, "port")
print(f"make a call {address_of(socket)}/", flush=True)
Listener(bare_front(bare_app())).run_on(socket)
"""


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

    def __str__(self) -> str:
        median = statistics.median(self.answers)
        return (
            f"{self.callers} callers: {len(self.answers) / SECONDS:.0f} turns/s, median {1000 * median:.0f} ms,"
            f" p99 {1000 * self.p99:.0f} ms, {self.errors} errors"
        )


def run() -> str:
    """Return one line for each load, and the ratio to the floor."""
    with tempfile.TemporaryDirectory() as folder:
        with serving([IVR, "serve", "--port", "0"], folder) as port:
            loads = [asyncio.run(_load(port, callers)) for callers in LEVELS]
        with serving([sys.executable, "-c", _BARE], folder) as port:
            floor = asyncio.run(_load(port, CALLERS))
    burst = next(load for load in loads if load.callers == CALLERS)
    borne = [load.callers for load in loads if load.p99 < LIMIT and not load.errors]
    rows = [f"a burst of {load}" for load in loads]
    rows.append(f"the same of a bare Flask view: {floor}; p99 of the line is {burst.p99 / floor.p99:.0f} times that")
    rows.append(f"the knee: p99 stays below {LIMIT:.0f} s with {max(borne, default=0)} callers who hurry")
    return "\n".join(rows)


@contextmanager
def serving(command: list[str], folder: str, **more: str) -> Iterator[int]:
    """Start a server with ``command`` and the environment ``more``, yield its port, and end it afterwards."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("IVR_", "TWILIO_"))}
    environment |= {"IVR_FLOWS": str(Path("flows").resolve()), "PYTHONPATH": str(Path().resolve())} | more
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            greeting = next(line for line in process.stdout if "make a call" in line)
            yield int(re.findall(r":([0-9]+)/", greeting)[0])
        finally:
            process.terminate()


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
