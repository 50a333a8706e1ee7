"""The fixture ``phone`` leads a call through a media stream step by step, also of an application in this process."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ivr.simulator.clock import VirtualClock
from ivr.simulator.streaming.frames import QUIET, tone
from ivr.simulator.telephone import Telephone
from ivr.wav import mu_law, read_wav
from tests.simulator.streams.strict_app import SOUND, StreamApp, served
from tests.simulator.streams.test_media_streams import clears, greets
from tests.webapps import AT, WebApp

pytestmark = pytest.mark.network

HELLO = tone(0.1)


@pytest.fixture(scope="module")
def app() -> Iterator[StreamApp]:
    with served({"greets": greets, "clears": clears}) as app:
        yield app


@pytest.fixture
def phone() -> Iterator[Telephone]:
    telephone = Telephone()
    yield telephone
    telephone.hang_up()
    telephone.verify()


def connected(app: StreamApp, path: str) -> WebApp:
    return WebApp().page("/voice", f'<Connect><Stream url="{app.url(path)}"/></Connect><Say>next</Say>')


def test_a_test_leads_a_call_through_a_stream(app: StreamApp, phone: Telephone, tmp_path: Path) -> None:
    call = phone.dial(connected(app, "greets"), tunnel=app.tunnel, clock=VirtualClock(AT, pace=5))
    call.stream.plays_sound(0.2).stream.marks("played").stream.ends().hears("next")
    assert call.ended
    assert SOUND in call.stream.sound
    assert read_wav(call.stream.wav).samples == call.stream.sound
    (tmp_path / "hello.wav").write_bytes(mu_law(HELLO).written())
    call = phone.dial(connected(app, "listens"), tunnel=app.tunnel, clock=VirtualClock(AT, pace=5))
    call.stream.says_wav(tmp_path / "hello.wav").stream.makes_tone(0.1, 880).stream.is_silent(0.1).hang_up()
    assert call.ended
    heard = app.at("listens")[-1].heard()
    assert 0 <= heard.find(HELLO.strip(QUIET)) < heard.find(tone(0.1, 880).strip(QUIET))


def test_what_is_not_heard_of_a_stream_is_an_assertion_error(app: StreamApp, phone: Telephone) -> None:
    call = phone.dial(connected(app, "clears"), tunnel=app.tunnel, clock=VirtualClock(AT, pace=5))
    call.stream.clears()
    call = phone.dial(connected(app, "listens"), tunnel=app.tunnel, clock=VirtualClock(AT, pace=5))
    with pytest.raises(AssertionError, match=r"the mark 'hi' of a media stream did not come; heard in 0\.\d s"):
        call.stream.marks("hi", within=0.3)


def test_an_asgi_application_in_this_process_streams_as_well(phone: Telephone) -> None:
    heard: list[dict[str, Any]] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            document = b'<Response><Connect><Stream url="/media"/></Connect><Say>next</Say></Response>'
            await receive()
            headers = [(b"content-type", b"text/xml")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": document})
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                heard.append(json.loads(message["text"]))
                sid = heard[-1].get("streamSid")
                if heard[-1]["event"] == "start":
                    payload = base64.b64encode(SOUND).decode()
                    for one in (
                        {"event": "media", "streamSid": sid, "media": {"payload": payload}},
                        {"event": "mark", "streamSid": sid, "mark": {"name": "end"}},
                    ):
                        await send({"type": "websocket.send", "text": json.dumps(one)})
                elif heard[-1]["event"] == "mark":
                    await send({"type": "websocket.close", "code": 1000})

    call = phone.dial(app, clock=VirtualClock(AT, pace=5))
    call.stream.marks("end").hears("next")
    assert SOUND in call.stream.sound
    assert [one["event"] for one in heard[:3]] == ["connected", "start", "media"]
