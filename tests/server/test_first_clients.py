"""A socket is waited for in the main thread, and nothing of what answers there is made before."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from ivr.server.first_client import FirstClient
from ivr.server.listener import bind


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with bind("127.0.0.1", 0, "--port") as listener:
        yield listener


def test_a_client_ends_the_waiting_and_stays_in_the_queue(listening: socket.socket) -> None:
    with socket.create_connection(listening.getsockname()) as client, closing(FirstClient(listening)) as first:
        assert first.wait()
        taken, _ = listening.accept()
        with taken:
            client.sendall(b"GET")
            assert taken.recv(3) == b"GET"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_waiting_and_its_handler_stays(listening: socket.socket, number: signal.Signals) -> None:
    before = signal.getsignal(number)
    later = threading.Timer(0.1, os.kill, (os.getpid(), number))
    later.start()
    with closing(FirstClient(listening)) as first:
        assert not first.wait()
    later.join()
    assert signal.getsignal(number) is before


def test_another_thread_ends_the_waiting_before_it_begins(listening: socket.socket) -> None:
    with closing(FirstClient(listening)) as first:
        first.stop()
        assert not first.wait()
