"""A tunnel: an application believes to be at its public https:// name, and is reached on the loopback of this machine.

The application is a real one of Flask behind a real server. It trusts what a tunnel tells it, as one does behind ngrok,
and checks signatures over its public address with the vendor's library.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from twilio.twiml.voice_response import Dial, VoiceResponse
from websockets.sync.server import ServerConnection, serve
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN, Carrier
from ivr.simulator.clock import VirtualClock
from ivr.simulator.http_transport import HttpTransport
from ivr.simulator.phones import steps
from ivr.simulator.phones.scripted import ScriptedPhone
from ivr.simulator.rest.server import rest_server
from ivr.simulator.rest.switchboard import Switchboard
from ivr.simulator.sockets import Handshake
from ivr.simulator.telephone import Telephone
from ivr.simulator.transports import TransportError
from ivr.simulator.tunnel import CALLER as TUNNEL_CALLER
from ivr.simulator.tunnel import Tunnel, TunnelSockets, parse_passage
from ivr.simulator.websocket_transport import WebsocketTransport
from tests.cli.conftest import Ivr, ivr
from tests.webapps import AT, CALL_SID, CALLED, CALLER

__all__ = ["ivr"]

pytestmark = pytest.mark.network

PUBLIC = "app.example.com"
VOICE = f"https://{PUBLIC}/voice"


@dataclass
class PublicApp:
    """The application, its port on this machine, and what it was told by the tunnel."""

    port: int = 0
    client: Client | None = None
    told: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0
    recording: bytes = b""

    @property
    def local(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def tunnel(self) -> dict[str, str]:
        return {PUBLIC: self.local}

    def app(self) -> flask.Flask:
        app = flask.Flask("public")
        app.logger.setLevel(logging.CRITICAL)
        validator = RequestValidator(DEMO_TOKEN)

        @app.before_request
        def check() -> tuple[str, int] | None:
            request = flask.request
            self.told.append({name: request.headers.get(name, "") for name in ("Host", "X-Forwarded-Proto")})
            self.told[-1] |= {"url": request.url, "for": request.remote_addr or ""}
            if validator.validate(request.url, request.form, request.headers.get("X-Twilio-Signature", "")):
                return None
            self.refused += 1
            return "who are you?", 403

        @app.post("/voice")
        def voice() -> flask.Response:
            document = VoiceResponse()
            document.say("Hello from my public name.")
            gather = document.gather(action=f"https://{PUBLIC}/keyed", num_digits=1)
            gather.say("Press 1.")
            return _xml(document)

        @app.post("/keyed")
        def keyed() -> flask.Response:
            document = VoiceResponse()
            document.redirect(f"https://{PUBLIC}:8443/other")
            return _xml(document)

        @app.post("/other")
        def other() -> flask.Response:
            document = VoiceResponse()
            document.say("On the other port.")
            return _xml(document)

        @app.post("/leave")
        def leave() -> flask.Response:
            document = VoiceResponse()
            document.record(action=f"https://{PUBLIC}/recorded", max_length=30)
            return _xml(document)

        @app.post("/recorded")
        def recorded() -> flask.Response:
            url = f"{flask.request.form['RecordingUrl']}.wav"
            self.recording = requests.get(url, auth=(DEMO_ACCOUNT, DEMO_TOKEN), timeout=5).content
            document = VoiceResponse()
            document.say("Thank you.")
            return _xml(document)

        @app.post("/rings")
        def rings() -> flask.Response:
            assert self.client is not None
            self.client.calls.create(to="+5511900000001", from_=CALLED, url=f"https://{PUBLIC}/other")
            document = VoiceResponse()
            document.append(Dial("+551150900101"))
            return _xml(document)

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
        return app


def _xml(document: VoiceResponse) -> flask.Response:
    return flask.Response(str(document), mimetype="text/xml")


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def served(app: PublicApp) -> Iterator[PublicApp]:
    server = make_server("127.0.0.1", 0, app.app(), threaded=True, request_handler=_Silent)
    app.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def server() -> Iterator[PublicApp]:
    with served(PublicApp()) as app:
        yield app


@pytest.fixture
def app(server: PublicApp) -> PublicApp:
    server.told.clear()
    server.refused, server.recording = 0, b""
    return server


@pytest.fixture
def phone() -> Iterator[Telephone]:
    telephone = Telephone()
    yield telephone
    telephone.hang_up()


def test_an_app_that_checks_its_public_name_is_reached_on_loopback(app: PublicApp, phone: Telephone) -> None:
    call = phone.dial(VOICE, tunnel={**app.tunnel, f"{PUBLIC}:8443": app.local})
    call.hears("Hello from my public name").press("1").hears("On the other port")
    assert (call.ended, call.failures, app.refused) == (True, [], 0)
    assert [each["url"] for each in app.told] == [VOICE, f"https://{PUBLIC}/keyed", f"https://{PUBLIC}:8443/other"]
    assert app.told[0] == {"Host": PUBLIC, "X-Forwarded-Proto": "https", "url": VOICE, "for": TUNNEL_CALLER}
    assert [request.url for request in call.requests] == [each["url"] for each in app.told]


def test_another_token_is_refused_by_the_app_behind_the_tunnel(app: PublicApp, phone: Telephone) -> None:
    call = phone.dial(VOICE, tunnel=app.tunnel, auth_token="another")
    assert call.ended
    assert app.refused == 1
    assert call.transcript.error
    assert call.transcript.error.code == 11200


def test_a_public_name_that_no_tunnel_leads_is_unknown(app: PublicApp, phone: Telephone) -> None:
    call = phone.dial("https://app.invalid/voice", tunnel=app.tunnel)
    assert call.ended
    assert call.transcript.error
    assert call.transcript.error.code == 11210
    assert "--tunnel app.invalid=127.0.0.1:PORT" in call.transcript.error.message
    assert app.told == []


def test_an_unusual_port_is_another_name(app: PublicApp, phone: Telephone) -> None:
    call = phone.dial(f"https://{PUBLIC}:9443/other", tunnel={f"{PUBLIC}:9443": app.local})
    assert call.hears("On the other port").ended
    assert app.told[0]["Host"] == f"{PUBLIC}:9443"
    assert Tunnel.of([(f"{PUBLIC}:9443", app.local)]).forward(VOICE) is None


def test_an_app_in_this_process_is_told_what_a_tunnel_tells(app: PublicApp, phone: Telephone) -> None:
    inside = PublicApp()
    call = phone.dial(inside.app(), path=VOICE, tunnel={PUBLIC: "127.0.0.1:9"})
    call.hears("Hello from my public name")
    assert (inside.refused, inside.told[0]["url"]) == (0, VOICE)
    assert app.told == []


def test_recordings_and_calls_over_the_api_work_beside_a_tunnel(app: PublicApp) -> None:
    carrier = Carrier(tunnel=Tunnel.of(app.tunnel.items()))
    people: dict[str, list[steps.Step]] = {
        "leave": [steps.Record(3), steps.Silent()],
        "rings": [steps.Callee("answered", 5)],
    }
    for path, doing in people.items():
        setup = CallSetup(
            url=f"https://{PUBLIC}/{path}",
            transport=HttpTransport(),
            from_=CALLER,
            to=CALLED,
            call_sid=CALL_SID,
            clock=VirtualClock(AT),
            carrier=carrier,
        )
        switchboard = Switchboard.of(setup)
        with rest_server(switchboard) as address:
            app.client = Client(DEMO_ACCOUNT, DEMO_TOKEN)
            app.client.api.base_url = address
            transcript = switchboard.place_call(setup, ScriptedPhone(doing))
        assert (transcript.error, app.refused) == (None, 0)
    assert app.recording[:4] == b"RIFF"
    assert [made.error for made in transcript.calls] == [None]
    assert app.told[-1]["url"] == f"https://{PUBLIC}/other"


def test_a_websocket_of_a_public_name_is_opened_on_loopback() -> None:
    told: list[dict[str, str]] = []

    def greet(connection: ServerConnection) -> None:
        assert connection.request
        told.append(dict(connection.request.headers.raw_items()))
        connection.send("hello")

    quiet = logging.Logger("quiet", logging.CRITICAL)
    with serve(greet, "127.0.0.1", 0, logger=quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        sockets = TunnelSockets(Tunnel.of([(PUBLIC, f"localhost:{port}")]), WebsocketTransport())
        opened = sockets.open(Handshake(f"wss://{PUBLIC}/media", (("X-Twilio-Signature", "abc="),)), 5.0)
        assert opened.receive(5.0) == "hello"
        opened.close()
        with pytest.raises(TransportError, match=r"--tunnel other\.invalid="):
            sockets.open(Handshake("wss://other.invalid/media"), 5.0)
        server.shutdown()
        thread.join()
    wanted = {"Host": PUBLIC, "X-Forwarded-Proto": "https", "X-Forwarded-Host": PUBLIC, "X-Twilio-Signature": "abc="}
    assert {name: told[0][name] for name in wanted} == wanted


SCRIPT = """\
call: Through the tunnel
{carrier}steps:
  - hear: Hello from my public name
  - press: "1"
expect: {{error: {error}}}
"""


def test_the_command_leads_public_names_to_this_machine(ivr: Ivr, app: PublicApp, tmp_path: Path) -> None:
    script = tmp_path / "one.call.yaml"
    script.write_text(SCRIPT.format(carrier="", error="none"), encoding="utf-8")
    passages = ("--tunnel", f"{PUBLIC}={app.local}", "--tunnel", f"{PUBLIC}:8443={app.local}")
    code, out, err = ivr("call", VOICE, "--script", script, *passages)
    assert (code, err) == (0, "")
    assert f"POST {VOICE}" in out or "On the other port" in out


def test_a_script_leads_public_names_to_this_machine(ivr: Ivr, app: PublicApp, tmp_path: Path) -> None:
    script = tmp_path / "one.call.yaml"
    carrier = f"carrier: {{tunnel: {{{PUBLIC}: '{app.local}', '{PUBLIC}:8443': '{app.local}'}}}}\n"
    script.write_text(SCRIPT.format(carrier=carrier, error="none"), encoding="utf-8")
    code, out, _ = ivr("call", VOICE, "--script", script)
    assert (code, app.refused) == (0, 0)
    assert "On the other port" in out


def test_a_tunnel_to_a_closed_port_is_told_before_the_call(ivr: Ivr) -> None:
    code, _, err = ivr("call", VOICE, "--tunnel", f"{PUBLIC}=127.0.0.1:1")
    assert code == 2
    assert f"nothing answers at https://{PUBLIC} (by the tunnel: 127.0.0.1:1) (connection refused)" in err


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("app.example.com", "write a public name and where it leads"),
        ("app.example.com=10.0.0.1:80", "a tunnel leads to a port of this machine only"),
        ("app.example.com=example.org:80", "a tunnel leads to a port of this machine only"),
        ("app.example.com=127.0.0.1", "a tunnel leads to a port of this machine only"),
        ("app.example.com=127.0.0.1:0", "a tunnel leads to a port of this machine only"),
        ("app.example.com=127.0.0.1:65536", "a tunnel leads to a port of this machine only"),
        ("app.example.com=127.0.0.1.example.org:80", "a tunnel leads to a port of this machine only"),
        ("app.example.com=user@127.0.0.1:80", "a tunnel leads to a port of this machine only"),
        ("https://app.example.com=127.0.0.1:80", "a tunnel begins with a public name"),
        ("app.example.com/voice=127.0.0.1:80", "a tunnel begins with a public name"),
        ("=127.0.0.1:80", "a tunnel begins with a public name"),
        ("app..com=127.0.0.1:80", "a tunnel begins with a public name"),
        ("app.example.com:0=127.0.0.1:80", "a tunnel begins with a public name"),
    ],
)
def test_a_tunnel_that_cannot_be_is_one_line(ivr: Ivr, written: str, told: str) -> None:
    code, out, err = ivr("call", VOICE, "--tunnel", written)
    assert (code, out) == (2, "")
    assert told in err.splitlines()[-1]


def test_one_name_leads_to_one_place_only(ivr: Ivr) -> None:
    code, _, err = ivr("call", VOICE, "--tunnel", "a.test=127.0.0.1:1", "--tunnel", "A.test:443=127.0.0.1:2")
    assert code == 2
    assert "the tunnel has 'a.test' twice" in err


def test_a_command_goes_before_the_script_where_both_lead_a_name() -> None:
    script, command = (
        Tunnel.of([("a.test", "127.0.0.1:1"), ("b.test", "[::1]:2")]),
        Tunnel.of([("A.TEST", "localhost:3")]),
    )
    both = script.with_all_of(command)
    found = [
        both.forward(url) for url in ("wss://a.test/x?y=1", "https://b.test:443/", "http://b.test", "ftp://a.test")
    ]
    assert [each and each.url for each in found] == [
        "ws://localhost:3/x?y=1",
        "http://[::1]:2/",
        "http://[::1]:2",
        None,
    ]


NAMES = st.from_regex(r"[a-zA-Z0-9_]{1,8}(\.[a-zA-Z0-9_]{0,5}[a-z]){1,3}(:[1-9][0-9]{0,3})?", fullmatch=True)


@given(NAMES, st.sampled_from(["127.0.0.1", "[::1]", "localhost"]), st.integers(1, 65535), st.text(max_size=20))
def test_no_request_for_a_name_of_the_tunnel_leaves_the_machine(name: str, host: str, port: int, path: str) -> None:
    tunnel = Tunnel.of([parse_passage(f"{name}={host}:{port}")])
    for scheme in ("https", "wss"):
        forwarded = tunnel.forward(f"{scheme}://{name}/{path}".replace("\n", ""))
        assert forwarded is not None
        assert forwarded.url.startswith(f"{'ws' if scheme == 'wss' else 'http'}://{host}:{port}/")
        assert dict(forwarded.headers)["X-Forwarded-Proto"] == "https"
    assert tunnel.forward(f"https://not-{name}/") is None
