"""An ASGI application in this process is asked as a server would ask it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import pytest
from twilio.request_validator import RequestValidator

from ivr.simulator.asgi.scope import Message, Receive, Send, is_asgi
from ivr.simulator.asgi.transport import AsgiTransport
from ivr.simulator.carrier import DEMO_TOKEN
from ivr.simulator.sockets import ClosedSocket, Handshake
from ivr.simulator.testing import Request, Telephone, TransportError
from tests.webapps import WebApp

VOICE = b"<Response><Gather numDigits='1' action='/key?x=1'><Say>Press a key.</Say></Gather></Response>"


class KeyApp:
    """Says the key that was pressed; keeps what it was asked, and what it was told of its lifespan."""

    def __init__(self) -> None:
        self.scopes: list[Message] = []
        self.lifespan: list[str] = []
        self.worked_on = threading.Event()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(scope, receive, send)
            return
        self.scopes.append(scope)
        form = parse_qs((await receive())["body"].decode(), keep_blank_values=True)
        if scope["path"] == "/key":
            signature = dict(scope["headers"])[b"x-twilio-signature"].decode()
            url = f"{scope['scheme']}://app.test{scope['path']}?{scope['query_string'].decode()}"
            genuine = RequestValidator(DEMO_TOKEN).validate(
                url, {name: each[0] for name, each in form.items()}, signature
            )
            body = f"<Response><Say>Key {form['Digits'][0]}, {genuine}.</Say></Response>".encode()
        else:
            body = VOICE
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/xml")]})
        await send({"type": "http.response.body", "body": body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": body[10:]})
        await asyncio.sleep(0)
        assert (await receive())["type"] == "http.disconnect"
        self.worked_on.set()

    async def _live(self, scope: Message, receive: Receive, send: Send) -> None:
        for kind in ("startup", "shutdown"):
            assert (await receive())["type"] == f"lifespan.{kind}"
            scope["state"]["number"] = 7
            self.lifespan.append(kind)
            await send({"type": f"lifespan.{kind}.complete"})


@pytest.fixture
def transport() -> Iterator[Any]:
    """Makes transports, which are closed at the end."""
    made: list[AsgiTransport] = []
    before = set(threading.enumerate())

    def make(app: Any) -> AsgiTransport:
        made.append(AsgiTransport(app))
        return made[-1]

    yield make
    for each in made:
        each.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "asgi" and thread not in before]


def ask(transport: AsgiTransport, timeout: float = 5.0) -> Any:
    return transport.send(Request("GET", "http://app.test/voice"), timeout)


def test_an_asgi_application_is_called_as_a_wsgi_one_is(phone: Telephone) -> None:
    app = KeyApp()
    call = phone.dial(app).hears("press a key").press("5").hears("key 5, true")
    assert call.ended
    assert app.worked_on.wait(5.0)


def test_an_application_starts_once_and_stops_after_its_calls() -> None:
    app, telephone = KeyApp(), Telephone()
    for _ in range(2):
        telephone.dial(app).hears("press a key")
    assert app.lifespan == ["startup"]
    telephone.hang_up()
    assert app.lifespan == ["startup", "shutdown"]


def test_what_an_application_keeps_as_it_starts_is_in_each_request(phone: Telephone) -> None:
    app = KeyApp()
    phone.dial(app).hears("press a key").hang_up()
    assert app.scopes[0]["state"] == {"number": 7}


def test_an_application_without_a_lifespan_is_asked_all_the_same(transport: Any) -> None:
    async def app(scope: Message, _receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body"})

    assert ask(transport(app)).status == 204


def test_an_exception_in_the_application_is_a_500_without_its_words(
    transport: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Message, _receive: Receive, _send: Send) -> None:
        raise KeyError("11222333000181" if scope["type"] == "http" else "")

    assert ask(transport(app)).status == 500
    assert "the application raised KeyError at" in caplog.text
    assert "11222333000181" not in caplog.text


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([], "the application ended without an answer"),
        ([{"type": "http.response.start", "status": 200, "headers": []}], "the application broke off its answer"),
    ],
)
def test_no_whole_answer_is_no_answer(transport: Any, messages: list[Message], reason: str) -> None:
    async def app(scope: Message, _receive: Receive, send: Send) -> None:
        for message in messages if scope["type"] == "http" else []:
            await send(message)

    with pytest.raises(TransportError, match=reason):
        ask(transport(app))


def test_an_application_that_never_answers_is_given_up(transport: Any) -> None:
    given_up = threading.Event()

    async def app(scope: Message, _receive: Receive, _send: Send) -> None:
        if scope["type"] == "http":
            try:
                await asyncio.sleep(60)
            finally:
                given_up.set()

    with pytest.raises(TransportError, match=r"app\.test did not answer within 0\.05 seconds"):
        ask(transport(app), timeout=0.05)
    assert given_up.wait(5.0)


def test_an_application_that_does_not_start_says_why_each_time(transport: Any) -> None:
    async def app(_scope: Message, _receive: Receive, send: Send) -> None:
        await send({"type": "lifespan.startup.failed", "message": "no key for the model"})

    asked = transport(app)
    for _ in range(2):
        with pytest.raises(TransportError, match="the application did not start: no key for the model"):
            ask(asked)


def test_applications_are_told_apart_by_what_calling_them_gives() -> None:
    app = KeyApp()
    assert is_asgi(app)
    assert is_asgi(app.__call__)
    assert is_asgi(partial(app.__call__))
    assert not is_asgi(WebApp())
    assert not is_asgi(lambda environ, start_response: [b""])
    assert not is_asgi("http://127.0.0.1:3000/voice")


def opened(transport: AsgiTransport) -> Any:
    return transport.open(Handshake("wss://app.test/relay?a=1", (("X-Twilio-Signature", "s"),)), 5.0)


def test_a_websocket_of_the_application_talks_both_ways(transport: Any) -> None:
    heard: list[Message] = []

    async def app(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            return
        heard.append(scope)
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            await send({"type": "websocket.send", "text": message["text"].upper()})
        heard.append(message)

    asked = transport(app)
    socket = opened(asked)
    assert socket.receive(0) is None
    socket.send("olá")
    assert socket.receive(5.0) == "OLÁ"
    socket.close(1000, "the call is over")
    assert socket.receive(5.0) == ClosedSocket(1000, "the call is over")
    socket.send("lost")
    asked.close()
    assert (heard[0]["scheme"], heard[0]["path"], heard[0]["query_string"]) == ("wss", "/relay", b"a=1")
    assert (b"x-twilio-signature", b"s") in heard[0]["headers"]
    assert heard[1:] == [{"type": "websocket.disconnect", "code": 1000, "reason": "the call is over"}]


@pytest.mark.parametrize(
    ("last", "closed"),
    [
        ({"type": "websocket.close", "code": 4001, "reason": "enough"}, ClosedSocket(4001, "enough")),
        ({"type": "websocket.send", "bytes": b"x"}, ClosedSocket(1000)),
        (None, ClosedSocket(1006)),
    ],
    ids=["it closes", "it returns", "it raises"],
)
def test_a_websocket_ends_as_the_application_does(
    transport: Any, last: Message | None, closed: ClosedSocket, caplog: pytest.LogCaptureFixture
) -> None:
    async def app(scope: Message, _receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            if last is None:
                raise ValueError("11222333000181")
            await send(last)

    socket = opened(transport(app))
    if last and last["type"] == "websocket.send":
        assert socket.receive(5.0) == b"x"
    assert [socket.receive(5.0), socket.receive(0)] == [closed, closed]
    assert "11222333000181" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [({"type": "websocket.close"}, "status 403"), (None, "ended without accepting the websocket")],
)
def test_a_websocket_that_the_application_refuses_is_not_opened(
    transport: Any, answer: Message | None, reason: str
) -> None:
    async def app(scope: Message, _receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and answer:
            await send(answer)

    with pytest.raises(TransportError, match=reason):
        opened(transport(app))
