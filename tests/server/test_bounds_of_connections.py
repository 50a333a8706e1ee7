"""What one listener bears: each bound is small here, so that no test waits for it as long as a stranger would."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ivr.server.bounds import Bounds, within_open_files
from ivr.server.front import Bulkhead, Front, Refusal, refuse_nothing
from ivr.server.listener import Listener, bind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.network

SMALL = Bounds(
    connections=8, idle=0.5, head=0.5, body=0.5, stalled=0.6, linger=0.3, drain=0.1, stop=5,
    head_bytes=2000, headers=20, body_bytes=1000, wire_bytes=100_000, thrown_away_bytes=300_000,
)  # fmt: skip
PATIENCE = 20.0
FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class Connected:
    """A listener with an application that counts, sleeps as long as it is asked to, and tells how much came."""

    def __init__(self, bounds: Bounds) -> None:
        self.reached = 0
        self.heads: list[tuple[str, str | None]] = []
        bulkhead = Bulkhead("test", 4, waiting=None)
        few = Bulkhead("few", 1, waiting=0)
        front = Front(
            self._app,
            judge_head=lambda environ: Refusal(403, "No.") if "HTTP_X_NO" in environ else None,
            judge=refuse_nothing,
            bulkhead_of=lambda path: None if path == "/now" else few if path == "/few" else bulkhead,
        )
        self.listener = Listener(front, bounds)
        self._socket = bind("127.0.0.1", 0, "port")
        self.port = self._socket.getsockname()[1]
        self.thread = threading.Thread(target=self.listener.run_on, args=(self._socket,))

    def _app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.reached += 1
        body = environ["wsgi.input"].read()
        self.heads.append((environ["HTTP_HOST"], environ.get("HTTP_X_NO")))
        query = environ["QUERY_STRING"]
        if query.startswith("sleep="):
            time.sleep(float(query[6:]))
        answer = b"y" * int(query[6:]) if query.startswith("bytes=") else f"{len(body)} came".encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def ask(self, text: str) -> str:
        """What is answered to ``text``, up to the end of the connection, which is closed from this side too."""
        with self.connect() as connection:
            connection.sendall(text.encode())
            return ended(connection)


@contextmanager
def serving(bounds: Bounds = SMALL) -> Iterator[Connected]:
    served = Connected(bounds)
    served.thread.start()
    while not served.listener.started:
        time.sleep(0.01)
    try:
        yield served
    finally:
        served.listener.should_exit = True
        served.thread.join(PATIENCE)
        assert not served.thread.is_alive()


@pytest.fixture(scope="module")
def served() -> Iterator[Connected]:
    with serving() as here:
        yield here


def ended(connection: socket.socket) -> str:
    """Whatever still comes, until the server closes; a reset ends it as well."""
    told = b""
    try:
        while part := connection.recv(65536):
            told += part
    except ConnectionError:
        pass
    return told.decode()


def post(length: int, *headers: str, path: str = "/") -> str:
    more = "".join(f"{each}\r\n" for each in headers)
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{FORM}Content-Length: {length}\r\n{more}\r\n"


def answered(connection: socket.socket) -> str:
    """One answer on a connection that stays open."""
    told = b""
    while not (b"\r\n\r\n" in told and told.endswith((b"came", b"No.\n"))):
        part = connection.recv(65536)
        assert part, told
        told += part
    return told.decode()


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


def test_a_connection_that_never_asks_and_one_that_is_kept_are_closed(served: Connected) -> None:
    with served.connect() as silent, served.connect() as kept:
        kept.sendall(post(0).encode())
        assert "0 came" in answered(kept)
        began = time.monotonic()
        assert ended(silent) == ""
        assert ended(kept) == ""
        assert time.monotonic() - began < PATIENCE / 2


def test_an_answer_that_is_not_read_is_cut_off(served: Connected) -> None:
    with served.connect() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(b"GET /?bytes=30000000 HTTP/1.1\r\nHost: x\r\n\r\n")
        until = time.monotonic() + PATIENCE
        while served.listener.server_state.connections and time.monotonic() < until:
            time.sleep(0.05)
        assert not served.listener.server_state.connections


def test_a_refusal_by_the_head_needs_no_body_and_keeps_the_connection(served: Connected) -> None:
    before = served.reached
    with served.connect() as connection:
        connection.sendall(post(5, "X-No: 1").encode())
        assert "403 Forbidden" in answered(connection)
        connection.sendall(b"12345" + post(3).encode() + b"123")
        assert "3 came" in answered(connection)
    assert served.reached == before + 1


def test_a_request_sent_before_the_last_answer_is_not_taken(served: Connected) -> None:
    before = served.reached
    told = served.ask(post(0, path="/?sleep=0.2") * 50)
    assert told.count("HTTP/1.1 200") == 1
    assert served.reached == before + 1


def test_a_client_that_has_no_more_to_send_still_gets_its_answer(served: Connected) -> None:
    with served.connect() as connection:
        connection.sendall(post(0, path="/?sleep=0.2").encode())
        connection.shutdown(socket.SHUT_WR)
        assert "0 came" in ended(connection)


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


def test_one_too_many_takes_the_place_of_one_that_never_asked_first() -> None:
    with serving(replace(SMALL, idle=30, head=30, body=30)) as served, ExitStack() as stack:
        kept = [stack.enter_context(served.connect()) for _ in range(4)]
        for each in kept:
            each.sendall(post(0).encode())
            answered(each)
        silent = [stack.enter_context(served.connect()) for _ in range(4)]
        silent[0].sendall(b"POST / HT")
        time.sleep(0.1)
        more = [stack.enter_context(served.connect()) for _ in range(4)]
        for each in more:
            each.sendall(post(0).encode())
            assert "0 came" in answered(each)
        assert [ended(each) for each in silent] == ["", "", "", ""]
        last = stack.enter_context(served.connect())
        last.sendall(post(0).encode())
        answered(last)
        assert ended(kept[0]) == "", "the one that was idle for longest"
        for each in kept[1:]:
            each.sendall(post(0).encode())
            assert "0 came" in answered(each)


def test_a_thousand_idle_connections_do_not_stop_a_request() -> None:
    with serving(Bounds()) as served, ExitStack() as stack:
        for _ in range(1010):
            stack.enter_context(served.connect())
        began = time.monotonic()
        with served.connect() as connection:
            connection.sendall(post(0).encode())
            assert "0 came" in answered(connection)
        assert time.monotonic() - began < 5
        assert len(served.listener.server_state.connections) <= 1001


def test_where_every_place_is_at_work_the_newcomer_goes() -> None:
    with serving(replace(SMALL, connections=2)) as served, ExitStack() as stack:
        working = [stack.enter_context(served.connect()) for _ in range(2)]
        for each in working:
            each.sendall(post(0, path="/?sleep=0.5").encode())
        time.sleep(0.2)
        with served.connect() as late:
            assert ended(late) == ""
        assert ["0 came" in answered(each) for each in working] == [True, True]


def test_a_full_room_refuses_and_takes_no_thread_from_another(served: Connected) -> None:
    with served.connect() as slow:
        slow.sendall(post(0, path="/few?sleep=0.6").encode())
        time.sleep(0.1)
        told = served.ask(post(0, "Connection: close", path="/few"))
        assert told.startswith("HTTP/1.1 503 ")
        assert "0 came" in served.ask(post(0, "Connection: close"))
        assert "0 came" in served.ask(post(0, "Connection: close", path="/now"))
        assert "0 came" in answered(slow)


def test_a_stop_answers_what_is_in_hand_and_closes_the_idle() -> None:
    with serving(replace(SMALL, idle=30)) as served, ExitStack() as stack:
        kept, working, reading = (stack.enter_context(served.connect()) for _ in range(3))
        kept.sendall(post(0).encode())
        answered(kept)
        working.sendall(post(0, path="/?sleep=0.5").encode())
        reading.sendall(post(4).encode() + b"12")
        time.sleep(0.2)
        served.listener.should_exit = True
        time.sleep(0.15)
        kept_on_its_way = post(0, path="/")
        kept.sendall(kept_on_its_way.encode())
        reading.sendall(b"34")
        told = [ended(each) for each in (working, reading)]
        assert "0 came" in told[0]
        assert "4 came" in told[1]
        assert all("connection: close" in each for each in told)
        served.thread.join(PATIENCE)
        with pytest.raises(ConnectionError):
            served.connect()


def test_a_kept_connection_that_never_rests_is_not_served_for_ever() -> None:
    with serving(replace(SMALL, idle=30)) as served, served.connect() as busy:
        busy.sendall(post(0).encode())
        answered(busy)
        served.listener.should_exit = True
        answers = 0
        try:
            while True:
                busy.sendall(post(0).encode())
                answered(busy)
                answers += 1
        except (ConnectionError, AssertionError):
            pass
        served.thread.join(PATIENCE)
        assert not served.thread.is_alive()


def test_bounds_keep_within_the_open_files_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr("resource.getrlimit", lambda _: (1024, 1200))
    monkeypatch.setattr("resource.setrlimit", lambda _, limits: asked.append(limits))
    assert within_open_files(Bounds()).connections == 1200 - 256 - 200
    assert asked == [(1200, 1200)]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_socket_sends_each_part_of_an_answer_at_once(host: str) -> None:
    """Held back until the client acknowledges the part before, an answer on a kept connection takes 40 ms more."""
    with bind(host, 0, "port") as listening, socket.create_connection(listening.getsockname()[:2]):
        accepted, _ = listening.accept()
        with accepted:
            loop = asyncio.new_event_loop()
            transport, _ = loop.run_until_complete(loop.connect_accepted_socket(asyncio.Protocol, accepted))
            taken = transport.get_extra_info("socket")
            assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
            transport.abort()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
