"""The websockets of the simulator: real ones, on loopback."""

from __future__ import annotations

import logging
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import run
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from ivr.simulator.loopback import LOOPBACK_SOCKETS
from ivr.simulator.sockets import LOST, ClosedSocket, Handshake, Received, Socket
from ivr.simulator.transports import TransportError
from ivr.simulator.websocket_transport import WebsocketTransport

pytestmark = pytest.mark.network

OPEN = WebsocketTransport()


def _behave(connection: ServerConnection) -> None:
    """Do what the path says."""
    assert connection.request
    match connection.request.path:
        case "/echo":
            for message in connection:
                connection.send(message)
        case "/headers":
            connection.send("\n".join(f"{name}: {value}" for name, value in connection.request.headers.raw_items()))
        case "/closes":
            connection.send("last words")
            connection.close(4001, "enough")
        case "/drops":
            connection.socket.shutdown(socket.SHUT_RDWR)
        case "/bytes":
            connection.send(b"\x00\x01")


def _refuse(connection: ServerConnection, request: Request) -> Response | None:
    return Response(403, "Forbidden", Headers()) if request.path == "/refused" else None


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    quiet = logging.Logger("quiet", logging.CRITICAL)
    with serve(_behave, "127.0.0.1", 0, process_request=_refuse, logger=quiet) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def dial(server: Server) -> Iterator[Callable[..., Socket]]:
    opened: list[Socket] = []

    def opens(path: str, *headers: tuple[str, str]) -> Socket:
        port = server.socket.getsockname()[1]
        opened.append(OPEN.open(Handshake(f"ws://127.0.0.1:{port}{path}", headers), 5.0))
        return opened[-1]

    yield opens
    for one in opened:
        one.close()


def _message(socket: Socket) -> Received:
    return socket.receive(5.0)


def test_a_text_that_is_sent_comes_back(dial: Callable[..., Socket]) -> None:
    echo = dial("/echo")
    echo.send("Olá, mundo")
    assert _message(echo) == "Olá, mundo"
    assert _message(dial("/bytes")) == b"\x00\x01"


def test_where_nothing_comes_the_wait_ends(dial: Callable[..., Socket]) -> None:
    echo = dial("/echo")
    assert echo.receive(0) is None
    began = time.monotonic()
    assert echo.receive(0.05) is None
    assert 0.04 < time.monotonic() - began < 2


def test_a_websocket_stays_open_in_a_silence_longer_than_its_handshake(server: Server) -> None:
    port = server.socket.getsockname()[1]
    echo = OPEN.open(Handshake(f"ws://127.0.0.1:{port}/echo"), 0.2)
    assert echo.receive(0.4) is None
    echo.send("still here")
    assert _message(echo) == "still here"
    echo.close()


def test_the_handshake_has_the_carriers_headers_and_no_librarys(dial: Callable[..., Socket]) -> None:
    told = str(_message(dial("/headers", ("X-Twilio-Signature", "abc="), ("User-Agent", "TwilioProxy/1.1"))))
    assert "X-Twilio-Signature: abc=" in told
    assert "User-Agent: TwilioProxy/1.1" in told
    assert "websockets/" not in told


def test_what_came_before_the_close_is_still_received(dial: Callable[..., Socket]) -> None:
    closes = dial("/closes")
    assert _message(closes) == "last words"
    assert _message(closes) == ClosedSocket(4001, "enough")
    assert closes.receive(0) == ClosedSocket(4001, "enough")


def test_a_broken_connection_is_a_lost_socket(dial: Callable[..., Socket]) -> None:
    dropped = dial("/drops")
    assert _message(dropped) == ClosedSocket(LOST)
    dropped.send("into nothing")
    assert dropped.receive(0) == ClosedSocket(LOST)


def test_who_closes_is_told_its_own_code(dial: Callable[..., Socket]) -> None:
    echo = dial("/echo")
    echo.close(1007, "too many")
    echo.close()
    assert _message(echo) == ClosedSocket(1007, "too many")


def test_a_connection_that_is_broken_off_ends_without_a_word(dial: Callable[..., Socket]) -> None:
    broken = dial("/echo")
    broken.close(LOST)
    assert _message(broken) == ClosedSocket(LOST)


def test_what_does_not_open_says_why(server: Server) -> None:
    port = server.socket.getsockname()[1]

    def refusal(url: str) -> tuple[str, str]:
        with pytest.raises(TransportError) as raised:
            OPEN.open(Handshake(url), 2.0)
        return raised.value.cause, raised.value.reason

    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        free = unused.getsockname()[1]
    assert refusal(f"ws://127.0.0.1:{port}/refused") == (
        "protocol", f"127.0.0.1:{port} answered the handshake with status 403",
    )  # fmt: skip
    assert refusal(f"ws://127.0.0.1:{free}/") == ("connection", f"no connection to 127.0.0.1:{free}")
    assert refusal(f"wss://127.0.0.1:{port}/")[0] == "tls"
    assert refusal("ws://nobody.test/") == (
        "host",
        "the host name nobody.test is unknown; lead it to this machine with --tunnel nobody.test=127.0.0.1:PORT",
    )
    for wrong in ("http://127.0.0.1/", "ws://", "127.0.0.1:80", "ws://[", "ws://127.0.0.1:x/"):
        assert refusal(wrong)[0] == "address"


def test_a_server_that_says_nothing_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        with pytest.raises(TransportError, match=r"did not answer the handshake within 0.2 seconds") as raised:
            OPEN.open(Handshake(f"ws://127.0.0.1:{port}/"), 0.2)
    assert raised.value.cause == "timeout"


def test_a_page_of_a_browser_opens_sockets_of_this_machine_only(server: Server) -> None:
    port = server.socket.getsockname()[1]
    near = LOOPBACK_SOCKETS.open(Handshake(f"ws://localhost:{port}/echo"), 5.0)
    near.send("here")
    assert _message(near) == "here"
    near.close()
    for far in ("ws://192.0.2.1/", "wss://192.0.2.1:8443/"):
        with pytest.raises(TransportError, match="is not on this machine"):
            LOOPBACK_SOCKETS.open(Handshake(far), 0.5)


def test_the_library_is_loaded_with_the_first_socket_only() -> None:
    code = "import sys, ivr.simulator.live_call; sys.exit('websockets' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


def test_tls_is_spoken_and_a_certificate_that_nobody_vouches_for_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    began = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began - timedelta(days=1))
        .not_valid_after(began + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = tmp_path / "server.pem"
    file.write_bytes(private + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    quiet = logging.Logger("quiet", logging.CRITICAL)
    with serve(_behave, "127.0.0.1", 0, ssl=context, logger=quiet) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"wss://localhost:{server.socket.getsockname()[1]}/echo"
        try:
            with pytest.raises(TransportError, match="was not accepted") as raised:
                OPEN.open(Handshake(url), 5.0)
            assert raised.value.cause == "tls"
            monkeypatch.setenv("SSL_CERT_FILE", str(file))
            echo = OPEN.open(Handshake(url), 5.0)
            echo.send("over TLS")
            assert _message(echo) == "over TLS"
            echo.close()
        finally:
            server.shutdown()
            thread.join()
