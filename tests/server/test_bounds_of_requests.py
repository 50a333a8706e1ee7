"""What one request may be: its head, its body, and the time that it takes."""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from tests.server.connected import PATIENCE, SMALL, Connected, answered, ended, post, serving

pytestmark = pytest.mark.network


def test_a_body_is_read_whole_and_the_connection_kept(served: Connected) -> None:
    with served.connect() as connection:
        for length in (0, 10, 1000):
            connection.sendall(post(length).encode() + b"x" * length)
            assert f"{length} came" in answered(connection)
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n")
        assert "4 came" in answered(connection)


@pytest.mark.parametrize("length", [1001, 1_000_000, 2**30])
def test_a_body_announced_as_too_large_is_413_before_it_is_sent(served: Connected, length: int) -> None:
    before = served.reached
    told = served.ask(post(length))
    assert told.startswith("HTTP/1.1 413 ")
    assert "Connection: close" in told
    assert served.reached == before


def test_a_few_large_bodies_are_taken_at_once_and_the_next_is_503() -> None:
    few = replace(SMALL, large_body_bytes=200_000, large_bodies=1, large_body=PATIENCE)
    with serving(few) as served, served.connect() as large:
        large.sendall(post(200_000).encode() + b"x" * 100_000)
        until = time.monotonic() + PATIENCE
        while "503" not in served.ask(post(2000) + "x" * 2000) and time.monotonic() < until:
            time.sleep(0.05)
        assert time.monotonic() < until
        assert served.ask(post(10) + "x" * 10).startswith("HTTP/1.1 200 ")
        assert served.ask(post(200_001)).startswith("HTTP/1.1 413 ")
        large.sendall(b"x" * 100_000)
        assert "200000 came" in answered(large)
        assert "2000 came" in served.ask(post(2000, "Connection: close") + "x" * 2000)


def test_a_chunked_body_is_413_where_it_grows_too_large(served: Connected) -> None:
    before = served.reached
    head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert served.ask(head + "1f4\r\n" + "x" * 500 + "\r\n1f5\r\n" + "x" * 501).startswith("HTTP/1.1 413 ")
    assert served.reached == before


def _pour(connection: socket.socket, piece: bytes) -> int:
    """Send until the server cuts it off, a gigabyte at most; the bytes that were taken."""
    sent = 0
    with suppress(ConnectionError):
        while sent < 2**30:
            connection.sendall(piece)
            sent += len(piece)
    return sent


def _memory_and_files() -> tuple[int, set[str]]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096, {os.readlink(each) for each in Path("/proc/self/fd").iterdir() if os.path.lexists(each)}  # noqa: PTH115


@pytest.mark.parametrize("more", ["X-No: 1\r\n", ""], ids=["refused by its head", "not refused"])
@pytest.mark.parametrize(
    ("how", "piece"),
    [
        ("Content-Length: 1073741824\r\n\r\n", b"x" * 65536),
        ("Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: " + b"x" * 6000 + b"\r\n"),
        ("Transfer-Encoding: chunked\r\n\r\n0\r\nX: x", b"x" * 65536),
        ("Transfer-Encoding: chunked\r\n\r\n1;x", b"x" * 65536),
    ],
    ids=["told length", "chunks", "headers behind it", "one header behind it", "a chunk's extension"],
)
def test_a_gigabyte_goes_to_no_file_and_no_memory(served: Connected, how: str, piece: bytes, more: str) -> None:
    memory, files = _memory_and_files()
    with served.connect() as connection:
        told = f"POST / HTTP/1.1\r\nHost: x\r\n{more}{how}"
        connection.sendall(told.encode())
        assert _pour(connection, piece) < 2**24
        after, open_files = _memory_and_files()
    assert after - memory < 2**24
    assert not {file for file in open_files - files if not file.startswith(("socket:", "/proc/"))}


def test_headers_behind_a_body_are_none_of_its_head(served: Connected) -> None:
    head = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert served.ask(f"{head}1\r\na\r\n0\r\nHost: other\r\nX-No: 1\r\n\r\n").endswith("1 came")
    assert served.heads[-1] == ("x", None)


@pytest.mark.parametrize(
    "head",
    [
        "GET /" + "x" * 3000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nX: " + "x" * 3000,
        "GET / HTTP/1.1\r\n" + "".join(f"X-{n}: {'y' * 50}\r\n" for n in range(60)),
        "GET / HTTP/1.1\r\n" + "".join(f"X{n}: y\r\n" for n in range(21)) + "\r\n",
        "GET / HTTP/1.1\r\n" + "x" * 3000,
    ],
    ids=["address", "one header", "many headers", "more than may be", "a name"],
)
def test_a_flood_of_headers_is_431(served: Connected, head: str) -> None:
    before = served.reached
    assert served.ask(head).startswith("HTTP/1.1 431 ")
    assert served.reached == before


def _drip(connection: socket.socket, text: bytes, pause: float) -> str:
    """Send a byte at a time until the server has had enough."""
    try:
        for byte in text:
            connection.sendall(bytes([byte]))
            time.sleep(pause)
    except ConnectionError:
        pass
    return ended(connection)


@pytest.mark.parametrize(
    ("at_once", "slowly"),
    [(b"", b"POST / HTTP/1.1\r\nHost: x\r\n" * 9), (post(900).encode(), b"x" * 900)],
    ids=["a head", "a body"],
)
def test_what_comes_a_byte_at_a_time_is_408(served: Connected, at_once: bytes, slowly: bytes) -> None:
    before = served.reached
    with served.connect() as connection:
        connection.sendall(at_once)
        assert _drip(connection, slowly, 0.02).startswith("HTTP/1.1 408 ")
    assert served.reached == before


def test_a_refusal_by_the_head_needs_no_body_and_keeps_the_connection(served: Connected) -> None:
    before = served.reached
    with served.connect() as connection:
        connection.sendall(post(5, "X-No: 1").encode())
        assert "403 Forbidden" in answered(connection)
        connection.sendall(b"12345" + post(3).encode() + b"123")
        assert "3 came" in answered(connection)
    assert served.reached == before + 1


@pytest.mark.parametrize(
    "broken",
    ["\x00\x01\x02", "GET\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
     "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
     "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "CONNECT x:1 HTTP/1.1\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_http_never_reaches_the_application(served: Connected, broken: str) -> None:
    before = served.reached
    served.ask(broken)
    assert served.reached == before
