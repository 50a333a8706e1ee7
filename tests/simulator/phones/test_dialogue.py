"""A call's events in words: who does what."""

from __future__ import annotations

from typing import Any

import pytest

from ivr.simulator.phones.dialogue import Narrator, describe, dialogue
from ivr.simulator.transcript import Event


@pytest.mark.parametrize(
    ("kind", "event", "told"),
    [
        ("say", {"text": "Olá"}, ("line", "“Olá”")),
        ("say", {"text": "Olá", "interrupted": True}, ("line", "“Olá” (cut off)")),
        ("play", {"url": "http://x.test/a.mp3"}, ("line", "plays http://x.test/a.mp3")),
        ("play", {"digits": "ww12"}, ("line", "plays the keys ww12")),
        ("say", {"text": "Aceita?", "leg": 2}, ("line", "“Aceita?” (to leg 2 only)")),
        ("press", {"digits": "1", "leg": 2}, ("callee", "presses 1")),
        ("pause", {"seconds": 1}, ("line", "pauses 1 s")),
        ("press", {"digits": "2"}, ("caller", "presses 2")),
        ("press", {"digits": "2", "lost": True}, ("caller", "presses 2 (nobody listens)")),
        ("speak", {"text": "suporte"}, ("caller", "says “suporte”")),
        ("silence", {"seconds": 5}, ("caller", "gives nothing for 5 s")),
        ("record", {"seconds": 12.5}, ("caller", "talks 12.5 s into the recording")),
        ("dial", {"noun": "Number", "to": "+55", "outcome": None}, ("line", "dials Number +55: ringing")),
        ("dial", {"noun": "Sip", "to": "a@b", "outcome": "busy", "seconds": 0}, ("line", "dials Sip a@b: busy")),
        (
            "dial",
            {"noun": "Number", "to": "+55", "outcome": "answered", "seconds": 60.0},
            ("line", "dials Number +55: answered, 60 s"),
        ),
        ("enqueue", {"queue": "rm", "result": None}, ("line", "puts the call into the queue rm")),
        (
            "enqueue",
            {"queue": "rm", "result": "bridged", "seconds": 30},
            ("line", "puts the call into the queue rm: bridged after 30 s"),
        ),
        ("leave", {}, ("line", "takes the caller out of the queue")),
        ("reject", {"reason": "busy"}, ("line", "rejects the call (busy)")),
        ("hangup", {"by": "app"}, ("line", "hangs up")),
        ("hangup", {"by": "caller"}, ("caller", "hangs up")),
        ("hangup", {"by": "carrier"}, ("carrier", "hangs up")),
        (
            "gather",
            {"input": "dtmf speech", "num_digits": 1, "finish_on_key": "#", "timeout": 5},
            ("line", "listens for keys and speech (1), ended by #, 5 s"),
        ),
        ("gather", {"input": "speech", "finish_on_key": ""}, ("line", "listens for speech")),
        (
            "request",
            {"method": "POST", "url": "http://x.test/", "status": 200},
            ("carrier", "POST http://x.test/ → 200"),
        ),
        (
            "request",
            {"method": "GET", "url": "http://x.test/", "status": None},
            ("carrier", "GET http://x.test/ → no answer"),
        ),
        ("refer", {"to": "sip:a@b"}, ("carrier", "refer to sip:a@b")),
    ],
)
def test_each_event_is_somebody_doing_something(kind: str, event: dict[str, Any], told: tuple[str, str]) -> None:
    assert describe(kind, event) == told


EVENTS: list[dict[str, Any]] = [
    {"t": 0.0, "kind": "request", "method": "POST", "url": "http://x.test/", "status": 200},
    {"t": 0.0, "kind": "gather", "input": "dtmf", "timeout": 5},
    {"t": 12.34, "kind": "press", "digits": "2"},
]


def test_a_dialogue_leaves_out_what_nobody_hears() -> None:
    assert list(dialogue(EVENTS)) == ["   12.3  caller   presses 2"]


def test_a_technical_dialogue_tells_everything() -> None:
    assert len(list(dialogue(EVENTS, technical=True))) == 3


def test_a_dial_is_told_when_it_begins_and_when_it_has_ended() -> None:
    narrator = Narrator()
    dial = Event(0.0, "dial", {"noun": "Number", "to": "+55", "outcome": None, "seconds": 0})
    assert list(narrator.told(dial)) == ["line: dials Number +55: ringing"]
    assert list(narrator.ended()) == []
    dial.details.update(outcome="busy")
    assert list(narrator.told(Event(3.0, "say", {"text": "Ocupado"}))) == [
        "line: dials Number +55: busy",
        "line: “Ocupado”",
    ]
    assert list(narrator.ended()) == []


def test_a_recording_is_told_when_it_begins() -> None:
    assert list(Narrator().told(Event(0.0, "record", {"seconds": 0, "url": "x"}))) == ["line: records"]
