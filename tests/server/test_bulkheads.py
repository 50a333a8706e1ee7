"""A bulkhead waits in place for an answer that comes at once, and for no other one."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING

import pytest

from ivr.server.front import Bulkhead
from ivr.server.wsgi import environ_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from uvicorn._types import HTTPScope

AT_ONCE = 0.2


def _environ() -> WSGIEnvironment:
    scope: HTTPScope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "GET",
        "scheme": "http", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "headers": [],
        "client": None, "server": None, "state": {}, "extensions": {},
    }  # fmt: skip
    return environ_of(scope)


def _app(wait: threading.Event | None = None, error: Exception | None = None) -> WSGIApplication:
    def app(_: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if wait:
            wait.wait(20)
        if error:
            raise error
        start_response("200 OK", [])
        return [b"done"]

    return app


async def _told(bulkhead: Bulkhead, app: WSGIApplication) -> bytes | None:
    answer = await bulkhead.answer(app, _environ())
    return answer and answer.body


def test_an_answer_that_comes_at_once_is_given_before_anything_else() -> None:
    async def ask(bulkhead: Bulkhead) -> tuple[bytes | None, bool]:
        others = threading.Event()
        asyncio.get_running_loop().call_soon(others.set)
        return await _told(bulkhead, _app()), others.is_set()

    assert asyncio.run(ask(Bulkhead("test", 2, None, at_once=20))) == (b"done", False)
    assert asyncio.run(ask(Bulkhead("test", 2, None))) == (b"done", True)


def test_while_one_answer_is_slow_everything_else_goes_on() -> None:
    async def ask() -> tuple[list[bytes | None], float]:
        bulkhead, go = Bulkhead("test", 32, None, at_once=AT_ONCE), threading.Event()
        slow = [asyncio.create_task(_told(bulkhead, _app(go))) for _ in range(20)]
        began = time.perf_counter()
        await asyncio.sleep(0)  # each of them is begun
        taken = time.perf_counter() - began
        assert await _told(bulkhead, _app()) == b"done"
        go.set()
        return [await each for each in slow], taken

    answers, taken = asyncio.run(ask())
    assert answers == [b"done"] * 20
    assert taken < 10 * AT_ONCE, "only the first one was waited for; all of them would take twenty times as long"


@pytest.mark.parametrize("at_once", [0.0, 20.0])
def test_an_application_that_raises_a_timeout_of_its_own_is_heard(at_once: float) -> None:
    bulkhead = Bulkhead("test", 1, None, seconds=20, at_once=at_once)
    with pytest.raises(TimeoutError, match="the disk"):
        asyncio.run(_told(bulkhead, _app(error=TimeoutError("the disk"))))


def test_what_is_not_answered_at_once_is_waited_for_and_then_given_up() -> None:
    go = threading.Event()
    bulkhead = Bulkhead("test", 1, None, seconds=0.1, at_once=0.01)
    assert asyncio.run(_told(bulkhead, _app(go))) is None
    go.set()
