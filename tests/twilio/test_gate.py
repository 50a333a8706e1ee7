"""The gate as a stranger meets it, at the port: refused before the body is read, and before a thread is taken."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from app import webhooks_front
from ivr.server.front import LARGE, Refusal
from ivr.server.listener import Listener, bind
from ivr.settings import Settings
from tests.conftest import FLOWS, MakeServer
from tests.line_server import ACCOUNT, KEY, NUMBER, SID, LineServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

pytestmark = pytest.mark.network

FORM = "application/x-www-form-urlencoded"
FIELDS = {"CallSid": SID, "AccountSid": ACCOUNT, "From": "+5511987654321", "To": NUMBER}
BODY = urlencode(FIELDS)
WELL_SHAPED = "A" * 27 + "="


class Port:
    """A server behind the front and the server that ``ivr serve`` puts before it; counts what reaches the server."""

    def __init__(self, server: LineServer) -> None:
        self.server = server
        self.reached = 0
        inner = server.app.wsgi_app

        def counted(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
            self.reached += 1
            return inner(environ, start)

        server.app.wsgi_app = counted  # type: ignore[method-assign, assignment]
        settings = Settings(
            "sqlite://", KEY, FLOWS, server.public_url, auth_token=server.auth_token, account_sid=server.account_sid
        )
        self._socket = bind("127.0.0.1", 0, "port")
        self.number = self._socket.getsockname()[1]
        self.front = webhooks_front(server.app, settings)
        self.listener = Listener(self.front)
        self.thread = threading.Thread(target=self.listener.run_on, args=(self._socket,))

    def post(self, path: str, body: str = BODY, method: str = "POST", **headers: str) -> tuple[int, str]:
        """Status and text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.number, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, {"Content-Type": FORM} | named)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def head_only(self, *headers: str, length: int = 500) -> bytes:
        """What is answered to a POST whose body never comes."""
        with socket.create_connection(("127.0.0.1", self.number), timeout=20) as connection:
            more = "".join(f"{each}\r\n" for each in headers)
            head = f"POST /twilio/voice HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\nContent-Length: {length}\r\n"
            connection.sendall(f"{head}{more}\r\n".encode())
            return connection.recv(65536)


def _served(server: LineServer) -> Iterator[Port]:
    port = Port(server)
    port.thread.start()
    while not port.listener.started:
        time.sleep(0.01)
    yield port
    port.listener.should_exit = True
    port.thread.join(20)


@pytest.fixture
def port(make_server: MakeServer) -> Iterator[Port]:
    yield from _served(make_server())


@pytest.fixture
def local(make_server: MakeServer) -> Iterator[Port]:
    """Without an auth token."""
    yield from _served(make_server(auth_token=None))


SHAPELESS: list[tuple[str, ...]] = [
    (),
    ("X-Twilio-Signature: ",),
    ("X-Twilio-Signature: short=",),
    (f"X-Twilio-Signature: {WELL_SHAPED}{WELL_SHAPED}",),
    (f"X-Twilio-Signature: {'é' * 27}=",),
    (f"X-Twilio-Signature: {WELL_SHAPED}", f"X-Twilio-Signature: {WELL_SHAPED}"),
    (f"X_Twilio_Signature: {WELL_SHAPED}",),
    (f"X-Twilio-Signature: {WELL_SHAPED}", "X-Twilio-Webhooks-Signature-Settings: key=K,algorithm=HMAC_SHA256"),
]


def test_no_or_an_ill_shaped_signature_is_403_before_the_body(port: Port) -> None:
    for headers in SHAPELESS:
        assert port.head_only(*headers).startswith(b"HTTP/1.1 403 "), headers
    assert port.reached == 0


def test_a_wrong_signature_of_the_right_shape_takes_no_thread(port: Port) -> None:
    for body in (BODY, BODY + "&Digits=" + "1" * 60_000):
        status, told = port.post("/twilio/voice", body, X_Twilio_Signature=WELL_SHAPED)
        assert (status, told) == (403, "Forbidden: the signature does not match the public URL and the fields.\n")
    many = "&".join(f"a{number}=" for number in range(101))
    assert port.post("/twilio/voice", many, X_Twilio_Signature=WELL_SHAPED)[0] == 413
    assert port.reached == 0


def test_large_forms_of_strangers_wait_for_each_other_and_calls_do_not(port: Port) -> None:
    judged = []
    inner = port.front._judge

    def slow(environ: WSGIEnvironment) -> Refusal | None:
        judged.append(threading.current_thread().name)
        if int(environ["CONTENT_LENGTH"]) > LARGE:
            time.sleep(0.5)
        return inner(environ)

    port.front._judge = slow
    large = [
        threading.Thread(
            target=port.post, args=("/twilio/voice", "a=" + "1" * LARGE), kwargs={"X_Twilio_Signature": WELL_SHAPED}
        )
        for _ in range(3)
    ]
    for each in large:
        each.start()
    assert port.post("/twilio/voice", X_Twilio_Signature=port.server.sign("/twilio/voice", FIELDS))[0] == 200
    assert any(each.is_alive() for each in large), "they take a second and a half"
    for each in large:
        each.join()
    assert port.reached == 1
    assert len([name for name in judged if name.startswith("judge")]) == 3


def test_a_signed_request_comes_through_and_is_judged_once(port: Port) -> None:
    for path in ("/twilio/voice", "//twilio/voice", "/twilio/voice?x=%7e%2F&y="):
        signature = port.server.sign(path, FIELDS)
        status, told = port.post(path, X_Twilio_Signature=signature)
        assert (status, "<Gather" in told) == (200, True)
    assert port.reached == 3


def test_a_signed_get_comes_through_to_its_apology(port: Port) -> None:
    path = f"/twilio/voice?{BODY}"
    status, told = port.post(path, "", "GET", X_Twilio_Signature=port.server.sign(path, {}))
    assert (status, "instead of GET" in told) == (200, True)


def test_the_webhooks_port_shows_health_and_no_page(port: Port) -> None:
    assert port.post("/health", "", "GET")[0] == 200
    assert [port.post(path, "", "GET")[0] for path in ("/", "/metrics", "/favicon.ico")] == [404] * 3


HERE = ["localhost", "LocalHost:5000", "localhost.:80", "127.0.0.1", "127.0.0.1:8080", "[::1]:5000"]


def test_without_a_token_this_machine_is_answered_by_each_of_its_names(local: Port) -> None:
    assert {host: local.post("/twilio/voice", Host=host)[0] for host in HERE} == dict.fromkeys(HERE, 200)


ELSEWHERE = [
    "line.example.com",
    "localhost.example.com",
    "127.0.0.1.nip.io",
    "localhost:x",
    "localhost@evil.test",
    "evil.test:5000",
    "127.0.0.2.evil.test",
    "localhost,evil.test",
    "[::2]",
    "0.0.0.0",
    "192.168.0.9",
    "localhost..",
    "127.1",
    "x.localhost",
    "",
]


def test_without_a_token_any_other_name_is_refused(local: Port) -> None:
    for path in ("/twilio/voice", "/health", "/recordings/x/1"):
        assert {host: local.post(path, Host=host)[0] for host in ELSEWHERE} == dict.fromkeys(ELSEWHERE, 403)
    assert local.reached == 0


PASSED_ON = [
    "Forwarded",
    "forwarded",
    "X-Forwarded-For",
    "x-forwarded-proto",
    "X-Forwarded-Host",
    "X-Forwarded",
    "X-Forwarded-Anything",
    "Via",
    "X-Real-IP",
    "CF-Connecting-IP",
    "Cf-Ray",
    "CF-Visitor",
    "CDN-Loop",
    "True-Client-IP",
    "X-Client-IP",
    "X-Cluster-Client-IP",
    "X-Original-URL",
    "X-Original-Forwarded-For",
    "X-Envoy-External-Address",
    "X-Amzn-Trace-Id",
    "Fastly-Client-IP",
    "Fly-Client-IP",
    "Tailscale-User-Login",
    "X-Azure-ClientIP",
    "X-ARR-SSL",
    "X-Forwarded-For-Original",
    "Proxy-Client-IP",
    "WL-Proxy-Client-IP",
]


def test_without_a_token_what_a_proxy_or_tunnel_passes_on_is_refused(local: Port) -> None:
    for header in PASSED_ON:
        status, told = local.post("/twilio/voice", **{header: "203.0.113.9"})
        assert (header, status, "a proxy or a tunnel" in told) == (header, 403, True)
    assert local.reached == 0


def test_without_a_token_a_page_of_another_site_makes_no_call(local: Port) -> None:
    for origin in ("http://evil.test", "null", "http://localhost.evil.test", "file://localhost"):
        assert local.post("/twilio/voice", Origin=origin)[0] == 403
    assert local.reached == 0
    assert local.post("/twilio/voice", Origin="http://localhost:3000")[0] == 200


def test_a_proxy_without_a_header_shows_itself_by_http_1_0(local: Port) -> None:
    with socket.create_connection(("127.0.0.1", local.number), timeout=20) as connection:
        connection.sendall(b"GET /twilio/voice HTTP/1.0\r\nHost: 127.0.0.1:5000\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 403 ")


def test_with_a_token_proxies_may_say_what_they_like(port: Port) -> None:
    signature = port.server.sign("/twilio/voice", FIELDS)
    headers = {
        "X-Forwarded-For": "203.0.113.9",
        "Via": "1.1 proxy",
        "Host": "evil.test",
        "X-Twilio-Signature": signature,
    }
    assert port.post("/twilio/voice", **headers)[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.test"},
        {"Host": "127.0.0.1.nip.io:5001"},
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.test"},
        {"Origin": "http://["},
        {"Origin": "file://localhost"},
    ],
)
@pytest.mark.parametrize("path", ["/", "/metrics", "/health"])
def test_pages_answer_no_other_name_and_no_other_site(server: LineServer, path: str, headers: dict[str, str]) -> None:
    assert server.pages.get(path, headers=headers).status_code == 403


def test_pages_answer_this_machine_by_each_of_its_names(server: LineServer) -> None:
    for host in ("localhost:5001", "127.0.0.1:9", "[::1]:5001", "LOCALHOST"):
        assert server.pages.get("/", headers={"Host": host, "Origin": f"http://{host}"}).status_code == 200


def test_pages_may_be_framed_by_nobody_and_load_nothing(server: LineServer) -> None:
    policy = server.pages.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
