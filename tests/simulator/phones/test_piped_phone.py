"""Keys from a pipe: each is pressed when somebody waits for it, and nothing is waited for."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import pytest

from ivr.simulator.call_setup import CallSetup
from ivr.simulator.clock import VirtualClock
from ivr.simulator.live_call import place_call
from ivr.simulator.phones.piped import PipedPhone
from ivr.simulator.transports import WsgiTransport

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MENU = "<Gather numDigits='1'><Say>Menu.</Say></Gather>"


def pipe(keys: str, *documents: str) -> tuple[list[str], list[dict[str, str]]]:
    """What is told of a call with ``keys``, and what a webhook that answers with ``documents`` was sent."""
    waiting = list(documents)
    sent: list[dict[str, str]] = []
    told: list[str] = []

    def line(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        sent.append(dict(parse_qsl(body, keep_blank_values=True)))
        start_response("200 OK", [("Content-Type", "text/xml")])
        return [f"<Response>{waiting.pop(0) if waiting else '<Hangup/>'}</Response>".encode()]

    setup = CallSetup(
        url="http://line.test/voice",
        transport=WsgiTransport(line),
        from_="+5511987650000",
        to="+551140030015",
        call_sid="CA" + "0" * 32,
        clock=VirtualClock(datetime(2026, 3, 10, 13, tzinfo=UTC)),
    )
    place_call(setup, PipedPhone(io.StringIO(keys), told.append))
    return told, sent


def test_each_gather_takes_its_keys_and_line_breaks_are_no_keys() -> None:
    told, sent = pipe("2\n 3\n", MENU, MENU)
    assert [form.get("Digits") for form in sent] == [None, "2", "3"]
    assert told == [
        "line: “Menu.”",
        "caller: presses 2",
        "line: “Menu.”",
        "caller: presses 3",
        "line: hangs up",
    ]


def test_the_end_of_the_pipe_is_silence_and_the_call_ends_by_itself() -> None:
    told, sent = pipe("", MENU, MENU)
    assert len(sent) == 1
    assert told == ["line: “Menu.”", "caller: gives nothing for 5 s", "line: hangs up"]


def test_h_hangs_up_where_somebody_waits() -> None:
    told, _ = pipe("h2", MENU)
    assert told == ["line: “Menu.”", "caller: hangs up"]


def test_s_speaks_the_rest_of_its_line() -> None:
    _, sent = pipe("s suporte técnico\n2", "<Gather input='speech'/>", MENU)
    assert [form.get("SpeechResult") for form in sent] == [None, "suporte técnico", None]
    assert sent[2]["Digits"] == "2"


@pytest.mark.parametrize(("key", "status"), [("a", "completed"), ("b", "busy"), ("n", "no-answer"), ("f", "failed")])
def test_a_key_says_what_the_callee_does(key: str, status: str) -> None:
    _, sent = pipe(key, "<Dial action='/after'>+5511900000000</Dial>")
    assert sent[1]["DialCallStatus"] == status


def test_a_is_the_agent_of_a_queue() -> None:
    _, sent = pipe("a", "<Enqueue action='/after' waitUrl=''>suporte</Enqueue>")
    assert sent[-1]["QueueResult"] == "bridged"


def test_nobody_is_waited_for_in_a_queue_for_ever() -> None:
    told, _ = pipe("", "<Enqueue waitUrl=''>suporte</Enqueue>")
    assert told[-1] == "carrier: hangs up"


def test_a_circle_is_left_when_no_key_ends_it() -> None:
    told, sent = pipe("", *["<Pause length='60'/><Redirect/>"] * 200)
    assert told[-1].endswith("hangs up")
    assert len(sent) == 25
