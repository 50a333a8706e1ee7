"""What one listener bears: each bound is small here, so that no test waits for it as long as a stranger would."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import ExitStack
from dataclasses import replace

import pytest

from ivr.server.bounds import Bounds, within_open_files
from ivr.server.listener import bind
from tests.server.connected import PATIENCE, SMALL, Connected, answered, ended, post, serving

pytestmark = pytest.mark.network


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


def test_a_request_sent_before_the_last_answer_is_not_taken() -> None:
    with serving() as served:  # of its own: what a client left behind may reach a shared one at any moment
        told = served.ask(post(0, path="/?sleep=0.2") * 50)
        assert told.count("HTTP/1.1 200") == 1
    assert served.reached == 1


def test_a_client_that_has_no_more_to_send_still_gets_its_answer(served: Connected) -> None:
    with served.connect() as connection:
        connection.sendall(post(0, path="/?sleep=0.2").encode())
        connection.shutdown(socket.SHUT_WR)
        assert "0 came" in ended(connection)


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
