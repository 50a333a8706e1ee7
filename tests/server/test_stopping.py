"""What signals do to a listener: nothing in hand is cut, and a second one does not wait."""

from __future__ import annotations

import http.client
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_serve import IGNORING_CTRL_C

pytestmark = pytest.mark.network

SLOW = """
import os
import time
from bench.floor import bare_front
from ivr.server.bounds import Bounds
from ivr.server.listener import Listener, bind

def slow(environ, start):
    os.write(1, b"asked\\n")  # whole, whoever else writes
    time.sleep(float(environ["QUERY_STRING"]))
    start("200 OK", [("Content-Length", "4")])
    return [b"here"]

socket = bind("127.0.0.1", 0, "port")
print(socket.getsockname()[1], flush=True)
Listener(bare_front(slow), Bounds(drain=0.05)).run_on(socket)
print("end", flush=True)
"""


@pytest.fixture
def slow() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A listener in a process that was started with Ctrl-C ignored, whose answers take as long as one asks."""
    with subprocess.Popen(
        [*IGNORING_CTRL_C, sys.executable, "-c", SLOW],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


def _ask(port: int, seconds: float, told: list[str]) -> threading.Thread:
    def ask() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("POST", f"/?{seconds}")
            told.append(connection.getresponse().read().decode())
        except (OSError, http.client.HTTPException) as error:
            told.append(type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def _asked(process: subprocess.Popen[str], times: int) -> None:
    assert process.stdout is not None
    for _ in range(times):
        assert process.stdout.readline() == "asked\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_answers_what_is_in_hand_and_ends_with_0(
    slow: tuple[subprocess.Popen[str], int], number: signal.Signals
) -> None:
    process, port = slow
    told: list[str] = []
    asking = [_ask(port, 0.8, told) for _ in range(8)]
    _asked(process, 8)
    process.send_signal(number)
    for each in asking:
        each.join()
    assert told == ["here"] * 8
    assert process.wait(20) == 0


def test_a_second_signal_ends_at_once(slow: tuple[subprocess.Popen[str], int]) -> None:
    process, port = slow
    told: list[str] = []
    asking = _ask(port, 8, told)
    _asked(process, 1)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == -signal.SIGTERM
    asking.join()
    assert time.monotonic() - began < 5
    assert told != ["here"]
