"""``ivr text``: the messaging webhook of an application is told a text, and what it answers is shown."""

from __future__ import annotations

import io
import json
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def seed(url: str, tmp_path: Path) -> str:
    """An account whose first number is told of texts, whose second has a fallback, and whose third is told of none."""
    away = "http://127.0.0.1:1/sms"
    file = tmp_path / "account.yaml"
    file.write_text(
        f"numbers:\n  - {{phone_number: '+551130000001', sms_url: '{url}'}}\n"
        f"  - {{phone_number: '+551130000002', sms_url: '{url}/gone', sms_fallback_url: '{url}'}}\n"
        f"  - {{phone_number: '+551130000003', voice_url: '{away}'}}\n",
        encoding="utf-8",
    )
    return str(file)


def test_a_number_of_the_seed_is_texted_at_its_own_webhook(ivr: Ivr, seed: str) -> None:
    code, out, err = ivr("text", "+551130000001", "oi", "--seed", seed)
    assert (code, err) == (0, "")
    assert out.splitlines() == ["caller: texts “oi”", "line: texts +5511987650000: “Recebi: oi”"]


def test_where_a_numbers_webhook_fails_its_fallback_answers(ivr: Ivr, seed: str) -> None:
    code, out, err = ivr("text", "+551130000002", "oi", "--seed", seed)
    assert code == 1
    assert "line: texts +5511987650000: “Recebi: oi”" in out.splitlines()
    assert "error 11200" in err


def test_an_option_says_what_becomes_of_the_texts_of_the_application(ivr: Ivr, url: str) -> None:
    _, out, _ = ivr("text", url, "oi", "--json", "--text", "+5511=failed:30007")
    (text,) = (
        event
        for event in json.loads(out)["events"]
        if event["kind"] == "text" and event["direction"] == "outbound-reply"
    )
    assert (text["status"], text["error"]) == ("failed", 30007)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("http://127.0.0.1:1/sms", "oi", "--text", "5511=lost"), "write a number or the beginning of numbers, ="),
        (("http://127.0.0.1:1/sms", "oi", "--text", "+55=refused"), "refused:21610), not '+55=refused'"),
        (("http://127.0.0.1:1/sms", "oi", "--text", "+55=sent:30003"), "not '+55=sent:30003'"),
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


@pytest.mark.parametrize(
    ("number", "told"),
    [("+551130000003", "the number +551130000003 has no sms_url"), ("+551130000009", "the seed has no number")],
)
def test_a_number_that_is_told_of_no_texts_is_said(ivr: Ivr, seed: str, number: str, told: str) -> None:
    code, out, err = ivr("text", number, "oi", "--seed", seed)
    assert (code, out) == (2, "")
    assert told in err
