"""A request through WSGI and the same one over HTTP come to the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.phones import steps
from ivr.simulator.transports import Request, Transport, TransportError, WsgiTransport
from tests.webapps import Page, WebApp, call, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

pytestmark = pytest.mark.network


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    with make_server("127.0.0.1", 0, app, handler_class=_Silent) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def http() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    yield transport
    transport.close()


REQUEST_HEADERS = (("User-Agent", "TwilioProxy/1.1"), ("Cookie", "a=1"))


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_application_sees_the_same_request_through_both(method: str, http: HttpTransport) -> None:
    params = (("From", "+5511"), ("Digits", "é &="), ("Empty", "")) if method == "POST" else ()
    seen = []
    for transport in (WsgiTransport, http):
        app = WebApp().page("/a b/c", "")
        with serving(app) as base:
            asked: Transport = transport(app) if isinstance(transport, type) else transport
            asked.send(Request(method, f"{base}/a%20b/c?x=1&y=%C3%A9", params, REQUEST_HEADERS), 5)
        seen.append(app.last)
    over_wsgi, over_http = seen
    assert (over_wsgi.method, over_wsgi.path, over_wsgi.query, over_wsgi.form) == (
        over_http.method,
        over_http.path,
        over_http.query,
        over_http.form,
    )
    for name in ("User-Agent", "Cookie", "Content-Type"):
        assert over_wsgi.headers.get(name, "") == over_http.headers.get(name, "").replace("text/plain", "")


def test_the_same_response_comes_back_through_both(http: HttpTransport) -> None:
    headers = (("Content-Type", "text/xml"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"), ("Location", "/x"))
    app = WebApp().raw("/voice", Page(b"<Response/>", "302 Found", headers))
    with serving(app) as base:
        request = Request("GET", f"{base}/voice")
        responses = [WsgiTransport(app).send(request, 5), http.send(request, 5)]
    for response in responses:
        assert (response.status, response.body, response.url) == (302, b"<Response/>", request.url)
        assert response.headers.get_all("set-cookie") == ("a=1", "b=2")
        assert response.headers.get("LOCATION") == "/x"


def test_a_whole_call_over_http(http: HttpTransport) -> None:
    app = WebApp().page("/voice", '<Gather numDigits="1" action="next"><Say>tecle</Say></Gather>')
    app.page("/next", "<Say>obrigado</Say>")
    with serving(app) as base:
        transcript = call(http, steps.Hear("tecle"), steps.Press("2"), steps.Hear("obrigado"), url=f"{base}/voice")
    assert transcript.failures == []
    assert said(transcript) == ["tecle", "obrigado"]
    assert app.last.form["Digits"] == "2"


def test_no_cookie_stays_in_the_transport(http: HttpTransport) -> None:
    app = WebApp().raw("/voice", Page(b"", headers=(("Set-Cookie", "a=1; Path=/"),)))
    with serving(app) as base:
        http.send(Request("GET", f"{base}/voice"), 5)
        http.send(Request("GET", f"{base}/voice"), 5)
    assert "Cookie" not in app.last.headers


def test_a_port_where_nobody_listens_is_a_connection_that_failed(http: HttpTransport) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(TransportError) as raised:
            http.send(Request("GET", f"http://127.0.0.1:{port}/?Digits=4321"), 5)
    assert raised.value.cause == "connection"
    assert raised.value.reason == f"no connection to 127.0.0.1:{port}"


def test_a_server_that_says_nothing_is_a_timeout(http: HttpTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, pytest.raises(TransportError) as raised:
        http.send(Request("GET", f"http://127.0.0.1:{mute.getsockname()[1]}/"), 0.1)
    assert raised.value.cause == "timeout"


@pytest.mark.parametrize(
    ("head", "drop", "cause"),
    [
        (b"200 OK", b"", "timeout"),
        (b"200 OK", b" ", "timeout"),
        (b"302 Found\r\nLocation: /", b" ", "timeout"),
        (b"200 OK\r\nContent-Length: 100", None, "protocol"),
    ],
)
def test_an_answer_that_never_ends_is_given_up(
    http: HttpTransport, head: bytes, drop: bytes | None, cause: str
) -> None:
    """``drop`` comes again and again after the beginning of the body; None: the server hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def answer() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 " + head + b"\r\n\r\n<Response>")
                while drop is not None and not over.wait(0.02):
                    connection.sendall(drop)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            with pytest.raises(TransportError) as caught:
                http.send(Request("POST", f"http://127.0.0.1:{server.getsockname()[1]}/"), 0.2)
        finally:
            over.set()
            thread.join()
    assert caught.value.cause == cause


def test_a_host_that_does_not_exist_is_a_bad_host(http: HttpTransport) -> None:
    with pytest.raises(TransportError) as raised:
        http.send(Request("GET", "http://nowhere.invalid/"), 5)
    assert raised.value.cause == "host"


def test_the_written_bytes_of_an_old_application_are_part_of_the_body() -> None:
    def old(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        write = start_response("200 OK", [])
        write(b"<Resp")
        return [b"onse/>"]

    assert WsgiTransport(old).send(Request("GET", "http://app.test/"), 5).body == b"<Response/>"


def test_the_body_is_closed_as_the_protocol_asks() -> None:
    closed = []

    class Body(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return Body([b"x"])

    WsgiTransport(app).send(Request("GET", "http://app.test/"), 5)
    assert closed == [True]


def test_an_application_that_never_starts_its_response_breaks_the_protocol() -> None:
    with pytest.raises(TransportError) as raised:
        WsgiTransport(lambda environ, start_response: []).send(Request("GET", "http://app.test/"), 5)
    assert raised.value.cause == "protocol"
