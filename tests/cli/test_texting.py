"""``ivr text``: the messaging webhook of an application is told a text, and what it answers is shown."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
from collections.abc import Iterator

import pytest
from flask import Flask, request
from twilio.rest import Client
from werkzeug.serving import make_server

from ivr.simulator.carrier import DEMO_ACCOUNT, DEMO_TOKEN
from tests.cli.conftest import Ivr

pytestmark = pytest.mark.network

XML = {"Content-Type": "text/xml"}


@pytest.fixture(scope="module")
def client() -> Client:
    return Client(DEMO_ACCOUNT, DEMO_TOKEN)


@pytest.fixture(scope="module")
def url(client: Client) -> Iterator[str]:
    app = Flask("answers-texts")

    @app.post("/sms")
    def sms() -> tuple[str, dict[str, str]]:
        if request.form["Body"] == "voz":
            return "<Response><Say>oi</Say></Response>", XML
        if request.form["Body"] == "api":
            client.messages.create(to="+5511900000001", from_=request.form["To"], body="pela API")
        return f"<Response><Message>Recebi: {request.form['Body']}</Message></Response>", XML

    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/sms"
    server.shutdown()
    thread.join()
    server.server_close()


def test_each_text_is_sent_and_its_answer_shown(ivr: Ivr, url: str) -> None:
    code, out, err = ivr("text", url, "um", "dois", "--from", "+5511912345678")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "caller: texts “um”",
        "line: texts +5511912345678: “Recebi: um”",
        "caller: texts “dois”",
        "line: texts +5511912345678: “Recebi: dois”",
    ]


def test_without_a_text_each_line_of_standard_input_is_one(ivr: Ivr, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("um\n\n dois \n"))
    code, out, _ = ivr("text", url)
    assert (code, out.splitlines()[0], out.splitlines()[2]) == (0, "caller: texts “um”", "caller: texts “ dois ”")


def test_the_transcript_is_one_object_in_which_secrets_are_marks(ivr: Ivr, url: str) -> None:
    code, out, err = ivr("text", url, "canario", "--json", "--secret")
    told = json.loads(out)
    assert (code, told["passed"], told["status"]) == (0, True, "completed")
    sent, asked, answered = told["events"]
    assert (sent["body"], asked["params"]["Body"]) == ("•" * 7, "•" * 7)
    assert answered["direction"] == "outbound-reply"
    assert "caller: texts “•••••••”" in err


def test_what_twilio_would_not_do_is_exit_1(ivr: Ivr, url: str) -> None:
    code, out, err = ivr("text", url, "voz")
    assert (code, out) == (1, "caller: texts “voz”\n")
    assert "the conversation met error 14110" in err
    assert ivr("text", url.replace("/sms", "/away"), "oi")[0] == 1


def test_texts_over_the_api_are_shown_too(ivr: Ivr, url: str, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free_port = taken.getsockname()[1]
    monkeypatch.setattr(client.api, "base_url", f"http://127.0.0.1:{free_port}")
    code, out, err = ivr("text", url, "api", "--rest", str(free_port))
    assert (code, out.splitlines()[1:]) == (
        0,
        ["line: texts +5511900000001: “pela API”", "line: texts +5511987650000: “Recebi: api”"],
    )
    assert "the API is at" in err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nada", "oi"), "nada cannot be called; a webhook's URL begins with http://"),
        (("http://127.0.0.1:1/sms", "oi"), "nothing answers at http://127.0.0.1:1"),
        (("http://127.0.0.1:1/sms", "oi", "--from", "eu"), "write a number such as +5511987654321"),
    ],
)
def test_what_cannot_be_texted_is_exit_2_in_one_line(ivr: Ivr, arguments: tuple[str, ...], told: str) -> None:
    code, out, err = ivr("text", *arguments)
    assert (code, out) == (2, "")
    assert told in err
    assert len(err.strip().splitlines()) == 1
