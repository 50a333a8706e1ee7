"""HAProxy asks another machine for a sound that one does not have: menus come to machines one after the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.machines.proxy import Proxy

pytestmark = pytest.mark.network

SOUND = "/audio/0123456789abcdef0123456789abcdef.wav"


class _Machine:
    """A server on loopback that is sound, and has the sounds ``has``."""

    def __init__(self, has: tuple[str, ...]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self.send_response(200 if self.path in (*has, "/health") else 404)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @contextmanager
    def running(self) -> Iterator[_Machine]:
        thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield self
        finally:
            self.server.shutdown()
            thread.join()
            self.server.server_close()


def test_a_sound_that_one_machine_has_is_found_by_way_of_any(tmp_path: Path) -> None:
    with ExitStack() as stack:
        machines = [stack.enter_context(_Machine(has).running()) for has in ((), (), (SOUND,))]
        proxy = Proxy(machines, tmp_path)
        stack.callback(proxy.close)
        with requests.Session() as carrier:
            assert [carrier.get(proxy.url + SOUND, timeout=10).status_code for _ in range(6)] == [200] * 6
            assert carrier.get(f"{proxy.url}/audio/another.wav", timeout=10).status_code == 404
