"""A capture passes on what comes as it came, and writes down what passed."""

from __future__ import annotations

import gzip
import http.client
import logging
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask, Response, request
from websockets.sync.client import connect
from websockets.sync.server import ServerConnection, serve

from ivr.simulator.phones import steps
from ivr.simulator.signature import sign
from tests.capture.capturing import CALLER, TOKEN, Capturing, app_server, capturing

pytestmark = pytest.mark.network

app = Flask(__name__)
seen_headers: list[dict[str, str]] = []
seen_bodies: list[bytes] = []


def twiml(verbs: str) -> Response:
    return Response(f"<Response>{verbs}</Response>", mimetype="text/xml")


@app.before_request
def _see() -> None:
    seen_headers.append({name.lower(): value for name, value in request.headers})
    seen_bodies.append(request.get_data())


@app.post("/voice")
def voice() -> Response:
    return twiml('<Gather numDigits="1" action="/menu"><Say>Press one.</Say></Gather>')


@app.post("/menu")
def menu() -> Response:
    return twiml("<Hangup/>")


@app.route("/large", methods=["POST", "GET"])
def large() -> Response:
    return Response("y" * 200_000, mimetype="text/plain")


@app.get("/gzip")
def packed() -> Response:
    body = gzip.compress(b"<Response><Say>call +5511987654321</Say></Response>")
    return Response(body, mimetype="text/xml", headers={"Content-Encoding": "gzip"})


@app.get("/chunks")
def chunks() -> Response:
    return Response(iter(["<Response>", "<Say>in chunks</Say>", "</Response>"]), mimetype="text/xml")


@app.get("/nothing")
def nothing() -> Response:
    return Response(status=204)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with app_server(app) as served:
        yield served


def ask(at: str, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(at).netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        named.setdefault("Content-Type", "application/x-www-form-urlencoded")
    connection.request(method, path, body, named)
    answer = connection.getresponse()
    read = answer.status, answer.read()
    connection.close()
    return read


def test_a_call_goes_through_it_and_is_written_down(address: str, tmp_path: Path) -> None:
    told: list[str] = []
    with capturing(address, tmp_path / "a", seen=told.append) as capture:
        transcript = capture.dial(steps.Press("1"))
        went = capture.clock.elapsed()
    assert transcript.error is None
    assert transcript.status == "completed"
    asked, answered = capture.of("request"), capture.of("answer")
    assert [(each["n"], each["method"], each["url"], each["signature"]) for each in asked] == [
        (1, "POST", "/voice", "valid"),
        (2, "POST", "/menu", "valid"),
    ]
    assert [(each["n"], each["status"]) for each in answered] == [(1, 200), (2, 200)]
    assert "<Say>Press one.</Say>" in answered[0]["body"]
    assert 0 < asked[1]["t"] <= went + 0.001
    assert capture.records[0]["capture"] == 1
    assert capture.records[-1]["requests"] == 2
    assert told == ["   1  POST /voice  valid", "   2  POST /menu  valid"]


def test_the_app_gets_what_a_tunnel_would_set_and_the_signature(address: str, tmp_path: Path) -> None:
    public = "https://app.example.com"
    form = "CallSid=CA1&From=x"
    signed = sign(TOKEN, f"{public}/voice?a=b", [("CallSid", "CA1"), ("From", "x")])
    with capturing(address, tmp_path / "a", public_url=public) as capture:
        ask(capture.address, "POST", "/voice?a=b", form, X_Twilio_Signature=signed)
    seen = seen_headers[-1]
    assert seen["x-twilio-signature"] == signed
    assert (seen["host"], seen["x-forwarded-host"]) == ("app.example.com", "app.example.com")
    assert (seen["x-forwarded-proto"], seen["x-forwarded-for"]) == ("https", "127.0.0.1")
    assert seen_bodies[-1] == form.encode()
    (asked,) = capture.of("request")
    assert (asked["signature"], asked["base"]) == ("valid", public)


def test_headers_of_a_tunnel_stay_and_tell_where_it_came_from(address: str, tmp_path: Path) -> None:
    tunnel = {"X_Forwarded_For": "54.172.60.1", "X_Forwarded_Proto": "https", "X_Forwarded_Host": "a.example.com"}
    signed = sign(TOKEN, "https://a.example.com/voice", [("From", "x")])
    with capturing(address, tmp_path / "a") as capture:
        ask(capture.address, "POST", "/voice", "From=x", X_Twilio_Signature=signed, **tunnel)
    assert seen_headers[-1]["x-forwarded-for"] == "54.172.60.1"
    (asked,) = capture.of("request")
    assert (asked["signature"], asked["outside"]) == ("valid", True)
    assert capture.records[-1]["from_outside"] == 1
    assert "54.172.60.1" not in capture.file.read_text()


@pytest.mark.parametrize(
    ("token", "signature", "told"),
    [(TOKEN, "wrong", "invalid"), (TOKEN, None, "missing"), (None, "any", "unchecked"), (None, None, "missing")],
)
def test_a_signature_is_judged_and_never_written(
    address: str, tmp_path: Path, token: str | None, signature: str | None, told: str
) -> None:
    headers = {"X_Twilio_Signature": signature} if signature else {}
    with capturing(address, tmp_path / "a", token=token) as capture:
        ask(capture.address, "POST", "/voice", "From=x", **headers)
    (asked,) = capture.of("request")
    assert asked["signature"] == told
    assert not [name for name, _ in asked["headers"] if name.lower() == "x-twilio-signature"]
    assert capture.records[-1]["badly_signed"] == (told == "invalid")


def test_a_large_body_passes_whole_and_is_told_by_its_length(address: str, tmp_path: Path) -> None:
    with capturing(address, tmp_path / "a") as capture:
        status, body = ask(capture.address, "POST", "/large", "a=" + "x" * 100_000)
    assert (status, len(body), len(seen_bodies[-1])) == (200, 200_000, 100_002)
    (asked,), (answered,) = capture.of("request"), capture.of("answer")
    assert (asked["bytes"], asked["cut"], asked["fields"]) == (100_002, True, [])
    assert (answered["bytes"], answered["cut"], "body" in answered) == (200_000, True, False)
    assert capture.file.stat().st_size < 5_000


def test_a_packed_answer_passes_packed_and_is_written_plain(address: str, tmp_path: Path) -> None:
    with capturing(address, tmp_path / "a") as capture:
        _, body = ask(capture.address, "GET", "/gzip")
    assert gzip.decompress(body).startswith(b"<Response>")
    (answered,) = capture.of("answer")
    assert answered["body"].startswith("<Response><Say>call +5500")
    assert CALLER not in capture.file.read_text()


@pytest.mark.parametrize(
    ("path", "status", "length"), [("/chunks", 200, 41), ("/nothing", 204, 0), ("/none", 404, 207)]
)
def test_answers_of_every_shape_pass(address: str, tmp_path: Path, path: str, status: int, length: int) -> None:
    with capturing(address, tmp_path / "a") as capture:
        answered = ask(capture.address, "GET", path)
        again = ask(capture.address, "HEAD", path)
    assert (answered[0], len(answered[1])) == (status, length)
    assert again == (status, b"")


def test_an_app_that_is_away_is_a_bad_gateway_and_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nothing listens
        with capturing(f"http://127.0.0.1:{taken.getsockname()[1]}", tmp_path / "a") as capture:
            status, body = ask(capture.address, "POST", "/voice", "From=x")
    assert (status, body) == (502, b"ivr capture: the app cannot be reached\n")
    assert [(each["status"], each["failed"]) for each in capture.of("answer")] == [(None, "connection")]


@pytest.mark.parametrize(
    "rubbish",
    [
        b"\x16\x03\x01\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET http://elsewhere.example/ HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000 + b"\r\n",
    ],
)
def test_what_is_no_http_is_refused_and_the_capture_goes_on(address: str, tmp_path: Path, rubbish: bytes) -> None:
    with capturing(address, tmp_path / "a") as capture:
        at = urlsplit(capture.address)
        with socket.create_connection((at.hostname or "", at.port or 0), 10) as client:
            client.sendall(rubbish)
            client.shutdown(socket.SHUT_WR)
            assert client.recv(100).startswith(b"HTTP/1.1 400 ")
        assert ask(capture.address, "POST", "/voice", "From=x")[0] == 200
    assert len(capture.of("request")) == 1


def test_what_would_make_the_file_too_large_is_left_out_and_counted(address: str, tmp_path: Path) -> None:
    with capturing(address, tmp_path / "a", most=20_000) as capture:
        for _ in range(20):
            assert ask(capture.address, "POST", "/voice", "From=x")[0] == 200
    assert capture.file.stat().st_size < 20_000
    end = capture.records[-1]
    assert (end["kind"], end["requests"]) == ("end", 20)
    assert end["left_out"] == 40 - len(capture.of("request")) - len(capture.of("answer")) > 0


def _echo(connection: ServerConnection) -> None:
    for message in connection:
        connection.send(message)
        if message == "done":
            connection.close(4000)


@pytest.fixture(scope="module")
def sockets() -> Iterator[str]:
    with serve(_echo, "127.0.0.1", 0, logger=logging.Logger("quiet", logging.CRITICAL)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def talk(capture: Capturing, *messages: str | bytes, compression: str | None = None) -> list[str | bytes]:
    at = capture.address.replace("http://", "ws://") + "/relay"
    headers = {"X-Twilio-Signature": sign(TOKEN, at)}
    with connect(at, additional_headers=headers, compression=compression) as client:
        heard: list[str | bytes] = []
        for message in messages:
            client.send(message)
            heard.append(client.recv(5))
    return heard


@pytest.mark.parametrize("compression", [None, "deflate"])
def test_a_websocket_passes_both_ways_and_is_written(sockets: str, tmp_path: Path, compression: str | None) -> None:
    prompt = '{"type":"prompt","voicePrompt":"meu cpf é 11144477735","lang":"pt-BR","last":true}'
    media = (
        '{"event":"media","sequenceNumber":"4","media":{"track":"inbound","chunk":"1","payload":"' + "/" * 216 + '"}}'
    )
    long = '{"type":"text","token":"' + "bom dia " * 20_000 + '","last":true}'
    with capturing(sockets, tmp_path / "a") as capture:
        heard = talk(capture, prompt, media, long, b"\x00\x01", "done", compression=compression)
    assert heard == [prompt, media, long, b"\x00\x01", "done"]
    (opened,) = capture.of("socket")
    assert (opened["url"], opened["status"], opened["signature"]) == ("/relay", 101, "valid")
    to_app = [each for each in capture.of("message") if each["way"] == "to-app"]
    from_app = [each for each in capture.of("message") if each["way"] == "from-app"]
    assert [each.get("message") for each in to_app] == [each.get("message") for each in from_app]
    assert to_app[0]["message"]["type"] == "prompt"
    assert to_app[0]["message"]["voicePrompt"].count(" ") == 3
    assert to_app[1]["message"]["media"] == {"track": "inbound", "chunk": "1", "bytes": 162}
    assert to_app[2]["bytes"] > 160_000
    assert (to_app[3]["bytes"], "message" in to_app[3]) == (2, False)
    assert {(each["way"], each["code"]) for each in capture.of("closed")} >= {("from-app", 4000)}
    assert "cpf" not in capture.file.read_text()


def test_a_refused_websocket_is_passed_and_told(address: str, tmp_path: Path) -> None:
    with capturing(address, tmp_path / "a") as capture, pytest.raises(Exception, match="404"):
        connect(capture.address.replace("http://", "ws://") + "/nowhere").close()
    (opened,) = capture.of("socket")
    assert (opened["url"], opened["status"]) == ("/nowhere", 404)
